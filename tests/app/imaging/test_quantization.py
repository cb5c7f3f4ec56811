"""Codes mean what they say: zero is 128, half a step is the largest error, and layout changes nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch.nn import functional

from app.imaging import quantization
from app.imaging.quantization import MapScales, Scale

pytestmark = pytest.mark.numbers

HALF = 0.5 + 1e-4  # of a step: half a code, and what float32 makes of the factor
floats = st.floats(-(2.0**99), 2.0**99, width=32, allow_subnormal=False)
layers = hnp.arrays(np.float32, hnp.array_shapes(min_dims=3, max_dims=3, max_side=7), elements=floats)


@given(layers)
def test_a_layers_codes_are_within_half_a_step(values: np.ndarray) -> None:
    quantised, scale = quantization.quantise(torch.from_numpy(values), "layer")
    assert isinstance(scale, Scale)
    assert (scale.min, scale.max) == (values.min(), values.max())
    assert math.isclose(scale.step, np.abs(values).max() / 127, rel_tol=1e-6, abs_tol=2e-38)
    assert quantised.min() >= 1
    error = np.abs(quantization.decode(quantised, scale).astype(np.float64) - values)
    assert (error <= scale.step * HALF + 1.5e-36).all()


@given(layers)
def test_each_maps_codes_are_within_half_its_own_step(values: np.ndarray) -> None:
    quantised, scales = quantization.quantise(torch.from_numpy(values), "map")
    assert isinstance(scales, MapScales)
    assert quantised.min() >= 1
    for index, one in enumerate(values):
        alone, scale = quantization.quantise(torch.from_numpy(one), "layer")
        assert scales[index] == scale
        assert (alone == quantised[index]).all()


@given(hnp.arrays(np.float32, st.integers(2, 50), elements=floats))
def test_zero_is_128_and_order_is_kept(values: np.ndarray) -> None:
    values = np.sort(np.append(values, np.float32(0)))
    quantised, _ = quantization.quantise(torch.from_numpy(values))
    assert (quantised[values == 0] == 128).all()
    assert (np.diff(quantised.astype(int)) >= 0).all()


def test_the_largest_magnitude_takes_the_outermost_code() -> None:
    quantised, scale = quantization.quantise(torch.tensor([-2.0, 0.0, 1.0, 2.0]))
    assert quantised.tolist() == [1, 128, 192, 255]
    assert scale == Scale(-2.0, 2.0, float(np.float32(2 / 127)))


def test_all_zero_has_no_step() -> None:
    quantised, scale = quantization.quantise(torch.zeros(2, 3, 3))
    assert scale == Scale(0.0, 0.0, 0.0)
    assert (quantised == 128).all()
    quantised, scales = quantization.quantise(torch.stack((torch.zeros(3, 3), torch.ones(3, 3))), "map")
    assert quantised[:, 0, 0].tolist() == [128, 255]
    assert scales.rows.tolist() == [[0, 0, 0], [1, 1, float(np.float32(1 / 127))]]


def test_what_float32_cannot_divide_counts_as_zero() -> None:
    quantised, scale = quantization.quantise(torch.tensor([1e-44, -1e-40]))
    assert scale.step == 0
    assert scale.max == pytest.approx(1e-44, abs=1e-45)
    assert quantised.tolist() == [128, 128]


@pytest.mark.parametrize("kind", ["layer", "map"])
def test_non_finite_values(kind: str) -> None:
    values = torch.tensor([[[math.nan, math.inf], [-math.inf, 2.0]], [[0.0, -1.0], [1.0, 0.5]]])
    quantised, scale = quantization.quantise(values, kind)
    assert quantised[0].tolist() == [[0, 255], [1, 255]]
    overall = scale.overall if isinstance(scale, MapScales) else scale
    assert (overall.min, overall.max, overall.finite) == ((-1.0, 2.0, False))
    assert (quantised[1] > 0).all()
    assert np.isnan(quantization.decode(quantised, scale)[0, 0, 0])


@pytest.mark.parametrize("kind", ["layer", "map"])
def test_nothing_finite(kind: str) -> None:
    quantised, scale = quantization.quantise(torch.tensor([[[math.nan, math.inf]]]), kind)
    assert quantised.tolist() == [[[0, 128]]]
    assert np.frombuffer(scale.packed(), "<f4").tolist() == [0, 0, 0]


def test_a_scale_from_elsewhere_clamps() -> None:
    scale = Scale.spanning(-1.0, 1.0)
    quantised, same = quantization.quantise(torch.tensor([-9.0, -1.0, 0.5, 1.0, 1e30, math.nan]), scale)
    assert same is scale
    assert quantised.tolist() == [1, 1, 192, 255, 255, 0]


def test_a_scale_from_elsewhere_that_covers_all_is_as_exact() -> None:
    values = torch.randn(4, 6, 6)
    for finite in (True, False):  # of the network as a whole
        scale = Scale.spanning(-9.0, 12.0, finite=finite)
        quantised, _ = quantization.quantise(values, scale)
        assert (np.abs(quantization.decode(quantised, scale) - values.numpy()) <= scale.step * HALF).all()
    assert not scale.covers(Scale.spanning(-9.5, 1.0))
    assert not scale.covers(Scale.spanning(-1.0, 1.0, finite=False))


def test_a_networks_scale_covers_its_layers() -> None:
    first, second = Scale.spanning(-1.0, 4.0), Scale.spanning(-3.0, 2.0, finite=False)
    assert quantization.union([first, second]) == Scale(-3.0, 4.0, float(np.float32(4 / 127)), finite=False)
    assert quantization.union([]) == Scale(0.0, 0.0, 0.0)


def test_memory_layout_changes_nothing() -> None:
    values = torch.randn(5, 12, 7)
    expected, scale = quantization.quantise(values)
    layouts = {
        "channels_last": values[None].to(memory_format=torch.channels_last)[0],
        "transposed": values.transpose(1, 2).contiguous().transpose(1, 2),
        "strided": torch.randn(5, 24, 14)[:, ::2, ::2].copy_(values),
        "expanded": values.double(),
    }
    for name, same in layouts.items():
        codes, its_scale = quantization.quantise(same)
        assert its_scale == scale, name
        assert codes.flags.c_contiguous, name
        assert (codes == expected).all(), name
        assert (quantization.quantise(same, "map")[0] == quantization.quantise(values, "map")[0]).all(), name
        assert np.allclose(quantization.shrink(same, 4), quantization.shrink(values, 4)), name


def test_broadcast_and_whole_numbers_are_values_too() -> None:
    assert (quantization.quantise(torch.ones(1).expand(4, 3, 3))[0] == 255).all()
    assert quantization.quantise(torch.tensor([0, 127, -127]))[0].tolist() == [128, 255, 1]


def test_the_values_are_left_as_they_were() -> None:
    values = torch.randn(3, 8, 8)
    before = values.clone()
    quantization.quantise(values)
    quantization.quantise(values, "map")
    quantization.shrink(values, 3)
    assert torch.equal(values, before)


def test_nothing_at_all() -> None:
    for kind in ("layer", "map"):
        quantised, scale = quantization.quantise(torch.zeros(0, 3, 3), kind)
        assert quantised.shape == (0, 3, 3)
        assert scale.signed is False


@given(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40), st.integers(1, 20))
def test_shrinking_averages_blocks_as_torch_does(count: int, height: int, width: int, tile: int) -> None:
    maps = torch.randn(count, height, width)
    small = quantization.shrink(maps, tile)
    block = quantization.block_size(height, width, tile)
    expected = functional.avg_pool2d(maps, block, ceil_mode=True, count_include_pad=False)
    assert max(small.shape[1:]) <= tile
    assert small.shape == tuple(expected.shape)
    assert np.allclose(small, expected.numpy(), atol=1e-6)


def test_maps_that_fit_are_not_touched() -> None:
    maps = torch.randn(2, 9, 9)
    assert np.shares_memory(quantization.shrink(maps, 9), maps.numpy())
    assert np.shares_memory(quantization.shrink(maps, 0), maps.numpy())


def test_shrinking_keeps_what_is_not_a_number() -> None:
    maps = torch.zeros(1, 4, 4)
    maps[0, 0, 0], maps[0, 3, 3], maps[0, 2, 2] = math.nan, math.inf, -math.inf
    small = quantization.shrink(maps, 2)
    assert np.isnan(small[0, 0, 0])
    assert np.isnan(small[0, 1, 1])
    assert small[0, 0, 1] == 0
