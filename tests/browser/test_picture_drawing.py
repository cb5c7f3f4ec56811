"""A digit drawn with the mouse and with the keyboard is a picture that the network reads."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore, resize

SEVEN = [(80, 70), (200, 66), (170, 140), (140, 220)]


def open_pad(explore: Explore, **query: str) -> Page:
    page = explore(network="lenet", **query)
    page.locator("picture-column .picture-actions button").nth(2).click()
    expect(page.locator("drawing-pad canvas")).to_be_focused()
    return page


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    """Draw one stroke with the mouse; points are in pixels of the 280 × 280 pad."""
    page.locator("drawing-pad canvas").scroll_into_view_if_needed()
    box = page.locator("drawing-pad canvas").bounding_box()
    assert box is not None
    scale = box["width"] / 280
    places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def canvas_pixels(page: Page) -> np.ndarray:
    """Return the picture that the server has, grey (280, 280)."""
    source = page.locator(".picture-figure > img").get_attribute("src")
    assert source is not None
    answer = page.request.get(source)
    with Image.open(io.BytesIO(answer.body())) as image:
        assert image.mode == "L"
        return np.asarray(image)


def press(page: Page, key: str, times: int) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def test_mouse(explore: Explore) -> None:
    page = open_pad(explore)
    draw(page, SEVEN)
    expect(page.locator(".drawing-reading")).to_contain_text("Read as 7")
    expect(page.locator(".picture-size")).to_have_text("280 × 280 pixels, grey")
    picture = canvas_pixels(page)
    assert picture.shape == (280, 280)
    assert picture[0].max() == 0
    assert picture[68, 140] == 255
    # A stroke is 22 pixels thick, as MNIST's are two to three of 28 cells.
    assert 18 <= (picture[:120, 110] > 127).sum() <= 26


def test_strokes_are_one_entry_of_the_history_and_removed_together(explore: Explore) -> None:
    page = open_pad(explore)
    before = page.locator(".picture-figure > img").get_attribute("src")
    draw(page, SEVEN[:2])
    expect(page.locator(".picture-remove")).to_be_visible()
    first = page.locator(".picture-figure > img").get_attribute("src")
    draw(page, SEVEN[1:])
    expect(page.locator(".picture-figure > img")).not_to_have_attribute("src", first or "")
    second = page.locator(".picture-figure > img").get_attribute("src")
    page.locator(".picture-remove").click()
    expect(page.locator(".picture-figure > img")).to_have_attribute("src", before or "")
    assert [page.request.get(source or "").status for source in (first, second)] == [404, 404]


def test_back_leaves_the_whole_drawing(explore: Explore) -> None:
    page = open_pad(explore)
    before = page.locator(".picture-figure > img").get_attribute("src")
    draw(page, SEVEN[:2])
    expect(page.locator(".drawing-reading")).to_contain_text("Read as")
    draw(page, SEVEN[1:])
    expect(page.locator(".drawing-reading")).to_contain_text("Read as 7")
    page.go_back()
    expect(page.locator(".picture-figure > img")).to_have_attribute("src", before or "")


def test_keyboard_alone(explore: Explore) -> None:
    page = open_pad(explore)
    press(page, "ArrowUp", 9)
    expect(page.locator("drawing-pad [aria-live]")).to_have_text("Pen up, row 6, column 15")
    page.keyboard.press("Space")
    press(page, "ArrowDown", 18)
    expect(page.locator("drawing-pad [aria-live]")).to_have_text("Pen down, row 24, column 15")
    page.keyboard.press("Space")
    expect(page.locator(".drawing-reading")).to_contain_text("Read as 1")
    assert canvas_pixels(page)[140, 145] == 255


def test_undo_redo_clear(explore: Explore) -> None:
    page = open_pad(explore)
    undo, redo, clear = page.locator(".drawing-tools button").all()
    for button in (undo, redo, clear):
        expect(button).to_be_disabled()
    draw(page, SEVEN)
    expect(undo).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(undo).to_be_disabled()
    expect(page.locator(".drawing-reading")).to_have_text("Nothing drawn yet")
    page.keyboard.press("Control+Shift+z")
    expect(undo).to_be_enabled()
    clear.click()
    expect(page.locator(".drawing-reading")).to_have_text("Nothing drawn yet")
    undo.click()
    expect(page.locator(".drawing-reading")).to_contain_text("Read as 7")


def test_only_a_grey_network_offers_the_pad(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    expect(page.get_by_role("button", name="Draw", exact=True)).to_be_hidden()


def test_closing_returns_to_the_button(explore: Explore) -> None:
    page = open_pad(explore)
    page.get_by_role("button", name="Close the drawing pad").click()
    expect(page.locator("drawing-pad")).to_have_count(0)
    expect(page.get_by_role("button", name="Draw", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="Draw", exact=True)).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_pad_is_accessible(explore: Explore, axe: Callable[..., None], lang: str) -> None:
    page = open_pad(explore, lang=lang)
    for size in ((1280, 720), (390, 844)):
        resize(page, size)
        draw(page, SEVEN)
        expect(page.locator(".drawing-reading")).to_contain_text("7")
        axe(page, "picture-column", both_themes=True)
