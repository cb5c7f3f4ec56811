"""The page's state: the URL contains what is on screen, links reproduce it, and Back works."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore, module, wait_until_painted


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_link_opens_exactly_what_its_sender_saw(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.locator("#colormap-choice").select_option("viridis")
    page.get_by_role("radio", name="network").check()
    page.locator('layer-column[data-layer="relu1_2"] .field').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("map-plot.chosen .frame").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    title = page.locator("#bench-title").inner_text()
    readout = page.locator("map-plot.chosen .readout").inner_text()
    legend = page.locator("color-legend").inner_text()
    at = module(page, "state/explorer-roots.js")
    link = page.evaluate(
        "(at) => import(at).then(({ explorerOf }) => explorerOf(document.body).state.link())", at
    )
    assert {"picture", "network", "layer", "channel", "cell", "scale", "colormap"} <= parse_qs(
        urlsplit(link).query
    ).keys()
    page.goto("about:blank")
    page.goto(link)
    wait_until_painted(page)
    expect(page.locator("#bench-title")).to_have_text(title)
    expect(page.locator("map-plot.chosen .readout")).to_have_text(readout)
    expect(page.locator("color-legend")).to_have_text(re.compile(re.escape(legend.split("\n")[0])))
    expect(page.locator("#colormap-choice")).to_have_value("viridis")
    expect(page.get_by_role("radio", name="network")).to_be_checked()


def test_back_undoes_what_was_opened(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.locator('layer-column[data-layer="conv1_1"] .field').focus()
    page.keyboard.press("Enter")
    expect(page.locator("map-bench")).to_be_visible()
    page.go_back()
    expect(page.locator("map-bench")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#bench-title")).to_have_text("conv1_1, map 0 (maps 0 … 9)")


def test_another_network_brings_its_own_picture_layers_and_classes(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2)
    page.locator("#network-choice").select_option("lenet")
    expect(page.locator('layer-column[data-layer="fc1"]')).to_be_attached()
    expect(page.locator("map-bench")).to_be_hidden()
    expect(page.locator("prediction-panel .row").first).to_have_text(re.compile("^2"))
    assert query(page)["network"] == "lenet"
    page.go_back()
    expect(page.locator('layer-column[data-layer="conv1_1"]')).to_be_attached()
    expect(page.locator("prediction-panel .row").first).to_have_text(re.compile("^cat"))
    expect(page.locator("map-bench")).to_be_visible()


def test_untrained_weights_give_another_prediction(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    rows = page.locator("prediction-panel .row:not(.skeleton)")
    expect(rows).to_have_count(10)
    trained = rows.first.inner_text()
    page.locator("#checkpoint-choice").select_option("initial")
    expect(rows.first).not_to_have_text(trained)
    assert query(page)["checkpoint"] == "initial"


def test_controls_can_be_withheld_and_the_frame_dropped(explore: Explore) -> None:
    page = explore(network="tiny-vgg", controls="scale,zoom")
    expect(page.get_by_role("radio", name="network")).to_be_hidden()
    expect(page.locator("network-view .zoom")).to_be_hidden()
    expect(page.locator("#network-choice")).to_be_visible()
    page = explore(network="tiny-vgg", embed="1")
    expect(page.locator("app-header")).to_be_hidden()
    expect(page.locator("network-view")).to_be_visible()


def test_language_and_theme_are_kept_for_the_next_page(explore: Explore, page: Page) -> None:
    page.goto("/?network=tiny-vgg&lang=en&layer=conv1_1&channel=3")
    wait_until_painted(page)
    page.get_by_role("button", name=re.compile("^Theme")).click()
    page.get_by_role("link", name="한국어").click()
    wait_until_painted(page)
    assert page.locator("html").get_attribute("lang") == "ko"
    expect(page.locator("#bench-title")).to_have_text("conv1_1 · 3번 맵 (0–9번)")
    page.goto("/")
    wait_until_painted(page)
    assert page.locator("html").get_attribute("lang") == "ko"
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_a_second_visit_asks_for_nothing_but_the_page(page: Page) -> None:
    for _ in range(2):
        page.goto("/?lang=en&network=tiny-vgg")
        wait_until_painted(page)
        page.locator("prediction-panel .row:not(.skeleton)").first.wait_for()
        page.wait_for_load_state("networkidle")
    transfers = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter(({ transferSize }) => transferSize > 0).map(({ name, transferSize }) => [name, transferSize])"""
    )
    assert transfers == []
    assert page.evaluate("performance.getEntriesByType('resource').length") > 60


def test_back_does_not_reopen_a_sheet_that_was_closed(explore: Explore) -> None:
    page = explore(network="small-vgg")
    page.locator('layer-column[data-layer="relu1_1"] .more').click()
    sheet = page.locator("layer-sheet dialog")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page).not_to_have_url(re.compile("sheet="))  # the dialog tells of its closing a moment later
    page.locator('layer-column[data-layer="conv1_1"] .field').focus()
    page.keyboard.press("Enter")
    expect(page.locator("map-bench")).to_be_visible()
    for _ in range(2):
        page.go_back()
        expect(page.locator("map-bench")).to_be_hidden()
        expect(sheet).to_be_hidden()
