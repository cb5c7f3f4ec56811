"""The kinds of layers that an answer may name, as one closed set: read off the tables of `tracing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.tracing.capture import layer_kinds
from app.tracing.capture.graph import INPUT


def kind_names() -> tuple[str, ...]:
    """Return the names of all layer kinds, in alphabetical order."""
    tables = (layer_kinds._FUNCTIONS, layer_kinds._METHODS)  # noqa: SLF001 - there is no public list
    functional = {function.kind for table in tables for function in table.values()}
    modules = set(layer_kinds._MODULE_KINDS.values())  # noqa: SLF001 - there is no public list
    return tuple(sorted({INPUT, layer_kinds.OTHER, *modules, *functional}))


if TYPE_CHECKING:
    LayerKind = str
else:
    # Made while running, so that a kind is described in one place; to mypy it is a str.
    LayerKind = Literal[kind_names()]
