"""From a module to its layer graph: torch.fx's nodes, with the values of an example pass, become layers and steps."""

from __future__ import annotations

import operator
from typing import Any

from torch import Tensor, fx, nn

from app.tracing.capture.fx_trace import TracedModule, UntraceableNetwork, holds_tensors, trace_module
from app.tracing.capture.graph import LayerGraph, Step
from app.tracing.layer_kinds.geometry import uniform_field
from app.tracing.layer_kinds.operations import operation_of_call, operation_of_module
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import INPUT, OTHER, Layer, Operation
from app.tracing.layers.receptive_field import ReceptiveField
from app.tracing.layers.shapes import Shape, shape_without_batch


def build(module: nn.Module, input_shape: tuple[int, ...]) -> LayerGraph:
    """Return the layer graph of a network for an input of that shape, (C, H, W).

    A copy of the module is traced, in evaluation mode; the module itself is not touched.

    Raises:
        UntraceableNetwork: the network cannot be traced (see `fx_trace.trace_module`), or returns anything but
            one tensor.
    """
    return _Builder(trace_module(module, input_shape)).build(input_shape)


class _Builder:
    """Turns torch.fx nodes, with the values of the example pass, into layers and steps."""

    def __init__(self, traced: TracedModule) -> None:
        self._root = traced.root
        self._nodes = list(traced.graph.nodes)
        self._values = traced.values
        self._overwritten = traced.overwritten
        self._ids: dict[str, str] = {}
        self._fields: dict[str, ReceptiveField | None] = {}
        self._counted: set[str] = set()

    def build(self, input_shape: tuple[int, ...]) -> LayerGraph:
        placeholder = next(node for node in self._nodes if node.op == "placeholder")
        for node in self._nodes:
            if node.op not in {"get_attr", "output"} and isinstance(self._values[node.name], Tensor):
                self._ids[node.name] = INPUT if node is placeholder else node.name
        layers = tuple(self._layer(node) for node in self._nodes if node.name in self._ids)
        steps = tuple(self._step(node) for node in self._nodes if node.op != "output")
        return LayerGraph(input_shape, layers, steps, self._output(), self._overwritten, self._constants())

    def _constants(self) -> dict[str, Tensor]:
        """The tensors that the steps read and that a module's weights do not hold, by their step's name."""
        weights = {
            *dict(self._root.named_parameters(remove_duplicate=False)),
            *dict(self._root.named_buffers(remove_duplicate=False)),
        }
        return {
            node.name: self._values[node.name].clone()
            for node in self._nodes
            if node.op == "get_attr" and node.target not in weights
        }

    def _output(self) -> str:
        result = next(node for node in self._nodes if node.op == "output").args[0]
        if not isinstance(result, fx.Node) or result.name not in self._ids:
            raise UntraceableNetwork(
                f"the network returns {type(self._values['output']).__name__}; one tensor is expected"
            )
        return self._ids[result.name]

    def _step(self, node: fx.Node) -> Step:
        value = self._values[node.name]
        batched = isinstance(value, Tensor) and value.shape[:1] == (1,)
        return Step(
            node.name,
            node.op,
            node.target,
            node.args,
            node.kwargs,
            tuple(source.name for source in _arguments(node)),
            self._ids.get(node.name),
            batched,
        )

    def _layer(self, node: fx.Node) -> Layer:
        operation = self._operation(node)
        kind = kind_named(operation.kind)
        shape = shape_without_batch(tuple(self._values[node.name].shape))
        sources = self._sources(node)
        return Layer(
            id=self._ids[node.name],
            kind=operation.kind,
            name=operation.name,
            module=str(node.target) if node.op == "call_module" else "",
            weight=self._weight(node) if kind.filter_shape else "",
            shape=shape,
            inputs=tuple(self._ids[source.name] for source in sources),
            hyperparameters=operation.hyperparameters,
            parameters=self._parameters(node),
            multiply_adds=kind.multiply_adds(operation.hyperparameters, shape),
            receptive_field=self._field(node, operation, sources),
        )

    def _operation(self, node: fx.Node) -> Operation:
        if node.op == "placeholder":
            return Operation(INPUT, "input")
        if node.op == "call_module":
            return operation_of_module(self._root.get_submodule(str(node.target)))
        if node.target is operator.getitem:
            return Operation(OTHER, self._name(node))
        result = self._values[node.name]
        return operation_of_call(node.target, node.args, node.kwargs, self._value, result)

    def _name(self, node: fx.Node) -> str:
        """Return what PyTorch calls a node; an item of a result is ``chunk[0]`` or ``LSTM[1][0]``."""
        if node.op == "call_module":
            return type(self._root.get_submodule(str(node.target))).__name__
        if node.target is operator.getitem and isinstance(node.args[0], fx.Node):
            return f"{self._name(node.args[0])}[{_index_text(node.args[1])}]"
        return (
            node.target
            if isinstance(node.target, str)
            else getattr(node.target, "__name__", str(node.target))
        )

    def _value(self, argument: Any) -> Any:
        return fx.node.map_arg(argument, lambda node: self._values[node.name])

    def _sources(self, node: fx.Node) -> list[fx.Node]:
        """Return the layers that a node reads, in its arguments' order and each as often as it is read.

        A node between that is no layer itself, such as a tuple of chunks, is passed through.
        """
        sources: list[fx.Node] = []
        for argument in _arguments(node):
            if argument.name in self._ids:
                sources.append(argument)
            elif self._holds_layers(argument):
                sources.extend(self._sources(argument))
        return sources

    def _holds_layers(self, node: fx.Node) -> bool:
        """Whether a node is no layer and has layers in it, as a tuple of chunks does."""
        if node.op == "get_attr" or node.name in self._ids:
            return False
        return holds_tensors(self._values[node.name])

    def _parameters(self, node: fx.Node) -> int:
        """Count the parameters that a layer learns.

        Those of a module that returns a tuple are counted at the first layer that is an item of the tuple.
        """
        count = self._own_parameters(node)
        for source in node.all_input_nodes:
            if self._holds_layers(source) and source.name not in self._counted:
                self._counted.add(source.name)
                count += self._parameters(source)
        return count

    def _own_parameters(self, node: fx.Node) -> int:
        if node.op == "call_module":
            return sum(
                parameter.numel() for parameter in self._root.get_submodule(str(node.target)).parameters()
            )
        attributes = [source for source in node.all_input_nodes if source.op == "get_attr"]
        tensors = [self._values[source.name] for source in attributes]
        return sum(tensor.numel() for tensor in tensors if isinstance(tensor, nn.Parameter))

    def _weight(self, node: fx.Node) -> str:
        if node.op == "call_module":
            return f"{node.target}.weight"
        weight = node.args[1] if len(node.args) > 1 else node.kwargs["weight"]
        return str(weight.target) if isinstance(weight, fx.Node) and weight.op == "get_attr" else ""

    def _field(self, node: fx.Node, operation: Operation, sources: list[fx.Node]) -> ReceptiveField | None:
        inputs = [(self._fields[source.name], self._shape(source)) for source in sources]
        field = (
            ReceptiveField.of_input()
            if operation.kind == INPUT
            else uniform_field(operation, inputs, self._shape(node))
        )
        self._fields[node.name] = field
        return field

    def _shape(self, node: fx.Node) -> Shape:
        """Return the shape of a layer's output in the example pass, with the batch."""
        return tuple(self._values[node.name].shape)


def _arguments(node: fx.Node) -> list[fx.Node]:
    """Return the nodes among a node's arguments, in order, each as often as it stands there."""
    nodes: list[fx.Node] = []
    fx.node.map_arg((node.args, dict(node.kwargs)), nodes.append)
    return nodes


def _index_text(index: Any) -> str:
    """Return an index as Python writes it: ``0``, or ``:, 1:3``."""
    if isinstance(index, tuple):
        return ", ".join(map(_index_text, index))
    if isinstance(index, slice):
        start, stop = ("" if end is None else str(end) for end in (index.start, index.stop))
        return f"{start}:{stop}" + ("" if index.step is None else f":{index.step}")
    return "..." if index is Ellipsis else str(index)
