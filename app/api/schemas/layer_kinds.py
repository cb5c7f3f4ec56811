"""The kinds of layers that a response may name, as one closed set: those of `tracing.layer_kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.tracing.layer_kinds.registry import KINDS


def kind_names() -> tuple[str, ...]:
    """Return the names of all layer kinds, in alphabetical order."""
    return tuple(sorted(kind.name for kind in KINDS))


if TYPE_CHECKING:
    LayerKindName = str
else:
    # Built at run time, so that each kind is described in one place. To mypy it is a str.
    LayerKindName = Literal[kind_names()]
