"""The networks and samples that pages carry as JSON, made by the response models of the REST interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from app.api.schemas.networks import NetworkAnswer, NetworkGraphAnswer
from app.api.schemas.pictures import SampleAnswer
from app.services.container import Services
from app.services.workers import Busy

JsonObject = dict[str, Any]


class Catalog:
    """Networks and samples as JSON values. They do not change, so each is made once a server's life.

    Where the workers are too busy to make one, pages go without, and ask the REST interface for it themselves.
    """

    def __init__(self, services: Services) -> None:
        """Make each when it is first asked for."""
        self._services = services
        self._cache: dict[str, list[JsonObject]] = {}

    async def networks(self) -> list[JsonObject]:
        """Return every network's card."""
        networks = self._services.networks
        return await self._cached(
            "networks", lambda: [NetworkAnswer.of(card, networks) for card in networks.cards]
        )

    async def samples(self) -> list[JsonObject]:
        """Return the sample pictures."""
        pictures = self._services.pictures
        return await self._cached(
            "samples", lambda: [SampleAnswer.of(sample) for sample in pictures.samples.values()]
        )

    async def network(self, network_id: str) -> JsonObject | None:
        """Return a network's card and layer graph.

        Raises:
            UnknownNetwork: there is none of that id.
        """
        networks = self._services.networks
        card = networks.card(network_id)
        graphs = await self._cached(f"networks/{card.id}", lambda: [NetworkGraphAnswer.of(card, networks)])
        return graphs[0] if graphs else None

    async def _cached(self, name: str, make: Callable[[], list[Any]]) -> list[JsonObject]:
        if name not in self._cache:
            try:
                self._cache[name] = await self._services.workers.run(lambda: _as_json(make()))
            except Busy:
                return []
        return self._cache[name]


def _as_json(models: list[BaseModel]) -> list[JsonObject]:
    return [model.model_dump(mode="json", by_alias=True) for model in models]
