"""The page has the browser fetch at once what it needs at once: no more, and nothing that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import resources
from app.pages import modulepreload


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "js/page.js": 'import { LIST } from "./list.js";\nexport const later = () => import("./late.js");\n',
        "js/list.js": 'export const LIST = [() => import("./parts/one.js")];\n',
        "js/parts/one.js": (
            '/** @type {import("./typed.js").T} */\n'
            '// import "./commented.js";\n'
            'import {\n  a,\n  b,\n} from "../deep.js";\nimport "./bare.js";\nexport * from "./again.js";\n'
        ),
        "js/parts/bare.js": "",
        "js/parts/again.js": 'import "./one.js";\n',
        "js/deep.js": "",
        "js/late.js": "",
    }
    for name, code in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    monkeypatch.setattr(resources, "static_dir", lambda: tmp_path)
    modulepreload.modules_to_preload.cache_clear()
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_what_is_imported_is_followed_and_what_comes_later_is_not() -> None:
    assert modulepreload.modules_to_preload("js/page.js", "js/list.js") == (
        "js/deep.js",
        "js/list.js",
        "js/page.js",
        "js/parts/again.js",
        "js/parts/bare.js",
        "js/parts/one.js",
    )
    modulepreload.modules_to_preload.cache_clear()


def test_the_pages_own_modules_are_there_and_the_bench_is_not_among_them() -> None:
    modulepreload.modules_to_preload.cache_clear()
    found = modulepreload.modules_to_preload("js/explore.js", "js/screen.js")
    assert {
        "js/elements/network/network-view.js",
        "js/state/explore-state.js",
        "js/layout/network-layout.js",
    } <= set(found)
    assert "js/elements/bench/map-bench.js" not in found
    assert all((resources.static_dir() / module).is_file() for module in found)
