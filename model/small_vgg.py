"""small-vgg: a VGG-style network with batch norm for 32×32 colour pictures."""

from __future__ import annotations

import torch
from torch import nn

from model.augmentation import Crop, Flip
from model.card import Accuracy, Card, Network
from model.datasets import CIFAR10_LABELS
from model.preprocessing import CenterCrop, Normalize, Preprocessing, Resize, Scale, ToMode
from model.recipe import Recipe


class SmallVGG(nn.Module):
    """Three stages of two 3×3 convolutions (32, 64, 128 channels), each with batch norm and ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1_1 = nn.Conv2d(3, 32, kernel_size=3, padding=1, bias=False)
        self.bn1_1 = nn.BatchNorm2d(32)
        self.relu1_1 = nn.ReLU()
        self.conv1_2 = nn.Conv2d(32, 32, kernel_size=3, padding=1, bias=False)
        self.bn1_2 = nn.BatchNorm2d(32)
        self.relu1_2 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2_1 = nn.Conv2d(32, 64, kernel_size=3, padding=1, bias=False)
        self.bn2_1 = nn.BatchNorm2d(64)
        self.relu2_1 = nn.ReLU()
        self.conv2_2 = nn.Conv2d(64, 64, kernel_size=3, padding=1, bias=False)
        self.bn2_2 = nn.BatchNorm2d(64)
        self.relu2_2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv3_1 = nn.Conv2d(64, 128, kernel_size=3, padding=1, bias=False)
        self.bn3_1 = nn.BatchNorm2d(128)
        self.relu3_1 = nn.ReLU()
        self.conv3_2 = nn.Conv2d(128, 128, kernel_size=3, padding=1, bias=False)
        self.bn3_2 = nn.BatchNorm2d(128)
        self.relu3_2 = nn.ReLU()
        self.pool3 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(128, 10)
        self.softmax = nn.Softmax(dim=1)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 10) logits of a batch (N, 3, 32, 32)."""
        x = self.relu1_1(self.bn1_1(self.conv1_1(x)))
        x = self.pool1(self.relu1_2(self.bn1_2(self.conv1_2(x))))
        x = self.relu2_1(self.bn2_1(self.conv2_1(x)))
        x = self.pool2(self.relu2_2(self.bn2_2(self.conv2_2(x))))
        x = self.relu3_1(self.bn3_1(self.conv3_1(x)))
        x = self.pool3(self.relu3_2(self.bn3_2(self.conv3_2(x))))
        logits: torch.Tensor = self.fc(self.flatten(self.gap(x)))
        return logits

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 10) probabilities of a batch (N, 3, 32, 32)."""
        probabilities: torch.Tensor = self.softmax(self.logits(x))
        return probabilities


_RECIPE = Recipe(
    dataset="cifar10",
    epochs=26,
    batch_size=128,
    optimizer="sgd",
    learning_rate=0.2,
    weight_decay=5e-4,
    label_smoothing=0.05,
    augmentations=(Crop(padding=4), Flip()),
    saved_epochs=(1, 2, 5, 10, 18),
    half_precision=True,
)

NETWORK = Network(
    card=Card(
        id="small-vgg",
        title="Small VGG",
        summary="VGG style with batch norm: three stages of two 3×3 convolutions, then a global average.",
        input_shape=(3, 32, 32),
        preprocessing=Preprocessing(
            picture_steps=(CenterCrop(), ToMode("RGB"), Resize(32, 32)),
            scale=Scale(),
            tensor_steps=(Normalize(mean=(0.4914, 0.4822, 0.4465), std=(0.2470, 0.2435, 0.2616)),),
        ),
        labels=CIFAR10_LABELS,
        dataset="CIFAR-10 (Krizhevsky 2009)",
        accuracy=Accuracy(value=0.9043, count=10_000, split="CIFAR-10 test"),
        checkpoints=_RECIPE.checkpoints,
        license="Apache-2.0",
        source="Trained by `convscope train small-vgg` on the 50,000 training pictures of CIFAR-10.",
        notes=("Trained with pictures cropped and mirrored at random, so a thing may stand anywhere.",),
    ),
    build=SmallVGG,
    recipe=_RECIPE,
)
