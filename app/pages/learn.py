"""Learn: the lecture's chapters, each a page that reads well without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup, escape

from app import __version__
from app.pages.catalog import Catalog, JsonObject
from app.pages.context import page, page_context, strings
from app.pages.lessons.chapters import Chapter, chapters
from app.pages.lessons.elements import elements
from app.pages.modulepreload import modules_to_preload

Words = Callable[[str], str]

router = APIRouter(prefix="/learn", include_in_schema=False)


@router.get("")
async def contents(request: Request) -> Response:
    """Show the table of contents."""
    return page(request, "learn/contents.html", await _context(request) | {"chapters": chapters()})


@router.get("/worksheet")
async def worksheet(request: Request) -> Response:
    """Show the chapters' questions to print, and their answers on pages of their own.

    ``?chapters=stride,padding`` chooses chapters; ``?variant=2`` takes other numbers, for a class's other half.
    """
    chapter_ids = {name for name in request.query_params.get("chapters", "").split(",") if name}
    selected = [lesson for lesson in chapters() if not chapter_ids or lesson.id in chapter_ids]
    if not selected:
        return await _missing(request)
    number = request.query_params.get("variant", "1")
    variant = int(number) - 1 if number.isdecimal() and 0 < int(number) < 100 else 0
    questions = {"chapters": selected, "all": chapters(), "variant": variant, "chapter_ids": chapter_ids}
    return page(request, "learn/worksheet.html", await _context(request) | questions)


@router.get("/widgets")
async def widgets(request: Request) -> Response:
    """Show every public element, what may be set of it, and how another page shows it."""
    context = await _context(request)
    server = str(request.base_url).rstrip("/")
    reference = {"documented": _documented(context["t"]), "server": server}
    return page(request, "learn/widgets.html", context | reference)


def _documented(t: Words) -> list[dict[str, Any]]:
    """Return every element with its words: what it is, and what each attribute sets."""
    return [
        {
            "element": name,
            "title": t(f"learn.element.{name}"),
            "about": t(f"learn.element.{name}.about"),
            "events": entry["events"],
            "attributes": [
                {
                    "name": attribute_name,
                    "about": t(f"learn.attribute.{name}.{attribute_name}"),
                    "permitted": _permitted(attribute),
                    **attribute,
                }
                for attribute_name, attribute in entry["attributes"].items()
            ],
        }
        for name, entry in elements().items()
    ]


def _permitted(attribute: dict[str, Any]) -> str:
    """Return the values that an attribute takes, where they can be listed."""
    if "choices" in attribute:
        return ", ".join(attribute["choices"])
    if "low" in attribute:
        return f"{attribute['low']} … {attribute['high']}".replace("-", "−")
    return "on, off" if attribute["type"] == "switch" else ""


@router.get("/widgets/{element}")
async def widget(request: Request, element: str) -> Response:
    """Show one element alone, as the query sets it: what ``embed.js`` frames, and what a slide shows."""
    entry = elements().get(element)
    if entry is None:
        return await _missing(request)
    query = request.query_params
    settings = {name: query[name] for name in (*entry["attributes"], "lock", "hide") if name in query}
    context = await _context(request, element)
    widget_context = {
        "element": element,
        "settings": settings,
        "name": context["t"](f"learn.element.{element}"),
    }
    return page(request, "learn/widget.html", context | widget_context)


@router.get("/{name}")
async def chapter(request: Request, name: str) -> Response:
    """Show a chapter. A query sets, locks or hides the controls of its widgets, as a teacher's link does."""
    lessons = chapters()
    index = next((index for index, lesson in enumerate(lessons) if lesson.id == name), None)
    if index is None:
        return await _missing(request)
    current = lessons[index]
    context = await _context(request, *(widget.element for widget in current.widgets))
    return page(
        request,
        "learn/chapter.html",
        context
        | {
            "chapter": current,
            "number": index + 1,
            "count": len(lessons),
            "before": lessons[index - 1] if index else None,
            "after": lessons[index + 1] if index + 1 < len(lessons) else None,
            "door": f"{context['root']}/?{urlencode(await _door(request, current))}",
            "widget_attributes": [
                _widget_attributes(request, current, widget_index)
                for widget_index in range(len(current.widgets))
            ],
        },
    )


def _widget_attributes(request: Request, lesson: Chapter, index: int) -> dict[str, str]:
    """Return a widget's attributes: the chapter's own, then those that the query sets.

    A name means the chapter's first widget, ``2.name`` its second.
    """
    widget = lesson.widgets[index]
    prefix = f"{index + 1}." if index else ""
    query = request.query_params
    names = (*elements()[widget.element]["attributes"], "lock", "hide")
    return {**widget.attributes, **{name: query[prefix + name] for name in names if prefix + name in query}}


async def _door(request: Request, lesson: Chapter) -> dict[str, str]:
    """Return the query that opens Explore where the chapter ends; a sample is named here, and has an id there."""
    door = dict(lesson.door)
    if lang := request.query_params.get("lang"):
        door["lang"] = lang
    if "picture" in door:
        samples = await _samples(request)
        door["picture"] = next(str(sample["id"]) for sample in samples if sample["name"] == door["picture"])
    return door


async def _samples(request: Request) -> list[JsonObject]:
    catalog: Catalog = request.app.state.catalog
    return await catalog.samples()


async def _context(request: Request, *public_elements: str) -> dict[str, Any]:
    """Return the template variables of every page of Learn; ``public_elements`` are those on the page."""
    base_context = page_context(request, "learn")
    lang = base_context["lang"]
    other = "en" if lang == "ko" else "ko"
    page_data = {
        "lang": lang,
        "theme": base_context["theme"],
        "strings": {name: words for name, words in strings(lang, "learn").items() if _belongs_to_learn(name)},
        "samples": await _samples(request),
        "elements": elements(),
        "version": __version__,
    }
    return {
        **base_context,
        "page_data": page_data,
        "modules": sorted(
            {
                module
                for element in public_elements
                for module in modules_to_preload("js/learn.js", f"js/learn/elements/{element}.js")
            }
        ),
        "coded": coded,
        "other": other,
        "present": "present" in request.query_params,
        # A language that the address names goes on with the reader; one that the browser chose is chosen again.
        "kept": f"?lang={lang}" if "lang" in request.query_params else "",
        "elsewhere": "?" + urlencode({**request.query_params, "lang": other}),
    }


async def _missing(request: Request) -> Response:
    return page(request, "learn/missing.html", await _context(request) | {"chapters": chapters()}, status=404)


_EXPLORE_ONLY = ("card.", "compare.", "experiment.", "explain.", "help.", "label.")


def _belongs_to_learn(name: str) -> bool:
    """Whether a string may be shown by a page of Learn; the rest would only make it heavier."""
    return not name.startswith(_EXPLORE_ONLY)


def coded(text: str) -> Markup:
    """Return a text with what stands between `backticks` as code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )
