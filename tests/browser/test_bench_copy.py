"""Layers that only move numbers: flatten says which cell lands where, padding which cells are its own zeros."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore
from tests.browser.forwards import at, number, tiny_vgg, trace_input

INDEX = 88  # 3 · 25 + 2 · 5 + 3


def open_flatten(explore: Explore, **query: str | int) -> Page:
    page = explore(**{"network": "tiny-vgg", "layer": "flatten", "channel": INDEX, **query})
    page.locator("copy-view math").first.wait_for()
    return page


def test_a_flattened_value_is_pytorchs_and_names_its_cell(explore: Explore, base_url: str) -> None:
    page = open_flatten(explore)
    layers = tiny_vgg(trace_input(base_url, page))
    assert layers["flatten"][INDEX] == layers["pool2"][3, 2, 3]
    before, after = map(number, page.locator("copy-view .chip-value").all_inner_texts())
    assert before == after == pytest.approx(layers["flatten"][INDEX].item(), rel=1e-5)
    numbers = [int(text) for text in page.locator("copy-view math").nth(1).locator("mn").all_text_contents()]
    assert numbers == [3, 5, 5, 2, 5, 3, INDEX]


def test_the_vectors_strip_chooses_another_value_by_mouse_and_by_keyboard(explore: Explore) -> None:
    page = open_flatten(explore)
    part = page.locator("copy-view vector-strip").nth(1).locator(".frame")
    box = part.bounding_box()
    assert box
    part.click(position={"x": box["width"] * 0.5 / 25, "y": 10})
    expect(page).to_have_url(at("flatten", 75))
    part.press("ArrowRight")
    expect(page).to_have_url(at("flatten", 76))
    expect(part).to_have_attribute("aria-valuenow", "76")


def test_the_cell_leads_back_to_its_map(explore: Explore) -> None:
    page = open_flatten(explore)
    page.locator("copy-view value-chip button:visible").press("Enter")
    expect(page).to_have_url(at("pool2", 3, (2, 3)))


def test_a_padded_cell_is_a_zero_that_leads_nowhere(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0", layer="_pad", channel=1, cell="100,224")
    expect(page.locator("copy-view .sentence")).to_have_text("This cell lies in the padding: it is 0.")
    assert [number(text) for text in page.locator("copy-view .chip-value").all_inner_texts()] == [0, 0]
    expect(page.locator("copy-view value-chip button:visible")).to_have_count(0)


def test_an_unpadded_cell_is_the_inputs(explore: Explore, base_url: str) -> None:
    page = explore(network="efficientnet-lite0", layer="_pad", channel=1, cell="100,50")
    chips = page.locator("copy-view .chip-value")
    chips.first.wait_for()
    value = trace_input(base_url, page)[0, 1, 100, 50].item()
    assert [number(text) for text in chips.all_inner_texts()] == pytest.approx([value, value], rel=1e-6)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "rows below: 1, columns to the right: 1"), ("ko", "아래쪽 1행, 오른쪽 1열")]
)
def test_only_the_sides_that_are_padded_are_told(explore: Explore, lang: str, words: str) -> None:
    page = explore(network="efficientnet-lite0", layer="_pad", channel=1, cell="100,50", lang=lang)
    expect(page.locator("copy-view .sentence")).to_contain_text(f"({words})")


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_flatten(explore), "copy-view", both_themes=True)
