"""Two small sets of pictures that come with ConvScope, and which of them excite each channel of our networks most.

A set is one PNG with one row for each class. Its pictures are test pictures, which no network of ours was trained on.
`convscope exemplars` computes the exemplars of each channel with the `trained` checkpoint, and writes them to
`<network>.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from model import datasets, registry

FOLDER = Path(__file__).resolve().parent
CHECKPOINT = "trained"
MOST = 5


@dataclass(frozen=True, slots=True)
class PictureSet:
    """A sheet of pictures: ``columns`` of each class, ``side`` pixels square; ``source`` says where they are from."""

    name: str
    dataset: str
    labels: tuple[str, ...]
    columns: int
    side: int
    source: str

    @property
    def path(self) -> Path:
        """The path of its sheet."""
        return FOLDER / f"{self.name}.png"

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.labels) * self.columns

    def label(self, index: int) -> str:
        """Return the class of a picture."""
        return self.labels[index // self.columns]


CIFAR10 = PictureSet(
    "cifar10",
    "cifar10",
    datasets.CIFAR10_LABELS,
    20,
    32,
    "CIFAR-10 test (Krizhevsky 2009): the first 20 of each class",
)
MNIST = PictureSet(
    "mnist",
    "mnist",
    tuple(str(digit) for digit in range(10)),
    10,
    28,
    "MNIST digits held out (LeCun et al. 1998): the first 10 of each digit",
)
SETS: Mapping[str, PictureSet] = {one.name: one for one in (CIFAR10, MNIST)}

_OF_DATASET = {"cifar10": CIFAR10, "cats-and-dogs": CIFAR10, "mnist": MNIST}


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A picture of a set and the largest value of a channel on it, at ``cell`` (row, column); None of a vector."""

    index: int
    value: float
    cell: tuple[int, int] | None


def picture_set_of(network_id: str) -> PictureSet | None:
    """Return the set that a network of ours is shown, or None for a network that others trained.

    Raises:
        UnknownNetwork: there is none of that id.
    """
    recipe = registry.get(network_id).recipe
    return _OF_DATASET[recipe.dataset] if recipe else None


def picture_indices(network_id: str) -> tuple[int, ...]:
    """Return which pictures of its set a network is shown: those of the classes that it knows.

    Raises:
        UnknownNetwork: there is none of that id.
    """
    picture_set = picture_set_of(network_id)
    labels = registry.get(network_id).card.labels
    return (
        tuple(index for index in range(len(picture_set)) if picture_set.label(index) in labels)
        if picture_set
        else ()
    )


@cache
def pictures(name: str) -> tuple[Image.Image, ...]:
    """Return the pictures of a set, ``RGB`` or ``L``; read them only."""
    picture_set = SETS[name]
    with Image.open(picture_set.path) as sheet:
        sheet.load()
        side = picture_set.side
        corners = [divmod(index, picture_set.columns) for index in range(len(picture_set))]
        return tuple(
            sheet.crop((column * side, row * side, (column + 1) * side, (row + 1) * side))
            for row, column in corners
        )


@cache
def _computed(network_id: str) -> dict[str, Any]:
    path = FOLDER / f"{network_id}.json"
    by_layer: dict[str, Any] = json.loads(path.read_text("utf-8"))["layers"] if path.is_file() else {}
    return by_layer


def layers(network_id: str) -> Mapping[str, int]:
    """Return the layers whose exemplars are known, and how many channels each has; none where none are."""
    return {layer_id: len(channels) for layer_id, channels in _computed(network_id).items()}


def strongest(network_id: str, layer_id: str, channel: int) -> tuple[Exemplar, ...]:
    """Return the pictures that excite a channel most, the strongest first; none of a layer that `layers` has not.

    Raises:
        IndexError: the layer has no such channel.
    """
    channels = _computed(network_id).get(layer_id)
    return tuple(
        Exemplar(index, value, (cell[0], cell[1]) if cell else None)
        for index, value, *cell in (channels[channel] if channels else ())
    )


def draw_sheet(picture_set: PictureSet) -> None:
    """Write a set's sheet: the first pictures of each class in its data set's test split. Fetches the data set.

    Raises:
        DatasetError: the data set cannot be fetched.
    """
    split = datasets.DATASETS[picture_set.dataset]().test
    rows = [
        np.concatenate(split.pictures[split.labels == label][: picture_set.columns], axis=1)
        for label in range(len(picture_set.labels))
    ]
    Image.fromarray(np.concatenate(rows, axis=0)).save(picture_set.path, optimize=True)
    pictures.cache_clear()


def write(network_id: str, computed: Mapping[str, list[list[Exemplar]]]) -> Path:
    """Write the exemplars of each channel of each layer, one line for each channel; return the file's path.

    Values are written as the shortest decimals that are those float32 and no others.
    """
    parts = []
    for layer_id, channels in computed.items():
        lines = [f"  [{', '.join(map(_to_json, channel))}]" for channel in channels]
        parts.append(f"{json.dumps(layer_id)}: [\n" + ",\n".join(lines) + "\n ]")
    picture_set = picture_set_of(network_id)
    assert picture_set is not None  # noqa: S101 - there would be nothing to write
    head = f'{{"set": {json.dumps(picture_set.name)}, "checkpoint": {json.dumps(CHECKPOINT)}, "layers": {{\n '
    path = FOLDER / f"{network_id}.json"
    path.write_text(head + ",\n ".join(parts) + "\n}}\n", encoding="utf-8")
    _computed.cache_clear()
    return path


def _to_json(one: Exemplar) -> str:
    return json.dumps([one.index, float(str(np.float32(one.value))), *(one.cell or ())])
