"""Where the page's files lie, in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import resources


def test_in_a_checkout_they_lie_beside_the_package() -> None:
    root = Path(resources.__file__).resolve().parent.parent
    assert resources.static_dir() == root / "static"
    assert resources.templates_dir() == root / "templates"
    assert (resources.templates_dir() / "explore.html").is_file()


def test_in_an_installed_package_they_lie_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "app"
    (package / "static").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.static_dir() == package / "static"
    assert resources.templates_dir() == tmp_path / "templates"
