"""All layer kinds, and how to find one by its name, or by what PyTorch calls it.

A new kind is one file of this package and one line in `KINDS`; see docs/adding-a-layer-kind.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from torch import nn

from app.tracing.layer_kinds import adaptive_pooling, arithmetic, identity, pooling, unspecified
from app.tracing.layer_kinds.activations import ACTIVATIONS
from app.tracing.layer_kinds.batch_norm import BATCH_NORM
from app.tracing.layer_kinds.cat import CAT
from app.tracing.layer_kinds.conv2d import CONV2D
from app.tracing.layer_kinds.flatten import FLATTEN
from app.tracing.layer_kinds.group_norm import GROUP_NORM
from app.tracing.layer_kinds.layer_kind import FunctionalForm, LayerKind, Target
from app.tracing.layer_kinds.linear import LINEAR
from app.tracing.layer_kinds.mean import MEAN
from app.tracing.layer_kinds.softmax import SOFTMAX
from app.tracing.layer_kinds.zero_pad2d import ZERO_PAD2D

KINDS: tuple[LayerKind, ...] = (
    unspecified.INPUT,
    CONV2D,
    BATCH_NORM,
    GROUP_NORM,
    *ACTIVATIONS,
    pooling.MAX_POOL2D,
    pooling.AVG_POOL2D,
    pooling.MIN_POOL2D,
    adaptive_pooling.ADAPTIVE_MAX_POOL2D,
    adaptive_pooling.ADAPTIVE_AVG_POOL2D,
    ZERO_PAD2D,
    FLATTEN,
    LINEAR,
    SOFTMAX,
    identity.DROPOUT,
    identity.IDENTITY,
    arithmetic.ADD,
    arithmetic.SUB,
    arithmetic.MUL,
    arithmetic.DIV,
    CAT,
    MEAN,
    unspecified.OTHER,
)


@dataclass(frozen=True, slots=True)
class Registry:
    """Layer kinds, indexed by every key that they are looked up by."""

    kinds: tuple[LayerKind, ...]
    by_name: Mapping[str, LayerKind]
    by_module: Mapping[type[nn.Module], LayerKind]
    by_target: Mapping[Target, tuple[LayerKind, FunctionalForm]]
    by_option: Mapping[tuple[str, str], LayerKind]

    @classmethod
    def of(cls, kinds: Iterable[LayerKind]) -> Registry:
        """Index some kinds.

        Raises:
            ValueError: two of them have one name, or claim the same module, function, method or option.
        """
        kinds = tuple(kinds)
        return cls(
            kinds,
            by_name=_index((kind.name, kind) for kind in kinds),
            by_module=_index((module, kind) for kind in kinds for module in kind.modules),
            by_target=_index(
                (target, (kind, form)) for kind in kinds for form in kind.forms for target in form.targets
            ),
            by_option=_index(
                ((kind.option.group, kind.option.name), kind) for kind in kinds if kind.option is not None
            ),
        )


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _index(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, _Value]:
    index: dict[_Key, _Value] = {}
    for key, value in pairs:
        if index.setdefault(key, value) != value:
            raise ValueError(f"two layer kinds claim {key!r}")
    return index


_registry = Registry.of(KINDS)


def registry() -> Registry:
    """Return the registry of all kinds."""
    return _registry


def kind_named(name: str) -> LayerKind:
    """Return the kind of that name, such as the ``kind`` of a layer.

    Raises:
        KeyError: there is none.
    """
    return _registry.by_name[name]


def options(group: str) -> dict[str, LayerKind]:
    """Return the kinds that an edit can put in place of one another, by the names that it gives them."""
    return {name: kind for (of_group, name), kind in _registry.by_option.items() if of_group == group}
