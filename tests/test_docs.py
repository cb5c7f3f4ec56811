"""The documentation keeps up with the code: every setting and every endpoint is in it, with its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from bench.attack.__main__ import ATTACKS
from model import registry

ROOT = Path(__file__).resolve().parent.parent
REST = (ROOT / "docs" / "rest.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `CONVSCOPE_(\w+)` \| `?([^|`]+?)`? \|", SETTINGS, re.MULTILINE))
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            assert rows[name.upper()] == str(field.default), name


def test_every_endpoint_is_documented(tmp_path: Path) -> None:
    document = create_app(Settings(data_dir=tmp_path)).openapi()
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"`{method.upper()} {path.removeprefix('/api/v1')}`" in REST, (method, path)


def test_every_parameter_of_the_pages_address_is_documented() -> None:
    source = (ROOT / "static" / "js" / "state" / "explore-fields.js").read_text("utf-8")
    fields = re.search(r"const FIELDS = .*?\{\n(.*?)\n\}", source, re.DOTALL)
    assert fields
    names = re.findall(r"^  (\w+):", fields.group(1), re.MULTILINE)
    page = (ROOT / "docs" / "explore.md").read_text("utf-8")
    rows = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))
    assert sorted(rows) == sorted(names)


def test_the_examples_in_the_guide_run(client: TestClient, tmp_path: Path) -> None:
    """The Python example, line by line, against a running application."""
    example = re.search(r"```python\n(.*?)```", REST, re.DOTALL)
    assert example
    code = example.group(1).replace(
        'httpx.Client(base_url="http://localhost:8000/api/v1", timeout=60)', "api"
    )
    code = code.replace('open("static/samples/chelsea.jpg", "rb")', "cat")

    class Api:
        post = staticmethod(lambda path, **kwargs: client.post(f"/api/v1{path}", **kwargs))
        get = staticmethod(lambda path: client.get(f"/api/v1{path}"))

    scope = {"api": Api, "cat": (ROOT / "static" / "samples" / "chelsea.jpg").read_bytes()}
    exec(compile(code, "docs/rest.md", "exec"), scope)  # the example is ours
    assert tuple(scope["maps"]["conv1_1"].shape) == (10, 30, 30)


def test_the_examples_of_layer_kinds_are_those_that_the_tests_run() -> None:
    document = (ROOT / "docs" / "adding-a-layer-kind.md").read_text("utf-8")
    tests = (ROOT / "tests/app/tracing/layer_kinds/test_registry.py").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    assert len(examples) == 2
    assert all(example in tests for example in examples)


def test_each_promise_names_tests_and_attacks_that_exist() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    rows = [row.split("|")[1:-1] for row in page.splitlines() if row.startswith("| ")][2:]
    assert len(rows) > 10
    for *_, tests, attacks in rows:
        paths = re.findall(r"`([^`]+)`", tests)
        assert paths
        assert [path for path in paths if not (ROOT / path).is_file()] == []
        assert set(re.findall(r"`([^`]+)`", attacks)) <= set(ATTACKS)
    named = {attack for row in rows for attack in re.findall(r"`([^`]+)`", row[-1])}
    assert named == set(ATTACKS) - {"none"}


@pytest.mark.parametrize(
    "document", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{document}: {target}"


@pytest.mark.parametrize("network_id", registry.NETWORKS)
def test_the_readme_states_what_the_card_states(network_id: str) -> None:
    card = registry.get(network_id).card
    channels, height, width = card.input_shape
    stated = (
        f"{card.accuracy.value * 100:.1f} % of {card.accuracy.count:,} ({card.accuracy.split})"
        if card.accuracy
        else "75.1 % as published; not measured here"
    )
    assert f"| `{network_id}` | {height}×{width}×{channels} | {card.summary} | {stated} |" in README
