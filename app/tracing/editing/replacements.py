"""A layer's changed double: a module that does what the layer does, but for its edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from app.tracing.capture import layer_kinds
from app.tracing.capture.graph import Layer
from app.tracing.capture.min_pool import MinPool2d
from app.tracing.editing.edit_options import Weights, has_editable_weights, weights_of
from app.tracing.editing.edits import (
    Activation,
    IndexedEdit,
    InvalidEdit,
    NetworkEdit,
    Range,
    SetActivation,
    SetBias,
    SetConvolution,
    SetKernel,
    SetPooling,
    SetWeight,
)

_ACTIVATIONS: Mapping[Activation, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leaky_relu": nn.LeakyReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "silu": nn.SiLU,
}
_POOLINGS = {"max_pool2d": "max", "avg_pool2d": "average", "min_pool2d": "min"}
_ADAPTIVE: Mapping[str, type[nn.Module]] = {"max": nn.AdaptiveMaxPool2d, "average": nn.AdaptiveAvgPool2d}


def replacement(layer: Layer, parameters: Mapping[str, Tensor], own: Sequence[IndexedEdit]) -> nn.Module:
    """Return a module that does as the layer with its edits; ``parameters`` are the layer's, and stay as they are.

    Windows are taken as they are asked for; whether the input has room for them shows when it runs.

    Raises:
        UnfitEdit: the layer has no such thing.
    """
    for index, edit in own:
        if not isinstance(edit, _fitting(layer)):
            permitted = ", ".join(_name(kind) for kind in _fitting(layer))
            also = (
                f"takes {permitted} and edits of its channels"
                if permitted
                else "takes edits of its channels only"
            )
            raise InvalidEdit(index, "layer", f"{layer.id} is of kind {layer.kind}, which {also}")
    if layer.kind == "conv2d":
        return _convolution(layer, parameters, own)
    if layer.kind == "linear":
        return _linear(layer, parameters, own)
    if layer.kind in layer_kinds.POOLINGS:
        return _pooling(layer, own)
    last = own[-1][1]
    assert isinstance(last, SetActivation)  # noqa: S101 - nothing else fits an activation
    return _ACTIVATIONS[last.activation]()


def _fitting(layer: Layer) -> tuple[type[NetworkEdit], ...]:
    if has_editable_weights(layer):
        return (
            (SetWeight, SetKernel, SetBias, SetConvolution)
            if layer.kind == "conv2d"
            else (SetWeight, SetBias)
        )
    if layer.kind in layer_kinds.POOLINGS:
        return (SetPooling,)
    return (SetActivation,) if layer.kind in layer_kinds.ACTIVATIONS else ()


def _name(edit: type[NetworkEdit]) -> str:
    return str(edit.model_fields["kind"].default)


# ---- weights ----------------------------------------------------------------------------------------------


def _convolution(layer: Layer, parameters: Mapping[str, Tensor], own: Sequence[IndexedEdit]) -> nn.Module:
    found: dict[str, Any] = dict(layer.hyperparameters)
    same = "padding_end" in found
    for index, edit in own:
        if isinstance(edit, SetConvolution):
            asked = edit.model_dump(
                include={"stride", "padding", "dilation", "padding_mode"}, exclude_none=True
            )
            if same and asked:
                raise InvalidEdit(
                    index, "layer", f"{layer.id} pads one cell more at the end and cannot slide otherwise"
                )
            found |= asked
    made = nn.Conv2d(
        found["in_channels"],
        found["out_channels"],
        tuple(found["kernel_size"]),
        tuple(found["stride"]),
        "same" if same else tuple(found["padding"]),
        tuple(found["dilation"]),
        found["groups"],
        bias="bias" in parameters,
        padding_mode=found["padding_mode"],
        device="meta",  # no numbers are drawn: the layer's own follow
    )
    return _with_weights(made, layer, parameters, own)


def _linear(layer: Layer, parameters: Mapping[str, Tensor], own: Sequence[IndexedEdit]) -> nn.Module:
    found: Mapping[str, Any] = layer.hyperparameters
    made = nn.Linear(found["in_features"], found["out_features"], bias="bias" in parameters, device="meta")
    return _with_weights(made, layer, parameters, own)


def _with_weights(
    made: nn.Conv2d | nn.Linear, layer: Layer, parameters: Mapping[str, Tensor], own: Sequence[IndexedEdit]
) -> nn.Module:
    """Give a module the layer's weights, copied where an edit changes them."""
    weight, bias = parameters["weight"].detach(), parameters.get("bias")
    extent = weights_of(layer)
    if any(isinstance(edit, SetWeight | SetKernel) for _, edit in own):
        weight = weight.clone()
    if bias is not None:
        bias = bias.detach().clone()
    filters = weight.view(extent.filters, extent.channels, extent.height, extent.width)
    for index, edit in own:
        match edit:
            case SetWeight():
                _check(index, layer, extent, edit, ("filter", "channel", "row", "column"))
                filters[edit.filter, edit.channel, edit.row, edit.column] = edit.value
            case SetKernel():
                _check(index, layer, extent, edit, ("filter", "channel"))
                channels = slice(None) if edit.channel is None else edit.channel
                filters[edit.filter, channels] = _kernel(index, edit, extent, filters)
            case SetBias():
                _check(index, layer, extent, edit, ("filter",))
                if bias is None:
                    raise InvalidEdit(index, "layer", f"{layer.id} has no bias")
                bias[edit.filter] = edit.value
    made.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        made.bias = nn.Parameter(bias, requires_grad=False)
    return made


def _kernel(index: int, edit: SetKernel, extent: Weights, like: Tensor) -> Tensor:
    widths = {len(row) for row in edit.values}
    if len(edit.values) != extent.height or widths != {extent.width}:
        given = f"{len(edit.values)} rows of {' or '.join(map(str, sorted(widths)))}"
        raise InvalidEdit(
            index, "values", f"{extent.height} rows of {extent.width} numbers are expected, not {given}"
        )
    return like.new_tensor(edit.values)


def _check(
    index: int, layer: Layer, extent: Weights, edit: SetWeight | SetKernel | SetBias, fields: Sequence[str]
) -> None:
    counts = {
        "filter": extent.filters,
        "channel": extent.channels,
        "row": extent.height,
        "column": extent.width,
    }
    for field in fields:
        number = getattr(edit, field)
        if number is not None and number >= counts[field]:
            within = Range(0, counts[field] - 1)
            raise InvalidEdit(index, field, f"{number}; {layer.id} has {within.low} to {within.high}", within)


# ---- pooling ----------------------------------------------------------------------------------------------


def _pooling(layer: Layer, own: Sequence[IndexedEdit]) -> nn.Module:
    found: dict[str, Any] = dict(layer.hyperparameters)
    adaptive = layer.kind.startswith("adaptive")
    pooling = "average" if "avg" in layer.kind else _POOLINGS.get(layer.kind, "max")
    for index, edit in own:
        if not isinstance(edit, SetPooling):
            continue
        pooling = edit.pooling or pooling
        asked = edit.model_dump(include={"kernel_size", "stride", "padding"}, exclude_none=True)
        if adaptive and (asked or pooling == "min"):
            field = next(iter(asked), "pooling")
            message = f"{layer.id} makes its own windows; its pooling may be max or average"
            raise InvalidEdit(index, field, message, ("max", "average") if field == "pooling" else None)
        if pooling == "average" and found.get("dilation", [1, 1]) != [1, 1]:
            raise InvalidEdit(
                index, "pooling", f"{layer.id} is dilated; its pooling may be max or min", ("max", "min")
            )
        if "kernel_size" in asked and "stride" not in asked and found["stride"] == found["kernel_size"]:
            asked["stride"] = asked["kernel_size"]
        found |= {key: list(value) for key, value in asked.items()}
    if adaptive:
        return _ADAPTIVE[pooling](tuple(found["output_size"]))
    windows: dict[str, Any] = {key: tuple(found[key]) for key in ("kernel_size", "stride", "padding")}
    windows["ceil_mode"] = found["ceil_mode"]
    if pooling == "average":
        return nn.AvgPool2d(**windows, count_include_pad=bool(found.get("count_include_pad", True)))
    windows["dilation"] = tuple(found.get("dilation", [1, 1]))
    return nn.MaxPool2d(**windows) if pooling == "max" else MinPool2d(**windows)
