"""The webcam: a still becomes the picture, a refusal is designed, and nothing runs on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Explore


def test_a_still_becomes_the_picture(explore: Explore, axe: Callable[..., None]) -> None:
    page = explore()
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="Webcam", exact=True).click()
    take = page.get_by_role("button", name="Take the picture")
    expect(take).to_be_focused()
    axe(page, "picture-column")
    stream = page.evaluate_handle("document.querySelector('webcam-capture video').srcObject")
    take.click()
    expect(page.locator(".picture-name")).to_have_text("Your webcam picture")
    expect(page.locator("webcam-capture")).to_have_count(0)
    assert stream.evaluate("(stream) => stream.getTracks().map((track) => track.readyState)") == ["ended"]


def test_a_refusal_says_what_to_do(explore: Explore, axe: Callable[..., None]) -> None:
    page = explore()
    page.evaluate("""() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    }""")
    page.get_by_role("button", name="Webcam", exact=True).click()
    expect(page.locator("webcam-capture")).to_contain_text("not allowed to use the webcam")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    axe(page, "picture-column")


@pytest.mark.own_tab
def test_no_webcam_to_offer_no_button(explore: Explore) -> None:
    page = explore()
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    page.reload()
    expect(page.get_by_role("button", name="Choose a picture")).to_be_visible()
    expect(page.get_by_role("button", name="Webcam", exact=True)).to_be_hidden()
