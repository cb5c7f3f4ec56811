"""Trace a module with torch.fx: which operations its forward pass runs, and the value of each for an example.

torch.fx lists the operations. Two passes over an example then find out what torch.fx does not know: shapes, which
operations overwrite memory in place, and which are random. A network that cannot be recorded truly is refused.
"""

from __future__ import annotations

import copy
import inspect
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from torch import Tensor, fx, nn

from app.tracing.layer_kinds.registry import registry

# Held while torch.fx traces, which patches nn.Module for the whole process; `program` calls some modules under it.
FX_PATCHES_MODULES = Lock()

_TOLERANCE = 1e-5  # of the largest value: sums in another order differ by less, random numbers by more


class UntraceableNetwork(Exception):
    """A network that cannot be traced; the message says where and why."""


@dataclass(frozen=True, slots=True)
class TracedModule:
    """A module's operations, and their ``values`` for an example by node name.

    ``root`` is the copy that was traced, in evaluation mode. In ``graph``, nodes that read memory after an in-place
    operation wrote to it have that operation as their input. ``overwritten`` names the nodes whose values a later
    one overwrites.
    """

    root: nn.Module
    graph: fx.Graph
    values: Mapping[str, Any]
    overwritten: frozenset[str]


def trace_module(module: nn.Module, input_shape: tuple[int, ...]) -> TracedModule:
    """Trace a module for an input of that shape, (C, H, W); the module itself is not touched.

    Arguments of its forward other than the first keep their defaults.

    Raises:
        UntraceableNetwork: where the forward pass takes more than a picture, depends on values, is random,
            fails on that shape, or reads memory that was overwritten through a view.
    """
    _check_arguments(module)
    try:
        root = copy.deepcopy(module).eval()
    except Exception as error:
        raise UntraceableNetwork(f"cannot be copied ({type(error).__name__}: {error})") from error
    example = torch.rand(1, *input_shape, generator=torch.Generator().manual_seed(0))
    with FX_PATCHES_MODULES, torch.no_grad():
        graph = _trace(root)
        values, writes = _example_passes(root, graph, example)
        _redirect_in_place_reads(graph, values, writes)
        _check_forward(root, example, values["output"])
    return TracedModule(root, graph, values, frozenset(name for names in writes.values() for name in names))


def _check_arguments(module: nn.Module) -> None:
    signature = inspect.signature(module.forward)
    try:
        signature.bind(None)
    except TypeError as error:
        raise UntraceableNetwork(
            f"one input is expected, the picture, but the network's forward takes {signature} ({error})"
        ) from error


class _Tracer(fx.Tracer):
    """torch.fx's tracer for networks of one input, which also says in which submodule it failed."""

    def create_args_for_root(
        self, root_fn: Callable[..., Any], is_module: bool, concrete_args: Any = None
    ) -> tuple[Any, list[Any]]:
        """Return the forward and its one argument; all others are left to their defaults, as Python does."""
        del is_module, concrete_args
        return root_fn, [self.root, self.create_proxy("placeholder", "x", (), {})]

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Return whether a module is one operation: one of PyTorch's own, or of a kind that is described."""
        return type(m) in registry().by_module or super().is_leaf_module(m, module_qualified_name)

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        try:
            return super().call_module(m, forward, args, kwargs)
        except UntraceableNetwork:
            raise
        except Exception as error:
            raise _untraceable(self.path_of_module(m), error) from error


def _trace(root: nn.Module) -> fx.Graph:
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
    network_frames = [frame for frame in frames if frame.filename != __file__]
    where = f"in module {path!r}" if path else "in the network's own forward"
    if network_frames:
        frame = network_frames[-1]
        where += f", {Path(frame.filename).name} line {frame.lineno}: {(frame.line or '').strip()}"
    return UntraceableNetwork(f"cannot be traced {where} ({type(error).__name__}: {error})")


# ---- the example ----------------------------------------------------------------------------------------


def _example_passes(
    root: nn.Module, graph: fx.Graph, example: Tensor
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Run every node twice, on two copies of the example; return its value and what it overwrote, by name."""
    runnable = fx.GraphModule(root, graph)
    first = fx.Interpreter(runnable, garbage_collect_values=False)
    second = fx.Interpreter(runnable, garbage_collect_values=True)
    first.args_iter, second.args_iter = iter([example.clone()]), iter([example.clone()])
    values: dict[str, Any] = {}
    writes: dict[str, tuple[str, ...]] = {}
    for node in graph.nodes:
        before = _versions(values)
        try:
            value = first.env[node] = first.run_node(node)
            targets = _written_tensors(node, value, values, before)
            again = second.env[node] = second.run_node(node)
        except Exception as error:
            raise UntraceableNetwork(
                f"layer {node.name!r} fails on an input of shape {list(example.shape[1:])}: {error}"
            ) from error
        if not _same(value, again):
            raise UntraceableNetwork(
                f"layer {node.name!r} is random: run twice on one input, it puts out two different things. "
                "Let it follow the module's mode (training=self.training), or leave it out"
            )
        for last_used in second.user_to_last_uses.get(node, ()):
            del second.env[last_used]
        if targets:
            writes[node.name] = tuple(
                name
                for name, earlier in values.items()
                if any(_overlap(tensor, target) for tensor in _tensors(earlier) for target in targets)
            )
        values[node.name] = value
    return values, writes


def _check_forward(root: nn.Module, example: Tensor, traced: Any) -> None:
    """Make sure that the operations give what the module gives; numbers that Python draws at random differ."""
    if not _same(root(example.clone()), traced):
        raise UntraceableNetwork(
            "the operations that were traced do not give what the network's own forward gives: it is random, "
            "keeps a state, or changes its numbers in a hook"
        )


def _same(one: Any, other: Any) -> bool:
    """Whether two values hold the same numbers, up to the order of a sum; NaN is the same as NaN."""
    ones, others = list(_tensors(one)), list(_tensors(other))
    return len(ones) == len(others) and all(map(_close, ones, others))


def _close(one: Tensor, other: Tensor) -> bool:
    if one.shape != other.shape:
        return False
    if torch.equal(one, other):  # nearly always, and twenty times as fast as what follows
        return True
    if not one.is_floating_point():
        return False
    finite = one[one.isfinite()]
    largest = float(finite.abs().max()) if finite.numel() else 0.0
    return torch.allclose(one, other, rtol=_TOLERANCE, atol=_TOLERANCE * largest, equal_nan=True)


# ---- memory ---------------------------------------------------------------------------------------------


def _versions(values: Mapping[str, Any]) -> dict[str, list[int]]:
    return {name: [tensor._version for tensor in _tensors(value)] for name, value in values.items()}  # noqa: SLF001 - PyTorch offers no other name for it


def _written_tensors(
    node: fx.Node, value: Any, values: Mapping[str, Any], before: Mapping[str, list[int]]
) -> list[Tensor]:
    """Return the tensors that a node wrote to, just after it ran.

    An operation that works in place raises the version counter of the tensor that it writes to; all views of one
    memory share it. This is exact for modules, functions and methods alike. If several arguments lie in that
    memory, the node wrote to the one that it returns.
    """
    after = _versions({name: values[name] for name in before})
    written_tensors = {
        name: [
            tensor
            for tensor, old, new in zip(_tensors(values[name]), before[name], after[name], strict=True)
            if old != new
        ]
        for name in before
    }
    read = [tensor for source in node.all_input_nodes for tensor in written_tensors[source.name]]
    if any(tensor is value for tensor in read):
        return [value]
    return read or [tensor for tensors in written_tensors.values() for tensor in tensors]


def _overlap(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors have a cell of memory in common."""
    storage = one.untyped_storage()
    if one is other:
        return True
    if storage.data_ptr() != other.untyped_storage().data_ptr() or not one.numel():
        return False
    if one.dtype != other.dtype:
        return True
    cells = torch.arange(storage.nbytes() // one.element_size())
    of_one, of_other = (
        cells.as_strided(tensor.size(), tensor.stride(), tensor.storage_offset()) for tensor in (one, other)
    )
    return bool(torch.isin(of_one, of_other).any())


def holds_tensors(value: Any) -> bool:
    """Whether there is a tensor in a value, or it is one."""
    return next(_tensors(value), None) is not None


def _tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors in a value, through tuples, lists and dictionaries."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _tensors(item)


def _redirect_in_place_reads(
    graph: fx.Graph, values: Mapping[str, Any], writes: Mapping[str, tuple[str, ...]]
) -> None:
    """Make nodes that read memory after an in-place operation wrote to it readers of that operation.

    In ``y = conv(x); F.relu_(y); pool(y)`` torch.fx says that ``pool`` reads ``conv``, but it reads the ReLU's
    result. Where the ReLU wrote through a view (``F.relu_(y.flatten(1)); pool(y)``), ``pool`` reads values that no
    layer puts out; such a network is refused.
    """
    order = {node: position for position, node in enumerate(graph.nodes)}
    by_name = {node.name: node for node in graph.nodes}
    for node in graph.nodes:
        for name in writes.get(node.name, ()):
            source = by_name[name]
            if source.op == "get_attr":
                raise UntraceableNetwork(
                    f"layer {node.name!r} overwrites the network's own tensor {str(source.target)!r}, "
                    "so that no two runs are alike"
                )
            later = [user for user in source.users if order[user] > order[node]]
            if values[name] is values[node.name]:
                source.replace_all_uses_with(node, delete_user_cb=later.__contains__)
                continue
            # Reading a size does not read values.
            readers = [user for user in later if holds_tensors(values[user.name])]
            if readers:
                reader = "the network's output" if readers[0].op == "output" else f"layer {readers[0].name!r}"
                raise UntraceableNetwork(
                    f"layer {node.name!r} overwrites, through a view, what layer {name!r} put out, and "
                    f"{reader} reads {name!r} afterwards. Write {node.name!r} without in-place, or go on "
                    "with its result"
                )
