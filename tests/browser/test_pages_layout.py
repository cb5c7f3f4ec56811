"""What has room stays where it is: nothing scrolls away, is cut off, or runs into its neighbour."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore

DESKTOPS = ((1280, 720), (1366, 768), (1920, 1080))
FIRST = {"tiny-vgg": "conv1_1", "small-vgg": "conv1_1", "efficientnet-lite0": "_blocks_0__depthwise_conv"}


def taller(page: Page) -> int:
    """Return by how many pixels the page is taller than its window."""
    height: int = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    return height


@pytest.mark.parametrize("network", FIRST)
@pytest.mark.parametrize("bench", [False, True], ids=["alone", "bench"])
def test_a_desktop_page_is_as_high_as_its_window(explore: Explore, network: str, bench: bool) -> None:
    opened: dict[str, str | int] = {"layer": FIRST[network], "channel": 1} if bench else {}
    page = explore(network=network, **opened)
    page.locator("prediction-panel .row:not(.skeleton)").first.wait_for()
    for width, height in DESKTOPS:
        page.set_viewport_size({"width": width, "height": height})
        assert taller(page) == 0, f"{width} × {height}"
    page.mouse.move(300, 20)
    page.mouse.wheel(0, 400)
    page.locator("layer-column :is(.more:not([hidden]), .field)").last.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("scrollY") == 0


def test_the_arrows_lead_from_the_button_below_a_column(explore: Explore) -> None:
    page = explore(network="small-vgg")
    more = page.locator('layer-column[data-layer="relu1_1"] .more')
    more.focus()
    page.keyboard.press("ArrowDown")
    expect(more).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('layer-column[data-layer="conv1_2"] .field')).to_be_focused()
    more.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator('layer-column[data-layer="relu1_1"] .field')).to_be_focused()
