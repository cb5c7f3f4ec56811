"""Layer 0 tells what was done to the picture, with the numbers of the trace, and opens its channels."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore

NETWORKS = ["lecture-cnn", "lenet", "tiny-vgg", "small-vgg", "efficientnet-lite0"]
TITLES = {
    "center_crop": "Crop",
    "to_mode": re.compile("Colour|Grey"),
    "resize": "Resize",
    "scale": "Scale",
    "normalize": "Normalise",
}


def manifest(page: Page, network: str, picture: str) -> dict[str, Any]:
    """Return the manifest of the trace on screen."""
    spec = {"picture": picture, "network": network, "checkpoint": "trained", "edits": []}
    answer: dict[str, Any] = page.request.post("/api/v1/traces", data=spec).json()
    return answer


def sample(page: Page, name: str) -> str:
    return next(one["id"] for one in page.request.get("/api/v1/samples").json() if one["name"] == name)


def canvas_grey(page: Page, channel: int) -> np.ndarray:
    """Return what a channel's canvas shows, its red byte, at its own resolution."""
    width, height, data = (
        page.locator(".channels canvas")
        .nth(channel)
        .evaluate("""(canvas) => {
      const {width, height} = canvas;
      const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
      return [width, height, [...data].filter((_, at) => at % 4 === 0)];
    }""")
    )
    return np.array(data, dtype=int).reshape(height, width)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_step_is_told_in_order(explore: Explore, page: Page, network: str) -> None:
    picture = sample(page, "digit-5" if network == "lenet" else "coffee")
    explore(network=network, picture=picture)
    steps = manifest(page, network, picture)["input"]["preprocessing"]
    titles = page.locator("input-steps .step h3")
    expect(titles).to_have_count(len(steps))
    for index, step in enumerate(steps):
        expect(titles.nth(index)).to_have_text(TITLES[step["kind"]])
    resize = next(index for index, step in enumerate(steps) if step["kind"] == "resize")
    height, width = steps[resize]["height"], steps[resize]["width"]
    expect(page.locator("input-steps .step").nth(resize)).to_contain_text(f"{width} × {height} pixels")


@pytest.mark.parametrize("network", NETWORKS)
def test_steps_show_the_pictures_that_the_server_made(explore: Explore, page: Page, network: str) -> None:
    explore(network=network)
    for image in page.locator("input-steps .step-figure > img").all():
        source = image.get_attribute("src")
        assert source is not None
        with Image.open(io.BytesIO(page.request.get(source).body())) as step_picture:
            assert image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == step_picture.width


def test_the_kept_square_is_outlined_where_it_was_cut(explore: Explore, page: Page) -> None:
    picture = sample(page, "coffee")
    explore(network="efficientnet-lite0", picture=picture)
    left, top, right, bottom = manifest(page, "efficientnet-lite0", picture)["input"]["preprocessing"][0][
        "box"
    ]
    shares = page.evaluate("""() => {
      const frame = document.querySelector(".crop-frame").getBoundingClientRect();
      const box = document.querySelector(".crop-box").getBoundingClientRect();
      return [(box.left - frame.left) / frame.width, (box.top - frame.top) / frame.height,
              (box.right - frame.left) / frame.width, (box.bottom - frame.top) / frame.height];
    }""")
    assert shares == pytest.approx([left / 512, top / 341, right / 512, bottom / 341], abs=0.01)
    expect(page.locator("input-steps .step").first).to_contain_text(
        f"{right - left} × {bottom - top} of 512 × 341"
    )
    expect(page.locator("input-steps .step").first).to_contain_text("87.5%")


def test_normalising_is_told_with_the_cards_numbers(explore: Explore, page: Page) -> None:
    explore(network="small-vgg")
    steps = page.request.get("/api/v1/networks/small-vgg").json()["preprocessing"]
    normalize = next(step for step in steps if step["kind"] == "normalize")
    for mean, std in zip(normalize["mean"], normalize["std"], strict=True):
        expect(page.locator(".step-formulas")).to_contain_text(f"(x − {mean:.4g}) ÷ {std:.4g}")


@pytest.mark.parametrize("network", NETWORKS)
def test_channels_are_painted_from_the_tensor(explore: Explore, page: Page, network: str) -> None:
    """A grey canvas is an affine picture of its channel, to the 8 bits of the codes."""
    picture = sample(page, "digit-5" if network == "lenet" else "coffee")
    explore(network=network, picture=picture, colormap="gray")
    trace = manifest(page, network, picture)["id"]
    answer = page.request.get(f"/api/v1/traces/{trace}/layers/input/values.npy")
    values = np.load(io.BytesIO(answer.body()))
    expect(page.locator(".channels canvas")).to_have_count(len(values))
    limit = np.abs(values).max()
    signed = values.min() < 0
    for channel, exact in enumerate(values):
        painted_greys = canvas_grey(page, channel)
        block = exact.shape[0] // painted_greys.shape[0]
        averaged = exact.reshape(painted_greys.shape[0], block, painted_greys.shape[1], block).mean(
            axis=(1, 3)
        )
        share = averaged / limit
        expected = 127.5 + share * 127.5 if signed else share * 255
        assert np.abs(painted_greys - expected).max() <= 2


def test_a_channel_opens_on_the_bench(explore: Explore, page: Page) -> None:
    explore(network="tiny-vgg")
    green = page.get_by_role("button", name="Open channel Green of the input")
    green.click()
    expect(page).to_have_url(re.compile(r"layer=input&channel=1"))
    expect(green).to_have_attribute("aria-pressed", "true")
    expect(page.locator("map-bench")).to_be_visible()


def test_range_is_that_of_the_tensor(explore: Explore, page: Page) -> None:
    picture = sample(page, "coffee")
    explore(network="small-vgg", picture=picture)
    trace = manifest(page, "small-vgg", picture)["id"]
    answer = page.request.get(f"/api/v1/traces/{trace}/layers/input/values.npy")
    values = np.load(io.BytesIO(answer.body()))
    range_text = page.locator(".channels-facts .number").last.inner_text()
    low, high = (float(number.replace("−", "-")) for number in range_text.split("…"))
    assert low == pytest.approx(values.min(), rel=5e-3)
    assert high == pytest.approx(values.max(), rel=5e-3)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_is_wider_than_the_column(explore: Explore, network: str, lang: str) -> None:
    page = explore(network=network, lang=lang)
    side = page.locator(".picture-side")
    assert side.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


@pytest.mark.parametrize("network", NETWORKS)
def test_on_a_phone_the_steps_open_on_request(explore: Explore, network: str) -> None:
    page = explore(network=network, size=(390, 844))
    toggle = page.get_by_role("button", name="Into the network")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(page.locator("input-steps .steps")).to_be_hidden()
    expect(page.locator("network-view")).to_be_in_viewport()
    toggle.focus()
    page.keyboard.press("Enter")
    expect(page.locator("input-steps .step").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator("input-steps .step").first).to_be_visible()
    expect(toggle).to_have_count(0)
