"""The bench's dense layer: the largest contributions to a class are PyTorch's, for ten units and for a thousand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Page, expect

from model import registry
from tests.browser.conftest import Explore
from tests.browser.forwards import at, number, tiny_vgg, trace_input

UNIT = 3


def open_dense(explore: Explore, **query: str | int) -> Page:
    page = explore(**{"network": "tiny-vgg", "layer": "fc", "channel": UNIT, **query})
    page.locator("dense-view contribution-bars li").first.wait_for()
    return page


def products(base_url: str, page: Page) -> torch.Tensor:
    weight = registry.load("tiny-vgg").get_submodule("fc").weight.detach()
    return tiny_vgg(trace_input(base_url, page))["flatten"].double() * weight[UNIT].double()


def bars(page: Page, side: str) -> list[tuple[int, float]]:
    """Return the index and the product of each bar on a side."""
    products_by_index = []
    for row in page.locator(f"dense-view .{side} li").all():
        index = row.locator(".name").inner_text().split(":")[0]
        products_by_index.append((int(index), number(row.locator(".sum").inner_text().split("=")[1])))
    return products_by_index


def test_the_largest_contributions_of_either_sign_are_pytorchs(explore: Explore, base_url: str) -> None:
    page = open_dense(explore)
    expected = products(base_url, page)
    for side, order in (("for", expected.argsort(descending=True)), ("against", expected.argsort())):
        side_bars = bars(page, side)
        assert [index for index, _ in side_bars] == order[: len(side_bars)].tolist()
        assert [value for _, value in side_bars] == pytest.approx(
            expected[order[: len(side_bars)]].tolist(), rel=1e-3
        )


def test_what_is_for_against_and_the_bias_add_up_to_the_logit(explore: Explore, base_url: str) -> None:
    page = open_dense(explore)
    words = page.locator("dense-view .dense-head .equation").inner_text()
    match = re.fullmatch(r"for (\S+) \+ against (\S+) \+ bias (\S+) = (\S+)", words)
    assert match, words
    positive, negative, bias, value = map(number, match.groups())
    expected = products(base_url, page)
    assert positive == pytest.approx(expected[expected > 0].sum().item(), rel=1e-3)
    assert negative == pytest.approx(expected[expected < 0].sum().item(), rel=1e-3)
    assert bias == pytest.approx(registry.load("tiny-vgg").get_submodule("fc").bias[UNIT].item(), rel=1e-6)
    assert value == pytest.approx(tiny_vgg(trace_input(base_url, page))["fc"][UNIT].item(), rel=1e-5)
    # As they are written, too: whoever adds them up by hand comes to the value.
    assert positive + negative + bias == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(("lang", "words"), [("en", "dense · 10 values"), ("ko", "완전 연결 · 값 10개")])
def test_the_head_says_how_many_values_the_layer_has(explore: Explore, lang: str, words: str) -> None:
    expect(open_dense(explore, lang=lang).locator("map-bench .bench-head")).to_contain_text(words)


def test_another_class_is_chosen_from_the_list(explore: Explore, base_url: str) -> None:
    page = open_dense(explore)
    logits = tiny_vgg(trace_input(base_url, page))["fc"]
    assert logits.min() < -1 < 1 < logits.max(), "one of either sign"
    for index in (int(logits.argmin()), int(logits.argmax())):
        page.locator("dense-view select").select_option(str(index))
        expect(page).to_have_url(at("fc", index))
        value = f"{logits[index].item():.4f}".replace("-", "−")
        expect(page.locator("dense-view .dense-head .equation")).to_have_text(re.compile(f" = {value[:-1]}"))


def test_a_contribution_leads_to_the_value_that_it_weighs(explore: Explore) -> None:
    page = open_dense(explore)
    (index, _), *_ = bars(page, "for")
    page.locator("dense-view .for button").first.press("Enter")
    expect(page).to_have_url(at("flatten", index))


def test_maps_share_out_the_same_sum_and_lead_to_their_strongest_cell(
    explore: Explore, base_url: str
) -> None:
    page = open_dense(explore)
    expected = products(base_url, page).reshape(10, 5, 5)
    page.get_by_role("button", name="Maps", exact=True).click()
    best = int(expected.sum((1, 2)).argmax())
    row = page.locator("dense-view .for li").first
    expect(row.locator(".name")).to_have_text(f"pool2 map {best}")
    assert number(row.locator(".sum").inner_text()) == pytest.approx(expected[best].sum().item(), rel=1e-3)
    y, x = divmod(int(expected[best].abs().argmax()), 5)
    row.locator("button").click()
    expect(page).to_have_url(at("pool2", best, (y, x)))


def test_a_thousand_classes_of_1280_values_are_told_too(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0", layer="_fc", channel=285)
    page.locator("dense-view contribution-bars li").first.wait_for()
    expect(page.locator("dense-view option")).to_have_count(1000)
    before = page.locator("dense-view .for li").count()
    page.get_by_role("button", name="Show more").click()
    assert page.locator("dense-view .for li").count() > before


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_dense(explore), "dense-view", both_themes=True)
