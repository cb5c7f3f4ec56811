"""The bench's batch norm: the five numbers, the factor and the shift give what PyTorch gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from model import registry
from tests.browser.conftest import Explore
from tests.browser.forwards import at, number, small_vgg_start, trace_input

CELL = (3, 6, 7)


def open_norm(explore: Explore, **query: str | int) -> Page:
    page = explore(**{"network": "small-vgg", "layer": "bn1_1", "channel": 3, "cell": "6,7", **query})
    page.locator("norm-view math").first.wait_for()
    return page


def test_before_after_and_the_five_numbers_are_pytorchs(explore: Explore, base_url: str) -> None:
    page = open_norm(explore)
    layers = small_vgg_start(trace_input(base_url, page))
    before, after = map(number, page.locator("norm-view .chip-value").all_inner_texts())
    assert before == pytest.approx(layers["conv1_1"][CELL].item(), rel=1e-5, abs=1e-6)
    assert after == pytest.approx(layers["bn1_1"][CELL].item(), rel=1e-5, abs=1e-6)

    norm = registry.load("small-vgg").get_submodule("bn1_1")
    channel = CELL[0]
    expected = [
        norm.running_mean[channel],
        norm.running_var[channel],
        norm.eps,
        norm.weight[channel],
        norm.bias[channel],
    ]
    facts = [number(text) for text in page.locator("norm-view dd").all_inner_texts()]
    assert facts == pytest.approx([float(one) for one in expected], rel=1e-6)


def test_one_factor_and_one_shift_come_to_the_same(explore: Explore) -> None:
    page = open_norm(explore)
    before, after = map(number, page.locator("norm-view .chip-value").all_inner_texts())
    scale, x, shift, y = (
        number(text)
        for text in page.locator("norm-view .formulas > *").nth(2).locator("mn").all_text_contents()
    )
    assert (x, y) == (before, after)
    assert scale * x + shift == pytest.approx(y, rel=1e-4)


def test_the_value_before_leads_back(explore: Explore) -> None:
    page = open_norm(explore)
    page.locator("norm-view value-chip button:visible").click()
    expect(page).to_have_url(at("conv1_1", 3, (6, 7)))


def test_formulas_fit_a_phone(explore: Explore) -> None:
    page = open_norm(explore, size=(390, 844))  # type: ignore[arg-type]
    assert page.locator("norm-view").evaluate("(view) => view.scrollWidth - view.clientWidth") <= 0


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_norm(explore), "norm-view", both_themes=True)
