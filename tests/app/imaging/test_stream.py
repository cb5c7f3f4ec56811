"""The stream is a safetensors file that any reader opens, and its codes mean the layers' values."""

from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from app.imaging import quantization
from app.imaging.stream import Plan

pytestmark = pytest.mark.numbers

SHAPES = {
    "input": (3, 20, 20),
    "conv1": (10, 7, 9),  # an odd number of bytes: what follows is not aligned
    "relu1": (1, 1, 1),
    "wide": (40, 130, 65),
    "flatten": (7,),
    "softmax": (1001,),
}


def layers() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {name: torch.randn(shape, generator=generator) for name, shape in SHAPES.items()}


def sent(plan: Plan, values: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    data = plan.header + b"".join(plan.encode(name, values[name]) for name, _ in plan.layers)
    assert len(data) == plan.length
    return safetensors.torch.load(data)


def plan(**options: object) -> Plan:
    return Plan(tuple(SHAPES.items()), metadata={"trace": "0" * 32, "network": "été"}, **options)


@pytest.mark.parametrize("scale", ["layer", "map"])
def test_codes_are_within_half_a_step_of_the_values(scale: str) -> None:
    values = layers()
    tensors = sent(plan(scale=scale), values)
    assert set(tensors) == {*SHAPES, *(f"{name}.scale" for name in SHAPES)}
    for name, whole in values.items():
        codes, its_scale = tensors[name], tensors[f"{name}.scale"]
        assert (codes.dtype, its_scale.dtype) == (torch.uint8, torch.float32)
        assert codes.min() >= 1
        expected = whole
        if whole.ndim == 3:
            block = quantization.block_size(*whole.shape[1:], 64)
            expected = functional.avg_pool2d(whole[:16], block, ceil_mode=True, count_include_pad=False)
        assert codes.shape == expected.shape
        if scale == "map" and whole.ndim == 3:
            assert its_scale.shape == (len(codes), 3)
            assert torch.equal(its_scale[:, 0], whole[:16].amin((1, 2)))
            assert torch.equal(its_scale[:, 1], whole[:16].amax((1, 2)))
            step = its_scale[:, 2, None, None]
        else:
            assert torch.equal(its_scale[:2], torch.stack((whole.min(), whole.max())))
            step = its_scale[2]
        assert ((codes.float() - 128) * step - expected).abs().le(step * 0.5001).all()


def test_a_known_scale_is_not_measured_again() -> None:
    values = layers()
    known = quantization.measure(values["wide"])
    assert plan().encode("wide", values["wide"], known) == plan().encode("wide", values["wide"])


def test_full_size_and_all_maps_on_request() -> None:
    values = layers()
    tensors = sent(plan(tile=0, limit=0), values)
    for name, whole in values.items():
        assert (tensors[name].numpy() == quantization.quantise(whole)[0]).all()


def test_values_themselves_are_exact() -> None:
    values = layers()
    tensors = sent(plan(dtype="f32", tile=0, limit=0), values)
    for name, whole in values.items():
        scale = quantization.measure(whole)
        assert torch.equal(tensors[name], whole)
        assert torch.equal(tensors[f"{name}.scale"], torch.tensor((scale.min, scale.max, scale.step)))


def test_layout_and_non_finite_values() -> None:
    values = layers()
    values["wide"] = values["wide"][None].contiguous(memory_format=torch.channels_last)[0]
    plain = plan().encode("wide", layers()["wide"])
    assert plan().encode("wide", values["wide"]) == plain
    values["conv1"][0, 0, 0] = float("nan")
    assert sent(plan(), values)["conv1"][0, 0, 0] == 0


def test_the_header_needs_no_value_and_leaves_no_hole() -> None:
    header = plan().header
    length = int.from_bytes(header[:8], "little")
    assert length == len(header) - 8
    assert len(header) % 8 == 0
    entries = json.loads(header[8:])
    assert entries.pop("__metadata__") == {"trace": "0" * 32, "network": "été"}
    assert list(entries) == [text for name in SHAPES for text in (f"{name}.scale", name)]
    end = 0
    for entry in entries.values():
        assert entry["data_offsets"][0] == end
        size = np.prod(entry["shape"], dtype=int) * {"U8": 1, "F32": 4}[entry["dtype"]]
        end = entry["data_offsets"][1]
        assert end - entry["data_offsets"][0] == size
    assert len(header) + end == plan().length
    assert any(e["dtype"] == "F32" and e["data_offsets"][0] % 4 for e in entries.values()), "no odd offset"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 9), st.integers(1, 9)) | st.tuples(st.integers(1, 9)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["u8", "f32"]),
    st.integers(0, 5),
    st.integers(0, 4),
    st.sampled_from(["layer", "map"]),
)
def test_any_plan_loads(shapes: list[tuple[int, ...]], dtype: str, tile: int, limit: int, scale: str) -> None:
    named = {f"layer_{index}": torch.randn(shape) for index, shape in enumerate(shapes)}
    some = Plan(tuple((name, tuple(value.shape)) for name, value in named.items()), dtype, tile, limit, scale)
    for name, tensor in sent(some, named).items():
        if tensor.ndim == 3:
            assert not tile or max(tensor.shape[1:]) <= tile
            assert len(tensor) == min(len(named[name]), limit or 99)


def test_what_was_not_planned() -> None:
    with pytest.raises(KeyError):
        plan().encode("conv9", torch.zeros(3, 3, 3))
    with pytest.raises(ValueError, match=r"planned as \(10, 7, 9\), not \(10, 9, 7\)"):
        plan().encode("conv1", torch.zeros(10, 9, 7))
