"""A layer graph: a network's, or that of an edited network. Shapes are [C, H, W] or [N]."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from app.api.schemas.base import Answer
from app.api.schemas.layer_kinds import LayerKindName
from app.tracing.capture.graph import LayerGraph

StopReason = Literal["features", "window", "shapes", "other"]


class ReceptiveFieldAnswer(Answer):
    """In input pixels, [vertical, horizontal]: the cell (y, x) sees ``size`` from ``offset + (y, x)·stride``."""

    size: list[int]
    stride: list[int]
    offset: list[int]


class LayerAnswer(Answer):
    """One operation of a network."""

    id: str
    kind: LayerKindName
    name: str
    module: str
    shape: list[int]
    inputs: list[str]
    hyperparameters: dict[str, int | float | str | bool | list[int] | None]
    parameters: int
    multiply_adds: int | None
    receptive_field: ReceptiveFieldAnswer | None

    @classmethod
    def listed(cls, graph: LayerGraph) -> list[LayerAnswer]:
        """Return a graph's layers in the order in which they run."""
        return [cls.model_validate(layer) for layer in graph.layers]


class BlockAnswer(Answer):
    """The lecture's three stages, as layer ids."""

    id: str
    feature: str
    activation: str | None
    pooled: str | None

    @classmethod
    def listed(cls, graph: LayerGraph) -> list[BlockAnswer]:
        """Return a graph's blocks."""
        return [cls.model_validate(block) for block in graph.blocks]


class StopAnswer(Answer):
    """Where an edited network can go no further: ``layer`` expects something else than it would get.

    ``reason`` is ``features``, ``window``, ``shapes`` or ``other``.
    """

    layer: str
    kind: LayerKindName
    reason: StopReason
    expects: list[int]
    gets: list[list[int]]
    detail: str

    @classmethod
    def of(cls, graph: LayerGraph) -> StopAnswer | None:
        """Return where a graph ends before its network does; None where it does not."""
        return cls.model_validate(graph.conflict) if graph.conflict else None


class TraceGraphAnswer(BaseModel):
    """The layers of a trace's network as its edits have left it."""

    layers: list[LayerAnswer]
    edges: list[tuple[str, str]]
    blocks: list[BlockAnswer]
    stop: StopAnswer | None

    @classmethod
    def of(cls, graph: LayerGraph) -> TraceGraphAnswer:
        """Return a graph."""
        return cls(
            layers=LayerAnswer.listed(graph),
            edges=list(graph.edges),
            blocks=BlockAnswer.listed(graph),
            stop=StopAnswer.of(graph),
        )
