"""Every word on the page comes from the locale or from the server's data, in either language."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Explore, wait_until_painted

PAGE_DATA = re.compile(r'(<script type="application/json" id="page-data">)(.*?)(</script>)', re.DOTALL)

# Names that are the same in every language.
NAMES = {"REST", ".npy", ".csv", ".png", ".safetensors"}

# Every piece of text that a person can see or hear: text nodes and the attributes that are read out.
VISIBLE = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, noscript, code, [lang]:not(html)")) texts.push(walker.currentNode.textContent);
  }
  for (const element of document.body.querySelectorAll("[aria-label], [title], [alt], [placeholder]")) {
    for (const name of ["aria-label", "title", "alt", "placeholder"]) texts.push(element.getAttribute(name) ?? "");
  }
  return [...new Set(texts.map((text) => text.replace(/\\s+/g, " ").trim()))];
}"""


def marked(text: str) -> str:
    """Return a translation that cannot be mistaken for anything else; its placeholders stay outside the marks."""
    return "".join(
        part if part.startswith("{") else "⟦" + "·" * len(part) + "⟧"
        for part in re.split(r"(\{\w+\})", text)
        if part
    )


def texts(value: Any) -> set[str]:
    """Return every string in an answer of the API, its keys' values down to the last list."""
    if isinstance(value, str):
        return {" ".join(value.split())}
    if isinstance(value, dict):
        return {text for item in value.values() for text in texts(item)}
    if isinstance(value, list):
        return {text for item in value for text in texts(item)}
    return set()


def mark_the_locale(page: Page, lang: str) -> dict[str, str]:
    """Let the page have a locale in which every string is marked; return what the server wrote in its HTML."""
    strings: dict[str, str] = {}

    def rewrite(route: Route) -> None:
        answer = route.fetch()
        page_data = PAGE_DATA.search(answer.text())
        assert page_data is not None
        data = json.loads(page_data[2])
        strings.update(data["strings"])
        data["strings"] = {key: marked(text) for key, text in data["strings"].items()}
        body = answer.text()[: page_data.start(2)] + json.dumps(data) + answer.text()[page_data.end(2) :]
        route.fulfill(response=answer, body=body)

    page.route(re.compile(r"/\?"), rewrite)
    return strings


def unmarked(page: Page, data: set[str]) -> list[str]:
    """Return the visible texts with words in them that neither the locale nor the server's data has."""
    leftovers = []
    for text in page.evaluate(VISIBLE):
        rest = re.sub(r"⟦[^⟧]*⟧", " ", text)
        for value in sorted((value for value in data if value), key=len, reverse=True):
            rest = rest.replace(value, " ")
        if re.search(r"[A-Za-z가-힣]{2,}", rest):  # a single letter is a variable: x, σ
            leftovers.append(text)
    return leftovers


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("network=tiny-vgg", id="tiny-vgg"),
        pytest.param("network=lenet", id="lenet"),
        pytest.param("network=lecture-cnn&layer=conv&channel=0", id="bench"),
        pytest.param("network=small-vgg&sheet=relu1_1", id="sheet"),
    ],
)
def test_no_word_is_written_into_the_code(page: Page, lang: str, query: str) -> None:
    in_html = mark_the_locale(page, lang)
    page.goto(f"/?lang={lang}&{query}")
    wait_until_painted(page)
    network = re.search(r"network=([\w-]+)", query)
    assert network is not None
    data = texts(page.request.get("/api/v1/networks").json())
    data |= texts(page.request.get(f"/api/v1/networks/{network[1]}").json())
    data |= texts(page.request.get("/api/v1/colormaps").json())
    if "layer=" in query:
        data |= texts(
            page.request.get(f"/api/v1/networks/{network[1]}/layers/conv/exemplars?channel=0").json()
        )
    data |= NAMES | {in_html[key] for key in in_html if key.startswith(("common.", "explore."))}
    assert unmarked(page, data) == []


@pytest.mark.parametrize(
    ("lang", "draw", "title"), [("en", "Draw", "Draw a digit"), ("ko", "그리기", "숫자 그리기")]
)
def test_panels_speak_the_language(explore: Explore, lang: str, draw: str, title: str) -> None:
    page = explore(lang=lang, network="lenet")
    page.get_by_role("button", name=draw, exact=True).click()
    expect(page.locator("drawing-pad h3")).to_have_text(title)
    assert page.locator("html").get_attribute("lang") == lang


@pytest.mark.own_tab
def test_the_browser_decides_first(page: Page) -> None:
    page.set_extra_http_headers({"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"})
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("button", name="사진 고르기")).to_be_visible()
