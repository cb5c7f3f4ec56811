"""Help at the point of need, and links that can be copied on any address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore, resize

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_help_is_accessible(explore: Explore, axe: Callable[..., None], lang: str) -> None:
    page = explore(network="tiny-vgg", lang=lang)
    page.keyboard.press("?")
    dialog = page.locator("help-dialog dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".parts dt")).to_have_count(9)
    for size in ((1280, 720), (320, 640)):
        resize(page, size)
        assert dialog.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
        axe(page, both_themes=True)


def test_help_opens_by_button_and_key_and_gives_the_focus_back(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2)
    dialog = page.locator("help-dialog dialog")
    button = page.get_by_role("button", name="Help")
    button.click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    expect(page.locator("map-bench")).to_be_visible()
    field = page.locator('layer-column[data-layer="relu1_1"] .field')
    field.focus()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(field).to_be_focused()


def test_a_link_is_copied_where_the_browser_allows_it(explore: Explore, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explore(network="tiny-vgg", layer="conv1_1", channel=2)
    page.get_by_role("button", name="Copy link").first.click()
    expect(page.locator("#status")).to_have_text("The link to exactly this view is copied")
    assert "layer=conv1_1&channel=2" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.own_tab
def test_where_it_does_not_the_link_is_there_to_be_copied(
    explore: Explore, page: Page, axe: Callable[..., None]
) -> None:
    """A browser has no clipboard on the plain http address of a teacher's machine."""
    page.add_init_script(NO_CLIPBOARD)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explore(network="tiny-vgg", layer="conv1_1", channel=2)
    button = page.locator("app-header").get_by_role("button", name="Copy link")
    button.click()
    dialog = page.locator("copy-dialog dialog")
    expect(dialog).to_contain_text("Press Ctrl+C to copy")
    axe(page)
    field = dialog.get_by_role("textbox")
    expect(field).to_be_focused()
    link = field.input_value()
    assert "layer=conv1_1&channel=2" in link
    assert page.evaluate("document.getSelection().toString()") == link
    page.keyboard.press("Control+c")
    expect(dialog).to_be_hidden()
    expect(page.locator("#status")).to_have_text("The link to exactly this view is copied")
    expect(button).to_be_focused()


@pytest.mark.own_tab
def test_a_line_of_pytorch_can_be_copied_there_too(explore: Explore, page: Page) -> None:
    page.add_init_script(NO_CLIPBOARD)
    explore(network="tiny-vgg", layer="conv1_1", channel=2)
    line = page.locator("map-bench code").inner_text()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("copy-dialog").get_by_role("textbox")).to_have_value(line)
