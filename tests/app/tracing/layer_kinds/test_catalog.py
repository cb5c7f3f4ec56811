"""The catalog says in JSON what each kind is."""

from __future__ import annotations

import json

from app.tracing.layer_kinds.catalog import layer_kind_catalog
from app.tracing.layer_kinds.registry import KINDS


def test_every_kind_is_in_it_and_it_survives_json() -> None:
    entries = layer_kind_catalog()
    assert [entry["name"] for entry in entries] == [kind.name for kind in KINDS]
    assert json.loads(json.dumps(entries)) == entries


def test_an_entry_says_what_another_program_needs() -> None:
    entries = {entry["name"]: entry for entry in layer_kind_catalog()}
    assert entries["leaky_relu"] == {
        "name": "leaky_relu",
        "words": "kind.leaky_relu",
        "modules": ["LeakyReLU"],
        "functions": ["leaky_relu"],
        "methods": [],
        "hyperparameters": ["negative_slope"],
        "pairs": [],
        "operands": [],
        "roles": ["activation", "one_to_one"],
        "has_window": False,
        "derivable": True,
        "formula": "x if x > 0 else {negative_slope} * x",
        "edits": ["mute", "scale", "solo", "activation"],
        "option": {"group": "activation", "name": "leaky_relu"},
    }
    conv = entries["conv2d"]
    assert (conv["has_window"], conv["operands"]) == (True, ["input", "weight", "bias"])
    assert conv["pairs"] == ["kernel_size", "stride", "padding", "dilation", "padding_end"]
    assert (entries["other"]["derivable"], entries["softmax"]["edits"]) == (False, [])
