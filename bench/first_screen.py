"""What the page asks for before anybody scrolls, read off the page itself."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from app.imaging.stream import Plan
from app.tracing.capture.graph import LayerGraph
from bench.live import VIEWPORT, chromium, server, wait_until_painted

_STREAMS = """performance.getEntriesByType('resource')
    .map(({ name }) => name).filter((name) => name.includes('maps.safetensors'))"""


@dataclass(frozen=True, slots=True)
class Wish:
    """One request of the page for maps; no ``layers`` are all of them."""

    tile: int
    limit: int
    layers: frozenset[str]

    def plan(self, graph: LayerGraph) -> Plan:
        """Return what the server would send."""
        listed = [(layer.id, layer.shape) for layer in graph.layers]
        chosen = tuple(item for item in listed if not self.layers or item[0] in self.layers)
        return Plan(chosen, tile=self.tile, limit=self.limit)


def first_screen(network: str) -> list[Wish]:
    """Return what Explore asks for until its first screen of a network is painted, at 1280 × 720."""
    with server() as live, chromium() as browser:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(f"{live.address}/?network={network}")
        wait_until_painted(page)
        addresses: list[str] = page.evaluate(_STREAMS)
    wishes = []
    for address in dict.fromkeys(addresses):
        query = parse_qs(urlsplit(address).query)
        layers = frozenset(query["layers"][0].split(",")) if "layers" in query else frozenset()
        wishes.append(Wish(int(query["tile"][0]), int(query["limit"][0]), layers))
    return wishes
