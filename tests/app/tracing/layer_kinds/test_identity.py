"""Identity, dropout while predicting and a contiguous copy put out what they read."""

from __future__ import annotations

import pytest
from torch import nn

from app.tracing.derivation.derivation import derive
from app.tracing.layer_kinds.layer_kind import Role
from app.tracing.layer_kinds.registry import KINDS, kind_named, options
from tests.app.tracing.layer_kinds_zoo import SHAPE, Net, noise, program_of

NETWORKS = {
    "identity": lambda: Net(lambda x, f: f(x), nn.Identity()),
    "dropout": lambda: Net(lambda x, f: f(x), nn.Dropout(0.3)),
    "contiguous": lambda: Net(lambda x: x.contiguous()),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_cell_is_a_copy_of_the_cell_at_its_place(name: str) -> None:
    program = program_of(NETWORKS[name]().eval(), SHAPE)
    values = program.record(noise(SHAPE))
    derivation = derive(program, values, program.graph.output, (2, 3, 4))
    assert derivation.operation == "copy"
    (term,) = derivation.terms
    assert (term.channel, term.row, term.column, term.value) == (2, 3, 4, derivation.value)


def test_an_identity_can_stand_in_place_of_an_activation() -> None:
    build = options("activation")["identity"].build
    assert build is not None
    assert isinstance(build({}), nn.Identity)
    assert Role.ACTIVATION not in kind_named("identity").roles


def test_kinds_whose_numbers_are_those_of_another_layer() -> None:
    same = {kind.name for kind in KINDS if Role.SAME_VALUES in kind.roles}
    assert same == {"identity", "dropout", "flatten"}
