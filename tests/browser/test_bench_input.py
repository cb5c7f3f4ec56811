"""The bench's way from the photograph to the input: the steps lead to the value that the network was given."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore
from tests.browser.forwards import number, trace_input

CELL = (1, 10, 12)


def open_input(explore: Explore, network: str = "tiny-vgg", **query: str | int) -> Page:
    page = explore(**{"network": network, "layer": "input", "channel": 1, "cell": "10,12", **query})
    page.locator("input-view .steps li").nth(1).wait_for()
    return page


@pytest.mark.parametrize("network", ["tiny-vgg", "small-vgg"])
def test_the_steps_lead_from_a_level_to_the_value(explore: Explore, base_url: str, network: str) -> None:
    page = open_input(explore, network)
    steps = page.locator("input-view .steps li").all_inner_texts()
    value = trace_input(base_url, page)[0][CELL].item()
    assert number(steps[-1].split("=")[-1]) == pytest.approx(value, rel=1e-6)
    level = number(re.search(r"level (\d+)$", steps[0])[1])  # type: ignore[index]
    assert 0 <= level <= 255
    result = level / 255
    if len(steps) == 3:
        mean, std = map(number, re.search(r"− (\S+)\) ÷ (\S+) =", steps[2]).groups())  # type: ignore[union-attr]
        result = (result - mean) / std
    assert result == pytest.approx(value, rel=1e-5)


def test_the_weighted_pixels_come_within_two_levels_of_the_level(explore: Explore) -> None:
    page = open_input(explore)
    first = page.locator("input-view .steps li").first.inner_text()
    total, level = re.search(r"= (\S+), as a whole level (\d+)", first).groups()  # type: ignore[union-attr]
    assert abs(number(total) - number(level)) <= 2


def test_a_pixels_level_and_weight_are_read_under_the_keyboard(explore: Explore) -> None:
    page = open_input(explore)
    frame = page.locator("input-view input-map .frame").first
    frame.focus()
    frame.press("ArrowDown")
    readout = page.locator("input-view input-map .readout").first
    expect(readout).to_have_text(re.compile(r"^row \d+, column \d+: \d+$"))
    row = int(re.search(r"row (\d+)", readout.inner_text())[1])  # type: ignore[index]
    bounds = re.search(r"rows (\d+) … (\d+)", page.locator("input-view .fine").inner_text())
    assert bounds
    assert int(bounds[1]) <= row <= int(bounds[2])


@pytest.mark.parametrize(("picture", "colour"), [("chelsea", "red"), ("camera", "grey")])
def test_the_first_channel_is_red_unless_the_photograph_has_no_colours(
    explore: Explore, base_url: str, picture: str, colour: str
) -> None:
    with urlopen(f"{base_url}/api/v1/samples") as answer:
        sample = next(one for one in json.load(answer) if one["name"] == picture)
    page = open_input(explore, channel=0, picture=sample["id"])
    expect(page.locator("input-view input-map").first).to_contain_text(f"Photo, {colour}")


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_input(explore), "input-view", both_themes=True)
