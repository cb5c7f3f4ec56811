"""A network as a directed graph of layers: every operation one node, functional ones included.

`build` follows a module (see `fx_trace`) and returns a `LayerGraph`: plain data for readers (`layers`,
`edges`, `blocks`), and the steps that `program.Program` runs.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

from torch import Tensor, fx, nn

from app.tracing.capture import blocks, layer_kinds, receptive_field
from app.tracing.capture.fx_trace import TracedModule, UntraceableNetwork, holds_tensors, trace_module
from app.tracing.capture.layer_kinds import Hyperparameter, Operation
from app.tracing.capture.receptive_field import ReceptiveField

INPUT = "input"


@dataclass(frozen=True, slots=True)
class Layer:
    """One operation of a network.

    ``shape`` is (C, H, W) or (N,), without the batch. ``name`` is the module's class or the function's name.
    ``module`` is the module's path in the network, empty for functional operations; ``weight`` is the path of
    a convolution's filters or a linear layer's matrix, else empty. ``multiply_adds`` counts
    multiplications that are summed (convolution, linear) or shifted (batch norm): C·H·W·kH·kW·in/groups for
    a convolution; it is None where nobody counted though something may multiply. ``parameters`` are counted
    at every layer that uses them. ``receptive_field`` is None where no one field fits all cells.
    """

    id: str
    kind: str
    name: str
    module: str
    weight: str
    shape: tuple[int, ...]
    inputs: tuple[str, ...]
    hyperparameters: Mapping[str, Hyperparameter]
    parameters: int
    multiply_adds: int | None
    receptive_field: ReceptiveField | None


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the torch.fx graph, to be run: ``op`` and ``target`` as torch.fx has them.

    ``sources`` are the names of the steps that it reads, in its arguments' order and each as often as it is read.
    ``layer_id`` is None for what is no layer (a size, a tuple). ``batched`` says that the value has a batch of
    one in front, which a reader does not see.
    """

    name: str
    op: str
    target: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    sources: tuple[str, ...]
    layer_id: str | None
    batched: bool


@dataclass(frozen=True, slots=True)
class ShapeConflict:
    """Where an edited network can go no further: the layer that fails, what it expects and what it would get.

    ``reason`` is ``features`` (a linear layer's inputs: one number each), ``window`` (the rows and columns
    that a window spans, and those that there are with padding), ``channels``, or ``shapes`` (shapes that do
    not go together, all of them in ``gets``). ``detail`` says it in a sentence.
    """

    layer: str
    kind: str
    reason: str
    expects: tuple[int, ...]
    gets: tuple[tuple[int, ...], ...]
    detail: str


@dataclass(frozen=True)
class LayerGraph:
    """A network's layers in the order in which they run, `input` first.

    ``output`` is the id of the layer that the network returns. ``overwritten`` names the steps whose values a
    later one overwrites in place, so that a recorder keeps a copy. ``constants`` are tensors that the steps
    read and that are neither parameters nor buffers, by their step's name. ``gains`` are factors by which an
    edit multiplies a layer's channels after the layer's own arithmetic, by layer id and channel. ``edited``
    are the edits of each layer that has any, as text. A graph that ends before the network does has ``stop``.
    """

    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    steps: tuple[Step, ...] = field(repr=False)
    output: str
    overwritten: frozenset[str]
    constants: Mapping[str, Tensor] = field(repr=False, compare=False)
    gains: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    edited: Mapping[str, str] = field(default_factory=dict)
    stop: ShapeConflict | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Layer]:
        """Layers by their id."""
        return {layer.id: layer for layer in self.layers}

    @cached_property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """(from, to) for every input of every layer."""
        return tuple((source, layer.id) for layer in self.layers for source in layer.inputs)

    @cached_property
    def blocks(self) -> tuple[blocks.Block, ...]:
        """Feature map → activation map → pooled map, found from the graph."""
        return blocks.find([(layer.id, layer.kind, layer.inputs) for layer in self.layers])

    @property
    def logits(self) -> str | None:
        """The layer whose output a final softmax or sigmoid turns into probabilities, if there is one."""
        last = self.by_id[self.output]
        return last.inputs[0] if last.kind in {"softmax", "sigmoid"} and len(last.inputs) == 1 else None


def build(module: nn.Module, input_shape: tuple[int, ...]) -> LayerGraph:
    """Follow a network through an input of that shape, (C, H, W).

    Works on a copy, in evaluation mode; the module itself is not touched.

    Raises:
        UntraceableNetwork: where the network cannot be followed (see `fx_trace.trace_module`), or returns anything
            but one tensor.

    """
    return _Builder(trace_module(module, input_shape)).build(input_shape)


class _Builder:
    """Turns torch.fx nodes, with the values of the example pass, into layers and steps."""

    def __init__(self, followed: TracedModule) -> None:
        self._root = followed.root
        self._nodes = list(followed.graph.nodes)
        self._values = followed.values
        self._overwritten = followed.overwritten
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
        held = {
            *dict(self._root.named_parameters(remove_duplicate=False)),
            *dict(self._root.named_buffers(remove_duplicate=False)),
        }
        return {
            node.name: self._values[node.name].clone()
            for node in self._nodes
            if node.op == "get_attr" and node.target not in held
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
        shape = cells_shape(tuple(self._values[node.name].shape))
        sources = self._sources(node)
        return Layer(
            id=self._ids[node.name],
            kind=operation.kind,
            name=operation.name,
            module=str(node.target) if node.op == "call_module" else "",
            weight=self._weight(node) if operation.kind in {"conv2d", "linear"} else "",
            shape=shape,
            inputs=tuple(self._ids[source.name] for source in sources),
            hyperparameters=operation.hyperparameters,
            parameters=self._parameters(node),
            multiply_adds=multiply_adds(operation, shape),
            receptive_field=self._field(node, operation, sources),
        )

    def _operation(self, node: fx.Node) -> Operation:
        if node.op == "placeholder":
            return Operation(INPUT, "input")
        if node.op == "call_module":
            return layer_kinds.operation_of_module(self._root.get_submodule(str(node.target)))
        operation = layer_kinds.operation_of_function(node.target, node.args, node.kwargs, self._value)
        if operation.name in {"view", "reshape"} and self._values[node.name].dim() == 2:
            return Operation("flatten", operation.name)
        if node.target is operator.getitem:
            return Operation(layer_kinds.OTHER, self._name(node))
        return operation

    def _name(self, node: fx.Node) -> str:
        """What PyTorch calls a node: ``chunk[0]`` and ``LSTM[1][0]`` for what is taken out of its result."""
        if node.op == "call_module":
            return type(self._root.get_submodule(str(node.target))).__name__
        if node.target is operator.getitem and isinstance(node.args[0], fx.Node):
            return f"{self._name(node.args[0])}[{_written_index(node.args[1])}]"
        return (
            node.target
            if isinstance(node.target, str)
            else getattr(node.target, "__name__", str(node.target))
        )

    def _value(self, argument: Any) -> Any:
        return fx.node.map_arg(argument, lambda node: self._values[node.name])

    def _sources(self, node: fx.Node) -> list[fx.Node]:
        """The layers that a node reads, in its arguments' order and each as often as it is read.

        Through what is no layer itself: a tuple of chunks, say.
        """
        found: list[fx.Node] = []
        for source in _arguments(node):
            if source.name in self._ids:
                found.append(source)
            elif self._holds_layers(source):
                found.extend(self._sources(source))
        return found

    def _holds_layers(self, node: fx.Node) -> bool:
        """Whether a node is no layer and has layers in it, as a tuple of chunks does."""
        held = node.op == "get_attr" or node.name in self._ids
        return not held and holds_tensors(self._values[node.name])

    def _parameters(self, node: fx.Node) -> int:
        """What a layer learns; the first that is taken out of a tuple has what the tuple's maker learns."""
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
        owned = [self._values[source.name] for source in attributes]
        return sum(value.numel() for value in owned if isinstance(value, nn.Parameter))

    def _weight(self, node: fx.Node) -> str:
        if node.op == "call_module":
            return f"{node.target}.weight"
        weight = node.args[1] if len(node.args) > 1 else node.kwargs["weight"]
        return str(weight.target) if isinstance(weight, fx.Node) and weight.op == "get_attr" else ""

    def _field(self, node: fx.Node, operation: Operation, sources: list[fx.Node]) -> ReceptiveField | None:
        self._fields[node.name] = field = self._compute_field(
            operation, sources, tuple(self._values[node.name].shape)
        )
        return field

    def _compute_field(
        self, operation: Operation, sources: list[fx.Node], shape: tuple[int, ...]
    ) -> ReceptiveField | None:
        if operation.kind == INPUT:
            return ReceptiveField.of_input()
        read = [(self._fields[source.name], tuple(self._values[source.name].shape)) for source in sources]
        return receptive_field.after(operation, read, shape)


def multiply_adds(operation: Operation, shape: tuple[int, ...]) -> int | None:
    """Return how many an operation takes for an output of that shape; see `Layer`."""
    found = operation.hyperparameters
    cells = prod(shape)
    match operation.kind:
        case "conv2d":
            per_cell = prod(found["kernel_size"]) * int(found["in_channels"]) // int(found["groups"])  # type: ignore[arg-type]
            return int(cells * per_cell)
        case "linear":
            return int(cells * int(found["in_features"]))  # type: ignore[arg-type]
        case "batch_norm":
            return cells
        case "group_norm" | layer_kinds.OTHER:
            return None
        case _:
            return 0


def cells_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a value's shape without the batch; a single number counts as a vector of one."""
    return (shape[1:] if shape[:1] == (1,) else shape) or (1,)


def _arguments(node: fx.Node) -> list[fx.Node]:
    """The nodes among a node's arguments, in order, each as often as it stands there."""
    found: list[fx.Node] = []
    fx.node.map_arg((node.args, dict(node.kwargs)), found.append)
    return found


def _written_index(index: Any) -> str:
    """An index as Python writes it: ``0``, or ``:, 1:3``."""
    if isinstance(index, tuple):
        return ", ".join(map(_written_index, index))
    if isinstance(index, slice):
        start, stop = ("" if end is None else str(end) for end in (index.start, index.stop))
        return f"{start}:{stop}" + ("" if index.step is None else f":{index.step}")
    return "..." if index is Ellipsis else str(index)
