"""Shape inference: computes the shapes of an edited network's layers, and finds the layer that cannot run.

The network runs on PyTorch's meta device, which computes shapes without numbers, so this costs little and needs no
memory for values.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import nn

from app.tracing.capture.graph import LayerGraph, ShapeConflict
from app.tracing.capture.program import Program
from app.tracing.editing.unchanged_layers import unchanged_layers
from app.tracing.layer_kinds.geometry import uniform_field
from app.tracing.layer_kinds.operations import operation_of_module
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import OTHER, Layer, Operation
from app.tracing.layers.receptive_field import ReceptiveField
from app.tracing.layers.shapes import Shape, shape_without_batch

# One call of each group of PyTorch's shape functions loads all of that group.
_SHAPE_FUNCTIONS = nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU(), nn.MaxPool2d(1))

_WINDOW_SETTINGS = ("kernel_size", "stride", "padding", "dilation")


def load_shape_functions() -> None:
    """Load PyTorch's functions that compute shapes without numbers.

    PyTorch loads them at the first use, which takes about a second; without this call the first edit of a stride,
    a padding or a pooling would wait for it.
    """
    with torch.inference_mode():
        copy.deepcopy(_SHAPE_FUNCTIONS).to("meta")(torch.empty(1, 1, 1, 1, device="meta"))


def infer_shapes(
    base: LayerGraph, graph: LayerGraph, shapeless: nn.Module, replacements: Mapping[str, nn.Module]
) -> LayerGraph:
    """Return the graph of an edited network, with the shapes that result.

    Where a layer cannot run on what reaches it, the graph ends before it and has a ``conflict``.

    Args:
        base: the graph without edits.
        graph: the same with its edits, and with the shapes from before.
        shapeless: the network's module on the meta device.
        replacements: the modules that take the place of layers, by layer id.
    """
    if all(
        _keeps_shape(operation_of_module(module), base.by_id[layer_id])
        for layer_id, module in replacements.items()
    ):
        return replace(graph, layers=tuple(_replaced(layer, replacements) for layer in graph.layers))
    shapes, executed_steps, failure = _run(base, graph, shapeless, replacements)
    layers = _layers_reached(graph, shapes, replacements)
    if not failure:
        return replace(graph, layers=layers)
    steps = tuple(step for step in graph.steps if step.name in executed_steps)
    failed = next(step for step in graph.steps if step.name not in executed_steps)
    conflict = _conflict(graph, failed.layer_id or failed.name, shapes, replacements, failure)
    return replace(graph, layers=layers, steps=steps, output=layers[-1].id, conflict=conflict)


def _run(
    base: LayerGraph, graph: LayerGraph, shapeless: nn.Module, replacements: Mapping[str, nn.Module]
) -> tuple[dict[str, Shape], set[str], str]:
    """Return the layers' shapes with the batch, the names of the steps that ran, and why it ended early, if so."""
    meta = torch.device("meta")
    on_meta = {layer_id: copy.deepcopy(module).to(meta) for layer_id, module in replacements.items()}
    program = Program(graph, shapeless, meta, on_meta)
    shapes: dict[str, Shape] = {}
    executed_steps = {step.name for step in graph.steps if step.op == "get_attr"}
    try:
        with torch.inference_mode():
            known = {
                layer_id: torch.empty(base.by_id[layer_id].shape, device=meta)
                for layer_id in unchanged_layers(base, graph)
            }
            for step, value in program.walk(torch.empty(graph.input_shape, device=meta), known):
                executed_steps.add(step.name)
                if step.layer_id:
                    shapes[step.layer_id] = tuple(value.shape)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return shapes, executed_steps, str(error) or type(error).__name__
    return shapes, executed_steps, ""


def _keeps_shape(operation: Operation, layer: Layer) -> bool:
    """Whether an edited layer puts out the shape that it put out before."""
    return all(
        operation.hyperparameters.get(name) == layer.hyperparameters.get(name) for name in _WINDOW_SETTINGS
    )


def _operation(layer: Layer, replacements: Mapping[str, nn.Module]) -> Operation:
    if layer.id in replacements:
        return operation_of_module(replacements[layer.id])
    return Operation(layer.kind, layer.name, layer.hyperparameters)


def _replaced(layer: Layer, replacements: Mapping[str, nn.Module]) -> Layer:
    """Return a layer as its replacement makes it, with the shape that it had."""
    operation = _operation(layer, replacements)
    return replace(layer, kind=operation.kind, name=operation.name, hyperparameters=operation.hyperparameters)


def _layers_reached(
    graph: LayerGraph, shapes: Mapping[str, Shape], replacements: Mapping[str, nn.Module]
) -> tuple[Layer, ...]:
    """Return the layers that ran, with the shapes, counts and receptive fields that they have now."""
    fields: dict[str, ReceptiveField | None] = {}
    layers: list[Layer] = []
    for layer in graph.layers:
        if layer.id not in shapes:
            break
        operation = _operation(layer, replacements)
        shape = shape_without_batch(shapes[layer.id])
        inputs = [(fields[source], shapes[source]) for source in layer.inputs]
        fields[layer.id] = (
            uniform_field(operation, inputs, shapes[layer.id]) if inputs else layer.receptive_field
        )
        layers.append(
            replace(
                _replaced(layer, replacements),
                shape=shape,
                multiply_adds=kind_named(operation.kind).multiply_adds(operation.hyperparameters, shape),
                receptive_field=fields[layer.id],
            )
        )
    return tuple(layers)


def _conflict(
    graph: LayerGraph,
    failed_step: str,
    shapes: Mapping[str, Shape],
    replacements: Mapping[str, nn.Module],
    failure: str,
) -> ShapeConflict:
    """Say why a layer (or a step that is none) cannot run; ``failure`` is PyTorch's message."""
    layer = graph.by_id.get(failed_step)
    if layer is None:
        return ShapeConflict(failed_step, OTHER, "other", (), (), failure)
    operation = _operation(layer, replacements)
    gets = tuple(shape_without_batch(shapes[source]) for source in layer.inputs)
    explain = kind_named(operation.kind).mismatch
    mismatch = explain(operation.hyperparameters, gets) if explain else None
    if mismatch is not None:
        detail = f"{failed_step} {mismatch.detail}"
        return ShapeConflict(failed_step, operation.kind, mismatch.reason, mismatch.expects, gets, detail)
    if len(gets) > 1:
        shape_list = " and ".join("×".join(map(str, shape)) for shape in gets)
        detail = f"{failed_step} would get shapes that do not match: {shape_list}"
        return ShapeConflict(failed_step, operation.kind, "shapes", (), gets, detail)
    return ShapeConflict(
        failed_step, operation.kind, "other", (), gets, f"{failed_step} cannot run: {failure}"
    )
