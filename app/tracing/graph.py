"""A network as a directed graph of layers: every operation one node, functional ones included.

`build` follows a module with torch.fx, runs it once on an example to learn every shape, and returns a
`LayerGraph`: plain data for readers (`layers`, `edges`, `blocks`) and the steps that `recorder.bind` turns
into something that runs.
"""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from torch import Tensor, fx, nn

from app.tracing import blocks, kinds
from app.tracing.kinds import Hyperparameter, Operation
from app.tracing.receptive_field import ReceptiveField, Window, union

INPUT = "input"

# While torch.fx traces, it patches nn.Module for the whole process; see `recorder` for the other half.
FX_PATCHES_MODULES = Lock()


class UntraceableNetwork(Exception):
    """A network that cannot be followed: its message says where and why."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One operation of a network.

    ``shape`` is (C, H, W) or (N,), without the batch. ``name`` is the module's class or the function's name.
    ``module`` is the module's path in the network, empty for functional operations; ``weight`` is the path of
    a convolution's filters or a linear layer's matrix, else empty. ``multiply_adds`` counts
    multiplications that are summed (convolution, linear) or shifted (batch norm): C·H·W·kH·kW·in/groups for
    a convolution. ``receptive_field`` is None where no one field fits all cells.
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
    multiply_adds: int
    receptive_field: ReceptiveField | None


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the torch.fx graph, to be run: ``op`` and ``target`` as torch.fx has them.

    ``layer_id`` is None for what is no layer (a size, a tuple).
    """

    name: str
    op: str
    target: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    layer_id: str | None


@dataclass(frozen=True)
class LayerGraph:
    """A network's layers in the order in which they run, `input` first.

    ``output`` is the id of the layer that the network returns. ``overwritten`` names the steps whose values a
    later one overwrites in place, so that a recorder keeps a copy.
    """

    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    steps: tuple[Step, ...] = field(repr=False)
    output: str
    overwritten: frozenset[str]

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
        UntraceableNetwork: where the forward pass depends on values, or fails on that shape.

    """
    root = copy.deepcopy(module).eval()
    graph = _symbolic(root)
    example = torch.zeros(1, *input_shape)
    values, mutations = _example_pass(root, graph, example)
    _follow_in_place(graph, values, mutations)
    return _Builder(root, graph, values, mutations).build(input_shape)


class _Tracer(fx.Tracer):
    """torch.fx's tracer, which also says in which submodule it failed."""

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        try:
            return super().call_module(m, forward, args, kwargs)
        except UntraceableNetwork:
            raise
        except Exception as error:
            raise _untraceable(self.path_of_module(m), error) from error


def _symbolic(root: nn.Module) -> fx.Graph:
    with FX_PATCHES_MODULES:
        try:
            return _Tracer().trace(root)
        except UntraceableNetwork:
            raise
        except Exception as error:
            raise _untraceable("", error) from error


def _untraceable(path: str, error: Exception) -> UntraceableNetwork:
    torch_home = str(Path(torch.__file__).parent)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(torch_home)
    ]
    own = [frame for frame in frames if frame.filename != __file__]
    where = f"in module {path!r}" if path else "in the network's own forward"
    if own:
        where += f", {Path(own[-1].filename).name} line {own[-1].lineno}: {(own[-1].line or '').strip()}"
    return UntraceableNetwork(f"cannot be traced {where} ({type(error).__name__}: {error})")


def _example_pass(
    root: nn.Module, graph: fx.Graph, example: Tensor
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Run every node once; return each one's value and the earlier ones that it overwrote.

    An operation that works in place raises the version counter of all tensors that share its memory, so
    whoever's counter moved was overwritten: exact for modules, functions, methods and views alike.
    """
    interpreter = fx.Interpreter(fx.GraphModule(root, graph), garbage_collect_values=False)
    interpreter.args_iter = iter([example])
    values: dict[str, Any] = {}
    mutations: dict[str, tuple[str, ...]] = {}
    with torch.no_grad():
        for node in graph.nodes:
            before = _versions(values)
            try:
                value = interpreter.run_node(node)
            except Exception as error:
                shape = list(example.shape[1:])
                raise UntraceableNetwork(
                    f"layer {node.name!r} fails on an input of shape {shape}: {error}"
                ) from error
            interpreter.env[node] = value
            after = _versions(values)
            values[node.name] = value
            mutations[node.name] = tuple(name for name, version in before.items() if after[name] != version)
    return values, mutations


def _versions(values: Mapping[str, Any]) -> dict[str, int]:
    return {name: value._version for name, value in values.items() if isinstance(value, Tensor)}  # noqa: SLF001 - PyTorch offers no other name for it


def _follow_in_place(
    graph: fx.Graph, values: Mapping[str, Any], mutations: Mapping[str, tuple[str, ...]]
) -> None:
    """Let what comes after an in-place operation read from it, as it does in memory.

    After ``y = conv(x); F.relu_(y); pool(y)`` torch.fx says that ``pool`` reads ``conv``; it reads the ReLU.
    """
    order = {node: position for position, node in enumerate(graph.nodes)}
    by_name = {node.name: node for node in graph.nodes}
    for node in graph.nodes:
        for name in mutations[node.name]:
            if values[name] is values[node.name]:
                by_name[name].replace_all_uses_with(
                    node, delete_user_cb=lambda user, node=node: order[user] > order[node]
                )


class _Builder:
    """Turns torch.fx nodes, with the values of the example pass, into layers and steps."""

    def __init__(
        self,
        root: nn.Module,
        graph: fx.Graph,
        values: Mapping[str, Any],
        mutations: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._root = root
        self._nodes = list(graph.nodes)
        self._values = values
        self._mutations = mutations
        self._ids: dict[str, str] = {}
        self._fields: dict[str, ReceptiveField | None] = {}

    def build(self, input_shape: tuple[int, ...]) -> LayerGraph:
        placeholders = [node for node in self._nodes if node.op == "placeholder"]
        for node in self._nodes:
            if node.op not in {"get_attr", "output"} and isinstance(self._values[node.name], Tensor):
                self._ids[node.name] = INPUT if node is placeholders[0] else node.name
        layers = tuple(self._layer(node) for node in self._nodes if node.name in self._ids)
        steps = tuple(self._step(node) for node in self._nodes if node.op != "output")
        overwritten = frozenset(name for names in self._mutations.values() for name in names)
        return LayerGraph(input_shape, layers, steps, self._output(), overwritten)

    def _output(self) -> str:
        result = next(node for node in self._nodes if node.op == "output").args[0]
        if not isinstance(result, fx.Node) or result.name not in self._ids:
            raise UntraceableNetwork(
                f"the network returns {type(self._values['output']).__name__}; one tensor is expected"
            )
        return self._ids[result.name]

    def _step(self, node: fx.Node) -> Step:
        return Step(node.name, node.op, node.target, node.args, node.kwargs, self._ids.get(node.name))

    def _layer(self, node: fx.Node) -> Layer:
        operation = self._operation(node)
        shape = _cells_shape(self._values[node.name])
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
            multiply_adds=_multiply_adds(operation, shape),
            receptive_field=self._field(node, operation, sources),
        )

    def _operation(self, node: fx.Node) -> Operation:
        if node.op == "placeholder":
            return Operation(INPUT, "input")
        if node.op == "call_module":
            return kinds.of_module(self._root.get_submodule(str(node.target)))
        operation = kinds.of_function(node.target, node.args, node.kwargs, self._value)
        if operation.name in {"view", "reshape"} and self._values[node.name].dim() == 2:
            return Operation("flatten", operation.name)
        if operation.name == "getitem" and isinstance(node.args[0], fx.Node):
            return Operation(kinds.OTHER, f"{_name(node.args[0])}[{node.args[1]}]")
        return operation

    def _value(self, argument: Any) -> Any:
        return fx.node.map_arg(argument, lambda node: self._values[node.name])

    def _sources(self, node: fx.Node) -> list[fx.Node]:
        """The layers that a node reads, through what is no layer itself (a tuple of chunks, say)."""
        found: list[fx.Node] = []
        for source in node.all_input_nodes:
            if source.name in self._ids:
                found.append(source)
            elif source.op not in {"get_attr", "placeholder"} and _holds_tensors(self._values[source.name]):
                found.extend(self._sources(source))
        # all_input_nodes names each once, but x + x reads x twice
        if len(found) == 1 and node.args and all(argument is found[0] for argument in node.args):
            return found * len(node.args)
        return found

    def _parameters(self, node: fx.Node) -> int:
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
        self._fields[node.name] = field = self._compute_field(operation, sources)
        return field

    def _compute_field(self, operation: Operation, sources: list[fx.Node]) -> ReceptiveField | None:
        if operation.kind == INPUT:
            return ReceptiveField.of_input()
        known = [self._fields[source.name] for source in sources]
        fields = [item for item in known if item is not None]
        if not fields or len(fields) < len(known):
            return None
        source_shape = _cells_shape(self._values[sources[0].name])
        if operation.kind in {"flatten", "linear", "mean"}:
            return fields[0].over_all(source_shape)
        if operation.kind in kinds.CELLWISE:
            return union(fields)
        window = _window(operation, source_shape)
        return fields[0].through(window) if window else None


def _window(operation: Operation, source_shape: tuple[int, ...]) -> Window | None:
    """The window that a convolution or pooling slides over its input; None for what has no such window."""
    found = operation.hyperparameters
    if operation.kind in {"conv2d", "max_pool2d", "avg_pool2d"}:
        names = ("kernel_size", "stride", "padding", "dilation")
        kernel, stride, padding, dilation = (found.get(name, [1, 1]) for name in names)
        return Window(_two(kernel), _two(stride), _two(padding), _two(dilation))
    if operation.kind == "zero_pad2d":
        return Window((1, 1), padding=_two([found["top"], found["left"]]))
    if operation.kind in kinds.POOLINGS:
        height, width = source_shape[-2:]
        rows, columns = _output_size(found["output_size"], (height, width))
        if height % rows == 0 and width % columns == 0:
            step = (height // rows, width // columns)
            return Window(step, step)
    return None


def _output_size(wanted: Any, size: tuple[int, int]) -> tuple[int, int]:
    """An adaptive pooling's (rows, columns): None keeps the input's own."""
    return wanted[0] or size[0], wanted[1] or size[1]


def _two(value: Any) -> tuple[int, int]:
    return int(value[0]), int(value[1])


def _multiply_adds(operation: Operation, shape: tuple[int, ...]) -> int:
    found = operation.hyperparameters
    cells = prod(shape)
    if operation.kind == "conv2d":
        per_cell = prod(found["kernel_size"]) * int(found["in_channels"]) // int(found["groups"])  # type: ignore[arg-type]
        return int(cells * per_cell)
    if operation.kind == "linear":
        return int(cells * int(found["in_features"]))  # type: ignore[arg-type]
    return cells if operation.kind == "batch_norm" else 0


def _cells_shape(value: Tensor) -> tuple[int, ...]:
    """The shape of a layer's output without the batch; a single number counts as a vector of one."""
    shape = tuple(value.shape)
    return (shape[1:] if shape and shape[0] == 1 else shape) or (1,)


def _holds_tensors(value: Any) -> bool:
    return isinstance(value, tuple | list) and any(isinstance(item, Tensor) for item in value)


def _name(node: fx.Node) -> str:
    return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
