"""What edits do to a network: a program of the same layers, some of them changed, all other weights shared.

Where a change makes a later layer impossible, the program ends before it, and its graph says where and why.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import torch
from torch import nn

from app.tracing.capture import layer_kinds, receptive_field
from app.tracing.capture.graph import Layer, LayerGraph, ShapeConflict, cells_shape, multiply_adds
from app.tracing.capture.layer_kinds import Hyperparameter, Operation
from app.tracing.capture.program import Program
from app.tracing.capture.receptive_field import ReceptiveField
from app.tracing.editing.edit_options import convolution_windows, edit_options_of, pooling_windows
from app.tracing.editing.edits import (
    CHANNEL_EDITS,
    IndexedEdit,
    InvalidEdit,
    MuteChannel,
    NetworkEdit,
    Permitted,
    Range,
    ScaleChannel,
    SetConvolution,
    SetPooling,
    SoloChannel,
)
from app.tracing.editing.replacements import replacement

_MOST_GAIN = 1000.0
_MEBIBYTE = 1024 * 1024
_EDITABLE_MODULES = frozenset({nn.Conv2d, nn.Linear})

Shape = tuple[int, ...]


class TooManyCells(ValueError):
    """Edits that would make layers larger than the bound on memory; the message says both."""


class Editor:
    """Makes edited programs of one program. Any number of threads may use it at once."""

    def __init__(self, program: Program) -> None:
        """Take the program whose weights the edited ones share."""
        self._program = program
        self._shapeless = copy.deepcopy(program.module).to("meta")

    def edit(self, edits: Mapping[int, NetworkEdit], most_bytes: int) -> Program:
        """Return a program with the edits applied, in the order of their indices.

        Raises:
            UnfitEdit: a layer does not exist, or cannot take an edit.
            TooManyCells: the layers' outputs would take more than ``most_bytes`` as float32.

        """
        base = self._program.graph
        by_layer: dict[str, list[IndexedEdit]] = {}
        for index, edit in sorted(edits.items()):
            if edit.layer not in base.by_id:
                there = ", ".join(base.by_id)
                raise InvalidEdit(
                    index, "layer", f"there is no layer {edit.layer!r}; there are {there}", tuple(base.by_id)
                )
            by_layer.setdefault(edit.layer, []).append((index, edit))
        replaced = {layer_id: self._replaced(layer_id, own) for layer_id, own in by_layer.items()}
        made = {layer_id: module for layer_id, module in replaced.items() if module is not None}
        written = {
            layer_id: "\n".join(edit.model_dump_json() for _, edit in own)
            for layer_id, own in by_layer.items()
        }
        graph = self._rehearse(replace(base, edited=written), made)
        _check_windows(base, graph, by_layer, made)
        gains = {layer_id: _gains(base, graph, layer_id, own) for layer_id, own in by_layer.items()}
        graph = replace(graph, gains={layer_id: own for layer_id, own in gains.items() if own})
        _check_size(graph, most_bytes)
        kept = {layer_id: module for layer_id, module in made.items() if layer_id in graph.by_id}
        return Program(graph, self._program.module, self._program.device, kept)

    def _replaced(self, layer_id: str, own: Sequence[IndexedEdit]) -> nn.Module | None:
        """Return the module that takes a layer's place, or None where edits touch its channels alone."""
        layer = self._program.graph.by_id[layer_id]
        changes = [(index, edit) for index, edit in own if not isinstance(edit, CHANNEL_EDITS)]
        if not changes:
            return None
        index, _ = changes[0]
        if layer.kind in {"conv2d", "linear"} and layer.module:
            module = self._program.module.get_submodule(layer.module)
            if type(module) not in _EDITABLE_MODULES:
                raise InvalidEdit(
                    index, "layer", f"{layer_id} is a {layer.name}, which computes in a way of its own"
                )
        if layer.kind in layer_kinds.ACTIVATIONS and layer_id == self._program.graph.output:
            raise InvalidEdit(index, "layer", f"{layer_id} makes the probability and stays as it is")
        return replacement(layer, self._program.parameters(layer_id), changes)

    def _rehearse(self, graph: LayerGraph, made: Mapping[str, nn.Module]) -> LayerGraph:
        """Run the edited network without numbers; return its graph, with the shapes that come of it."""
        base = self._program.graph
        if all(
            _same_windows(layer_kinds.operation_of_module(module), base.by_id[layer_id])
            for layer_id, module in made.items()
        ):
            return replace(graph, layers=tuple(_renamed(layer, made) for layer in graph.layers))
        doubles = {layer_id: copy.deepcopy(module).to("meta") for layer_id, module in made.items()}
        program = Program(graph, self._shapeless, torch.device("meta"), doubles)
        shapes: dict[str, Shape] = {}
        reached = {step.name for step in graph.steps if step.op == "get_attr"}
        failure = ""
        try:
            with torch.inference_mode():
                unchanged = {
                    layer_id: torch.empty(base.by_id[layer_id].shape, device="meta")
                    for layer_id in unchanged_layers(base, graph)
                }
                for step, value in program.walk(torch.empty(graph.input_shape, device="meta"), unchanged):
                    reached.add(step.name)
                    if step.layer_id:
                        shapes[step.layer_id] = tuple(value.shape)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            failure = str(error) or type(error).__name__
        layers = _reshaped(graph, shapes, made)
        if not failure:
            return replace(graph, layers=layers)
        steps = tuple(step for step in graph.steps if step.name in reached)
        failed = next(step for step in graph.steps if step.name not in reached)
        stop = _shape_conflict(graph, failed.layer_id or failed.name, shapes, made, failure)
        return replace(graph, layers=layers, steps=steps, output=layers[-1].id, stop=stop)


def unchanged_layers(before: LayerGraph, after: LayerGraph) -> frozenset[str]:
    """Return the layers that put out the same in two edited forms of one network, on the same input."""
    same: set[str] = set()  # steps: a layer can depend on another by its size alone, which is no layer
    for step in after.steps:
        layer_id = step.layer_id
        alike = layer_id is None or (
            layer_id in before.by_id and before.edited.get(layer_id) == after.edited.get(layer_id)
        )
        if alike and same.issuperset(step.sources):
            same.add(step.name)
    return frozenset(step.layer_id for step in after.steps if step.layer_id and step.name in same)


def _gains(
    base: LayerGraph, graph: LayerGraph, layer_id: str, own: Sequence[IndexedEdit]
) -> dict[int, float]:
    """Return the factors other than 1 that edits put on a layer's channels.

    Of a flattened layer other edits can change how many there are: it may be edited where it is, or was before.
    """
    count = edit_options_of(base, layer_id).channels
    there = graph.by_id[layer_id].shape[0] if layer_id in graph.by_id else count
    most = max(count, there)
    gains: dict[int, float] = {}
    for index, edit in own:
        if not isinstance(edit, CHANNEL_EDITS):
            continue
        if not count:
            raise InvalidEdit(index, "layer", f"{layer_id} puts out the network's result and stays as it is")
        if edit.channel >= most:
            message = f"{edit.channel}; {layer_id} has channels 0 to {there - 1}"
            raise InvalidEdit(index, "channel", message, Range(0, there - 1))
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
                gains |= {channel: 0.0 for channel in range(there) if channel != edit.channel}
    return {channel: factor for channel, factor in gains.items() if factor != 1 and channel < there}


# ---- shapes -----------------------------------------------------------------------------------------------


def _reshaped(
    graph: LayerGraph, shapes: Mapping[str, Shape], made: Mapping[str, nn.Module]
) -> tuple[Layer, ...]:
    """Return the layers that were reached, with the shapes (batch included), counts and fields that they now have."""
    fields: dict[str, ReceptiveField | None] = {}
    layers: list[Layer] = []
    for layer in graph.layers:
        if layer.id not in shapes:
            break
        operation = _operation(layer, made)
        shape = cells_shape(shapes[layer.id])
        read = [(fields[source], shapes[source]) for source in layer.inputs]
        fields[layer.id] = (
            receptive_field.after(operation, read, shapes[layer.id]) if read else layer.receptive_field
        )
        layers.append(
            replace(
                layer,
                kind=operation.kind,
                name=operation.name,
                hyperparameters=operation.hyperparameters,
                shape=shape,
                multiply_adds=multiply_adds(operation, shape),
                receptive_field=fields[layer.id],
            )
        )
    return tuple(layers)


def _same_windows(operation: Operation, layer: Layer) -> bool:
    """Whether an edited layer puts out the shape that it put out before."""
    settings = ("kernel_size", "stride", "padding", "dilation")
    return all(operation.hyperparameters.get(key) == layer.hyperparameters.get(key) for key in settings)


def _renamed(layer: Layer, made: Mapping[str, nn.Module]) -> Layer:
    operation = _operation(layer, made)
    return replace(layer, kind=operation.kind, name=operation.name, hyperparameters=operation.hyperparameters)


def _operation(layer: Layer, made: Mapping[str, nn.Module]) -> Operation:
    if layer.id in made:
        return layer_kinds.operation_of_module(made[layer.id])
    return Operation(layer.kind, layer.name, layer.hyperparameters)


def _shape_conflict(
    graph: LayerGraph,
    failed: str,
    shapes: Mapping[str, Shape],
    made: Mapping[str, nn.Module],
    failure: str,
) -> ShapeConflict:
    """Say why a layer cannot run on what reaches it."""
    layer = graph.by_id.get(failed)
    if layer is None:
        return ShapeConflict(failed, layer_kinds.OTHER, "other", (), (), failure)
    operation = _operation(layer, made)
    found: Mapping[str, Any] = operation.hyperparameters
    gets = tuple(cells_shape(shapes[source]) for source in layer.inputs)
    if layer.kind == "linear":
        wanted = int(found["in_features"])
        detail = f"{failed} expects {wanted} numbers and would get {gets[0][-1]}"
        return ShapeConflict(failed, operation.kind, "features", (wanted,), gets, detail)
    windows = layer.kind == "conv2d" or layer.kind in layer_kinds.POOLINGS
    if windows and "kernel_size" in found and len(gets[0]) == 3:
        span = tuple(
            d * (k - 1) + 1 - 2 * p
            for k, d, p in zip(
                found["kernel_size"],
                found.get("dilation", [1, 1]),
                found["padding"],
                strict=True,
            )
        )
        if any(least > size for least, size in zip(span, gets[0][1:], strict=True)):
            rows, columns = (max(1, least) for least in span)
            detail = (
                f"{failed} slides a window that needs maps of {rows}×{columns} cells at least"
                f" and would get {gets[0][1]}×{gets[0][2]}"
            )
            return ShapeConflict(failed, operation.kind, "window", (rows, columns), gets, detail)
    if len(gets) > 1:
        given = " and ".join("×".join(map(str, shape)) for shape in gets)
        return ShapeConflict(
            failed,
            operation.kind,
            "shapes",
            (),
            gets,
            f"{failed} would get shapes that do not match: {given}",
        )
    return ShapeConflict(failed, operation.kind, "other", (), gets, f"{failed} cannot run: {failure}")


# ---- bounds -----------------------------------------------------------------------------------------------


def _check_windows(
    base: LayerGraph,
    graph: LayerGraph,
    by_layer: Mapping[str, Sequence[IndexedEdit]],
    made: Mapping[str, nn.Module],
) -> None:
    """Refuse windows that fit neither what reaches the layer now nor what reached it before any edit."""
    for layer_id, own in by_layer.items():
        slides = [(index, edit) for index, edit in own if isinstance(edit, SetConvolution | SetPooling)]
        if not slides:
            continue
        operation = layer_kinds.operation_of_module(made[layer_id])
        source = base.by_id[layer_id].inputs[0]
        shapes = [where.by_id[source].shape for where in (graph, base) if source in where.by_id]
        own_settings = base.by_id[layer_id].hyperparameters
        misfits = [_misfit(operation, shape, own_settings) for shape in shapes]
        if misfit := misfits[0] if all(misfits) else None:
            field, permitted = misfit
            index = next(
                (index for index, edit in reversed(slides) if getattr(edit, field, None) is not None),
                slides[-1][0],
            )
            message = f"{layer_id} permits {_written(permitted)}, with its other settings as they are"
            raise InvalidEdit(index, field, message, permitted)


def _misfit(
    operation: Operation, source: Shape, own: Mapping[str, Hyperparameter]
) -> tuple[str, Permitted] | None:
    """Return the field of a window that does not fit an input of that shape, and what is permitted.

    What the network itself has (``own``) fits.
    """
    found = operation.hyperparameters
    windows = (
        convolution_windows(found, source)
        if operation.kind == "conv2d"
        else pooling_windows(operation.kind, found, source)
    )
    for field, ranges in windows.ranges.items():
        values: Sequence[int] = found[field]  # type: ignore[assignment]
        changed = values != own.get(field)
        if changed and any(value not in within for value, within in zip(values, ranges, strict=True)):
            return field, dict(zip(("vertical", "horizontal"), ranges, strict=True))
    if operation.kind == "conv2d" and found["padding_mode"] not in windows.padding_modes:
        return "padding_mode", windows.padding_modes
    return None


def _written(permitted: Permitted) -> str:
    if not isinstance(permitted, Mapping):
        return ", ".join(permitted) if isinstance(permitted, Sequence) else str(permitted)
    if len(set(permitted.values())) == 1:
        return str(permitted["vertical"])
    return ", ".join(f"{within} {axis}ly" for axis, within in permitted.items())


def _check_size(graph: LayerGraph, most_bytes: int) -> None:
    needed = 4 * sum(prod(layer.shape) for layer in graph.layers)
    if needed > most_bytes:
        raise TooManyCells(
            f"the layers would take {needed / _MEBIBYTE:.0f} MiB;"
            f" at most {most_bytes / _MEBIBYTE:.0f} MiB are permitted"
        )
