"""The layer kinds as data, for programs in other languages."""

from __future__ import annotations

from typing import Any

from app.tracing.layer_kinds.layer_kind import LayerKind
from app.tracing.layer_kinds.registry import registry


def layer_kind_catalog() -> list[dict[str, Any]]:
    """Return a description of every kind that can be written as JSON.

    ``name`` and ``words`` (the key of its name in the locales); ``modules``, ``functions`` and ``methods`` of
    PyTorch by their names; ``hyperparameters``, ``pairs`` ([height, width] among them) and ``operands`` (the tensors
    that the functional form takes, where they are several); ``roles``; whether it ``has_window`` that slides
    over rows and columns or divides them; whether its cells are ``derivable``; the ``formula`` of an activation as
    Python with its parameters in braces, else null; the ``edits`` that it takes; and the ``option`` by which an
    edit can ask for it: its ``group`` and ``name``, else null.
    """
    return [_entry(kind) for kind in registry().kinds]


def _entry(kind: LayerKind) -> dict[str, Any]:
    functions = {function.__name__ for form in kind.forms for function in form.functions}
    return {
        "name": kind.name,
        "words": kind.words_key,
        "modules": [module.__name__ for module in kind.modules],
        "functions": sorted(functions),
        "methods": [method for form in kind.forms for method in form.methods],
        "hyperparameters": list(kind.hyperparameters),
        "pairs": [name for name in kind.hyperparameters if name in kind.pairs],
        "operands": list(kind.functional_parameters),
        "roles": sorted(kind.roles),
        "has_window": kind.window is not None,
        "derivable": kind.derive is not None,
        "formula": kind.formula,
        "edits": list(kind.edits),
        "option": {"group": kind.option.group, "name": kind.option.name} if kind.option else None,
    }
