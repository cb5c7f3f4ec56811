"""Every kind is described whole, found by all its names, and a new one needs no other table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from app import resources
from app.tracing.capture.blocks import Block
from app.tracing.derivation.cell_field import receptive_field_of_cell
from app.tracing.derivation.derivation import derive
from app.tracing.editing.edit_options import edit_options_of
from app.tracing.layer_kinds import registry
from app.tracing.layer_kinds.activations import activation
from app.tracing.layer_kinds.layer_kind import LayerKind, Role
from app.tracing.layer_kinds.registry import KINDS, Registry, kind_named, options
from app.tracing.layer_kinds.windowed import WINDOW_PAIRS, axes_of, sliding_window
from app.tracing.layers.cell_arithmetic import CellArithmetic, weighted_sum
from app.tracing.layers.cell_query import CellQuery, window_terms
from app.tracing.layers.layer import INPUT, OTHER, Hyperparameters
from app.tracing.layers.python_lines import PythonLines, load_values, window_lines
from app.tracing.layers.receptive_field import Pair, ReceptiveField
from app.tracing.layers.windows import Axes
from tests.app.tracing.cells import some_cells
from tests.app.tracing.export_folder import printed_by, write_export
from tests.app.tracing.gradients import field_of_gradient
from tests.app.tracing.layer_kinds_zoo import noise, program_of

COMPUTING = [kind for kind in KINDS if kind.name not in {INPUT, OTHER}]


@pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.name)
def test_a_kind_says_how_its_cells_are_computed_and_what_they_read(kind: LayerKind) -> None:
    assert kind.modules or kind.forms
    assert kind.derive is not None
    assert kind.python is not None
    assert kind.field is not None or kind.window is not None
    assert kind.reads is not None or kind.window is not None
    assert kind.pairs & set(kind.hyperparameters) or not kind.pairs


@pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.name)
def test_what_an_edit_asks_for_can_be_built(kind: LayerKind) -> None:
    if kind.option or kind.filter_shape:
        assert kind.build is not None
    assert ("weight" in kind.edits) == (kind.filter_shape is not None)
    assert ("activation" in kind.edits) == (Role.ACTIVATION in kind.roles)
    assert ("pooling" in kind.edits) == (Role.POOLING in kind.roles)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_has_words_in_both_languages(language: str) -> None:
    path = resources.static_dir() / "locales" / language / "kinds.json"
    words = json.loads(path.read_text("utf-8"))
    assert {kind.words_key for kind in KINDS} <= words.keys()
    assert all(words[kind.words_key].strip() for kind in KINDS)


def test_kinds_are_found_by_name() -> None:
    assert kind_named("conv2d").modules == (nn.Conv2d,)
    with pytest.raises(KeyError):
        kind_named("transformer")


def test_options_are_the_kinds_that_stand_in_place_of_one_another() -> None:
    names = {name: kind.name for name, kind in options("pooling").items()}
    assert names == {"max": "max_pool2d", "average": "avg_pool2d", "min": "min_pool2d"}
    assert set(options("adaptive_pooling")) == {"max", "average"}
    assert options("hat") == {}


@pytest.mark.parametrize(
    "other",
    [
        LayerKind(name="relu"),
        LayerKind(name="mine", modules=(nn.ReLU,)),
        LayerKind(name="mine", forms=kind_named("relu").forms),
        LayerKind(name="mine", option=kind_named("relu").option),
    ],
    ids=["name", "module", "functions", "option"],
)
def test_two_kinds_that_claim_the_same_are_refused(other: LayerKind) -> None:
    with pytest.raises(ValueError, match="two layer kinds claim"):
        Registry.of([*KINDS, other])


# ---- a new kind: the examples of docs/adding-a-layer-kind.md ---------------------------------------------

SOFTSIGN = activation(
    "softsign",
    module=nn.Softsign,
    functions=(F.softsign,),
    function=lambda x: x / (1 + abs(x)),
    formula="x / (1 + abs(x))",
)


class SumPool2d(nn.AvgPool2d):
    """The sum of every window."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's own name for it
        total: Tensor = super().forward(input) * self.kernel_size**2
        return total


def _window(hyperparameters: Hyperparameters, extent: Pair, _outputs: Pair) -> Axes:
    return sliding_window(hyperparameters, extent, cut=True)


def _derive(query: CellQuery) -> CellArithmetic:
    channel = query.cell[0]
    terms = window_terms(query, range(channel, channel + 1), axes_of(_window, query))
    return weighted_sum(terms, None, [])


def _python(query: CellQuery, _arithmetic: CellArithmetic) -> PythonLines:
    lines = window_lines(query, axes_of(_window, query), str(query.cell[0]))
    return [load_values("maps", query.layer.inputs[0]), *lines], "window.sum()"


SUM_POOL2D = LayerKind(
    name="sum_pool2d",
    modules=(SumPool2d,),
    hyperparameters=("kernel_size", "stride", "padding"),
    pairs=WINDOW_PAIRS,
    roles=frozenset({Role.POOLING}),
    window=_window,
    derive=_derive,
    python=_python,
)


# All kinds but the examples, should one of these ever be described for good.
OTHER_KINDS = [kind for kind in KINDS if kind.name not in {SOFTSIGN.name, SUM_POOL2D.name}]


@pytest.fixture
def _two_more_kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_registry", Registry.of([*OTHER_KINDS, SOFTSIGN, SUM_POOL2D]))
    yield
    monkeypatch.undo()


class Newer(nn.Module):
    """A convolution, softsign as a function and as a module, and a sum pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3, padding=1)
        self.softsign = nn.Softsign()
        self.pool = SumPool2d(3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(self.softsign(F.softsign(self.conv(x))))  # type: ignore[no-any-return]


@pytest.mark.usefixtures("_two_more_kinds")
def test_a_kind_is_added_by_its_description_alone(tmp_path: Path) -> None:
    torch.manual_seed(2)
    module, shape = Newer().eval(), (2, 9, 8)
    program = program_of(module, shape)
    graph = program.graph
    assert [layer.kind for layer in graph.layers] == ["input", "conv2d", "softsign", "softsign", "sum_pool2d"]
    assert graph.blocks == (Block("block1", "conv", "softsign", None),)
    pool = graph.by_id["pool"]
    assert pool.hyperparameters == {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1]}
    assert pool.multiply_adds == 0
    assert pool.receptive_field == ReceptiveField(size=(5, 5), stride=(2, 2), offset=(-2, -2))
    assert edit_options_of(graph, "softsign").activations[:2] == ("identity", "relu")

    values = program.record(noise(shape))
    write_export(tmp_path, program, values)
    for layer_id, operation in (("softsign_1", "function"), ("pool", "sum")):
        for cell in some_cells(values[layer_id], 4):
            derivation = derive(program, values, layer_id, cell)
            assert derivation.operation == operation
            assert printed_by(derivation.python, tmp_path) == pytest.approx(derivation.value, rel=1e-5)
    for cell in some_cells(values["pool"], 3):
        assert receptive_field_of_cell(graph, "pool", cell) == field_of_gradient(module, cell, shape)


def test_without_its_description_the_kind_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registry", Registry.of(OTHER_KINDS))
    program = program_of(nn.Sequential(nn.Softsign()), (1, 3, 3))
    values = program.record(noise((1, 3, 3)))
    assert program.graph.layers[-1].kind == OTHER
    assert derive(program, values, program.graph.output, (0, 0, 0)).operation == "unknown"


@pytest.mark.usefixtures("_two_more_kinds")
def test_a_rule_that_disagrees_with_pytorch_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(SOFTSIGN, derive=kind_named("tanh").derive)
    monkeypatch.setattr(registry, "_registry", Registry.of([*OTHER_KINDS, wrong]))
    program = program_of(nn.Sequential(nn.Softsign()), (1, 3, 3))
    values = program.record(noise((1, 3, 3)))
    assert derive(program, values, program.graph.output, (0, 0, 0)).operation == "unknown"
