"""Read from the page which maps it requests before anybody scrolls."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from app.imaging.stream import Plan
from app.tracing.capture.graph import LayerGraph
from bench.live import VIEWPORT, chromium, server, wait_until_painted

_STREAMS = """performance.getEntriesByType('resource')
    .map(({ name }) => name).filter((name) => name.includes('maps.safetensors'))"""


@dataclass(frozen=True, slots=True)
class MapRequest:
    """One request of the page for maps. Empty ``layers`` means all layers."""

    tile: int
    limit: int
    layers: frozenset[str]

    def plan(self, graph: LayerGraph) -> Plan:
        """Return the plan of the stream that the server would send."""
        shapes = [(layer.id, layer.shape) for layer in graph.layers]
        selected = tuple(item for item in shapes if not self.layers or item[0] in self.layers)
        return Plan(selected, tile=self.tile, limit=self.limit)


def first_screen(network: str) -> list[MapRequest]:
    """Return Explore's map requests until a network's first screen is painted, at 1280 × 720."""
    with server() as live, chromium() as browser:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(f"{live.address}/?network={network}")
        wait_until_painted(page)
        addresses: list[str] = page.evaluate(_STREAMS)
    requests = []
    for address in dict.fromkeys(addresses):
        query = parse_qs(urlsplit(address).query)
        layers = frozenset(query["layers"][0].split(",")) if "layers" in query else frozenset()
        requests.append(MapRequest(int(query["tile"][0]), int(query["limit"][0]), layers))
    return requests
