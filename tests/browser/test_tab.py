"""The tab that tests take turns in: whatever one leaves, the next finds nothing of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page


def test_one_leaves_all_that_a_tab_can_forget(page: Page) -> None:
    page.set_viewport_size({"width": 500, "height": 500})
    page.goto("/learn?lang=en")
    page.evaluate(
        """() => {
          localStorage.left = sessionStorage.left = document.cookie = "left";
          history.pushState(null, "", "?left");
          indexedDB.open("left");
        }"""
    )
    page.context.grant_permissions(["clipboard-read"])
    page.route("**/healthz", lambda route: route.fulfill(body="left"))
    page.context.route("**/readyz", lambda route: route.fulfill(body="left"))
    page.mouse.move(100, 100)
    assert page.evaluate("document.querySelector(':hover') !== null")


def test_the_next_finds_nothing_of_it(page: Page) -> None:
    assert page.url == "about:blank"
    page.goto("/learn?lang=en")
    leftovers = "[localStorage.left, sessionStorage.left, document.cookie, history.length, innerWidth]"
    assert page.evaluate(leftovers) == [None, None, "", 2, 1280]
    assert page.evaluate("indexedDB.databases()") == []
    permission = "navigator.permissions.query({ name: 'clipboard-read' }).then(({ state }) => state)"
    assert page.evaluate(permission) == "prompt"
    for path in ("healthz", "readyz"):
        assert "left" not in page.evaluate(f"fetch('/{path}').then((answer) => answer.text())")
    assert page.evaluate("document.querySelector(':hover') === null")
    page.go_back()
    assert page.url == "about:blank"


@pytest.mark.parametrize("name", ["on", "once", "add_init_script", "emulate_media", "set_extra_http_headers"])
def test_what_it_cannot_forget_is_refused(page: Page, name: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="own_tab"):
        getattr(page, name)()
    with pytest.raises(pytest.fail.Exception, match="own_tab"):
        page.context.new_cdp_session(page)


@pytest.mark.own_tab
def test_and_permitted_in_a_tab_of_ones_own(page: Page) -> None:
    page.add_init_script("window.early = true")
    page.goto("/learn?lang=en")
    assert page.evaluate("window.early")
