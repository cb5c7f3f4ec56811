"""The bench's sums of two maps: both summands and their sum are PyTorch's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore
from tests.browser.forwards import efficientnet_first_sum, number, trace_input

CELL = (3, 20, 17)


def open_sum(explore: Explore, **query: str | int) -> Page:
    page = explore(
        **{"network": "efficientnet-lite0", "layer": "add", "channel": 3, "cell": "20,17", **query}
    )
    page.locator("elementwise-view .chip-value").first.wait_for()
    return page


def test_both_summands_and_the_sum_are_pytorchs(explore: Explore, base_url: str) -> None:
    page = open_sum(explore)
    summands = [one[CELL].item() for one in efficientnet_first_sum(trace_input(base_url, page))]
    chip_values = [number(text) for text in page.locator("elementwise-view .chip-value").all_inner_texts()]
    assert sorted(chip_values[:2]) == pytest.approx(sorted(summands), rel=1e-4, abs=1e-4)
    assert chip_values[2] == pytest.approx(sum(summands), rel=1e-4, abs=1e-4)
    expect(page.locator("elementwise-view .sign").first).to_have_text("+")


def test_each_summand_leads_to_its_own_layer(explore: Explore) -> None:
    page = open_sum(explore)
    for position in (0, 1):
        chip = page.locator("elementwise-view value-chip button:visible").nth(position)
        name = (chip.locator(".chip-name").inner_text()).replace(".", "_")
        chip.press("Enter")
        expect(page).to_have_url(
            re.compile(rf"layer=_?{name.replace('_bn2', '_+bn2')}&channel=3&cell=20,17\b")
        )
        page.go_back()
        page.locator("elementwise-view .chip-value").first.wait_for()


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_sum(explore), "elementwise-view", both_themes=True)
