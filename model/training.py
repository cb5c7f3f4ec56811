"""Training: a recipe and a data set in, checkpoints out.

The same seed gives the same weights on the same machine with the same number of threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from model.datasets import DATASETS, Dataset, prepare
from model.evaluate import predicted
from model.recipe import Recipe
from model.registry import WEIGHTS, get, seeded, weights_path


class NoRecipeError(RuntimeError):
    """The network was trained and published by others, and cannot be trained here."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One epoch done: mean ``loss`` and ``accuracy`` (a fraction) over its augmented training pictures."""

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    seconds: float


def train(
    network_id: str,
    *,
    folder: Path = WEIGHTS,
    recipe: Recipe | None = None,
    dataset: Dataset | None = None,
    on_epoch: Callable[[Progress], None] = lambda _: None,
) -> nn.Module:
    """Train a network from its seeded weights and return it, in eval mode.

    Writes the checkpoints ``initial``, each ``epoch-N`` that the recipe keeps, and ``trained`` to
    ``folder/<network_id>/`` as they come, so that an interrupted run leaves those that it reached.
    ``recipe`` and ``dataset`` stand in for the network's own. ``on_epoch`` is called after every epoch; an
    error that it raises ends the run. The test split is never read.

    Raises:
        UnknownNetwork: no network has that id.
        NoRecipeError: the network is not trained by us and no recipe is given.
        DatasetError: the data set cannot be fetched.
    """
    network = get(network_id)
    recipe = recipe or network.recipe
    if recipe is None:
        raise NoRecipeError(f"{network_id} was trained and published by others: {network.card.source}")
    split = (dataset or DATASETS[recipe.dataset]()).train
    inputs = prepare(split, network.card.preprocessing)
    labels = torch.from_numpy(split.labels)

    module = seeded(network)

    def keep(checkpoint: str) -> None:
        save(module, weights_path(network_id, checkpoint, folder), half_precision=recipe.half_precision)

    keep("initial")
    for progress in fit(module, inputs, labels, recipe):
        if progress.epoch in recipe.saved_epochs:
            keep(f"epoch-{progress.epoch}")
        on_epoch(progress)
    keep("trained")
    return module.eval()


def fit(module: nn.Module, inputs: torch.Tensor, labels: torch.Tensor, recipe: Recipe) -> Iterator[Progress]:
    """Train a module in place, yielding after every epoch.

    ``inputs`` is float32 (N, C, H, W), preprocessed; ``labels`` is int64 (N,). The module's ``logits`` gives
    (N, classes), or (N, 1) for two classes.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    count = len(inputs)
    batches = -(-count // recipe.batch_size)
    optimizer = _optimizer(module, recipe)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=recipe.epochs * batches, pct_start=0.25
    )
    # The layout in which the CPU's convolutions run fastest; the values are the same.
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for epoch in range(1, recipe.epochs + 1):
        module.train()
        began, loss_sum, correct = time.monotonic(), 0.0, 0
        for chosen in torch.split(torch.randperm(count, generator=generator), recipe.batch_size):
            batch, targets = inputs[chosen], labels[chosen]
            for augmentation in recipe.augmentations:
                batch = augmentation.apply(batch, generator)
            logits = module.logits(batch.contiguous(memory_format=torch.channels_last))  # type: ignore[operator]
            loss = _loss(logits, targets, recipe.label_smoothing)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
            loss_sum += loss.item() * len(targets)
            correct += int((predicted(logits) == targets).sum())
        yield Progress(epoch, recipe.epochs, loss_sum / count, correct / count, time.monotonic() - began)


def save(module: nn.Module, path: Path, *, half_precision: bool) -> None:
    """Write the module's weights as safetensors, whole or not at all; its folder is made if need be."""
    tensors = {
        name: (value.half() if half_precision and value.is_floating_point() else value).contiguous()
        for name, value in module.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, partial)
    # The writer makes files that only their owner may read, and a server may run as somebody else.
    partial.chmod(0o644)
    partial.replace(path)


def _optimizer(module: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    # Weight decay is for kernels and matrices: biases and batch norm's scales have no reason to be small.
    kernels = [p for p in module.parameters() if p.ndim > 1]
    others = [p for p in module.parameters() if p.ndim <= 1]
    groups = [
        {"params": kernels, "weight_decay": recipe.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=recipe.learning_rate)
    return torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=0.9, nesterov=True)


def _loss(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    if logits.shape[1] > 1:
        return functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    targets = labels.to(logits.dtype)[:, None] * (1 - smoothing) + smoothing / 2
    return functional.binary_cross_entropy_with_logits(logits, targets)
