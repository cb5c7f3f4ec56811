"""Every page, at every size, theme and language, and every panel on it: no violation that axe knows of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore, resize

PHONE, PROJECTOR, DESK = SIZES = (390, 844), (1280, 720), (1920, 1080)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize(
    ("lang", "theme", "sizes"), [("en", "light", SIZES), ("ko", "dark", SIZES[::-1])], ids=["en", "ko"]
)
def test_explore(
    explore: Explore, axe: Callable[..., None], lang: str, theme: str, sizes: tuple[tuple[int, int], ...]
) -> None:
    """Opened small and made larger, and opened large and made smaller."""
    page = explore(size=sizes[0], theme=theme, lang=lang, network="tiny-vgg")
    for size in sizes:
        resize(page, size)
        axe(page, both_themes=True)
        assert overflow(page) <= 0


@pytest.mark.parametrize("network", ["lecture-cnn", "lenet", "small-vgg", "efficientnet-lite0"])
def test_explore_of_every_network(explore: Explore, axe: Callable[..., None], network: str) -> None:
    axe(explore(network=network))


def test_bench(explore: Explore, axe: Callable[..., None]) -> None:
    page = explore(size=PHONE, network="tiny-vgg", layer="conv1_1", channel=2)
    expect(page.locator("map-bench")).to_be_visible()
    for size in SIZES:
        resize(page, size)
        axe(page, both_themes=True)
        assert overflow(page) <= 0


def test_sheet(explore: Explore, axe: Callable[..., None]) -> None:
    page = explore(size=PHONE, network="small-vgg", sheet="relu1_1")
    expect(page.locator("layer-sheet").locator("canvas").first).to_be_visible()
    for size in SIZES:
        resize(page, size)
        axe(page, both_themes=True)


def test_reflow_at_320_pixels(explore: Explore, axe: Callable[..., None]) -> None:
    """WCAG 1.4.10: what 1280 pixels show at 400 % zoom needs no scrolling sideways."""
    page = explore(size=(320, 640))
    assert overflow(page) <= 0
    axe(page)


@pytest.mark.own_tab
def test_thumb_sized_targets_on_touch(explore: Explore, page: Page) -> None:
    """Buttons, links of the header and selects are at least 44 pixels high where the pointer is coarse."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
    session.send(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "pointer", "value": "coarse"}, {"name": "hover", "value": "none"}]},
    )
    explore(size=PHONE, network="lenet")
    if not page.evaluate("matchMedia('(pointer: coarse)').matches"):
        pytest.fail("this Chromium emulates no coarse pointer")
    small = page.evaluate("""() => [...document.querySelectorAll("button, select, input, a")]
      .filter((one) => one.checkVisibility() && !one.matches(".skip"))
      .map((one) => [one.textContent.trim() || one.getAttribute("aria-label"), one.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(([name, box]) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`)""")
    assert not small, "\n".join(small)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_choice_of_the_header_is_labelled(explore: Explore, lang: str) -> None:
    """The longest names in the fields: labels are seen, nothing is clipped, from a projector up in one row."""
    page = explore(size=(320, 640), lang=lang, network="efficientnet-lite0", checkpoint="initial")
    labels = page.locator("app-header :is(.choice > span, legend)")
    expect(labels).to_have_count(4)
    for size in ((320, 640), PHONE, PROJECTOR, (1440, 900), DESK):
        resize(page, size)
        for label in labels.all():
            box = label.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) > 8
        clipped = page.locator("app-header :is(select, .segmented span, .tool)").evaluate_all(
            "(fields) => fields.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
        )
        assert clipped == [], size
        assert overflow(page) <= 0, size
        if size[0] >= PROJECTOR[0]:
            assert page.locator("app-header").evaluate("(header) => header.offsetHeight") == 52, size


def test_the_keyboard_sees_where_it_is(explore: Explore) -> None:
    """Every stop of the Tab key on the picture side draws a focus ring."""
    page = explore(network="lenet")
    page.locator("picture-column .picture-actions button").first.focus()
    stops = 0
    while page.evaluate("document.activeElement.closest('.picture-side') !== null"):
        ring = page.evaluate("""() => {
          const style = getComputedStyle(document.activeElement);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        }""")
        name = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert ring, name
        stops += 1
        page.keyboard.press("Tab")
    assert stops >= 8
