from __future__ import annotations

from app.tracing.layers.workspace import Workspace, no_workspace


def test_while_a_layer_runs_all_of_its_workspace_is_there() -> None:
    assert Workspace(freed=3, saved=4).cells == 7
    assert no_workspace({}, [(3, 4, 4)], (3, 4, 4)).cells == 0
