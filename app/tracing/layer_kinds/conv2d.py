"""Convolution: Σ window × kernel + bias."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name for it
from torch import nn

from app.tracing.layer_kinds.hyperparameters import as_pair, attributes
from app.tracing.layer_kinds.layer_kind import (
    CHANNEL_EDITS,
    Call,
    FilterShape,
    FunctionalForm,
    LayerKind,
    Role,
)
from app.tracing.layer_kinds.windowed import (
    WINDOW_PAIRS,
    axes_of,
    region_of_window,
    sliding_window,
    window_mismatch,
)
from app.tracing.layers.cell_arithmetic import CellArithmetic, weighted_sum
from app.tracing.layers.cell_query import CellQuery, window_terms
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import (
    PythonLines,
    load_parameters,
    load_values,
    plus_bias,
    window_lines,
)
from app.tracing.layers.receptive_field import Pair
from app.tracing.layers.regions import Region, full_mask, mask_indices
from app.tracing.layers.shapes import NotDerivable, Shape
from app.tracing.layers.terms import ChannelSum
from app.tracing.layers.windows import Axes

_ATTRIBUTES = (
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "padding_mode",
)


def _from_module(module: nn.Conv2d) -> dict[str, Any]:
    return {**attributes(module, _ATTRIBUTES), "bias": module.bias is not None}


def _from_call(call: Call) -> dict[str, Any]:
    weight = call.operands["weight"]
    return {
        "in_channels": weight.shape[1] * int(call.arguments["groups"]),
        "out_channels": weight.shape[0],
        "kernel_size": list(weight.shape[2:]),
        "bias": call.operands["bias"] is not None,
        **call.arguments,
    }


def _with_padding_counted(hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """Write ``same`` and ``valid`` padding as numbers.

    "same" pads d(k − 1) cells in all, the odd one at the end; "valid" pads none.
    """
    if not isinstance(hyperparameters["padding"], str):
        return hyperparameters
    same = hyperparameters["padding"] == "same"
    spans = zip(as_pair(hyperparameters["dilation"]), as_pair(hyperparameters["kernel_size"]), strict=True)
    totals = [d * (k - 1) if same else 0 for d, k in spans]
    hyperparameters["padding"] = [total // 2 for total in totals]
    if any(total % 2 for total in totals):
        hyperparameters["padding_end"] = [total - total // 2 for total in totals]
    return hyperparameters


def _build(hyperparameters: Hyperparameters) -> nn.Module:
    """Return a convolution without numbers, on the meta device."""
    return nn.Conv2d(
        hyperparameters["in_channels"],
        hyperparameters["out_channels"],
        tuple(hyperparameters["kernel_size"]),
        tuple(hyperparameters["stride"]),
        "same" if "padding_end" in hyperparameters else tuple(hyperparameters["padding"]),
        tuple(hyperparameters["dilation"]),
        hyperparameters["groups"],
        bias=hyperparameters["bias"],
        padding_mode=hyperparameters["padding_mode"],
        device="meta",
    )


def _multiply_adds(hyperparameters: Hyperparameters, shape: Shape) -> int:
    per_cell = (
        prod(hyperparameters["kernel_size"]) * hyperparameters["in_channels"] // hyperparameters["groups"]
    )
    return int(prod(shape) * per_cell)


def _filter_shape(hyperparameters: Hyperparameters) -> FilterShape:
    height, width = hyperparameters["kernel_size"]
    channels = hyperparameters["in_channels"] // hyperparameters["groups"]
    return FilterShape(hyperparameters["out_channels"], channels, height, width)


def _window(hyperparameters: Hyperparameters, extent: Pair, _outputs: Pair) -> Axes:
    return sliding_window(hyperparameters, extent, mode=hyperparameters["padding_mode"])


def _reads(layer: Layer, region: Region, shapes: Sequence[Shape]) -> list[Region]:
    _, rows, columns = region_of_window(_window, layer, region, shapes)
    return [(_channels_read(layer, region[0], shapes[0][0]), rows, columns)]


def _channels_read(layer: Layer, outputs: int, count: int) -> int:
    """Return which of ``count`` input channels some output channels read, both as bit masks."""
    groups = layer.hyperparameters["groups"]
    if groups == 1:
        return full_mask(count)
    outputs_per_group, inputs_per_group = layer.shape[0] // groups, count // groups
    channels = 0
    for group in {channel // outputs_per_group for channel in mask_indices(outputs)}:
        channels |= full_mask(inputs_per_group) << group * inputs_per_group
    return channels


def _derive(query: CellQuery) -> CellArithmetic:
    """Return Σ window × kernel + bias: the cross-correlation that PyTorch calls convolution."""
    channel = query.cell[0]
    kernel = query.parameter("weight", channel)
    if kernel is None:
        raise NotDerivable
    axes = axes_of(_window, query)
    count = len(kernel)
    group = channel // (query.layer.shape[0] // query.hyperparameters["groups"])
    channels = range(group * count, (group + 1) * count)
    terms = window_terms(query, channels, axes, kernel.ravel())
    sums = terms.products.reshape(count, -1).sum(1).tolist()
    channel_sums = [
        ChannelSum(terms.input, channel, value + 0.0) for channel, value in zip(channels, sums, strict=True)
    ]
    return weighted_sum(terms, query.number("bias", channel), channel_sums)


def _python(query: CellQuery, arithmetic: CellArithmetic) -> PythonLines:
    channel = query.cell[0]
    positions = arithmetic.term_arrays[0].positions
    first, last = int(positions[0, 0]), int(positions[-1, 0])
    lines = [
        load_values("maps", query.layer.inputs[0]),
        load_parameters(query),
        f'kernel = parameters["weight"][{channel}].astype(np.float64)',
        *window_lines(query, axes_of(_window, query), f"{first}:{last + 1}"),
    ]
    return lines, "(window * kernel).sum()" + plus_bias(arithmetic, channel)


CONV2D = LayerKind(
    name="conv2d",
    modules=(nn.Conv2d,),
    forms=(
        FunctionalForm(
            functions=(F.conv2d, torch.conv2d),
            operands=("input", "weight", "bias"),
            arguments=("stride", "padding", "dilation", "groups"),
            defaults={"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros"},
        ),
    ),
    hyperparameters=(*_ATTRIBUTES, "bias", "padding_end"),
    pairs=WINDOW_PAIRS,
    from_module=_from_module,
    from_call=_from_call,
    complete=_with_padding_counted,
    build=_build,
    roles=frozenset({Role.CONVOLUTION}),
    multiply_adds=_multiply_adds,
    parameter_axis=0,
    filter_shape=_filter_shape,
    window=_window,
    reads=_reads,
    derive=_derive,
    python=_python,
    mismatch=window_mismatch,
    edits=(*CHANNEL_EDITS, "weight", "kernel", "bias", "convolution"),
)
