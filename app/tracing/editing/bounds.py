"""Whether edits stay within bounds: windows that fit their input, factors of channels, and memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from torch import nn

from app.tracing.capture.graph import LayerGraph
from app.tracing.editing.edit_options import convolution_windows, edit_options_of, pooling_windows
from app.tracing.editing.edits import (
    CHANNEL_EDITS,
    IndexedEdit,
    InvalidEdit,
    MuteChannel,
    Permitted,
    Range,
    ScaleChannel,
    SetConvolution,
    SetPooling,
    SoloChannel,
)
from app.tracing.layer_kinds.operations import operation_of_module
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import Hyperparameters, Operation
from app.tracing.layers.shapes import Shape

_MOST_GAIN = 1000.0
_MEBIBYTE = 1024 * 1024


class TooManyCells(ValueError):
    """Edits that would make layers larger than the bound on memory; the message says both."""


def channel_gains(
    base: LayerGraph, graph: LayerGraph, layer_id: str, edits: Sequence[IndexedEdit]
) -> dict[int, float]:
    """Return the factors other than 1 that edits put on a layer's channels.

    Other edits can change how many channels a flattened layer has: an edit may name one that there is now in
    ``graph``, or that there was without edits in ``base``.

    Raises:
        InvalidEdit: there is no such channel, the layer makes the result, or a factor is too large.
    """
    count_before = edit_options_of(base, layer_id).channels
    count = graph.by_id[layer_id].shape[0] if layer_id in graph.by_id else count_before
    gains: dict[int, float] = {}
    for index, edit in edits:
        if not isinstance(edit, CHANNEL_EDITS):
            continue
        if not count_before:
            raise InvalidEdit(index, "layer", f"{layer_id} puts out the network's result and stays as it is")
        if edit.channel >= max(count_before, count):
            message = f"{edit.channel}; {layer_id} has channels 0 to {count - 1}"
            raise InvalidEdit(index, "channel", message, Range(0, count - 1))
        match edit:
            case MuteChannel():
                gains[edit.channel] = 0.0
            case ScaleChannel():
                gains[edit.channel] = gains.get(edit.channel, 1.0) * edit.factor
                if abs(gains[edit.channel]) > _MOST_GAIN:
                    raise InvalidEdit(
                        index, "factor", f"together, a channel's factors may reach ±{_MOST_GAIN:g}"
                    )
            case SoloChannel():
                gains |= {channel: 0.0 for channel in range(count) if channel != edit.channel}
    return {channel: factor for channel, factor in gains.items() if factor != 1 and channel < count}


def check_windows(
    base: LayerGraph,
    graph: LayerGraph,
    edits_by_layer: Mapping[str, Sequence[IndexedEdit]],
    replacements: Mapping[str, nn.Module],
) -> None:
    """Refuse windows that fit neither the input that the layer has now nor the one that it had without edits.

    Raises:
        InvalidEdit: there is such a window.
    """
    for layer_id, edits in edits_by_layer.items():
        window_edits = [
            (index, edit) for index, edit in edits if isinstance(edit, SetConvolution | SetPooling)
        ]
        if not window_edits:
            continue
        operation = operation_of_module(replacements[layer_id])
        source = base.by_id[layer_id].inputs[0]
        shapes = [either.by_id[source].shape for either in (graph, base) if source in either.by_id]
        misfits = [_misfit(operation, shape, base.by_id[layer_id].hyperparameters) for shape in shapes]
        if misfit := misfits[0] if all(misfits) else None:
            field, permitted = misfit
            index = next(
                (index for index, edit in reversed(window_edits) if getattr(edit, field, None) is not None),
                window_edits[-1][0],
            )
            message = f"{layer_id} permits {_text(permitted)}, with its other settings as they are"
            raise InvalidEdit(index, field, message, permitted)


def _misfit(operation: Operation, source: Shape, unedited: Hyperparameters) -> tuple[str, Permitted] | None:
    """Return the field of a window that does not fit an input of that shape, and what is permitted.

    A setting that the network itself has (``unedited``) fits.
    """
    hyperparameters = operation.hyperparameters
    slides_as_convolution = "convolution" in kind_named(operation.kind).edits
    windows = (
        convolution_windows(hyperparameters, source)
        if slides_as_convolution
        else pooling_windows(operation.kind, hyperparameters, source)
    )
    for field, ranges in windows.ranges.items():
        values: Sequence[int] = hyperparameters[field]
        is_edited = values != unedited.get(field)
        if is_edited and any(value not in within for value, within in zip(values, ranges, strict=True)):
            return field, dict(zip(("vertical", "horizontal"), ranges, strict=True))
    if slides_as_convolution and hyperparameters["padding_mode"] not in windows.padding_modes:
        return "padding_mode", windows.padding_modes
    return None


def _text(permitted: Permitted) -> str:
    if not isinstance(permitted, Mapping):
        return ", ".join(permitted) if isinstance(permitted, Sequence) else str(permitted)
    if len(set(permitted.values())) == 1:
        return str(permitted["vertical"])
    return ", ".join(f"{within} {axis}ly" for axis, within in permitted.items())


def check_size(graph: LayerGraph, most_bytes: int) -> None:
    """Make sure that all layers' outputs take no more than ``most_bytes`` as float32.

    Raises:
        TooManyCells: they take more.
    """
    needed = 4 * sum(prod(layer.shape) for layer in graph.layers)
    if needed > most_bytes:
        raise TooManyCells(
            f"the layers would take {needed / _MEBIBYTE:.0f} MiB;"
            f" at most {most_bytes / _MEBIBYTE:.0f} MiB are permitted"
        )
