"""What an operation of a network does: its kind, its name and its hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from app.tracing.layer_kinds.hyperparameters import attributes, written_out
from app.tracing.layer_kinds.layer_kind import Target
from app.tracing.layer_kinds.registry import kind_named, registry
from app.tracing.layers.layer import OTHER, Operation


def operation_of_module(module: nn.Module) -> Operation:
    """Return what a leaf module does: of its own kind, or of that of the class that it derives from, or ``other``."""
    by_module = registry().by_module
    kinds = (by_module[base] for base in type(module).__mro__ if base in by_module)
    kind = next(kinds, kind_named(OTHER))
    hyperparameters = (
        kind.from_module(module) if kind.from_module else attributes(module, kind.hyperparameters)
    )
    return Operation(kind.name, type(module).__name__, written_out(kind, hyperparameters))


def operation_of_call(
    target: Target,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    value_of: Callable[[Any], Any],
    result: Any,
) -> Operation:
    """Return what a function (or, by its name, a method of a tensor) does with these arguments.

    ``value_of`` gives an argument's value in the example pass, so that a functional convolution can read its
    kernel's size from its weight. ``result`` is what the call returned there.
    """
    name = target if isinstance(target, str) else getattr(target, "__name__", str(target))
    kind_and_form = registry().by_target.get(target)
    if kind_and_form is None:
        return Operation(OTHER, name)
    kind, form = kind_and_form
    if form.result_is is not None and not (isinstance(result, Tensor) and form.result_is(result)):
        return Operation(OTHER, name)
    call = form.read(args, kwargs, value_of)
    hyperparameters = kind.from_call(call) if kind.from_call else call.arguments
    return Operation(kind.name, name, written_out(kind, hyperparameters))
