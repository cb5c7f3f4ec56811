"""The page has the browser fetch at once what it needs at once: no more, and nothing that is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import resources
from app.pages import modulepreload
from app.pages.lessons.elements import elements


@pytest.fixture
def _graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    graph = {
        "js/page.js": {"static": ["js/list.js"], "dynamic": ["js/late.js"]},
        "js/list.js": {"static": [], "dynamic": ["js/parts/one.js"]},
        "js/parts/one.js": {
            "static": ["js/deep.js", "js/parts/bare.js", "js/parts/again.js"],
            "dynamic": ["js/late.js"],
        },
        "js/parts/bare.js": {"static": [], "dynamic": []},
        "js/parts/again.js": {"static": ["js/parts/one.js"], "dynamic": []},
        "js/deep.js": {"static": [], "dynamic": []},
        "js/late.js": {"static": [], "dynamic": []},
    }
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "modulepreload.json").write_text(json.dumps(graph), encoding="utf-8")
    monkeypatch.setattr(resources, "static_dir", lambda: tmp_path)
    for cached in (modulepreload.modules_to_preload, modulepreload._import_graph):
        cached.cache_clear()
    yield
    for cached in (modulepreload.modules_to_preload, modulepreload._import_graph):
        cached.cache_clear()


@pytest.mark.usefixtures("_graph")
def test_what_is_imported_is_followed_and_what_comes_later_is_not() -> None:
    assert modulepreload.modules_to_preload("js/page.js", "js/list.js") == (
        "js/deep.js",
        "js/list.js",
        "js/page.js",
        "js/parts/again.js",
        "js/parts/bare.js",
        "js/parts/one.js",
    )


@pytest.mark.usefixtures("_graph")
def test_a_module_that_was_added_since_is_fetched_though_nothing_is_known_of_it() -> None:
    assert modulepreload.modules_to_preload("js/deep.js", "js/new.js") == ("js/deep.js", "js/new.js")


def test_the_pages_own_modules_are_there_and_the_bench_is_not_among_them() -> None:
    modules = modulepreload.modules_to_preload("js/explore.js", "js/initial-elements.js")
    names = {Path(module).name for module in modules}
    assert {"network-view.js", "explore-state.js", "network-layout.js"} <= names
    assert "map-bench.js" not in names
    assert all((resources.static_dir() / module).is_file() for module in modules)


@pytest.mark.parametrize("element", elements())
def test_a_lessons_element_comes_with_all_that_it_imports(element: str) -> None:
    modules = modulepreload.modules_to_preload("js/learn.js", f"js/learn/elements/{element}.js")
    assert {"js/learn.js", f"js/learn/elements/{element}.js"} < set(modules)
    assert all((resources.static_dir() / module).is_file() for module in modules)
