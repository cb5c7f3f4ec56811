"""The journey from a class's probability back to the pixels: step by step, in the address, with a way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore


def follow(page: Page, text: str) -> None:
    """Go to the first value of the list of terms whose words hold a text."""
    details = page.locator("arithmetic-text details")
    if details.get_attribute("open") is None:
        details.locator("summary").focus()
        page.keyboard.press("Enter")
    term = details.get_by_role("button").filter(has_text=text).first
    term.focus()
    page.keyboard.press("Enter")


def trail(page: Page) -> list[str]:
    return page.locator("journey-trail li").all_inner_texts()


def test_from_a_probability_to_the_pixels_by_keyboard(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    why = page.get_by_role("button", name="Why this number? cat")
    why.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bench-title")).to_contain_text("softmax, value 3")
    stops = ["softmax-3"]
    for text, layer in [
        ("fc, value 3", "fc-3"),
        ("flatten, value 86", "flatten-86"),
        ("pool2, map 3", "pool2-3-2-1"),
        ("relu2_2, map 3", "relu2_2-3-4-2"),
        ("conv2_2, map 3", "conv2_2-3-4-2"),
        ("relu2_1, map 0", "relu2_1-0-4-2"),
        ("conv2_1, map 0", "conv2_1-0-4-2"),
        ("pool1, map 0", "pool1-0-4-2"),
        ("relu1_2, map 0", "relu1_2-0-8-4"),
        ("conv1_2, map 0", "conv1_2-0-8-4"),
        ("relu1_1, map 0", "relu1_1-0-8-4"),
        ("conv1_1, map 0", "conv1_1-0-8-4"),
        ("input, map 0", "input-0-8-4"),
    ]:
        expect(page.locator("arithmetic-text .equation")).to_have_text(re.compile(r"\d"))
        follow(page, text)
        stops.append(layer)
        expect(page).to_have_url(re.compile(rf"path={','.join(stops)}(&|$)"))
        expect(page.locator("journey-trail li")).to_have_count(len(stops))
    assert trail(page)[0] == "softmax 3"
    assert trail(page)[-1] == "input map 0 (8, 4)"
    expect(page.locator("journey-trail [aria-current=step]")).to_have_text("input map 0 (8, 4)")
    expect(page.locator("#bench-title")).to_contain_text("input, map 0")


def test_back_and_the_trail_lead_back(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.get_by_role("button", name="Why this number? cat").click()
    for text in ("fc, value 3", "flatten, value 86", "pool2, map 3"):
        expect(page.locator("arithmetic-text .equation")).to_have_text(re.compile(r"\d"))
        follow(page, text)
        expect(page.locator("#bench-title")).to_contain_text(text.split(",")[0])
    page.go_back()
    expect(page.locator("journey-trail li")).to_have_text(["softmax 3", "fc 3", "flatten 86"])
    expect(page.locator("#bench-title")).to_contain_text("flatten, value 86")
    page.locator("journey-trail").get_by_role("button", name="softmax 3").click()
    expect(page.locator("#bench-title")).to_contain_text("softmax, value 3")
    expect(page.locator("journey-trail")).to_be_hidden()
    page.go_back()
    expect(page.locator("journey-trail li")).to_have_count(3)
    page.reload()
    expect(page.locator("journey-trail li")).to_have_text(["softmax 3", "fc 3", "flatten 86"])


@pytest.mark.parametrize("by", ["hand", "network"])
def test_a_cell_chosen_by_hand_ends_the_journey_and_back_resumes_it(explore: Explore, by: str) -> None:
    page = explore(
        network="tiny-vgg", layer="conv2_2", channel=3, cell="4,2", path="relu2_2-3-4-2,conv2_2-3-4-2"
    )
    expect(page.locator("journey-trail li")).to_have_count(2)
    if by == "hand":
        page.locator("map-plot.chosen .frame").focus()
        page.keyboard.press("ArrowDown")
        expect(page).to_have_url(re.compile("cell=5,2"))
    else:
        page.locator('layer-column[data-layer="conv1_1"] .field').focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("layer=conv1_1"))
    expect(page.locator("journey-trail")).to_be_hidden()
    page.go_back()
    expect(page.locator("journey-trail li")).to_have_text(["relu2_2 map 3 (4, 2)", "conv2_2 map 3 (4, 2)"])


def test_an_input_cell_is_followed_by_mouse(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="9,12", depth="glance")
    expect(page.locator("convolution-view dd.result")).to_have_text(re.compile(r"\d"))
    spot: dict[str, float] = page.locator("convolution-view .channels").evaluate(
        """(room) => {
          const box = room.getBoundingClientRect();
          return { x: box.left + 60, y: box.top + 60 };
        }"""
    )
    page.mouse.move(spot["x"], spot["y"])
    place = page.locator("convolution-view .reading span").first.inner_text()
    match = re.fullmatch(r"input, map 0, row (\d+), column (\d+)", place)
    assert match
    row, col = match.groups()
    page.mouse.click(spot["x"], spot["y"])
    expect(page).to_have_url(re.compile(rf"path=conv1_1-2-9-12,input-0-{row}-{col}(&|$)"))
    expect(page).to_have_url(re.compile(rf"layer=input&channel=0&cell={row},{col}"))


def test_one_unit_answers_for_both_classes(explore: Explore) -> None:
    page = explore(network="lecture-cnn")
    for name in ("cat", "dog"):
        page.get_by_role("button", name=f"Why this number? {name}").click()
        expect(page.locator("#bench-title")).to_contain_text("sigmoid, value 0")
        expect(page.locator("arithmetic-text .equation")).to_have_text(re.compile(r"\d"))
