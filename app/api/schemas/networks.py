"""Networks: their cards and their layer graphs."""

from __future__ import annotations

from typing import Any

from app.api.schemas.base import Answer
from app.api.schemas.graphs import BlockAnswer, LayerAnswer
from app.api.schemas.preprocessing import StepAnswer
from app.services.networks import Networks
from model.card import Card


class AccuracyAnswer(Answer):
    """Top-1 accuracy, a fraction, on ``count`` pictures of ``split``."""

    value: float
    count: int
    split: str


class NetworkAnswer(Answer):
    """A network's card."""

    id: str
    title: str
    summary: str
    input_shape: list[int]
    labels: list[str]
    dataset: str
    accuracy: AccuracyAnswer | None
    parameters: int
    checkpoints: list[str]
    license: str
    source: str
    notes: list[str]

    @classmethod
    def of(cls, card: Card, networks: Networks) -> NetworkAnswer:
        """Return a card; counts the network's parameters if nobody has, so call this on a worker."""
        return cls(**cls._fields(card, networks))

    @classmethod
    def _fields(cls, card: Card, networks: Networks) -> dict[str, Any]:
        names = (
            "id",
            "title",
            "summary",
            "input_shape",
            "labels",
            "dataset",
            "checkpoints",
            "license",
            "source",
            "notes",
        )
        accuracy = AccuracyAnswer.model_validate(card.accuracy) if card.accuracy else None
        return {name: getattr(card, name) for name in names} | {
            "accuracy": accuracy,
            "parameters": networks.parameters(card.id),
        }


class NetworkGraphAnswer(NetworkAnswer):
    """A network's card and its layers in the order in which they run."""

    layers: list[LayerAnswer]
    edges: list[tuple[str, str]]
    blocks: list[BlockAnswer]
    preprocessing: list[StepAnswer]

    @classmethod
    def of(cls, card: Card, networks: Networks) -> NetworkGraphAnswer:
        """Return a card with its graph, which is traced now if it was not: call this on a worker."""
        graph = networks.graph(card.id)
        return cls(
            **cls._fields(card, networks),
            layers=LayerAnswer.listed(graph),
            edges=list(graph.edges),
            blocks=BlockAnswer.listed(graph),
            preprocessing=[StepAnswer.of(step) for step in card.preprocessing.steps],
        )
