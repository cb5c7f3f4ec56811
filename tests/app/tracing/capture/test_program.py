"""A program records what PyTorch computes, bit for bit, and leaves the caller's tensors alone."""

from __future__ import annotations

import threading

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from tests.app.tracing import network_zoo


def program(name: str) -> tuple[Program, nn.Module, tuple[int, int, int]]:
    """A program of one instance's graph and another's weights, which is returned too."""
    module, shape = network_zoo.make(name)
    twin = network_zoo.twin(name)
    return Program(build(module, shape), twin), twin, shape


@pytest.mark.parametrize("name", network_zoo.CASES)
def test_output_is_the_plain_forward_bit_for_bit(name: str) -> None:
    run, module, shape = program(name)
    picture = torch.randn(shape)
    with torch.inference_mode():
        expected = module(picture[None].clone())[0]
    recorded = run.record(picture)
    assert torch.equal(recorded[run.graph.output], expected)
    assert {key: tuple(value.shape) for key, value in recorded.items()} == {
        layer.id: layer.shape for layer in run.graph.layers
    }


@pytest.mark.parametrize("name", network_zoo.CASES)
def test_a_second_picture_leaves_the_first_record_alone(name: str) -> None:
    run, _, shape = program(name)
    first = run.record(torch.ones(shape))
    copies = {key: value.clone() for key, value in first.items()}
    run.record(torch.full(shape, -3.0))
    assert all(torch.equal(first[key], copies[key]) for key in copies)


def test_in_place_operations_do_not_change_what_was_recorded_before() -> None:
    run, module, shape = program("in place")
    assert isinstance(module, network_zoo.InPlace)
    recorded = run.record(picture := torch.randn(shape))
    with torch.inference_mode():
        conv1 = module.conv1(picture[None])
        relu1 = F.relu(conv1)
        conv2 = module.conv2(relu1)
        added = F.relu(conv2) + relu1
        conv3 = module.conv3(added)
    for layer, expected in {
        "conv1": conv1,
        "relu1": relu1,
        "conv2": conv2,
        "relu": F.relu(conv2),
        "conv3": conv3,
    }.items():
        assert torch.equal(recorded[layer], expected[0]), layer
    assert (recorded["conv1"] < 0).any()


def test_what_reads_an_overwritten_tensor_reads_the_new_values() -> None:
    run, _, shape = program("mutated before reuse")
    recorded = run.record(torch.randn(shape))
    assert torch.equal(recorded["add"], 2 * recorded["conv"].relu())
    assert run.graph.by_id["add"].inputs == ("relu_", "relu_")


def test_the_callers_picture_is_never_written_to() -> None:
    run, _, shape = program("overwrites its input")
    picture = torch.randn(shape)
    before = picture.clone()
    recorded = run.record(picture)
    assert torch.equal(picture, before)
    assert torch.equal(recorded["input"], before)
    assert torch.equal(recorded["flatten"], before.relu().flatten())


def test_constants_are_on_the_programs_device() -> None:
    module, shape = network_zoo.make("constants")
    run = Program(build(module, shape), network_zoo.twin("constants"), torch.device("meta"))
    assert {constant.device.type for constant in run._constants.values()} == {"meta"}
    assert len(run._constants) == 2


def test_a_view_that_was_not_overwritten_keeps_its_readers() -> None:
    run, module, shape = program("disjoint views")
    assert isinstance(module, network_zoo.DisjointViews)
    recorded = run.record(torch.randn(shape))
    assert run.graph.by_id["cat"].inputs == ("relu_", "getitem_1")
    assert (recorded["getitem"] < 0).any()
    assert torch.equal(recorded["cat"], torch.cat([recorded["relu_"], recorded["getitem_1"]]))


def test_layers_are_handed_over_in_graph_order_as_they_are_done() -> None:
    run, _, shape = program("functional")
    layer_ids: list[str] = []
    recorded = run.record(torch.randn(shape), lambda layer, _value: layer_ids.append(layer))
    assert layer_ids == list(recorded) == [layer.id for layer in run.graph.layers]


def test_training_mode_is_left_behind() -> None:
    module, shape = network_zoo.make("depthwise")
    run = Program(build(module.train(), shape), module)
    before = module.bn.running_mean.clone()
    run.record(torch.randn(shape))
    assert torch.equal(module.bn.running_mean, before)


class Nested(nn.Module):
    """A leaf of torch.nn that calls submodules of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(x.flatten(2).transpose(1, 2))


@pytest.mark.parametrize(
    "module", [network_zoo.make("in place")[0], Nested().eval()], ids=["in place", "nested leaf"]
)
def test_threads_may_trace_and_record_at_once(module: nn.Module) -> None:
    shape = (2, 9, 11) if isinstance(module, network_zoo.InPlace) else (4, 3, 3)
    run = Program(build(module, shape), module)
    pictures = [torch.randn(shape) for _ in range(8)]
    with torch.inference_mode():
        outputs = [module(picture[None].clone())[0] for picture in pictures]
    failures: list[str] = []
    done = threading.Event()

    def record(picture: Tensor, expected: Tensor) -> None:
        for _ in range(40):
            try:
                if not torch.equal(run.record(picture)[run.graph.output], expected):
                    failures.append("another thread's values")
            except Exception as error:
                failures.append(repr(error))

    def trace_others() -> None:
        while not done.is_set():
            build(module, shape)

    tracer = threading.Thread(target=trace_others)
    recorders = [threading.Thread(target=record, args=pair) for pair in zip(pictures, outputs, strict=True)]
    for thread in (tracer, *recorders):
        thread.start()
    for thread in recorders:
        thread.join()
    done.set()
    tracer.join()
    assert failures == []


def test_networks_may_be_built_at_once() -> None:
    failures: list[str] = []

    def build_often(name: str) -> None:
        module, shape = network_zoo.make(name)
        for _ in range(15):
            try:
                build(module, shape)
            except Exception as error:
                failures.append(repr(error))

    threads = [
        threading.Thread(target=build_often, args=(name,)) for name in ("functional", "in place", "depthwise")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize(
    ("name", "layer", "expected"),
    [
        ("functional", "conv2d", {"weight": (6, 3, 3, 2), "bias": (6,)}),
        ("functional", "branch", {"weight": (6, 6, 1, 1), "bias": (6,)}),
    ],
)
def test_a_layers_parameters_have_the_names_pytorch_gives_them(
    name: str, layer: str, expected: dict[str, tuple[int, ...]]
) -> None:
    run, _, _ = program(name)
    assert {key: tuple(value.shape) for key, value in run.parameters(layer).items()} == expected


def test_a_batch_norms_parameters_are_found_for_modules_and_functions() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.BatchNorm2d(2)

        def forward(self, x: Tensor) -> Tensor:
            norm = self.norm
            return F.batch_norm(norm(x), norm.running_mean, norm.running_var, norm.weight, norm.bias)  # type: ignore[no-any-return]

    module = Twice()
    run = Program(build(module, (2, 3, 3)), module)
    modules, functions = run.parameters("norm"), run.parameters("batch_norm")
    assert {"running_mean", "running_var", "weight", "bias"} <= modules.keys() >= functions.keys()
    assert all(functions[key].data_ptr() == modules[key].data_ptr() for key in functions)
    assert set(functions) == {"running_mean", "running_var", "weight", "bias"}
    assert run.parameters("input") == {}


def test_weights_are_found_for_modules_and_functions() -> None:
    module, shape = network_zoo.make("functional")
    weights = Program(build(module, shape), module).weights
    assert {key: tuple(value.shape) for key, value in weights.items()} == {
        "conv2d": (6, 3, 3, 2),
        "branch": (6, 6, 1, 1),
        "fc": (5, 12),
    }
