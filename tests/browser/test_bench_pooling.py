"""The bench's pooling: max, average and min of one window are PyTorch's, and lead back to the cells that made them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from tests.browser.conftest import Explore
from tests.browser.forwards import at, number, tiny_vgg, trace_input

CHANNEL, ROW, COLUMN = 3, 6, 7


def open_pooling(explore: Explore, **query: str | int) -> Page:
    page = explore(
        **{"network": "tiny-vgg", "layer": "pool1", "channel": CHANNEL, "cell": f"{ROW},{COLUMN}", **query}
    )
    page.locator("pooling-view .result").first.wait_for()
    return page


def test_all_three_poolings_of_the_window_are_pytorchs(explore: Explore, base_url: str) -> None:
    page = open_pooling(explore)
    before = tiny_vgg(trace_input(base_url, page))["relu1_2"]
    expected = {
        "max": F.max_pool2d(before, 2),
        "average": F.avg_pool2d(before, 2),
        "min": -F.max_pool2d(-before, 2),
    }
    for pooling, pooled in expected.items():
        result_text = page.locator(f"pooling-view [data-pooling={pooling}] .result").inner_text()
        assert number(result_text) == pytest.approx(
            pooled[CHANNEL, ROW, COLUMN].item(), rel=1e-5, abs=1e-7
        ), pooling


def test_the_winner_is_the_cell_that_pytorch_took(explore: Explore, base_url: str) -> None:
    page = open_pooling(explore)
    before = tiny_vgg(trace_input(base_url, page))["relu1_2"]
    _, indices = F.max_pool2d(before[None], 2, return_indices=True)
    row, column = divmod(int(indices[0, CHANNEL, ROW, COLUMN]), before.shape[2])
    winner = page.locator("pooling-view .layer-pooling .winner")
    expect(winner).to_have_count(1)
    expect(winner).to_have_attribute("title", re.compile(rf"row {row}, column {column}"))
    expect(page.locator("pooling-view .layer-pooling .fine")).to_contain_text(f"row {row}, column {column}")


def test_equal_smallest_values_are_all_named(explore: Explore, base_url: str) -> None:
    page = open_pooling(explore)
    before = tiny_vgg(trace_input(base_url, page))["relu1_2"]
    window = before[CHANNEL, 2 * ROW : 2 * ROW + 2, 2 * COLUMN : 2 * COLUMN + 2]
    equal = int((window == window.min()).sum())
    assert equal > 1, "this window was chosen because its smallest value is not alone"
    panel = page.locator("pooling-view [data-pooling=min]")
    expect(panel.locator(".winner, .equal")).to_have_count(equal)
    expect(panel.locator(".fine")).to_contain_text(str(equal))


def test_a_cell_of_the_window_leads_back_by_mouse(explore: Explore) -> None:
    page = open_pooling(explore)
    page.locator("pooling-view .layer-pooling term-grid button").nth(1).click()
    expect(page).to_have_url(at("relu1_2", CHANNEL, (2 * ROW, 2 * COLUMN + 1)))
    page.go_back()
    expect(page).to_have_url(re.compile(r"layer=pool1&"))


def test_a_cell_of_the_window_leads_back_by_keyboard(explore: Explore) -> None:
    page = open_pooling(explore)
    page.locator("pooling-view .layer-pooling term-grid button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(at("relu1_2", CHANNEL, (2 * ROW + 1, 2 * COLUMN)))


def test_the_source_map_is_read_and_followed_by_keyboard(explore: Explore) -> None:
    page = open_pooling(explore)
    page.locator("pooling-view input-map .frame").focus()
    page.keyboard.press("ArrowLeft")  # the first press shows where the cursor is
    readout = page.locator("pooling-view input-map .readout")
    first = re.search(r"row (\d+), column (\d+)", readout.inner_text())
    assert first
    page.keyboard.press("ArrowLeft")
    expect(readout).to_contain_text(f"row {first[1]}, column {int(first[2]) - 1}:")
    expect(page).to_have_url(re.compile(r"layer=pool1&"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(at("relu1_2", CHANNEL, (int(first[1]), int(first[2]) - 1)))


def test_another_pooling_is_asked_for_with_its_name(explore: Explore) -> None:
    page = open_pooling(explore)
    page.evaluate(
        "document.addEventListener('use-pooling', (event) => document.body.dataset.pooling = event.detail.pooling)"
    )
    page.get_by_role("button", name="Use average pooling in the network").click()
    expect(page.locator("body")).to_have_attribute("data-pooling", "average")
    expect(page.get_by_role("button", name="Use max pooling in the network")).to_be_hidden()


def test_a_global_average_divides_by_the_whole_map(explore: Explore) -> None:
    page = explore(network="small-vgg", layer="gap", channel=5, cell="0,0")
    panel = page.locator("pooling-view .layer-pooling")
    expect(panel).to_have_attribute("data-pooling", "average")
    expect(panel.locator(".equation")).to_have_text(re.compile(r"÷ 16$"))
    total = number(panel.locator(".equation").inner_text().split(" ÷ ")[0])
    assert number(panel.locator(".result").inner_text()) == pytest.approx(total / 16, rel=1e-4)
    # An adaptive layer has no minimum that the network could use.
    expect(page.get_by_role("button", name="Use min pooling in the network")).to_be_hidden()


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_pooling(explore), "pooling-view", both_themes=True)
