"""The bench's activations: the point on the curve and the formula's numbers are PyTorch's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore
from tests.browser.forwards import at, lecture_cnn, number, tiny_vgg, trace_input

CELL = (3, 6, 7)


def open_relu(explore: Explore, **query: str | int) -> Page:
    channel, row, column = CELL
    page = explore(
        **{"network": "tiny-vgg", "layer": "relu1_1", "channel": channel, "cell": f"{row},{column}", **query}
    )
    page.locator("activation-view math").first.wait_for()
    return page


def chips(page: Page) -> tuple[float, float]:
    before, after = page.locator("activation-view .chip-value").all_inner_texts()
    return number(before), number(after)


def test_relu_before_and_after_are_pytorchs(explore: Explore, base_url: str) -> None:
    page = open_relu(explore)
    layers = tiny_vgg(trace_input(base_url, page))
    x, y = layers["conv1_1"][CELL].item(), layers["relu1_1"][CELL].item()
    assert x < 0 == y, "this cell was chosen because it is cut off"
    assert chips(page) == pytest.approx((x, y), rel=1e-5)
    expect(page.locator("activation-view .sentence")).to_have_text("x is not positive: it becomes 0.")
    assert (
        number(page.locator("activation-view .formulas > *").nth(1).locator("mn").last.text_content() or "")
        == y
    )


def test_the_point_follows_the_cell_that_the_arrow_keys_choose(explore: Explore, base_url: str) -> None:
    page = open_relu(explore)
    layers = tiny_vgg(trace_input(base_url, page))
    page.locator("map-plot.chosen .frame").focus()
    page.keyboard.press("ArrowDown")
    channel, row, column = CELL
    expect(page).to_have_url(re.compile(rf"cell={row + 1},{column}\b"))
    x = layers["conv1_1"][channel, row + 1, column].item()
    expect(page.locator("activation-view .readout")).to_contain_text(f"row {row + 1}, column {column}")
    assert chips(page)[0] == pytest.approx(x, rel=1e-5)


def test_the_value_before_leads_back(explore: Explore) -> None:
    page = open_relu(explore)
    page.locator("activation-view value-chip button:visible").press("Enter")
    expect(page).to_have_url(at("conv1_1", 3, (6, 7)))
    page.locator("convolution-view dd.result").wait_for()


def test_sigmoid_of_a_single_unit_is_pytorchs(explore: Explore, base_url: str) -> None:
    page = explore(network="lecture-cnn", layer="sigmoid", channel=0)
    page.locator("activation-view math").first.wait_for()
    layers = lecture_cnn(trace_input(base_url, page))
    assert chips(page) == pytest.approx((layers["fc"].item(), layers["sigmoid"].item()), rel=1e-5)
    label = page.locator("activation-view svg").get_attribute("aria-label") or ""
    x, y = re.findall(r"[xy] = (\S+?)(?:,|$)", label)
    assert (number(x), number(y)) == pytest.approx(chips(page), rel=1e-3)
    page.locator("activation-view value-chip button:visible").click()
    expect(page).to_have_url(at("fc", 0))


def test_the_marked_point_lies_on_the_drawn_curve(explore: Explore) -> None:
    page = explore(network="lecture-cnn", layer="sigmoid", channel=0)
    page.locator("activation-view .point").wait_for()
    distance = page.locator("activation-view svg").evaluate(
        """(svg) => {
          const point = svg.querySelector(".point");
          const curve = svg.querySelector(".curve");
          const [x, y] = [point.cx.baseVal.value, point.cy.baseVal.value];
          const length = curve.getTotalLength() / 2000;
          const steps = Array.from({ length: 2001 }, (_, at) => curve.getPointAtLength(length * at));
          return Math.min(...steps.map((one) => Math.hypot(one.x - x, one.y - y)));
        }"""
    )
    assert distance < 1


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_relu(explore), "activation-view", both_themes=True)
