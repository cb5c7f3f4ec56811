"""The module that takes a layer's place when edits change how it computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from app.tracing.editing.edit_options import edits_of, filter_shape_of, poolings_instead_of
from app.tracing.editing.edits import (
    IndexedEdit,
    InvalidEdit,
    Range,
    SetActivation,
    SetBias,
    SetConvolution,
    SetKernel,
    SetPooling,
    SetWeight,
)
from app.tracing.layer_kinds.layer_kind import CHANNEL_EDITS, FilterShape
from app.tracing.layer_kinds.registry import kind_named, options
from app.tracing.layers.layer import Hyperparameters, Layer


def replacement(layer: Layer, parameters: Mapping[str, Tensor], edits: Sequence[IndexedEdit]) -> nn.Module:
    """Return a module that does what the layer does with these edits, of which there is at least one.

    ``parameters`` are the layer's; they are copied where an edit changes them. Windows are taken as the edits ask;
    whether they fit the layer's input shows when the module runs.

    Raises:
        InvalidEdit: the layer does not take such an edit, or has no such channel or weight.
    """
    for index, edit in edits:
        if edit.kind not in edits_of(layer):
            raise InvalidEdit(index, "layer", f"{layer.id} is of kind {layer.kind}, which {_accepted(layer)}")
    if layer.weight:
        return _with_weights(_convolution_or_linear(layer, parameters, edits), layer, parameters, edits)
    if isinstance(edits[-1][1], SetActivation):
        return _build(options("activation")[edits[-1][1].activation].name, {})
    return _pooling(layer, [(index, edit) for index, edit in edits if isinstance(edit, SetPooling)])


def _accepted(layer: Layer) -> str:
    names = [name for name in edits_of(layer) if name not in CHANNEL_EDITS]
    return (
        f"takes {', '.join(names)} and edits of its channels" if names else "takes edits of its channels only"
    )


def _build(kind: str, hyperparameters: Hyperparameters) -> nn.Module:
    build = kind_named(kind).build
    assert build  # noqa: S101 - kinds that edits ask for, and those with weights, can be built
    return build(hyperparameters)


# ---- weights ----------------------------------------------------------------------------------------------


def _convolution_or_linear(
    layer: Layer, parameters: Mapping[str, Tensor], edits: Sequence[IndexedEdit]
) -> nn.Module:
    """Return a module of the layer's kind with the windows that edits ask for, and without numbers yet."""
    hyperparameters = {**layer.hyperparameters, "bias": "bias" in parameters}
    for index, edit in edits:
        if isinstance(edit, SetConvolution):
            settings = edit.model_dump(
                include={"stride", "padding", "dilation", "padding_mode"}, exclude_none=True
            )
            if settings and "padding_end" in hyperparameters:
                raise InvalidEdit(
                    index, "layer", f"{layer.id} pads one cell more at the end and cannot slide otherwise"
                )
            hyperparameters |= settings
    return _build(layer.kind, hyperparameters)


def _with_weights(
    module: nn.Module, layer: Layer, parameters: Mapping[str, Tensor], edits: Sequence[IndexedEdit]
) -> nn.Module:
    """Give a module the layer's weights, copied where an edit changes them."""
    weight, bias = parameters["weight"].detach(), parameters.get("bias")
    shape = filter_shape_of(layer)
    if any(isinstance(edit, SetWeight | SetKernel) for _, edit in edits):
        weight = weight.clone()
    if bias is not None:
        bias = bias.detach().clone()
    filters = weight.view(shape.filters, shape.channels, shape.height, shape.width)
    for index, edit in edits:
        match edit:
            case SetWeight():
                _check_indices(index, layer, shape, edit, ("filter", "channel", "row", "column"))
                filters[edit.filter, edit.channel, edit.row, edit.column] = edit.value
            case SetKernel():
                _check_indices(index, layer, shape, edit, ("filter", "channel"))
                channels = slice(None) if edit.channel is None else edit.channel
                filters[edit.filter, channels] = _kernel(index, edit, shape, filters)
            case SetBias():
                _check_indices(index, layer, shape, edit, ("filter",))
                if bias is None:
                    raise InvalidEdit(index, "layer", f"{layer.id} has no bias")
                bias[edit.filter] = edit.value
    module.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        module.bias = nn.Parameter(bias, requires_grad=False)
    return module


def _kernel(index: int, edit: SetKernel, shape: FilterShape, like: Tensor) -> Tensor:
    """Return an edit's kernel as a tensor like another one."""
    widths = {len(row) for row in edit.values}
    if len(edit.values) != shape.height or widths != {shape.width}:
        rows = f"{len(edit.values)} rows of {' or '.join(map(str, sorted(widths)))}"
        raise InvalidEdit(
            index, "values", f"{shape.height} rows of {shape.width} numbers are expected, not {rows}"
        )
    return like.new_tensor(edit.values)


def _check_indices(
    index: int,
    layer: Layer,
    shape: FilterShape,
    edit: SetWeight | SetKernel | SetBias,
    fields: Sequence[str],
) -> None:
    """Refuse an edit that names a filter, channel, row or column which the layer does not have."""
    counts = {
        "filter": shape.filters,
        "channel": shape.channels,
        "row": shape.height,
        "column": shape.width,
    }
    for field in fields:
        number = getattr(edit, field)
        if number is not None and number >= counts[field]:
            within = Range(0, counts[field] - 1)
            raise InvalidEdit(index, field, f"{number}; {layer.id} has {within.low} to {within.high}", within)


# ---- pooling ----------------------------------------------------------------------------------------------


def _pooling(layer: Layer, edits: Sequence[tuple[int, SetPooling]]) -> nn.Module:
    hyperparameters: dict[str, Any] = dict(layer.hyperparameters)
    option = kind_named(layer.kind).option
    assert option  # noqa: S101 - every pooling is one that edits can ask for
    name = option.name
    poolings = poolings_instead_of(layer.kind, hyperparameters)
    for index, edit in edits:
        name = edit.pooling or name
        settings = edit.model_dump(include={"kernel_size", "stride", "padding"}, exclude_none=True)
        adaptive = "kernel_size" not in hyperparameters
        if adaptive and (settings or name not in poolings):
            field = next(iter(settings), "pooling")
            message = f"{layer.id} makes its own windows; its pooling may be {' or '.join(poolings)}"
            raise InvalidEdit(index, field, message, poolings if field == "pooling" else None)
        if name not in poolings:
            message = f"{layer.id} is dilated; its pooling may be {' or '.join(poolings)}"
            raise InvalidEdit(index, "pooling", message, poolings)
        not_overlapping = hyperparameters.get("stride") == hyperparameters.get("kernel_size")
        if "kernel_size" in settings and "stride" not in settings and not_overlapping:
            settings["stride"] = settings["kernel_size"]
        hyperparameters |= {name: list(value) for name, value in settings.items()}
    return _build(options(option.group)[name].name, hyperparameters)
