"""The layer kinds of the page are those of the server."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.tracing.layer_kinds.catalog import layer_kind_catalog

STATIC = Path(__file__).parents[2] / "static"
REGISTRY = STATIC / "js" / "derivation" / "layer-kinds" / "registry.js"
PRINT = f"""
import {{ KINDS }} from {json.dumps(REGISTRY.as_uri())};
const kinds = KINDS.map((kind) => {{
  const {{ name, role, window, derive, view, python, activation, poolingEdit, design }} = kind;
  return {{
    name, role, view, poolingEdit, design: design?.module({{}}, []) ?? null,
    window: window !== null, derive: derive !== null, python: python !== null, formula: activation !== null,
  }};
}});
console.log(JSON.stringify(kinds));
"""
SERVER_ONLY = {"group_norm"}  # the page shows what the server derives
ROLES = {"activation", "pooling"}  # the roles that the page needs


@pytest.fixture(scope="module")
def page() -> dict[str, dict[str, Any]]:
    command = ["node", "--input-type=module", "--eval", PRINT]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    kinds: list[dict[str, Any]] = json.loads(output)
    names = [kind["name"] for kind in kinds]
    assert len(set(names)) == len(names)
    return {kind["name"]: kind for kind in kinds}


@pytest.fixture(scope="module")
def server() -> dict[str, dict[str, Any]]:
    return {kind["name"]: kind for kind in layer_kind_catalog()}


def test_the_page_knows_every_kind(page: dict[str, Any], server: dict[str, Any]) -> None:
    assert set(page) == set(server) - SERVER_ONLY
    assert all(server[name]["derivable"] for name in SERVER_ONLY)


def test_the_page_derives_what_the_server_does_and_can_show_it(
    page: dict[str, Any], server: dict[str, Any]
) -> None:
    for name, kind in page.items():
        assert kind["derive"] == server[name]["derivable"], name
        assert (kind["view"] is not None) == (kind["derive"] or name == "input"), name
        assert kind["derive"] or not kind["python"], name


def test_roles_windows_and_formulas_agree(page: dict[str, Any], server: dict[str, Any]) -> None:
    for name, kind in page.items():
        assert {kind["role"]} - {None} == ROLES.intersection(server[name]["roles"]), name
        assert kind["window"] == server[name]["has_window"], name
        assert kind["formula"] == (server[name]["formula"] is not None), name


def test_an_edit_calls_poolings_alike(page: dict[str, Any], server: dict[str, Any]) -> None:
    for name, kind in page.items():
        option = server[name]["option"]
        pooling = option["name"] if option and "pooling" in option["group"] else None
        assert kind["poolingEdit"] == pooling, name


def test_a_designed_layer_is_a_module_of_its_kind(page: dict[str, Any], server: dict[str, Any]) -> None:
    modules = {name: kind["design"].partition("(")[0] for name, kind in page.items() if kind["design"]}
    assert {"conv2d", "max_pool2d", "linear", "softmax"} <= set(modules)
    for name, module in modules.items():
        assert module in server[name]["modules"], name


def test_a_view_is_an_element_of_the_bench(page: dict[str, Any]) -> None:
    for view in {kind["view"] for kind in page.values()} - {None}:
        assert (STATIC / "js" / "elements" / "bench" / f"{view}-view.js").exists(), view


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_has_words(server: dict[str, Any], language: str) -> None:
    words = json.loads((STATIC / "locales" / language / "kinds.json").read_text(encoding="utf-8"))
    assert {kind["words"] for kind in server.values()} == set(words)
    assert all(words.values())


def test_every_kind_has_an_accent_colour(server: dict[str, Any]) -> None:
    sheet = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    rules = dict.fromkeys(re.findall(r"\[data-kind=\"(\w+)\"\]", sheet))
    assert set(rules) == set(server)
    colours = set(re.findall(r"--kind: var\((--kind-\w+)\)", sheet))
    assert all(f"{colour}:" in sheet for colour in colours)
