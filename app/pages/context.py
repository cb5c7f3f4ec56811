"""What all pages share: language, theme, strings, style sheets and the address of the static files."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import Response
from starlette.templating import Jinja2Templates

from app import resources

Language = Literal["en", "ko"]
Theme = Literal["auto", "light", "dark"]
Area = Literal["explore", "learn"]
"""A part of the product with pages, strings and style sheets of its own."""

LANGUAGES: tuple[Language, ...] = ("en", "ko")
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")


@cache
def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=resources.templates_dir())
    # An element's settings have an order; Korean is shorter as it is than escaped.
    templates.env.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    return templates


@cache
def strings(lang: Language, area: Area | None = None) -> dict[str, str]:
    """Return every string of a language by its dotted key: the files of ``static/locales/<lang>``, merged.

    Explore leaves out Learn's own strings, which are in files named after it. English stands in for what a language
    lacks. Raises ValueError where two files of a language define one key.
    """
    merged: dict[str, str] = {} if lang == "en" else dict(strings("en", area))
    defined: set[str] = set()
    for path in sorted((resources.static_dir() / "locales" / lang).glob("*.json")):
        if area == "explore" and path.stem.startswith("learn"):
            continue
        words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if repeated := defined & words.keys():
            raise ValueError(f"{path.name} defines again: {', '.join(sorted(repeated))}")
        defined |= words.keys()
        merged |= words
    return merged


@cache
def _files(folder: str, suffix: str) -> tuple[str, ...]:
    root = resources.static_dir()
    return tuple(sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob(f"*{suffix}")))


def styles(area: Area) -> tuple[str, ...]:
    """Return an area's style sheets in the order in which they apply: tokens, base, then one an element by its name."""
    first = ("css/tokens.css", "css/base.css")
    rest = sorted((sheet for sheet in _files("css", ".css") if sheet not in first), key=_cascade_key)
    return (*first, *(sheet for sheet in rest if area == "learn" or not sheet.startswith("css/learn/")))


def _cascade_key(sheet: str) -> str:
    """Return what a sheet is sorted by: its name, so that its folder does not decide who overrides whom."""
    name = sheet.rpartition("/")[2]
    return f"learn/{name}" if sheet.startswith("css/learn/") else name


def choose_language(query: str | None, cookie: str | None, accept: str | None) -> Language:
    """Return the language: the URL's, else the cookie's, else the first known of the browser's, else English."""
    for choice in (query, cookie):
        for lang in LANGUAGES:
            if choice == lang:
                return lang
    for lang in _accepted_languages(accept or ""):
        return lang
    return "en"


def _accepted_languages(header: str) -> list[Language]:
    """Return the known languages of an Accept-Language header (RFC 9110, 12.5.4), the best first."""
    preferences: list[tuple[float, Language]] = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        name, _, weight = parameters.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        preferences += [
            (quality, lang) for lang in LANGUAGES if tag.split("-")[0].lower() == lang and quality > 0
        ]
    return [lang for _, lang in sorted(preferences, key=lambda preference: -preference[0])]


def choose_theme(query: str | None, cookie: str | None) -> Theme:
    """Return the theme that the URL names, else the cookie, else ``auto``."""
    for choice in (query, cookie):
        for theme in THEMES:
            if choice == theme:
                return theme
    return "auto"


def page_context(request: Request, area: Area) -> dict[str, Any]:
    """Return what the base template needs: ``lang``, ``theme``, ``root``, ``static``, ``styles``, ``t``, ``embed``."""
    query = request.query_params
    accept_header = request.headers.get("accept-language")
    lang = choose_language(query.get("lang"), request.cookies.get("lang"), accept_header)
    words = strings(lang, area)
    root = request.scope.get("root_path", "")
    return {
        "lang": lang,
        "theme": choose_theme(query.get("theme"), request.cookies.get("theme")),
        "embed": query.get("embed") in {"", "1", "true"},
        "root": root,
        "static": f"{root}/static/{request.app.state.assets.current()}",
        "styles": styles(area),
        "t": lambda key: words.get(key, key),
    }


def page(request: Request, template: str, context: dict[str, Any], status: int = 200) -> Response:
    """Render a template. A cache must revalidate it: language and theme depend on the reader's headers."""
    headers = {"Vary": "Accept-Language, Cookie", "Cache-Control": "no-cache"}
    return _templates().TemplateResponse(request, template, context, status_code=status, headers=headers)
