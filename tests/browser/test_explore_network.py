"""The network on screen: what is painted is what REST gives, and every map can be reached by hand and by keyboard."""

from __future__ import annotations

import io
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import Explore, module
from tests.browser.forwards import trace_of

STREAM = "maps.safetensors"


def column(page: Page, layer: str) -> Locator:
    return page.locator(f'layer-column[data-layer="{layer}"]')


def tile(page: Page, layer: str, index: int) -> tuple[float, float]:
    """Return the middle of a map's tile, in pixels of the window."""
    place: dict[str, float] = column(page, layer).evaluate(
        """async (column, [address, index]) => {
          const { tileAt } = await import(address);
          const box = column.field.getBoundingClientRect();
          const { x, y, size } = tileAt(column.column, index);
          return { x: box.left + x + size / 2, y: box.top + y + size / 2 };
        }""",
        [module(page, "layout/network-layout.js"), index],
    )
    return place["x"], place["y"]


def npy(base_url: str, path: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    with urlopen(f"{base_url}/api/v1/{path}") as answer:
        return np.load(io.BytesIO(answer.read()))


def test_maps_are_painted_before_anything_is_uploaded(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    layer_colours = page.evaluate(
        """() => [...document.querySelectorAll("layer-column")].map((column) => {
          const canvas = column.querySelector(".field canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [column.dataset.layer, new Set(new Uint32Array(data.buffer)).size];
        })"""
    )
    assert [layer for layer, _ in layer_colours][:3] == ["input", "conv1_1", "relu1_1"]
    assert len(layer_colours) == 14
    for layer, colours in layer_colours:
        assert colours > 5, f"{layer} shows {colours} colours"


@pytest.mark.parametrize(
    ("scale", "layer", "channel"),
    [("layer", "conv1_2", 3), ("map", "relu2_1", 1), ("network", "conv2_2", 0), ("layer", "input", 1)],
)
def test_a_map_has_the_colours_of_its_png(
    explore: Explore, base_url: str, scale: str, layer: str, channel: int
) -> None:
    """The bench paints from float32 values, REST from 8-bit codes: the same colour, or the next on the ramp."""
    page = explore(network="tiny-vgg", layer=layer, channel=channel, scale=scale, colormap="icefire")
    page.locator("prediction-panel .row:not(.skeleton)").first.wait_for()
    page.wait_for_function("() => document.querySelector('map-plot.chosen canvas.values')?.width > 1")
    for colormap in ("icefire", "viridis", "auto"):
        page.locator("#colormap-choice").select_option(colormap)
        canvas_bytes: list[int] = page.evaluate(
            """() => {
              const canvas = document.querySelector("map-plot.chosen canvas.values");
              return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
            }"""
        )
        address = (
            f"traces/{trace_of(page)}/layers/{layer}/maps/{channel}.png?scale={scale}&colormap={colormap}"
        )
        with urlopen(f"{base_url}/api/v1/{address}") as answer:
            png = np.asarray(Image.open(io.BytesIO(answer.read())).convert("RGB"), dtype=int)
        ours = np.array(canvas_bytes).reshape(*png.shape[:2], 4)[..., :3]
        # A step of the ramp is at most a dozen levels; a wrong scale or a flipped map is a hundred.
        assert np.abs(ours - png).max() <= 12, colormap


def test_the_value_under_pointer_and_keyboard_is_the_tensors(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="pool1", channel=2, cell="4,5")
    values = npy(base_url, f"traces/{trace_of(page)}/layers/pool1/maps/2.npy")
    readout = page.locator("map-plot.chosen .readout")

    def expect_cell(row: int, col: int) -> None:
        value_text = np.format_float_positional(values[row, col], unique=True, trim="-")
        expect(readout).to_have_text(f"row {row}, column {col}: {value_text}")

    expect_cell(4, 5)
    page.locator("map-plot.chosen .frame").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect_cell(5, 6)
    assert "cell=5,6" in page.url
    box = page.locator("map-plot.chosen .frame").bounding_box()
    assert box is not None
    side = box["width"] / values.shape[1]
    page.mouse.move(box["x"] + 0.5 * side, box["y"] + 2.5 * side)
    expect_cell(2, 0)


def test_statistics_are_numpys(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="relu1_2", channel=4)
    facts = page.locator("map-bench .facts dd")
    expect(facts).to_have_count(5)
    values = npy(base_url, f"traces/{trace_of(page)}/layers/relu1_2/maps/4.npy").astype(np.float64)
    fact_texts = facts.all_inner_texts()
    for text, value in zip(fact_texts[:2], (values.min(), values.max()), strict=True):
        assert np.float32(text.replace("−", "-")) == np.float32(value)
    for text, value in zip(
        fact_texts[:4], (values.min(), values.max(), values.mean(), values.std()), strict=True
    ):
        assert float(text.replace("−", "-")) == pytest.approx(value, rel=1e-3, abs=1e-12)
    assert float(fact_texts[4].rstrip("%")) == pytest.approx(100 * (values == 0).mean(), abs=0.06)


def test_a_dead_map_is_said_to_be_dead(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    values = npy(base_url, f"traces/{trace_of(page)}/layers/relu1_1/values.npy")
    dead = np.flatnonzero((values == 0).all(axis=(1, 2)))
    alive = np.flatnonzero((values != 0).any(axis=(1, 2)))
    for channel, is_dead in [*((int(one), True) for one in dead[:1]), (int(alive[0]), False)]:
        page = explore(network="tiny-vgg", layer="relu1_1", channel=channel)
        expect(page.locator("map-bench .facts dd")).to_have_count(5)
        expect(page.locator("map-bench .dead")).to_be_visible(visible=is_dead)


def test_the_stages_of_a_block_share_their_cell(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="pool1", channel=1, cell="3,4", depth="map")
    expect(page.locator("map-plot")).to_have_count(3)
    marks = page.locator("map-plot .mark").evaluate_all(
        """(marks) => marks.map((mark) => {
          const frame = mark.parentElement.getBoundingClientRect();
          const canvas = mark.parentElement.querySelector("canvas.values");
          const side = frame.width / canvas.width;
          const box = mark.getBoundingClientRect();
          const place = [box.top - frame.top, box.left - frame.left, box.height, box.width];
          return place.map((length) => Math.round(length / side));
        })"""
    )
    assert marks == [[6, 8, 2, 2], [6, 8, 2, 2], [3, 4, 1, 1]]


def test_a_journey_by_keyboard_alone(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('layer-column .field')"):
            break
    active = "document.activeElement.getAttribute('aria-activedescendant')"
    assert page.evaluate(active) == "map-conv1_1"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(active) == "map-relu1_1"
    spoken = page.locator("#map-relu1_1")
    expect(spoken).to_have_attribute("aria-posinset", "3")
    expect(spoken).to_have_attribute("aria-label", "relu1_1, map 2 (maps 0 … 9), min 0, max 0.825")
    page.keyboard.press("Enter")
    expect(page.locator("map-bench")).to_be_visible()
    expect(page.locator("#bench-title")).to_have_text("relu1_1, map 2 (maps 0 … 9)")
    page.keyboard.press("Escape")
    expect(page.locator("map-bench")).to_be_hidden()
    assert page.evaluate(active) == "map-relu1_1"
    page.keyboard.press("End")
    assert page.evaluate(active) == "map-softmax"


def test_pointing_at_a_map_draws_what_it_is_made_of(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    page.mouse.move(*tile(page, "conv1_2", 5))
    kernels = npy(base_url, "networks/tiny-vgg/layers/conv1_2/filters.npy")[5].sum(axis=(1, 2))
    expect(page.locator("network-view .edge.positive")).to_have_count(int((kernels >= 0).sum()))
    expect(page.locator("network-view .edge.negative")).to_have_count(int((kernels < 0).sum()))
    page.mouse.move(*tile(page, "pool1", 5))
    expect(page.locator("network-view .edge")).to_have_count(1)


@pytest.mark.parametrize(("value", "kind"), [(1, "positive"), (-1, "negative")])
def test_an_edited_layer_is_drawn_by_what_it_now_computes_with(
    explore: Explore, value: int, kind: str
) -> None:
    edits = f"kernel:conv1_2,5,*,{value}_0_0/0_0_0/0_0_0;pooling:pool1,min,,,"
    page = explore(network="tiny-vgg", edits=edits)
    page.mouse.move(*tile(page, "conv1_2", 5))
    expect(page.locator(f"network-view .edge.{kind}")).to_have_count(10)
    page.mouse.move(*tile(page, "pool1", 5))
    expect(page.locator("network-view .edge")).to_have_count(1)


def test_a_wide_layer_opens_its_sheet_and_the_sheet_a_map(explore: Explore, base_url: str) -> None:
    page = explore(network="small-vgg")
    column(page, "relu1_1").locator(".more").click()
    sheet = page.locator("layer-sheet dialog")
    expect(sheet).to_be_visible()
    expect(sheet.locator("h2")).to_have_text("relu1_1: all 32 maps")
    page.locator("#sheet-order").select_option("dead")
    values = npy(base_url, f"traces/{trace_of(page)}/layers/relu1_1/values.npy")
    zeros = (values == 0).mean(axis=(1, 2))
    deadest = int(np.lexsort((np.arange(len(zeros)), -zeros))[0])
    page.wait_for_function(
        "(index) => document.querySelector('layer-sheet .cursor').ariaLabel.includes(`map ${index} (maps 0 … 31)`)",
        arg=deadest,
    )
    sheet.locator(".maps").focus()
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    expect(page.locator("#bench-title")).to_have_text(f"relu1_1, map {deadest} (maps 0 … 31)")


@pytest.mark.own_tab
def test_scales_of_layer_and_network_need_no_request(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.locator("prediction-panel .row:not(.skeleton)").first.wait_for()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if "/api/" in request.url else None)
    before = column(page, "conv2_1").locator("canvas").first.screenshot()
    page.get_by_role("radio", name="network").check()
    expect(page.locator("color-legend .legend-of")).to_contain_text("one scale for the whole network")
    assert column(page, "conv2_1").locator("canvas").first.screenshot() != before
    assert not urls
    with page.expect_request(lambda request: STREAM in request.url and "scale=map" in request.url):
        page.get_by_role("radio", name="map").check()


@pytest.mark.own_tab
def test_a_deep_network_is_asked_for_as_it_is_looked_at(explore: Explore, page: Page) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request) if STREAM in request.url else None)
    explore(network="efficientnet-lite0")
    first = ",".join(request.url for request in requests)
    assert "_conv_stem" in first
    assert "_fc" not in first
    page.locator("network-view .network-window").evaluate("(view) => { view.scrollLeft = view.scrollWidth; }")
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector('layer-column[data-layer="_fc"] canvas');
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size > 5;
        }"""
    )


def test_skips_are_drawn(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0")
    layers = page.evaluate(
        "fetch('/api/v1/networks/efficientnet-lite0').then((answer) => answer.json()).then((network) => network.layers)"
    )
    position = {layer["id"]: at for at, layer in enumerate(layers)}
    passing = [
        1 for layer in layers for source in layer["inputs"] if position[layer["id"]] - position[source] > 1
    ]
    assert len(passing) >= 7
    expect(page.locator("network-view .arc")).to_have_count(len(passing))


def test_the_ribbon_says_how_a_size_came_about(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.locator("shape-ribbon .volume").nth(5).hover()
    note = page.locator("shape-ribbon .formula")
    expect(note).to_be_visible()
    # ⌊(28 + 2 × 0 − 1 × (2 − 1) − 1)/2⌋ + 1 = 14
    numbers = note.locator("math mn").all_text_contents()
    assert numbers[-10:] == ["28", "2", "0", "1", "2", "1", "1", "2", "1", "14"]
    expect(note).to_contain_text("28×28×10 → 14×14×10")


@pytest.mark.own_tab
def test_nothing_moves_when_maps_arrive(page: Page, base_url: str) -> None:
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shifts.push(entry.value);
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/?network=tiny-vgg&lang=en")
    page.wait_for_function("() => performance.getEntriesByName('convscope:painted').length > 0")
    page.locator("prediction-panel .row:not(.skeleton)").first.wait_for()
    assert sum(page.evaluate("() => window.shifts")) < 0.01


def test_dragging_pans_and_is_no_click(explore: Explore) -> None:
    page = explore(network="small-vgg")
    view = page.locator("network-view .network-window")
    x, y = tile(page, "conv1_2", 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y, steps=4)
    page.mouse.up()
    assert view.evaluate("(view) => view.scrollLeft") == 120
    expect(page.locator("map-bench")).to_be_hidden()
    page.mouse.wheel(0, 100)
    page.wait_for_function("() => document.querySelector('.network-window').scrollLeft > 120")


def test_zoom_makes_maps_larger_and_fit_shows_the_whole_network(explore: Explore) -> None:
    page = explore(network="small-vgg")
    size = "document.querySelector('layer-column[data-layer=conv1_1]').column.size"
    usual = page.evaluate(size)
    page.get_by_role("button", name="Larger maps").click()
    assert page.evaluate(size) > usual
    page.get_by_role("button", name="Whole network").click()
    view = page.locator("network-view .network-window")
    assert view.evaluate("(view) => view.scrollWidth - view.clientWidth") <= 0
    page.get_by_role("button", name="Whole network").click()
    assert page.evaluate(size) == usual


def test_a_map_beyond_the_shown_is_marked_at_the_button_that_leads_to_it(explore: Explore) -> None:
    page = explore(network="small-vgg", layer="conv3_2", channel=90)
    expect(page.locator("#bench-title")).to_have_text("conv3_2, map 90 (maps 0 … 127)")
    layer_column = column(page, "conv3_2")
    expect(layer_column).to_be_in_viewport()
    expect(layer_column.locator(".cursor")).to_be_hidden()
    expect(layer_column.locator(".more")).to_be_visible()


def test_the_benchs_edge_shares_the_window_between_network_and_bench(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=1)
    bench, edge = page.locator("map-bench"), page.get_by_role("separator", name="Height of the bench")
    size = "document.querySelector('layer-column[data-layer=conv1_1]').column.size"
    usual = bench.evaluate("(one) => one.offsetHeight")
    small = page.evaluate(size)
    box = edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 136, steps=4)
    page.mouse.up()
    assert bench.evaluate("(one) => one.offsetHeight") == pytest.approx(usual - 130, abs=8)
    page.wait_for_function(f"(small) => {size} > small", arg=small)
    percent = int(edge.get_attribute("aria-valuenow") or 0)
    assert f"bench={percent}" in page.url
    edge.focus()
    page.keyboard.press("ArrowUp")
    expect(edge).to_have_attribute("aria-valuenow", str(percent + 2))
    page.reload()
    expect(edge).to_have_attribute("aria-valuenow", str(percent + 2))
    edge.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(usual) => document.querySelector('map-bench').offsetHeight === usual", arg=usual)
    assert "bench=" not in page.url


def test_on_a_phone_the_bench_comes_into_view(explore: Explore) -> None:
    page = explore(network="tiny-vgg", size=(390, 844))
    page.locator(".network-side").scroll_into_view_if_needed()
    page.mouse.click(*tile(page, "conv1_1", 1))
    expect(page.locator("#bench-title")).to_be_in_viewport()
    expect(page.locator("#bench-title")).to_have_text("conv1_1, map 1 (maps 0 … 9)")


LONGEST = {"tiny-vgg": ("conv1_2", 9), "efficientnet-lite0": ("_blocks_10__depthwise_conv", 3)}


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("network", LONGEST)
def test_the_legend_cuts_neither_the_maps_name_nor_its_range(
    explore: Explore, base_url: str, network: str, lang: str
) -> None:
    layer, channel = LONGEST[network]
    page = explore(network=network, lang=lang, layer=layer, channel=channel)
    values = npy(base_url, f"traces/{trace_of(page)}/layers/{layer}/maps/{channel}.npy")
    range_text = page.locator("color-legend .legend-range")
    expect(range_text).to_contain_text(" … ")
    low, high = (float(end.replace("−", "-")) for end in range_text.inner_text().split(" … "))
    assert low == pytest.approx(values.min(), rel=6e-3)
    assert high == pytest.approx(values.max(), rel=6e-3)
    page.mouse.move(*tile(page, layer, channel))
    expect(page.locator("network-view .edge-key")).to_be_visible()
    overflows = page.locator("color-legend :is(.legend-name, .legend-range)").evaluate_all(
        "(parts) => parts.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    )
    assert overflows == []


def test_the_legend_speaks_of_the_map_that_is_looked_at(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_2", channel=2)
    legend = page.locator("color-legend .legend-name")
    expect(legend).to_contain_text("conv1_2, map 2")
    page.mouse.move(*tile(page, "pool1", 4))
    expect(legend).to_contain_text("pool1, map 4")
    page.get_by_role("button", name="Next map").click()
    expect(legend).to_contain_text("conv1_2, map 3")
    page.mouse.move(*tile(page, "pool1", 4))
    page.keyboard.press("Escape")
    page.mouse.move(640, 20)
    page.locator("#network-choice").focus()
    expect(legend).to_be_hidden()


def test_a_layer_has_one_name_wherever_it_is_spoken_of(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0", layer="_blocks_0__depthwise_conv", channel=3)
    name = "blocks.0.depthwise_conv"
    expect(page.locator("#bench-title")).to_contain_text(f"{name}, map 3")
    expect(page.locator("map-plot.chosen .plot-title")).to_contain_text(name)
    expect(page.locator("color-legend .legend-name")).to_have_text(f"{name}, map 3")
    heading = column(page, "_blocks_0__depthwise_conv").locator(".name")
    expect(heading).to_have_text("depthwise_conv")
    assert heading.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    column(page, "_blocks_0__depthwise_conv").locator(".more").click()
    expect(page.locator("#sheet-title")).to_have_text(f"{name}: all 32 maps")


def test_a_vectors_bench_says_what_its_statistics_are_of(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="fc", channel=3)
    expect(page.locator("map-bench .side")).to_contain_text("of all 10 values of the layer")
    page = explore(network="tiny-vgg", sheet="fc")
    expect(page.locator("#sheet-title")).to_have_text("fc: all 10 values")
