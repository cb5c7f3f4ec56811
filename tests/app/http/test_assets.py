"""The page's files: kept for ever under their version, asked about under their plain name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from fastapi.testclient import TestClient

from app.http import assets


def folder(root: Path, **files: str) -> Path:
    (root / "js").mkdir(parents=True)
    for name, content in files.items():
        (root / "js" / f"{name}.js").write_text(content)
    return root


def test_the_same_files_have_the_same_version_wherever_and_whenever(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", a="1", b="2")
    other = folder(tmp_path / "other", a="1", b="2")
    os.utime(other / "js" / "a.js", (0, 0))
    assert assets.version(one) == assets.version(other)
    assert re.fullmatch("[0-9a-f]{16}", assets.version(one))


def test_a_changed_renamed_or_added_file_is_another_version(tmp_path: Path) -> None:
    files = folder(tmp_path / "files", a="1", b="2")
    versions = [assets.version(files)]
    (files / "js" / "a.js").write_text("10")
    versions.append(assets.version(files))
    (files / "js" / "a.js").rename(files / "js" / "c.js")
    versions.append(assets.version(files))
    (files / "css").mkdir()
    (files / "css" / "d.css").touch()
    versions.append(assets.version(files))
    assert len(set(versions)) == 4


def test_what_the_page_names_is_kept_for_ever(client: TestClient) -> None:
    page = client.get("/").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert any(name.endswith("explore.js") for name in named)
    for name in named:
        answer = client.get(name)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_plain_name_and_another_version_give_the_file_but_are_not_kept(client: TestClient) -> None:
    plain = client.get("/static/js/explore.js")
    old = client.get("/static/0123456789abcdef/js/explore.js")
    assert plain.content == old.content
    for answer in (plain, old):
        assert answer.headers["cache-control"] == "no-cache"
    again = client.get("/static/js/explore.js", headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for path in (
        "/static/js/nothing.js",
        "/static/0123456789abcdef/js/nothing.js",
        "/static/0123456789abcdef",
    ):
        assert client.get(path).status_code == 404


def test_versioned_files_are_compressed(client: TestClient) -> None:
    link = re.search(r'"(/static/[^"]+tokens\.css)"', client.get("/").text)
    assert link
    answer = client.get(link[1], headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
