"""Which JavaScript modules a page needs at once: those it imports, and those that they import."""

from __future__ import annotations

import json
from functools import cache
from typing import TypedDict

from app import resources


class _Imports(TypedDict):
    static: list[str]
    dynamic: list[str]


@cache
def modules_to_preload(entry: str, listing: str) -> tuple[str, ...]:
    """Return the modules that an entry needs before the page is whole, as paths below the static files, sorted.

    ``listing`` is the module whose dynamic imports are all made on arrival; elsewhere such an import means that
    a module is fetched when it is asked for.
    """
    graph = _import_graph()
    modules: set[str] = set()
    waiting = [entry, listing, *(graph[listing]["dynamic"] if listing in graph else ())]
    while waiting:
        module = waiting.pop()
        if module not in modules:
            modules.add(module)
            waiting += graph[module]["static"] if module in graph else ()
    return tuple(sorted(modules))


@cache
def _import_graph() -> dict[str, _Imports]:
    """Return which module imports which, by its path, as `scripts/generate` has read it off the modules."""
    text = (resources.static_dir() / "js" / "modulepreload.json").read_text(encoding="utf-8")
    graph: dict[str, _Imports] = json.loads(text)
    return graph
