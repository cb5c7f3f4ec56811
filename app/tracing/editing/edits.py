"""Edits of a network: one change each, as a frozen value. `editor` applies them.

No particular network is known here; `replacements` and `bounds` check whether a layer has such a channel or kernel.
Numbers are bounded so that one edit alone does not make values overflow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Activation = Literal["identity", "relu", "relu6", "leaky_relu", "sigmoid", "tanh", "silu"]
PoolingName = Literal["max", "average", "min"]
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]

ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
POOLINGS: tuple[PoolingName, ...] = get_args(PoolingName)
PADDING_MODES: tuple[PaddingMode, ...] = get_args(PaddingMode)

Index = Annotated[int, Field(ge=0, lt=1 << 20)]
Extent = Annotated[int, Field(ge=1, le=4096)]
Margin = Annotated[int, Field(ge=0, le=4096)]
Weight = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]
# Only the first bad number of a kernel is reported: 64 kB of edits could make some ten thousand errors.
KernelRow = Annotated[tuple[Weight, ...], Field(min_length=1, max_length=31, fail_fast=True)]


@dataclass(frozen=True, slots=True)
class Range:
    """The whole numbers from ``low`` to ``high``, both included."""

    low: int
    high: int

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}" if self.high > self.low else f"only {self.low}"


Permitted = Range | Mapping[str, Range] | Sequence[str]


class InvalidEdit(ValueError):
    """An edit that its layer cannot take; the message says what it can. ``index`` is its place in the list.

    ``permitted`` is what the field may be: a range, one each of ``vertical`` and ``horizontal``, or names; None
    where that cannot be listed.
    """

    def __init__(self, index: int, field: str, message: str, permitted: Permitted | None = None) -> None:
        super().__init__(message)
        self.index = index
        self.field = field
        self.permitted = permitted


class LayerEdit(BaseModel):
    """A change to one layer, which is named by its id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: Annotated[str, Field(min_length=1, max_length=200, examples=["conv1_1"])]


class MuteChannel(LayerEdit):
    """Put out 0 everywhere in one channel, after the layer's own arithmetic."""

    kind: Literal["mute"] = "mute"
    channel: Index


class ScaleChannel(LayerEdit):
    """Multiply one channel by a factor, after the layer's own arithmetic."""

    kind: Literal["scale"] = "scale"
    channel: Index
    factor: Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]


class SoloChannel(LayerEdit):
    """Put out 0 in all channels but one."""

    kind: Literal["solo"] = "solo"
    channel: Index


class SetWeight(LayerEdit):
    """Replace one number of a convolution's kernel, or (row and column 0) of a linear layer's matrix."""

    kind: Literal["weight"] = "weight"
    filter: Annotated[Index, Field(description="Output channel, or unit.")]
    channel: Annotated[Index, Field(description="Input channel within the filter, or input of the unit.")]
    row: Index = 0
    column: Index = 0
    value: Weight


class SetKernel(LayerEdit):
    """Replace a whole kernel of a convolution: that of one input channel, or every one of the filter."""

    kind: Literal["kernel"] = "kernel"
    filter: Annotated[Index, Field(description="Output channel.")]
    channel: Annotated[
        Index | None,
        Field(description="Input channel within the filter; null for the same kernel in all of them."),
    ] = None
    values: Annotated[
        tuple[KernelRow, ...],
        Field(min_length=1, max_length=31, fail_fast=True, description="Rows of the kernel."),
    ]


class SetBias(LayerEdit):
    """Replace the bias of one output channel of a convolution, or of one unit of a linear layer."""

    kind: Literal["bias"] = "bias"
    filter: Annotated[Index, Field(description="Output channel, or unit.")]
    value: Weight


class SetConvolution(LayerEdit):
    """Let a convolution slide otherwise; (vertical, horizontal) each, null for what stays as it is."""

    kind: Literal["convolution"] = "convolution"
    stride: tuple[Extent, Extent] | None = None
    padding: tuple[Margin, Margin] | None = None
    dilation: tuple[Extent, Extent] | None = None
    padding_mode: PaddingMode | None = None


class SetPooling(LayerEdit):
    """Let a pooling take another value of its window, or other windows; null for what stays as it is.

    Where only ``kernel_size`` is given and the windows did not overlap, the stride follows it.
    """

    kind: Literal["pooling"] = "pooling"
    pooling: PoolingName | None = None
    kernel_size: tuple[Extent, Extent] | None = None
    stride: tuple[Extent, Extent] | None = None
    padding: tuple[Margin, Margin] | None = None


class SetActivation(LayerEdit):
    """Use another activation; ``leaky_relu`` has PyTorch's slope 0.01."""

    kind: Literal["activation"] = "activation"
    activation: Activation


NetworkEdit = (
    MuteChannel
    | ScaleChannel
    | SoloChannel
    | SetWeight
    | SetKernel
    | SetBias
    | SetConvolution
    | SetPooling
    | SetActivation
)
IndexedEdit = tuple[int, NetworkEdit]
CHANNEL_EDITS = (MuteChannel, ScaleChannel, SoloChannel)
