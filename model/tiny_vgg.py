"""tiny-vgg: the small network that students know from CNN Explainer."""

from __future__ import annotations

import torch
from torch import nn

from model.augmentation import Flip
from model.card import Accuracy, Card, Network
from model.datasets import CIFAR10_LABELS
from model.preprocessing import CenterCrop, Preprocessing, Resize, Scale, ToMode
from model.recipe import Recipe


class TinyVGG(nn.Module):
    """Two stages of two 3×3 convolutions, ten filters each, no padding: 32 → 30 → 28 → 14 → 12 → 10 → 5."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1_1 = nn.Conv2d(3, 10, kernel_size=3)
        self.relu1_1 = nn.ReLU()
        self.conv1_2 = nn.Conv2d(10, 10, kernel_size=3)
        self.relu1_2 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2_1 = nn.Conv2d(10, 10, kernel_size=3)
        self.relu2_1 = nn.ReLU()
        self.conv2_2 = nn.Conv2d(10, 10, kernel_size=3)
        self.relu2_2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(10 * 5 * 5, 10)
        self.softmax = nn.Softmax(dim=1)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 10) logits of a batch (N, 3, 32, 32)."""
        x = self.relu1_1(self.conv1_1(x))
        x = self.pool1(self.relu1_2(self.conv1_2(x)))
        x = self.relu2_1(self.conv2_1(x))
        x = self.pool2(self.relu2_2(self.conv2_2(x)))
        logits: torch.Tensor = self.fc(self.flatten(x))
        return logits

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 10) probabilities of a batch (N, 3, 32, 32)."""
        probabilities: torch.Tensor = self.softmax(self.logits(x))
        return probabilities


_RECIPE = Recipe(
    dataset="cifar10",
    epochs=40,
    batch_size=128,
    optimizer="adamw",
    learning_rate=0.01,
    weight_decay=1e-4,
    augmentations=(Flip(),),
    saved_epochs=(1, 2, 5, 10, 20),
)

NETWORK = Network(
    card=Card(
        id="tiny-vgg",
        title="Tiny VGG",
        summary="Twice convolution, ReLU, convolution, ReLU and pooling, ten filters each; one dense layer.",
        input_shape=(3, 32, 32),
        preprocessing=Preprocessing(
            picture_steps=(CenterCrop(), ToMode("RGB"), Resize(32, 32)),
            scale=Scale(),
        ),
        labels=CIFAR10_LABELS,
        dataset="CIFAR-10 (Krizhevsky 2009)",
        accuracy=Accuracy(value=0.6750, count=10_000, split="CIFAR-10 test"),
        checkpoints=_RECIPE.checkpoints,
        license="Apache-2.0",
        source="Trained by `convscope train tiny-vgg` on the 50,000 training pictures of CIFAR-10.",
        notes=(
            "The topology is the one that CNN Explainer made known (Wang et al. 2020); its classes and"
            " weights are others: these were trained on CIFAR-10.",
        ),
    ),
    build=TinyVGG,
    recipe=_RECIPE,
)
