"""Modules, functions and methods that do the same are of one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from app.tracing.layer_kinds.operations import operation_of_call, operation_of_module
from app.tracing.layers.layer import OTHER
from app.tracing.layers.min_pool import MinPool2d


def call(target: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> tuple[str, str, dict[str, Any]]:
    result = (
        getattr(args[0], target)(*args[1:], **kwargs) if isinstance(target, str) else target(*args, **kwargs)
    )
    operation = operation_of_call(target, args, kwargs, lambda value: value, result)
    return operation.kind, operation.name, dict(operation.hyperparameters)


@pytest.mark.parametrize(
    ("module", "kind", "name"),
    [
        (nn.ReLU(inplace=True), "relu", "ReLU"),
        (MinPool2d(2), "min_pool2d", "MinPool2d"),
        (nn.Dropout2d(), "dropout", "Dropout2d"),
        (nn.ConvTranspose2d(1, 1, 2), OTHER, "ConvTranspose2d"),
        (nn.LazyConv2d(3, 2), "conv2d", "LazyConv2d"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_a_module_is_of_its_own_kind_or_that_of_its_base(module: nn.Module, kind: str, name: str) -> None:
    operation = operation_of_module(module)
    assert (operation.kind, operation.name) == (kind, name)


@pytest.mark.parametrize(
    ("module", "function", "kwargs"),
    [
        (nn.MaxPool2d(2, padding=1), F.max_pool2d, {"kernel_size": 2, "padding": 1}),
        (nn.AvgPool2d((2, 3)), F.avg_pool2d, {"kernel_size": (2, 3)}),
        (nn.LeakyReLU(), F.leaky_relu, {}),
        (nn.ELU(0.5), F.elu, {"alpha": 0.5}),
    ],
    ids=["max pooling", "average pooling", "leaky ReLU", "ELU"],
)
def test_a_functions_hyperparameters_are_those_of_the_module_that_does_the_same(
    module: nn.Module, function: Callable[..., Any], kwargs: dict[str, Any]
) -> None:
    _, _, hyperparameters = call(function, torch.rand(1, 2, 8, 8), **kwargs)
    assert hyperparameters == operation_of_module(module).hyperparameters


@pytest.mark.parametrize(
    ("target", "args", "expected"),
    [
        ("relu", (), ("relu", "relu", {})),
        (torch.relu, (), ("relu", "relu", {})),
        ("softmax", (1,), ("softmax", "softmax", {"dim": 1})),
        ("contiguous", (), ("identity", "contiguous", {})),
        ("roll", (1,), (OTHER, "roll", {})),
        (torch.neg, (), (OTHER, "neg", {})),
    ],
)
def test_a_call_is_of_the_kind_of_its_function_or_method(
    target: Any, args: tuple[Any, ...], expected: tuple[str, str, dict[str, Any]]
) -> None:
    assert call(target, torch.rand(1, 2, 3, 3), *args) == expected


def test_a_view_is_a_flatten_only_where_it_makes_a_vector() -> None:
    x = torch.rand(1, 2, 3, 4)
    assert call("view", x, 1, -1) == ("flatten", "view", {})
    assert call(torch.reshape, x, (1, 24)) == ("flatten", "reshape", {})
    assert call("view", x, 1, 6, 4) == (OTHER, "view", {})
    assert call("flatten", x, 1) == ("flatten", "flatten", {"start_dim": 1, "end_dim": -1})
