from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from app.services.store.earlier_layout import remove_earlier_layout


def test_what_an_earlier_version_kept_is_removed_and_said_and_nothing_else(tmp_path: Path) -> None:
    name = "0123456789abcdef" * 2
    for path in (f"pictures/{name}", f"specs/{name}", "secrets/owner", "pictures/.draft-0123456789abcdef"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(b"x")
    (tmp_path / "specs" / "Letter.txt").write_text("mine")
    (tmp_path / "index").mkdir()
    with capture_logs() as logs:
        remove_earlier_layout(tmp_path)
        remove_earlier_layout(tmp_path)
    assert [entry["files"] for entry in logs] == [4]
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "index",
        "specs",
        "specs/Letter.txt",
    ]
