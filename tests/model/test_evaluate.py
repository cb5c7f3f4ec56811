from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from model import registry
from model.datasets import DatasetError, Split
from model.evaluate import NoTestSetError, evaluate, predicted

pytestmark = pytest.mark.numbers


def pictures(count: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)


@pytest.mark.parametrize(
    ("network_id", "shape"), [("lecture-cnn", (32, 32, 3)), ("lenet", (28, 28)), ("tiny-vgg", (40, 32, 3))]
)
def test_counts_exactly_the_pictures_named_rightly(network_id: str, shape: tuple[int, ...]) -> None:
    network, module = registry.get(network_id), registry.load(network_id)
    classes = len(network.card.labels)
    photographs = pictures(30, shape)
    named = []
    for picture in photographs:
        probabilities = module(network.card.preprocessing.apply(Image.fromarray(picture))[None])[0]
        named.append(int(probabilities[0] > 0.5) if classes == 2 else int(probabilities.argmax()))
    labels = np.array([name if i < 11 else (name + 1) % classes for i, name in enumerate(named)])
    reports: list[tuple[int, int]] = []
    result = evaluate(
        network_id,
        split=Split("synthetic", photographs, labels),
        on_batch=lambda done, of: reports.append((done, of)),
    )
    assert (result.correct, result.count) == (11, 30)
    assert result.accuracy == 11 / 30
    assert (result.network, result.checkpoint, result.split) == (network_id, "trained", "synthetic")
    assert reports == [(30, 30)]


def test_measures_the_checkpoint_that_is_asked_for() -> None:
    digits = pictures(200, (28, 28))
    network = registry.get("lenet")
    batch = torch.stack([network.card.preprocessing.apply(Image.fromarray(picture)) for picture in digits])
    labels = registry.load("lenet", "initial")(batch).argmax(dim=1).numpy()
    split = Split("what the untrained network says", digits, labels)
    assert evaluate("lenet", "initial", split=split).accuracy == 1
    assert evaluate("lenet", "trained", split=split).accuracy < 1


def test_published_network_says_why_it_is_not_measured() -> None:
    with pytest.raises(
        NoTestSetError, match=r"efficientnet-lite0 cannot be measured here.*ImageNet.*published"
    ):
        evaluate("efficientnet-lite0")


def test_unknown_names_are_refused() -> None:
    with pytest.raises(registry.UnknownNetwork):
        evaluate("nothing")
    with pytest.raises(registry.UnknownCheckpoint):
        evaluate("lenet", "epoch-0")


def test_no_pictures_is_an_error_not_a_division_by_zero() -> None:
    with pytest.raises(DatasetError, match="has no pictures"):
        evaluate("lenet", split=Split("empty", pictures(0, (28, 28)), np.zeros(0, dtype=np.int64)))


def test_predicted_is_the_most_probable_class() -> None:
    assert predicted(torch.tensor([[0.1, 3.0, -1.0], [2.0, 1.0, 0.0]])).tolist() == [1, 0]
    # A single logit is that of class 1: above zero its probability is above one half.
    assert predicted(torch.tensor([[-0.1], [0.1], [0.0]])).tolist() == [0, 1, 0]
