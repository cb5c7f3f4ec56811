"""What excites a channel most: what is kept against the networks themselves, run anew on the pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from app.services import exemplars as exemplar_service
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from model import exemplars, registry
from model.datasets import CIFAR10_LABELS

pytestmark = pytest.mark.numbers

OURS = [network_id for network_id, network in registry.NETWORKS.items() if network.recipe]


def program(name: str) -> Program:
    module = registry.load(name)
    return Program(build(module, registry.get(name).card.input_shape), module)


def recorded(name: str, layer_id: str) -> tuple[tuple[int, ...], np.ndarray[Any, Any]]:
    """The pictures that are shown, and a layer's values on each of them, by the module alone: (n, C, …)."""
    module = registry.load(name)
    outputs: list[torch.Tensor] = []
    path = build(module, registry.get(name).card.input_shape).by_id[layer_id].module
    module.get_submodule(path).register_forward_hook(lambda _module, _inputs, output: outputs.append(output))
    indices = exemplars.picture_indices(name)
    picture_set = exemplars.picture_set_of(name)
    assert picture_set is not None
    pictures = exemplars.pictures(picture_set.name)
    preprocessing = registry.get(name).card.preprocessing
    with torch.inference_mode():
        for index in indices:
            module(preprocessing.apply(pictures[index])[None])
    return indices, torch.cat(outputs).numpy()


@pytest.mark.parametrize(
    ("name", "layer_id"),
    [
        ("lecture-cnn", "conv"),
        ("lecture-cnn", "fc"),
        ("lenet", "pool2"),
        ("lenet", "fc2"),
        ("tiny-vgg", "conv1_1"),
        ("tiny-vgg", "relu2_2"),
        ("small-vgg", "bn3_2"),
        ("small-vgg", "fc"),
    ],
)
def test_what_is_kept_is_what_the_network_puts_out(name: str, layer_id: str) -> None:
    indices, values = recorded(name, layer_id)
    largest = values.reshape(len(values), values.shape[1], -1).max(axis=2)
    assert exemplars.layers(name)[layer_id] == values.shape[1]
    for channel in range(values.shape[1]):
        strongest = exemplars.strongest(name, layer_id, channel)
        best = np.sort(largest[:, channel])[::-1][: exemplars.MOST]
        assert [one.value for one in strongest] == pytest.approx(best.tolist(), rel=1e-4, abs=1e-5)
        assert len({one.index for one in strongest}) == exemplars.MOST
        for one in strongest:
            cell = values[indices.index(one.index), channel]
            at = cell[one.cell] if one.cell else cell
            assert float(at) == pytest.approx(one.value, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", OURS)
def test_every_layer_with_numbers_of_its_own_is_there(name: str) -> None:
    graph = program(name).graph
    assert set(exemplars.layers(name)) == {
        layer.id for layer in graph.layers if layer.kind not in {"input", "flatten"}
    }
    for layer_id, channels in exemplars.layers(name).items():
        shape = graph.by_id[layer_id].shape
        assert channels == shape[0]
        for one in exemplars.strongest(name, layer_id, channels - 1):
            assert (one.cell is not None) == (len(shape) == 3)
            assert one.index in exemplars.picture_indices(name)


def test_a_network_is_shown_pictures_of_the_classes_that_it_knows() -> None:
    assert len(exemplars.picture_indices("tiny-vgg")) == len(exemplars.CIFAR10) == 200
    assert len(exemplars.picture_indices("lenet")) == len(exemplars.MNIST) == 100
    indices = exemplars.picture_indices("lecture-cnn")
    assert {exemplars.CIFAR10.label(index) for index in indices} == {"cat", "dog"}
    assert len(indices) == 40
    assert exemplars.picture_set_of("efficientnet-lite0") is None
    assert exemplars.picture_indices("efficientnet-lite0") == ()
    assert exemplars.layers("efficientnet-lite0") == {}


def test_the_digits_are_in_the_rows_of_their_labels() -> None:
    run = program("lenet")
    preprocessing = registry.get("lenet").card.preprocessing
    pictures = exemplars.pictures("mnist")
    predicted = [
        str(int(run.record(preprocessing.apply(pictures[index]))["softmax"].argmax()))
        for index in range(len(exemplars.MNIST))
    ]
    right = sum(label == exemplars.MNIST.label(index) for index, label in enumerate(predicted))
    assert right >= 97


def test_the_photographs_are_in_the_rows_of_their_labels() -> None:
    run = program("small-vgg")
    preprocessing = registry.get("small-vgg").card.preprocessing
    pictures = exemplars.pictures("cifar10")
    predicted = [int(run.record(preprocessing.apply(picture))["softmax"].argmax()) for picture in pictures]
    right = sum(
        CIFAR10_LABELS[label] == exemplars.CIFAR10.label(index) for index, label in enumerate(predicted)
    )
    assert right >= 170


def test_of_equal_values_the_first_picture_and_the_first_cell_come_first() -> None:
    run = program("lenet")
    blank = torch.zeros(1, 28, 28)

    class Blank:
        def apply(self, _picture: object) -> torch.Tensor:
            return blank

    pictures = exemplars.pictures("mnist")
    computed = exemplar_service.compute(run, Blank(), pictures, range(8))  # type: ignore[arg-type]
    for one in computed["relu1"]:
        assert [exemplar.index for exemplar in one] == [0, 1, 2, 3, 4]
    dead = [channel for channel in computed["relu1"] if channel[0].value == 0]
    assert all(channel[0].cell == (0, 0) for channel in dead)


def test_all_of_it_is_small() -> None:
    files = [*exemplars.FOLDER.glob("*.json"), *exemplars.FOLDER.glob("*.png")]
    assert {file.stem for file in files} == {*OURS, *exemplars.SETS}
    assert sum(file.stat().st_size for file in files) < 1_000_000
