"""A network as a directed graph of layers: every operation one node, functional ones included.

A `LayerGraph` is plain data for readers (``layers``, ``edges``, ``blocks``), and the steps that `program.Program`
runs. `graph_builder.build` makes one of a module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from torch import Tensor

from app.tracing.capture.blocks import Block, find_blocks
from app.tracing.layer_kinds.layer_kind import Role
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import Layer
from app.tracing.layers.shapes import Shape


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
    """The layer at which an edited network ends, because it cannot run on the shapes that reach it.

    ``reason`` is ``features`` (a linear layer's inputs: one number each), ``window`` (``expects`` the rows and
    columns that the window spans beyond its padding), ``shapes`` (shapes that do not go together, all of them in
    ``gets``), or ``other``. ``detail`` says it in a sentence.
    """

    layer: str
    kind: str
    reason: str
    expects: Shape
    gets: tuple[Shape, ...]
    detail: str


@dataclass(frozen=True)
class LayerGraph:
    """A network's layers in the order in which they run, `input` first.

    ``output`` is the id of the layer that the network returns. ``overwritten`` names the steps whose values a
    later one overwrites in place, so that `Program.record` keeps a copy. ``constants`` are tensors that the steps
    read and that are neither parameters nor buffers, by their step's name. ``gains`` are factors by which an
    edit multiplies a layer's channels after the layer's own arithmetic, by layer id and channel. ``edited``
    are the edits of each layer that has any, as text. ``conflict`` says why an edited graph ends early, if it does.
    """

    input_shape: Shape
    layers: tuple[Layer, ...]
    steps: tuple[Step, ...] = field(repr=False)
    output: str
    overwritten: frozenset[str]
    constants: Mapping[str, Tensor] = field(repr=False, compare=False)
    gains: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    edited: Mapping[str, str] = field(default_factory=dict)
    conflict: ShapeConflict | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Layer]:
        """Layers by their id."""
        return {layer.id: layer for layer in self.layers}

    @cached_property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """(from, to) for every input of every layer."""
        return tuple((source, layer.id) for layer in self.layers for source in layer.inputs)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Feature map → activation map → pooled map, found from the graph."""
        return find_blocks(self.layers)

    @property
    def logits(self) -> str | None:
        """The layer whose output a final softmax or sigmoid turns into probabilities, if there is one."""
        last = self.by_id[self.output]
        ends_in_probabilities = Role.PROBABILITIES in kind_named(last.kind).roles
        return last.inputs[0] if ends_in_probabilities and len(last.inputs) == 1 else None
