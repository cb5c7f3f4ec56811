"""The bench's softmax: logits, exponentials and probabilities are PyTorch's, for ten classes and for a thousand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Page, expect

from model import registry
from tests.browser.conftest import Explore
from tests.browser.forwards import layer_values, number, tiny_vgg, trace_input

UNIT = 3
LISTED = 7  # classes


def open_softmax(explore: Explore, **query: str | int) -> Page:
    page = explore(**{"network": "tiny-vgg", "layer": "softmax", "channel": UNIT, **query})
    page.locator("softmax-view tbody tr").first.wait_for()
    return page


def test_rows_are_the_likeliest_classes_with_pytorchs_numbers(explore: Explore, base_url: str) -> None:
    page = open_softmax(explore)
    layers = tiny_vgg(trace_input(base_url, page))
    logits, probabilities = layers["fc"], layers["softmax"]
    likeliest = probabilities.argsort(descending=True)[:LISTED].tolist()
    assert UNIT in likeliest, "else it has a row of its own"
    rows = page.locator("softmax-view tbody tr")
    expect(rows).to_have_count(LISTED)
    for row, index in zip(rows.all(), likeliest, strict=True):
        expect(row.locator("th")).to_have_text(registry.get("tiny-vgg").card.labels[index])
        logit, exponential, probability = row.locator("td").all_inner_texts()
        assert number(logit) == pytest.approx(logits[index].item(), rel=1e-5)
        assert number(exponential) == pytest.approx(torch.exp(logits[index] - logits.max()).item(), rel=1e-3)
        assert number(probability) == pytest.approx(probabilities[index].item(), rel=6e-3)


def test_the_formula_is_filled_in_and_holds(explore: Explore, base_url: str) -> None:
    page = open_softmax(explore)
    layers = tiny_vgg(trace_input(base_url, page))
    x, maximum, first, exponential, second, p = (
        number(text)
        for text in page.locator("softmax-view .formulas > *").nth(1).locator("mn").all_text_contents()
    )
    assert x == pytest.approx(layers["fc"][UNIT].item(), rel=1e-5)
    assert maximum == pytest.approx(layers["fc"].max().item(), rel=1e-5)
    assert (
        first == second == pytest.approx(torch.exp(layers["fc"] - layers["fc"].max()).sum().item(), rel=1e-4)
    )
    assert p == pytest.approx(layers["softmax"][UNIT].item(), rel=1e-5)
    assert exponential / second == pytest.approx(p, rel=1e-4)


def test_a_class_is_chosen_and_a_logit_followed_by_keyboard(explore: Explore) -> None:
    page = open_softmax(explore)
    other = page.locator("softmax-view tbody tr:not(.chosen-class)").first
    name = other.locator("th").inner_text()
    other.locator("th button").press("Enter")
    expect(page.locator("softmax-view tr.chosen-class th")).to_have_text(name)
    page.locator("softmax-view tr.chosen-class td button").press("Enter")
    expect(page).to_have_url(re.compile(r"layer=fc&channel=\d+"))
    page.locator("dense-view contribution-bars li").first.wait_for()


def test_of_a_thousand_classes_the_rest_is_told_as_one_share(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0", layer="_softmax", channel=900)
    rows = page.locator("softmax-view tbody tr")
    rows.first.wait_for()
    expect(page.locator("softmax-view tr.chosen-class")).to_have_count(1)
    probabilities = [number(row.locator("td").nth(2).inner_text()) for row in rows.all()]
    rest = re.search(
        r"The (\d+) classes that are not listed share (\S+)\.$",
        page.locator("softmax-view .fine").inner_text(),
    )
    assert rest
    assert int(rest[1]) == 1000 - len(probabilities)
    assert sum(probabilities) + number(rest[2]) == pytest.approx(1, abs=3e-3)


def test_a_probability_that_float32_rounds_to_one_is_the_same_in_the_table_and_in_the_prediction(
    explore: Explore, base_url: str
) -> None:
    page = explore(network="lenet", layer="softmax", channel=2)
    assert layer_values(base_url, page, "softmax").max() == 1
    first = page.locator("softmax-view tbody tr").first.locator("td.share")
    expect(first).to_have_text("1.00")
    expect(page.locator("prediction-panel .probability").first).to_contain_text(
        re.compile(r"(?<![\d.])1\.00")
    )


def test_the_view_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    axe(open_softmax(explore), "softmax-view", both_themes=True)
