"""Run a network and keep every layer's output.

A `Program` is a layer graph bound to one module's weights. It holds nothing that a run changes, so any number
of threads may run it at once. It calls the ``forward`` of modules, not the modules: while another thread traces a
network, torch.fx patches ``nn.Module.__call__`` for the whole process. The rare leaf that has hooks, or calls
submodules of its own, has to be called; that is done under torch.fx's lock.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, fx, nn

from app.tracing.capture.fx_trace import FX_PATCHES_MODULES
from app.tracing.capture.graph import LayerGraph, Step
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import INPUT

OnLayer = Callable[[str, Tensor], None]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A step with its function resolved; ``sources`` are its arguments where all of them are plain nodes.

    ``gains`` are factors by which an edit multiplies channels of what the function returns.
    """

    step: Step
    function: Callable[..., Any]
    sources: tuple[str, ...] | None
    lock: AbstractContextManager[Any]
    gains: Mapping[int, float]


class Program:
    """A layer graph with weights, ready to run."""

    def __init__(
        self,
        graph: LayerGraph,
        module: nn.Module,
        device: torch.device | None = None,
        replacements: Mapping[str, nn.Module] | None = None,
    ) -> None:
        """Bind the graph to a module of the same structure; it is moved to the device and set to evaluate.

        ``replacements`` take the place of layers, by layer id; each is given the layer's first input.
        """
        self.graph = graph
        self.device = device or torch.device("cpu")
        self.module = _on_device(module, self.device)
        self.replacements = {
            layer_id: _on_device(replacement, self.device)
            for layer_id, replacement in (replacements or {}).items()
        }
        self._constants = {step.name: self._constant(step) for step in graph.steps if step.op == "get_attr"}
        self._steps = [
            _bind(step, self.module, self.replacements, graph)
            for step in graph.steps
            if step.op not in {"get_attr", "placeholder"}
        ]
        self._layer_steps = {step.layer_id: step for step in graph.steps if step.layer_id}
        self._placeholder = next(step for step in graph.steps if step.op == "placeholder")

    def _constant(self, step: Step) -> Any:
        """Return a tensor that a step reads: an attribute of the module, or one that its forward makes."""
        try:
            constant = _attribute(self.module, str(step.target))
        except AttributeError:
            constant = self.graph.constants[step.name]
        return constant.to(self.device)  # a plain attribute does not move with its module

    @property
    def nbytes(self) -> int:
        """Memory of the replacements' weights that are not the module's own, each counted once."""
        shared = {parameter.data_ptr() for parameter in self.module.parameters()}
        sizes = {
            parameter.data_ptr(): parameter.nbytes
            for replacement in self.replacements.values()
            for parameter in replacement.parameters()
        }
        return sum(nbytes for address, nbytes in sizes.items() if address not in shared)

    @property
    def weights(self) -> dict[str, Tensor]:
        """Filters (out, in/groups, kH, kW) of convolutions and matrices (out, in) of linear layers, by layer id."""
        return {
            layer.id: _attribute(self.module, layer.weight) for layer in self.graph.layers if layer.weight
        }

    def parameters(self, layer_id: str) -> dict[str, Tensor]:
        """Return the tensors that a layer computes with, by the names PyTorch gives them, such as ``bias``.

        A convolution's weight is (out, in/groups, kH, kW), a linear layer's (out, in); a batch norm has
        ``running_mean`` and ``running_var`` besides, (C,) each. A functional layer's are named as its module's.
        An operand of a sum or product that is a tensor of the network is ``input`` (the left one) or ``other``.
        A tensor that the forward pass computes is not among them. Must not be written to.

        Raises:
            KeyError: the graph has no such layer.
        """
        layer, step = self.graph.by_id[layer_id], self._layer_steps[layer_id]
        if step.op == "call_module" or layer_id in self.replacements:
            module = self.replacements.get(layer_id) or self.module.get_submodule(str(step.target))
            tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
            return {name: value.detach() for name, value in tensors.items()}
        names = kind_named(layer.kind).functional_parameters
        arguments = {**dict(zip(names, step.args, strict=False)), **step.kwargs}
        constants = {
            name: self._constants.get(arguments[name].name)
            for name in names
            if isinstance(arguments.get(name), fx.Node)
        }
        return {name: value.detach() for name, value in constants.items() if isinstance(value, Tensor)}

    @torch.inference_mode()
    def record(
        self,
        picture: Tensor,
        on_layer: OnLayer | None = None,
        known: Mapping[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """Run the network on one input of shape (C, H, W); return every layer's float32 output by its id.

        Outputs are on the CPU, of shape (C, H, W) or (N,). They share memory with one another where the
        network's own operations do (a flatten), and must not be written to. ``on_layer`` is called with each
        as soon as it is computed, in graph order. ``known`` are outputs, by layer id, of another run of the same
        layers on the same input: they are reused instead of being computed.
        """
        known = known or {}
        outputs: dict[str, Tensor] = {}
        for step, value in self.walk(picture, known):
            layer_id = step.layer_id
            if not layer_id:
                continue
            cells = known[layer_id] if layer_id in known else _cells(value)
            if layer_id not in known and step.name in self.graph.overwritten:
                cells = cells.clone()
            outputs[layer_id] = cells
            if on_layer:
                on_layer(layer_id, cells)
        return outputs

    def walk(self, picture: Tensor, known: Mapping[str, Tensor] | None = None) -> Iterator[tuple[Step, Any]]:
        """Run step by step; yield each with its value as PyTorch has it, with the batch, on the device.

        ``known`` are as in `record`. A later step may overwrite a value that was yielded, where the network works
        in place.
        """
        # A copy: an in-place first layer must not reach the caller.
        value: Any = _apply_gains(picture[None].to(self.device, copy=True), self.graph.gains.get(INPUT, {}))
        values: dict[str, Any] = {**self._constants, self._placeholder.name: value}
        yield self._placeholder, value
        for bound in self._steps:
            step = bound.step
            layer_id = step.layer_id or ""
            if known and layer_id in known and step.batched:
                value = known[layer_id][None].to(self.device)
                # A later in-place step must not overwrite the other run's values.
                value = value.clone() if step.name in self.graph.overwritten else value
            else:
                with bound.lock:
                    value = _apply_gains(_run(bound, values), bound.gains)
            values[step.name] = value
            yield step, value


def _on_device(module: nn.Module, device: torch.device) -> nn.Module:
    """Return the module on a device, in evaluation mode.

    A module that is so already is left alone, since other programs may be running it: `Module.to` writes to every
    parameter, even where nothing moves.
    """
    tensors = itertools.chain(module.parameters(), module.buffers())
    if any(tensor.device != device for tensor in tensors) or any(part.training for part in module.modules()):
        module.eval().to(device)
    return module


def _apply_gains(value: Any, gains: Mapping[int, float]) -> Any:
    """Multiply channels of (1, C, …) by their factors; a muted one is 0, never −0."""
    if not gains:
        return value
    gained = value.clone()
    for channel, factor in gains.items():
        gained[:, channel] = gained[:, channel] * factor if factor else 0.0
    return gained


def _bind(
    step: Step,
    module: nn.Module,
    replacements: Mapping[str, nn.Module],
    graph: LayerGraph,
) -> _Bound:
    lock: AbstractContextManager[Any] = nullcontext()
    layer_id = step.layer_id or ""
    gains = graph.gains.get(layer_id, {})
    if layer_id in replacements:
        function: Callable[..., Any] = replacements[layer_id].forward
        if isinstance(replacements[layer_id], nn.Identity) and step.name in graph.overwritten:
            # The activation made a new tensor. An identity passes its input on, which a later step would overwrite.
            function = torch.clone
        return _Bound(step, function, step.sources[:1], lock, gains)
    if step.op == "call_module":
        leaf = module.get_submodule(str(step.target))
        function = leaf.forward
        hooked = bool(leaf._forward_hooks or leaf._forward_pre_hooks)  # noqa: SLF001 - PyTorch offers no other name
        if hooked or next(leaf.children(), None) is not None:
            function, lock = leaf, FX_PATCHES_MODULES
    elif step.op == "call_method":
        function = partial(_call_method, str(step.target))
    else:
        function = step.target
    only_nodes = not step.kwargs and all(isinstance(argument, fx.Node) for argument in step.args)
    sources = tuple(argument.name for argument in step.args) if only_nodes else None
    return _Bound(step, function, sources, lock, gains)


def _call_method(name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a method of a value: of a tensor, or of its size."""
    return getattr(value, name)(*args, **kwargs)


def _run(bound: _Bound, values: Mapping[str, Any]) -> Any:
    if bound.sources is not None:
        return bound.function(*[values[name] for name in bound.sources])
    args, kwargs = fx.node.map_arg((bound.step.args, dict(bound.step.kwargs)), lambda node: values[node.name])
    return bound.function(*args, **kwargs)


def _attribute(module: nn.Module, path: str) -> Any:
    owner, _, name = path.rpartition(".")
    return getattr(module.get_submodule(owner), name)


def _cells(value: Tensor) -> Tensor:
    cells = value[0] if value.dim() and value.shape[0] == 1 else value
    cells = cells if cells.dim() else cells.reshape(1)
    return cells.to("cpu", torch.float32)
