"""The samples: reachable by keyboard, the fitting ones first, and digits that the digit network reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the element of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.getAttribute('aria-label')") == label:
            return
    pytest.fail(f"Tab never reaches {label!r}")


def test_a_sample_by_keyboard_alone(explore: Explore) -> None:
    page = explore()
    tab_to(page, "A cup of coffee")
    page.keyboard.press("Enter")
    expect(page.locator(".picture-name")).to_have_text("A cup of coffee")
    expect(page.locator(".picture-size")).to_have_text("512 × 341 pixels, colour")
    expect(page.get_by_role("button", name="A cup of coffee", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("button", name="Chelsea the cat", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(page.locator("input-steps .step").first).to_contain_text("341 × 341 of 512 × 341")


@pytest.mark.parametrize(("network", "first"), [("tiny-vgg", "Chelsea the cat"), ("lenet", "Handwritten 2")])
def test_fitting_samples_come_first(explore: Explore, network: str, first: str) -> None:
    page = explore(network=network)
    expect(page.locator("sample-strip button").first).to_have_attribute("aria-label", first)


def test_every_thumbnail_loads(explore: Explore) -> None:
    page = explore()
    images = page.locator("sample-strip img")
    expect(images).to_have_count(8)
    widths = images.evaluate_all(
        "(all) => Promise.all(all.map((one) => one.decode().then(() => one.naturalWidth)))"
    )
    assert widths == [112] * 8


@pytest.mark.parametrize("digit", ["2", "5", "7"])
def test_lenet_reads_our_digits(page: Page, digit: str) -> None:
    samples = {sample["name"]: sample["id"] for sample in page.request.get("/api/v1/samples").json()}
    spec = {"picture": samples[f"digit-{digit}"], "network": "lenet", "checkpoint": "trained", "edits": []}
    manifest = page.request.post("/api/v1/traces", data=spec).json()
    assert manifest["prediction"][0]["label"] == digit
    assert manifest["prediction"][0]["probability"] > 0.9


def test_credits_are_one_click_away(explore: Explore) -> None:
    page = explore()
    address = page.get_by_role("link", name="Sources and licences").get_attribute("href")
    assert address is not None
    credited = page.request.get(address)
    assert credited.ok
    assert "CC0" in credited.text()
