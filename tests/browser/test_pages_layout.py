"""What has room stays where it is: nothing scrolls away, is cut off, or runs into its neighbour."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore, resize

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


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_on_a_desktop_the_header_is_one_row(explore: Explore, lang: str) -> None:
    page = explore(network="efficientnet-lite0", lang=lang)
    for width, height in DESKTOPS:
        page.set_viewport_size({"width": width, "height": height})
        middles = page.locator("app-header .bar > *, app-header .choices > *").evaluate_all(
            "(parts) => parts.map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2)"
        )
        assert max(middles) - min(middles) < 8, f"{width} × {height}: {middles}"


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


@pytest.mark.parametrize("network", ["lecture-cnn", "lenet", "tiny-vgg", "small-vgg", "efficientnet-lite0"])
def test_the_ends_of_a_range_keep_apart(explore: Explore, network: str) -> None:
    """Between two numbers, of one column or of two, there is a gap that can be seen."""
    page = explore(network=network)
    for size in DESKTOPS:
        resize(page, size)
        gaps = page.locator("layer-column .range:not([hidden]) span").evaluate_all(
            """(ends) => {
              const boxes = ends.map((end) => {
                const range = document.createRange();
                range.selectNodeContents(end);
                return [range.getBoundingClientRect(), end.textContent];
              }).filter(([box]) => box.width > 0).sort(([one], [other]) => one.left - other.left);
              return boxes.slice(1).map(([box, words], at) => [box.left - boxes[at][0].right, boxes[at][1], words]);
            }"""
        )
        assert len(gaps) > 10
        assert [gap for gap in gaps if gap[0] < 3.5] == []


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_word_of_a_prediction_is_broken(explore: Explore, lang: str) -> None:
    page = explore(network="tiny-vgg", lang=lang)
    rows = page.locator("prediction-panel .best .row:not(.skeleton)")
    rows.first.wait_for()
    for size in DESKTOPS:
        resize(page, size)
        broken = rows.evaluate_all(
            """(rows) => {
              const best = rows[0];
              const [label, number, bar] = [".label", ".probability", ".bar"].map((one) => best.querySelector(one));
              const length = bar.getBoundingClientRect().width;
              return ["automobile", "hummingbird", "비행기", "window screen"].filter((words) => {
                label.textContent = words;
                number.lastChild.textContent = "> 0.999";
                const range = document.createRange();
                range.selectNodeContents(label);
                const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
                const [left, right] = [range.getBoundingClientRect().right, number.getBoundingClientRect().left];
                return lines > words.split(" ").length || left > right || bar.getBoundingClientRect().width !== length;
              });
            }"""
        )
        assert broken == [], size


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    ("network", "layer"), [("tiny-vgg", "conv1_2"), ("efficientnet-lite0", "_blocks_3__bn1")]
)
def test_the_line_of_pytorch_is_whole_on_a_projector(
    explore: Explore, network: str, layer: str, lang: str
) -> None:
    page = explore(network=network, layer=layer, channel=3, lang=lang)
    code = page.locator("map-bench code")
    expect(code).to_contain_text("[0, 3]")
    box = code.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720 - 8
    for place in (".side", ".bench-body"):
        over = page.locator(f"map-bench {place}").evaluate("(one) => one.scrollHeight - one.clientHeight")
        assert over <= 0, place


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_on_a_phone_the_bench_says_what_the_layer_is(explore: Explore, lang: str) -> None:
    page = explore(
        network="efficientnet-lite0", layer="_blocks_0__depthwise_conv", channel=3, lang=lang, size=(390, 844)
    )
    expect(page.locator("#bench-title")).to_contain_text("blocks.0.depthwise_conv")
    for width in (390, 320):
        resize(page, (width, 844))
        clipped = page.locator("map-bench .bench-head > *").evaluate_all(
            "(parts) => parts.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
        )
        assert clipped == [], width
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


MUTED = {"network": "tiny-vgg", "edits": "mute:conv1_1,2"}


def test_a_bar_of_changes_leaves_the_network_in_sight(explore: Explore) -> None:
    page = explore(**MUTED)
    expect(page.locator("edit-list")).to_be_visible()
    assert page.locator(".network-window").evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
    expect(page.locator("layer-column .more:visible")).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_with_every_bar_over_the_bench_nothing_lies_on_anything_else(explore: Explore, lang: str) -> None:
    path = "softmax-3,pool2-3-1-1,pool1-3-5-6"
    page = explore(**MUTED, a="edits:", layer="pool1", channel=3, cell="5,6", path=path, lang=lang)
    expect(page.locator("compare-bar .who .fine")).to_be_visible()
    expect(page.locator("pooling-view .use:visible")).to_have_count(2)
    gaps = page.locator("layer-column").evaluate_all(
        """(columns) => columns.filter(({ more }) => !more.hidden).map(({ field, more, column }) =>
          more.getBoundingClientRect().top - field.getBoundingClientRect().top
          - column.top - (Math.ceil(column.visible / column.columns) - 1) * column.pitch - column.size)"""
    )
    assert len(gaps) > 5
    assert min(gaps) >= 0
    room = page.locator("bench-arithmetic .view").bounding_box()
    assert room
    for button in page.locator("pooling-view .use:visible").all():
        box = button.bounding_box()
        assert box
        assert box["y"] + box["height"] <= room["y"] + room["height"]


def test_the_bench_leaves_out_words_rather_than_cut_them_off(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0", layer="_blocks_1__depthwise_conv", channel=3, cell="5,6")
    about = page.locator("map-bench .about")
    expect(about).to_have_attribute("title", "convolution · 56×56×96 height × width × channels")
    clipped = "(parts) => parts.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    assert about.locator("span").evaluate_all(clipped) == []
    first, second = (part.bounding_box() for part in about.locator("span").all())
    box = about.bounding_box()
    assert first
    assert second
    assert box
    assert second["y"] >= box["y"] + box["height"] - 1, "half of the words is on screen"
    assert page.locator("map-plot.chosen .plot-title").evaluate_all(clipped) == []


def test_code_in_a_cards_notes_is_set_as_code(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0")
    about = page.locator("prediction-panel .about")
    expect(about.locator("code").first).to_have_text("initial")
    expect(about).not_to_contain_text("`")
