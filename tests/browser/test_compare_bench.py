"""The bench derives the same cell in A and in B: each arithmetic is that of a plain PyTorch forward of its own."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from model import registry
from tests.browser.conftest import Explore
from tests.browser.forwards import expect_result, number, trace_input

SOBEL = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
EDITED = {"network": "tiny-vgg", "edits": "kernel:conv1_1,3,*,-1_0_1/-2_0_2/-1_0_1", "a": "edits:"}


def forward(x: Tensor, kernel: Tensor | None) -> dict[str, Tensor]:
    """tiny-vgg by PyTorch alone, its fourth filter of conv1_1 with another kernel where one is given."""
    weights = registry.load("tiny-vgg").state_dict()
    if kernel is not None:
        weights["conv1_1.weight"][3] = kernel
    out = {"input": x}
    for name in ("1_1", "1_2", "2_1", "2_2"):
        x = out[f"conv{name}"] = F.conv2d(x, weights[f"conv{name}.weight"], weights[f"conv{name}.bias"])
        x = out[f"relu{name}"] = F.relu(x)
        if name.endswith("_2"):
            x = out[f"pool{name[0]}"] = F.max_pool2d(x, 2)
    x = out["flatten"] = x.flatten(1)
    x = out["fc"] = F.linear(x, weights["fc.weight"], weights["fc.bias"])
    out["softmax"] = F.softmax(x, dim=1)
    return {name: values[0] for name, values in out.items()}


def button(page: Page, whose: str) -> Locator:
    return page.get_by_role("group", name="Worked out below").get_by_role("button", name=whose, exact=True)


def shows(page: Page, whose: str, expected: float) -> None:
    """Wait until one of the two is on the bench and its text ends with what is expected."""
    expect(button(page, whose)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("map-plot.chosen .plot-title")).to_have_text(re.compile(f"^{whose} · "))
    expect_result(page, expected)


def test_a_kernel_that_is_changed_is_reckoned_in_both(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=3, cell="9,12", depth="products")
    x = trace_input(base_url, page)
    expect(page.locator("compare-line")).to_be_hidden()
    page.keyboard.press("h")
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("the same in all input channels").check()
    page.locator("#kernel-preset").select_option("sobel_vertical")
    page.get_by_role("button", name="Change it").click()
    expected = {
        whose: forward(x, kernel)["conv1_1"][3, 9, 12].item()
        for whose, kernel in {"A": None, "B": SOBEL}.items()
    }
    assert abs(expected["A"] - expected["B"]) > 0.001
    weight = registry.load("tiny-vgg").state_dict()["conv1_1.weight"][3]
    kernels = {"A": weight, "B": SOBEL.expand(3, 3, 3)}
    window = x[0, :, 9:12, 12:15]
    shows(page, "B", expected["B"])
    page.locator("arithmetic-text summary").click()
    # By keyboard to A, with the mouse to B and again to A.
    for whose in ("A", "B", "A"):
        if whose == "A":
            button(page, whose).focus()
            page.keyboard.press("Enter")
        else:
            button(page, whose).click()
        shows(page, whose, expected[whose])
        assert number(page.locator("convolution-view dd.result").inner_text()) == pytest.approx(
            expected[whose], abs=1e-5
        )
        terms = page.locator("arithmetic-text .terms .sum").all_inner_texts()
        products = [number(words.split(" = ")[1]) for words in terms]
        assert products == pytest.approx((window * kernels[whose]).flatten().tolist(), abs=1e-6)
        expect(page.locator("compare-line .numbers")).to_be_visible()
        numbers = [number(words) for words in page.locator("compare-line b").all_inner_texts()]
        assert numbers[:2] == pytest.approx([expected["A"], expected["B"]], rel=6e-3)
        link = page.locator("map-bench .links a").first.get_attribute("href") or ""
        values = np.load(io.BytesIO(page.request.get(link).body()))
        assert values[9, 12].item() == pytest.approx(expected[whose], abs=1e-5)
    expect(page).to_have_url(re.compile(r"[?&]whose=a"))
    page.reload()
    shows(page, "A", expected["A"])


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        ("conv1_2", (2, 10, 12)), ("relu1_2", (2, 10, 12)), ("pool1", (2, 5, 6)),
        ("flatten", (30,)), ("fc", (3,)), ("softmax", (3,)),
    ],
)  # fmt: skip
def test_what_follows_is_reckoned_with_the_values_of_each(
    explore: Explore, base_url: str, layer: str, place: tuple[int, ...]
) -> None:
    cell = {"cell": f"{place[1]},{place[2]}"} if len(place) == 3 else {}
    page = explore(**EDITED, layer=layer, channel=place[0], **cell)
    x = trace_input(base_url, page)
    expected = {"B": forward(x, SOBEL)[layer][place].item(), "A": forward(x, None)[layer][place].item()}
    assert abs(expected["A"] - expected["B"]) > 0.001
    for whose, value in expected.items():
        button(page, whose).click()
        shows(page, whose, value)


def test_a_journey_stays_in_a_and_a_change_goes_on_with_b(explore: Explore, base_url: str) -> None:
    """Tiles of A open A's arithmetic; its first term leads to A's own cell."""
    page = explore(**EDITED, layer="conv1_2", channel=2, cell="10,12", view="a")
    x = trace_input(base_url, page)
    out = {"A": forward(x, None), "B": forward(x, SOBEL)}
    shows(page, "A", out["A"]["conv1_2"][2, 10, 12].item())
    page.locator("arithmetic-text summary").click()
    page.get_by_role("button", name=re.compile(r"^relu1_1, map 3, row 11, column 13\b")).click()
    expect(page.locator("activation-view")).to_be_visible()
    shows(page, "A", out["A"]["relu1_1"][3, 11, 13].item())
    page.locator("map-plot.chosen .frame").press("m")
    expect(page).to_have_url(re.compile("mute:relu1_1,3"))
    shows(page, "B", 0.0)
    page.locator("compare-bar input[value=split]").check(force=True)
    assert "whose" not in page.url


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"edits": "convolution:conv2_2,2x2,,,", "a": "edits:", "layer": "conv2_2", "channel": 0, "cell": "2,2"},
         "A has no such cell: there conv2_2 puts out 10×10×10 height × width × channels."),
        ({"a": "edits:convolution:conv2_2,2x2,,,", "layer": "softmax", "channel": 3},
         "A has no such cell: it stops at fc."),
    ],
)  # fmt: skip
def test_a_cell_that_a_does_not_have_is_said_to_be_none(
    explore: Explore, query: dict[str, str | int], words: str
) -> None:
    page = explore(network="tiny-vgg", **query, whose="a")
    expect(page.locator("compare-line .what")).to_have_text(words)
    expect(button(page, "A")).to_have_attribute("aria-disabled", "true")
    expect(button(page, "B")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("compare-line .numbers")).to_be_hidden()
    expect(page.locator("arithmetic-text .equation")).not_to_be_empty()


def test_both_are_named_in_korean_and_accessible(explore: Explore, axe: object) -> None:
    page = explore(**EDITED, layer="conv1_2", channel=2, cell="10,12", whose="a", lang="ko")
    group = page.get_by_role("group", name="아래에서 계산할 것")
    expect(group.get_by_role("button", name="A", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("arithmetic-text .equation")).not_to_be_empty()
    axe(page, "map-bench")  # type: ignore[operator]
