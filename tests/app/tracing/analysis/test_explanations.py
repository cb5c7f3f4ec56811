"""Grad-CAM and saliency against plain autograd on the network itself, occlusion against a plain loop."""

from __future__ import annotations

import threading

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app.tracing.analysis import explanations
from app.tracing.analysis.explanations import PatchPositions, Unexplainable
from app.tracing.analysis.prediction import predict
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from model import registry
from tests.app.tracing import network_zoo

LAST_MAPS = {
    "lecture-cnn": "relu",
    "lenet": "relu2",
    "tiny-vgg": "relu2_2",
    "small-vgg": "relu3_2",
    "efficientnet-lite0": "_relu1",
}
CLASSES = {name: (0, 1) if name == "lecture-cnn" else (3, 7) for name in LAST_MAPS}


def program(name: str) -> Program:
    module = registry.load(name)
    return Program(build(module, registry.get(name).card.input_shape), module)


def zoo_program(name: str) -> Program:
    module, shape = network_zoo.make(name)
    return Program(build(module, shape), network_zoo.twin(name))


def an_input(shape: tuple[int, ...]) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(3))


def plain_logits(module: nn.Module, inputs: Tensor) -> Tensor:
    """(1, classes): what the network's own method gives; of a single sigmoid unit z, −z and z."""
    logits: Tensor = module.logits(inputs)  # type: ignore[operator]
    return torch.cat([-logits, logits], dim=1) if logits.shape[1] == 1 else logits


def plain_grad_cam(module: nn.Module, layer: nn.Module, inputs: Tensor, class_index: int) -> Tensor:
    """Grad-CAM as its paper states it, by one hook and one backward pass."""
    maps: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        maps.append(output.detach().requires_grad_())
        return maps[-1]

    handle = layer.register_forward_hook(keep)
    try:
        (gradient,) = torch.autograd.grad(plain_logits(module, inputs)[0, class_index], maps)
    finally:
        handle.remove()
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    return F.relu((weights * maps[0]).sum(dim=1)[0]).detach()


@pytest.mark.parametrize("name", LAST_MAPS)
def test_grad_cam_is_that_of_plain_autograd(name: str) -> None:
    run = program(name)
    layer_id = explanations.default_grad_cam_layer(run.graph)
    assert layer_id == LAST_MAPS[name]
    picture = an_input(run.graph.input_shape)
    module = registry.load(name)
    path = run.graph.by_id[layer_id].module
    maps = [explanations.grad_cam(run, picture, index, layer_id) for index in CLASSES[name]]
    for index, attribution in zip(CLASSES[name], maps, strict=True):
        expected = plain_grad_cam(module, module.get_submodule(path), picture[None], index)
        assert attribution.shape == run.graph.by_id[layer_id].shape[1:]
        assert attribution.dtype == torch.float32
        torch.testing.assert_close(attribution, expected, rtol=1e-5, atol=1e-5)
    assert any((attribution > 0).any() for attribution in maps)
    assert not torch.equal(maps[0], maps[1])


@pytest.mark.parametrize("name", LAST_MAPS)
def test_saliency_is_that_of_plain_autograd(name: str) -> None:
    run = program(name)
    picture = an_input(run.graph.input_shape)
    module = registry.load(name)
    for index in CLASSES[name]:
        inputs = picture[None].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(plain_logits(module, inputs)[0, index], inputs)
        attribution = explanations.saliency(run, picture, index)
        assert attribution.shape == picture.shape[1:]
        torch.testing.assert_close(attribution, gradient[0].abs().amax(dim=0), rtol=1e-5, atol=1e-5)
        assert (attribution > 0).any()


@pytest.mark.parametrize("name", LAST_MAPS)
@pytest.mark.parametrize("of", ["probability", "logit"])
def test_occlusion_is_a_plain_loop(name: str, of: explanations.Score) -> None:
    run = program(name)
    picture = an_input(run.graph.input_shape)
    _, height, width = picture.shape
    module = registry.load(name)
    index = CLASSES[name][1]
    patch, stride = height // 2, max(1, height // 3)
    fill = torch.tensor([0.1, 0.5, 0.9])[: picture.shape[0]]
    positions = PatchPositions(patch, stride, height, width)
    expected = []
    for top in range(0, height - patch + stride, stride):
        for left in range(0, width - patch + stride, stride):
            covered = picture.clone()
            for channel in range(len(picture)):
                covered[channel, top : top + patch, left : left + patch] = fill[channel]
            logits = plain_logits(module, covered[None])[0]
            both = torch.sigmoid(logits) if name == "lecture-cnn" else torch.softmax(logits, dim=0)
            expected.append(float((both if of == "probability" else logits)[index]))
    attribution = list(explanations.occlusion(run, picture, index, positions, fill, of))
    assert len(attribution) == len(positions) == positions.rows * positions.columns
    assert attribution == pytest.approx(expected, abs=1e-5)
    assert len(set(attribution)) > 1


def test_a_score_is_the_very_number_of_the_trace() -> None:
    run = program("tiny-vgg")
    picture = an_input((3, 32, 32))
    for prediction in predict(run.graph, run.record(picture), ()):
        assert explanations.class_score(run, picture, prediction.index, "logit") == prediction.logit
        assert (
            explanations.class_score(run, picture, prediction.index, "probability") == prediction.probability
        )


@pytest.mark.parametrize(
    ("patch", "stride", "expected"),
    [
        (2, 2, [slice(0, 2), slice(2, 4), slice(4, 5)]),
        (2, 3, [slice(0, 2), slice(3, 5)]),
        (5, 1, [slice(0, 5)]),
        (3, 1, [slice(0, 3), slice(1, 4), slice(2, 5)]),
        (3, 5, [slice(0, 3)]),
        (1, 2, [slice(0, 1), slice(2, 3), slice(4, 5)]),
    ],
)
def test_patches_go_on_until_the_far_edge(patch: int, stride: int, expected: list[slice]) -> None:
    positions = PatchPositions(patch, stride, 5, 8)
    assert [rows for rows, _ in positions][:: positions.columns] == expected
    assert len(positions) == len(expected) * positions.columns
    assert [columns for _, columns in positions][: positions.columns] == [
        slice(start, min(start + patch, 8)) for start in range(0, stride * positions.columns, stride)
    ]


def functional_by_hand(module: network_zoo.Functional, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """The concatenated maps of `network_zoo.Functional` and its logits, written out anew."""
    y = F.relu(F.conv2d(inputs, module.weight, module.bias, stride=(2, 1), padding=(1, 0)))
    y = y + module.branch(y)
    maps = torch.cat([F.max_pool2d(y, 2), F.avg_pool2d(y, 2)], dim=1)
    pooled = F.adaptive_avg_pool2d(torch.tanh(maps * module.scale), 1)
    return maps, module.fc(torch.flatten(pooled, 1))


def test_a_functional_layer_is_explained_too() -> None:
    run = zoo_program("functional")
    module = network_zoo.twin("functional")
    assert isinstance(module, network_zoo.Functional)
    picture = an_input(run.graph.input_shape)
    maps, logits = functional_by_hand(module, picture[None])
    gradient, *_ = torch.autograd.grad(logits[0, 2], [maps])
    expected = F.relu((gradient.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1)[0]).detach()
    assert (expected > 0).any()
    torch.testing.assert_close(explanations.grad_cam(run, picture, 2, "cat"), expected, rtol=1e-5, atol=1e-5)
    assert explanations.default_grad_cam_layer(run.graph) == "tanh"


class TwiceInPlace(nn.Module):
    """A convolution that is called twice, and operations that overwrite what the way back needs."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.fc = nn.Linear(3, 4)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.sigmoid(self.conv(x))
        z = self.conv(y)
        z.sigmoid_()
        z *= 2
        return self.fc(z.mean((2, 3)))


def test_a_layer_called_twice_among_in_place_operations() -> None:
    torch.manual_seed(5)
    module = TwiceInPlace().eval().requires_grad_(requires_grad=False)
    run = Program(build(module, (3, 6, 7)), module)
    picture = an_input((3, 6, 7))
    first = module.conv(picture[None]).requires_grad_()
    second = module.conv(torch.sigmoid(first))
    logits = module.fc((torch.sigmoid(second) * 2).mean((2, 3)))
    for layer_id, maps in (("conv", first), ("conv_1", second)):
        gradient, *_ = torch.autograd.grad(logits[0, 1], [maps], retain_graph=True)
        expected = F.relu((gradient.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1)[0]).detach()
        attribution = explanations.grad_cam(run, picture, 1, layer_id)
        torch.testing.assert_close(attribution, expected, rtol=1e-5, atol=1e-5)


def test_weights_and_inputs_are_left_as_they_were() -> None:
    run = program("small-vgg")
    picture = an_input((3, 32, 32))
    before = [parameter.clone() for parameter in run.module.parameters()]
    explanations.grad_cam(run, picture, 0, "relu3_2")
    explanations.saliency(run, picture, 0)
    for parameter, weight in zip(run.module.parameters(), before, strict=True):
        assert parameter.grad is None
        assert not parameter.requires_grad
        assert torch.equal(parameter, weight)
    assert picture.grad is None
    assert not picture.requires_grad


def test_many_threads_may_ask_while_networks_are_traced() -> None:
    run = program("tiny-vgg")
    pictures = [an_input((3, 32, 32)) * (1 + index) for index in range(4)]
    alone = [explanations.grad_cam(run, picture, 1, "relu2_2") for picture in pictures]
    attribution: list[Tensor | None] = [None] * len(pictures)
    stop = threading.Event()

    def trace() -> None:
        while not stop.is_set():
            build(registry.seeded(registry.get("lecture-cnn")), (3, 20, 20))

    def ask(index: int) -> None:
        attribution[index] = explanations.grad_cam(run, pictures[index], 1, "relu2_2")

    tracer = threading.Thread(target=trace)
    tracer.start()
    asking = [threading.Thread(target=ask, args=(index,)) for index in range(len(pictures))]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    stop.set()
    tracer.join()
    for one, other in zip(attribution, alone, strict=True):
        assert one is not None
        assert torch.equal(one, other)


@pytest.mark.parametrize("layer_id", ["fc", "flatten", "softmax", "input", "galaxy"])
def test_a_layer_without_maps_is_refused_with_those_that_have(layer_id: str) -> None:
    run = program("tiny-vgg")
    with pytest.raises(Unexplainable, match="layers that have: conv1_1, relu1_1"):
        explanations.grad_cam(run, an_input((3, 32, 32)), 0, layer_id)


def test_a_layer_beside_the_way_to_the_classes_is_none_of_them() -> None:
    graph = program("small-vgg").graph
    assert "gap" not in explanations.grad_cam_layers(graph)  # maps of one cell
    assert explanations.grad_cam_layers(graph)[0] == "conv1_1"


@pytest.mark.parametrize(("name", "last"), [("tiny-vgg", 9), ("lecture-cnn", 1)])
def test_a_class_that_there_is_not_is_refused(name: str, last: int) -> None:
    run = program(name)
    picture = an_input(run.graph.input_shape)
    assert explanations.class_count(run.graph) == last + 1
    for index in (-1, last + 1):
        with pytest.raises(Unexplainable, match=f"there are 0 to {last}"):
            explanations.saliency(run, picture, index)
        with pytest.raises(Unexplainable, match=f"there are 0 to {last}"):
            explanations.class_score(run, picture, index, "logit")


class Flat(nn.Module):
    """A network of vectors alone."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(12, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x.flatten(1))


def test_a_network_without_maps_has_no_grad_cam() -> None:
    graph = build(Flat(), (3, 2, 2))
    with pytest.raises(Unexplainable, match="no convolution or activation with maps"):
        explanations.default_grad_cam_layer(graph)


class Rounded(nn.Module):
    """No gradient could flow back: which cell is the largest does not move with it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).flatten(2).argmax(dim=2) * torch.ones(1, 2)


def test_where_no_gradient_passes_that_is_said() -> None:
    module = Rounded().eval()
    run = Program(build(module, (1, 5, 5)), module)
    with pytest.raises(Unexplainable, match="no gradient passes"):
        explanations.grad_cam(run, an_input((1, 5, 5)), 0, "conv")
