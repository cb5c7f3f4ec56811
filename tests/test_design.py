"""The map of the code in docs/design.md names every folder that holds code, and no other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DESIGN = (ROOT / "docs" / "design.md").read_text("utf-8")
CODE = {".py", ".js", ".css", ".html", ".toml"}
TOPS = ("app", "model", "static", "templates")


def folders_with_code() -> set[str]:
    """The folders of the tops whose files are code, as the repository has them (a checkout may hold more)."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *TOPS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [path for path in map(Path, listing.stdout.split()) if (ROOT / path).exists()]
    return {f"{path.parent.as_posix()}/" for path in files if path.suffix in CODE}


def test_every_folder_with_code_is_named() -> None:
    named = set(re.findall(r"`([\w./-]+/)`", DESIGN))
    assert folders_with_code() - named == set()


def test_every_folder_that_is_named_exists() -> None:
    named = re.findall(r"`([\w./-]+/)`", DESIGN)
    assert [folder for folder in named if not (ROOT / folder).is_dir()] == []


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:app|model|static|templates|tests|bench|scripts|docs)/[\w./*-]+\.\w+)`", DESIGN)
    assert len(named) > 10
    assert [name for name in named if not any(ROOT.glob(name))] == []
