from __future__ import annotations

import stat
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from model import registry, training
from model.augmentation import Flip
from model.datasets import Dataset, Split, prepare
from model.evaluate import evaluate
from model.recipe import Recipe
from model.training import NoRecipeError, Progress, train

RECIPE = Recipe(
    dataset="none",
    epochs=3,
    batch_size=16,
    optimizer="adamw",
    learning_rate=0.01,
    augmentations=(Flip(),),
    saved_epochs=(1, 2),
)


def bright_or_dark(count: int, shape: tuple[int, ...]) -> Split:
    """Return noisy pictures whose class is whether they are bright: anything that learns, learns this."""
    random = np.random.default_rng(0)
    labels = np.arange(count) % 2
    noise = random.integers(0, 90, (count, *shape))
    pictures = (noise + 150 * labels.reshape(-1, *[1] * len(shape))).astype(np.uint8)
    return Split("bright or dark", pictures, labels.astype(np.int64))


DATA = {
    "lecture-cnn": bright_or_dark(96, (20, 20, 3)),
    "lenet": bright_or_dark(96, (28, 28)),
}


def loss_of(network_id: str, module: nn.Module, split: Split) -> float:
    inputs = prepare(split, registry.get(network_id).card.preprocessing)
    labels = torch.from_numpy(split.labels)
    with torch.inference_mode():
        logits = module.logits(inputs)
        if logits.shape[1] == 1:
            return float(nn.functional.binary_cross_entropy_with_logits(logits[:, 0], labels.float()))
        return float(nn.functional.cross_entropy(logits, labels))


@pytest.mark.parametrize("network_id", ["lecture-cnn", "lenet"])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_one_epoch_lowers_the_loss(network_id: str, optimizer: str, tmp_path: Path) -> None:
    split = DATA[network_id]
    rate = {"adamw": 0.01, "sgd": 0.1}[optimizer]
    recipe = replace(RECIPE, epochs=1, optimizer=optimizer, learning_rate=rate, saved_epochs=())
    before = loss_of(network_id, registry.seeded(registry.get(network_id)).eval(), split)
    module = train(network_id, folder=tmp_path, recipe=recipe, dataset=Dataset(split, split))
    assert loss_of(network_id, module, split) < 0.9 * before


def test_leaves_the_recipes_checkpoints_and_each_loads(tmp_path: Path) -> None:
    split = DATA["lenet"]
    reports: list[Progress] = []
    module = train(
        "lenet", folder=tmp_path, recipe=RECIPE, dataset=Dataset(split, split), on_epoch=reports.append
    )
    files = sorted(path.name for path in (tmp_path / "lenet").iterdir())
    assert files == sorted(f"{name}.safetensors" for name in RECIPE.checkpoints)
    network = registry.get("lenet")
    kernels = [
        registry.read(network, registry.weights_path("lenet", name, tmp_path)).state_dict()["conv1.weight"]
        for name in RECIPE.checkpoints
    ]
    assert torch.equal(kernels[0], registry.seeded(network).state_dict()["conv1.weight"])
    assert torch.equal(kernels[-1], module.state_dict()["conv1.weight"])
    assert not any(torch.equal(a, b) for a, b in pairwise(kernels))
    assert [(p.epoch, p.epochs) for p in reports] == [(1, 3), (2, 3), (3, 3)]
    assert reports[-1].loss < reports[0].loss
    assert all(0 <= p.accuracy <= 1 and p.seconds >= 0 for p in reports)
    assert not module.training


def test_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path: Path) -> None:
    split = DATA["lecture-cnn"]
    first, again, other = (
        train("lecture-cnn", folder=tmp_path, recipe=recipe, dataset=Dataset(split, split)).state_dict()
        for recipe in (RECIPE, RECIPE, replace(RECIPE, seed=5))
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not any(torch.equal(first[name], other[name]) for name in first)


def test_what_is_measured_is_what_was_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    split = DATA["lenet"]
    recipe = replace(RECIPE, half_precision=True)
    module = train("lenet", folder=tmp_path, recipe=recipe, dataset=Dataset(split, split))
    monkeypatch.setattr(
        registry, "weights_path", lambda network_id, name: tmp_path / network_id / f"{name}.safetensors"
    )
    assert evaluate("lenet", split=split).accuracy > 0.9
    saved = registry.load("lenet").get_parameter("fc1.weight")
    trained = module.get_parameter("fc1.weight")
    assert torch.equal(saved, trained.half().float())
    assert not torch.equal(saved, trained)


def test_half_precision_leaves_counts_whole(tmp_path: Path) -> None:
    norm = nn.BatchNorm2d(3)
    norm.num_batches_tracked += 70_001
    training.save(norm, tmp_path / "norm.safetensors", half_precision=True)
    saved = load_file(tmp_path / "norm.safetensors")
    assert saved["num_batches_tracked"].item() == 70_001
    assert saved["running_var"].dtype == torch.float16


def test_an_interrupted_run_leaves_what_it_reached(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.epoch == 2:
            raise KeyboardInterrupt

    split = DATA["lecture-cnn"]
    with pytest.raises(KeyboardInterrupt):
        train("lecture-cnn", folder=tmp_path, recipe=RECIPE, dataset=Dataset(split, split), on_epoch=stop)
    files = {path.name for path in (tmp_path / "lecture-cnn").iterdir()}
    assert files == {"initial.safetensors", "epoch-1.safetensors", "epoch-2.safetensors"}


def test_others_may_read_the_weights(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    training.save(nn.Linear(2, 2), path, half_precision=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [file.name for file in tmp_path.iterdir()] == ["x.safetensors"]


def test_a_published_network_is_not_trained_here() -> None:
    with pytest.raises(NoRecipeError, match="efficientnet-lite0 was trained and published by others"):
        train("efficientnet-lite0")
