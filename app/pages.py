"""The pages that people open. Each carries what its first paint needs, so that nothing is asked twice."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.templating import Jinja2Templates

from app import __version__, resources

Language = Literal["en", "ko"]
Theme = Literal["auto", "light", "dark"]

LANGUAGES: tuple[Language, ...] = ("en", "ko")
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")

router = APIRouter(include_in_schema=False)


@cache
def _templates() -> Jinja2Templates:
    return Jinja2Templates(directory=resources.templates_dir())


@cache
def strings(lang: Language) -> dict[str, str]:
    """Return every string of a language by its dotted key: the files of ``static/locales/<lang>``, merged.

    English stands in for what a language lacks. Raises ValueError where two files of a language define one key.
    """
    merged: dict[str, str] = {} if lang == "en" else dict(strings("en"))
    own: set[str] = set()
    for path in sorted((resources.static_dir() / "locales" / lang).glob("*.json")):
        words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if twice := own & words.keys():
            raise ValueError(f"{path.name} defines again: {', '.join(sorted(twice))}")
        own |= words.keys()
        merged |= words
    return merged


@cache
def _files(folder: str, suffix: str) -> tuple[str, ...]:
    root = resources.static_dir()
    return tuple(sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob(f"*{suffix}")))


def styles() -> tuple[str, ...]:
    """Return the style sheets in the order in which they apply: tokens, base, then one an element."""
    first = ("css/tokens.css", "css/base.css")
    return (*first, *(sheet for sheet in _files("css", ".css") if sheet not in first))


def choose_language(query: str | None, cookie: str | None, accept: str | None) -> Language:
    """Return the reader's language: what the URL says, else the cookie, else the browser's first known, else English."""
    for wish in (query, cookie):
        for lang in LANGUAGES:
            if wish == lang:
                return lang
    for lang in _accepted(accept or ""):
        return lang
    return "en"


def _accepted(header: str) -> list[Language]:
    """Return the known languages of an Accept-Language header (RFC 9110, 12.5.4), the most wanted first."""
    wanted: list[tuple[float, Language]] = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        name, _, weight = parameters.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        wanted += [(quality, lang) for lang in LANGUAGES if tag.split("-")[0].lower() == lang and quality > 0]
    return [lang for _, lang in sorted(wanted, key=lambda wish: -wish[0])]


def choose_theme(query: str | None, cookie: str | None) -> Theme:
    """Return the theme that the URL names, else the cookie, else ``auto``."""
    for wish in (query, cookie):
        for theme in THEMES:
            if wish == theme:
                return theme
    return "auto"


@router.get("/")
async def explore(request: Request) -> Response:
    """Show Explore: a picture, the network's maps, the prediction."""
    query = request.query_params
    lang = choose_language(query.get("lang"), request.cookies.get("lang"), request.headers.get("accept-language"))
    words = strings(lang)
    boot: dict[str, Any] = {
        "lang": lang,
        "strings": words,
        "networks": [],
        "samples": [],
        "network": None,
        "initial": {"network": None, "picture": None, "checkpoint": "trained", "trace": None},
        "version": __version__,
    }
    context = {
        "lang": lang,
        "theme": choose_theme(query.get("theme"), request.cookies.get("theme")),
        "embed": query.get("embed") in {"", "1", "true"},
        "root": request.scope.get("root_path", ""),
        "t": lambda key: words.get(key, key),
        "styles": styles(),
        "modules": _files("js", ".js"),
        "stream": None,
        "boot": boot,
    }
    return _templates().TemplateResponse(request, "explore.html", context, headers={"Vary": "Accept-Language, Cookie"})
