"""Where the page's files lie: beside `app/` in a checkout, inside it in an installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def static_dir() -> Path:
    """Return the folder that is served under ``/static``."""
    return _find("static")


def templates_dir() -> Path:
    """Return the folder of the Jinja2 templates."""
    return _find("templates")


def _find(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
