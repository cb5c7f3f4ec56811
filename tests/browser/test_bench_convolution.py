"""The bench's convolution: what it says is what a plain PyTorch forward gives, by mouse and by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, Route, expect
from torch.nn import functional

from model import registry
from tests.browser.conftest import Explore, module, resize
from tests.browser.forwards import layer_values, number, trace_of

VIEW = "convolution-view"


def weights(network: str, layer: str) -> tuple[torch.Tensor, torch.Tensor | None]:
    module = registry.load(network).get_submodule(layer)
    assert isinstance(module, torch.nn.Conv2d)
    return module.weight.detach(), None if module.bias is None else module.bias.detach()


def cell_of(plot: Locator, row: int, col: int) -> dict[str, float]:
    """Return the middle of a cell of a plot, within its frame."""
    place: dict[str, float] = plot.evaluate(
        """(plot, [row, column]) => {
          const framed = plot.querySelector(".frame");
          const frame = framed.getBoundingClientRect();
          const [rows, columns] = framed.getAttribute("aria-label").match(/\\d+(?= (rows|columns))/g);
          return { x: frame.width / columns * (column + 0.5), y: frame.height / rows * (row + 0.5) };
        }""",
        [row, col],
    )
    return place


def result(page: Page) -> Locator:
    return page.locator(f"{VIEW} dd.result")


def list_terms(page: Page) -> list[tuple[str, float, float, float]]:
    """Open the list of terms, all of them, and return each one's place and numbers."""
    details = page.locator("arithmetic-text details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    expect(details.locator(".terms > li").first).to_be_visible()
    while details.get_by_role("button", name=re.compile(r"^\d+ more$")).is_visible():
        details.get_by_role("button", name=re.compile(r"^\d+ more$")).click()
    terms = []
    for line in page.locator("arithmetic-text .terms > li").all():
        place, product = line.locator(".place").inner_text(), line.locator(".sum").inner_text()
        value, weight, term_product = re.split(r" × | = ", product)
        terms.append((place, number(value), number(weight), number(term_product)))
    return terms


def test_a_cell_chosen_by_mouse_is_pytorchs(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2)
    expect(page.locator(VIEW)).to_be_hidden()
    plot = page.locator("map-plot.chosen")
    plot.locator(".frame").click(position=cell_of(plot, 9, 12))  # type: ignore[arg-type]
    expect(page).to_have_url(re.compile(r"cell=9,12"))

    image = layer_values(base_url, page, "input")
    weight, bias = weights("tiny-vgg", "conv1_1")
    assert bias is not None
    out = functional.conv2d(image[None], weight, bias)[0, 2, 9, 12]
    expect(result(page)).to_have_text(re.compile(r"\d"))
    assert np.float32(number(result(page).inner_text())) == np.float32(
        layer_values(base_url, page, "conv1_1")[2, 9, 12]
    )
    assert number(result(page).inner_text()) == pytest.approx(out.item(), abs=1e-6)

    terms = list_terms(page)
    window = image[:, 9:12, 12:15]
    products = (window.double() * weight[2].double()).flatten().tolist()
    assert len(terms) == 27
    for (place, value, factor, product), (c, y, x), expected in zip(
        terms, np.ndindex(3, 3, 3), products, strict=True
    ):
        assert place == f"input, map {c}, row {9 + y}, column {12 + x}"
        assert np.float32(value) == np.float32(window[c, y, x])
        assert np.float32(factor) == np.float32(weight[2, c, y, x])
        assert product == pytest.approx(expected, rel=1e-5, abs=1e-9)
    equation = page.locator("arithmetic-text .equation").inner_text()
    sums = [number(one) for one in re.findall(r"[(]?[−\d][\d.]*[)]?", equation)]
    assert sums == pytest.approx([27, sum(products), bias[2].item(), out.item()], rel=1e-5)


def test_a_cell_reached_by_keyboard_is_pytorchs(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv1_2", channel=4)
    page.locator("map-plot.chosen .frame").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(r"cell=1,6"))
    page.locator(f"{VIEW} .channels").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"cell=2,5"))
    weight, bias = weights("tiny-vgg", "conv1_2")
    out = functional.conv2d(layer_values(base_url, page, "relu1_1")[None], weight, bias)[0, 4, 2, 5].item()
    expect(page.locator("playback-controls .place")).to_have_text("row 2, column 5")
    assert number(result(page).inner_text()) == pytest.approx(out, abs=1e-5)
    assert len(list_terms(page)) == 90


def test_strides_groups_and_padding_are_the_networks(explore: Explore, base_url: str) -> None:
    """A depthwise convolution at the corner: five of nine cells are padding, and only its own channel is read."""
    page = explore(network="efficientnet-lite0", layer="_blocks_0__depthwise_conv", channel=4, cell="0,111")
    expect(result(page)).to_have_text(re.compile(r"\d"))
    terms = list_terms(page)
    weight, _ = weights("efficientnet-lite0", "_blocks.0._depthwise_conv")
    image = functional.pad(layer_values(base_url, page, "_relu0")[4:5], (1, 1, 1, 1))
    window = image[:, 0:3, 111:114]
    expected = (window.double() * weight[4].double()).flatten().tolist()
    assert [product for *_, product in terms] == pytest.approx(expected, rel=1e-5, abs=1e-9)
    assert terms[0][0] == "relu0, map 4, row −1, column 110"
    padding = page.locator("arithmetic-text .terms > li", has_text="padding")
    expect(padding).to_have_count(5)
    expect(padding.locator("button")).to_have_count(0)
    recorded = layer_values(base_url, page, "_blocks_0__depthwise_conv")[4, 0, 111].item()
    assert sum(expected) == pytest.approx(recorded, abs=1e-4)
    assert np.float32(number(result(page).inner_text())) == np.float32(recorded)


def test_the_depth_is_a_choice_that_the_address_keeps(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="9,12")
    for name, depth in (("Glance", "glance"), ("Channels", "channels"), ("Products", None), ("Map", "map")):
        page.locator("depth-control").get_by_role("button", name=name, exact=True).click()
        expect(page.locator("depth-control [aria-pressed=true]:visible")).to_have_text(name)
        if depth:
            expect(page).to_have_url(re.compile(f"depth={depth}"))
        else:
            expect(page).not_to_have_url(re.compile("depth="))
        expect(page.locator(VIEW)).to_be_visible(visible=name != "Map")
    expect(page.locator("map-plot:visible")).to_have_count(2)
    expect(page.locator("map-bench .facts")).to_be_visible()
    page.reload()
    expect(page.locator("depth-control [aria-pressed=true]:visible")).to_have_text("Map")


def test_without_a_cell_a_depth_takes_the_one_farthest_from_zero(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2)
    page.get_by_role("button", name="Channels", exact=True).click()
    best = np.unravel_index(int(layer_values(base_url, page, "conv1_1")[2].abs().argmax()), (30, 30))
    expect(page).to_have_url(re.compile(f"cell={best[0]},{best[1]}"))


def test_three_channels_are_seen_whole_on_a_projector(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="9,12", size=(1280, 720))
    expect(result(page)).to_have_text(re.compile(r"\d"))
    fits = page.locator(f"{VIEW} .channels").evaluate("(one) => one.scrollHeight <= one.clientHeight")
    assert fits
    for selector in (
        f"{VIEW} .channels",
        f"{VIEW} dd.result",
        "arithmetic-text .equation",
        "playback-controls",
        "map-plot.chosen",
    ):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 720 - box["height"], selector
        assert 0 <= box["x"] <= 1280 - box["width"], selector


def test_play_visits_every_position_and_shows_what_it_has_made(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv2_1", channel=2, cell="11,9")
    expect(result(page)).to_have_text(re.compile(r"\d"))
    page.evaluate(
        """() => {
          window.visited = [];
          const bench = document.querySelector("bench-arithmetic");
          bench.addEventListener("place", ({ detail: { cell, revealed } }) => {
            const veil = document.querySelector("map-plot.chosen .veil");
            if (revealed !== null) window.visited.push([cell[1] * 12 + cell[2], revealed, veil.hidden]);
          });
        }"""
    )
    speed = page.get_by_role("slider", name="Speed")
    speed.focus()
    page.keyboard.press("End")
    expect(speed).to_have_attribute("aria-valuetext", "max")
    page.locator("map-plot.chosen .frame").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("cell=11,11"))
    visited: list[list[Any]] = page.evaluate("window.visited")
    assert [one for one, *_ in visited] == [141, 142, 143]
    assert all(revealed == one + 1 and not hidden for one, revealed, hidden in visited)
    expect(page.locator("map-plot.chosen .veil")).to_be_hidden()

    page.evaluate("window.visited.length = 0")
    page.keyboard.press("Space")  # from the end it begins anew
    expect(page.locator("playback-controls .place")).to_have_text("row 11, column 11")
    page.wait_for_function("() => window.visited.at(-1)?.[0] === 143")
    order: list[list[Any]] = page.evaluate("window.visited")
    assert [one for one, *_ in order] == list(range(144))


def test_pause_keeps_the_position_and_steps_go_on_from_it(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv2_1", channel=2, cell="3,11")
    place = page.locator("playback-controls .place")
    expect(place).to_have_text("row 3, column 11")
    page.get_by_role("button", name="One position on").click()
    expect(place).to_have_text("row 4, column 0")
    expect(page).to_have_url(re.compile("cell=4,0"))
    page.get_by_role("button", name="One position back").click()
    page.get_by_role("button", name="One position back").click()
    expect(page).to_have_url(re.compile("cell=3,10"))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => document.querySelector('playback-controls .place').textContent !== 'row 3, column 10'"
    )
    page.get_by_role("button", name="Pause").click()
    row, col = re.findall(r"\d+", place.inner_text())
    expect(page).to_have_url(re.compile(f"cell={row},{col}"))
    scrub = page.get_by_role("slider", name="Position")
    scrub.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("cell=0,0"))


def test_nothing_moves_by_itself_for_who_asked_for_calm(browser: Browser, base_url: str) -> None:
    context = browser.new_context(reduced_motion="reduce", base_url=base_url)
    page = context.new_page()
    page.goto("/?lang=en&network=tiny-vgg&layer=conv2_1&channel=2&cell=3,4")
    expect(result(page)).to_have_text(re.compile(r"\d"))
    expect(page.locator("playback-controls .play")).to_be_hidden()
    page.locator("map-plot.chosen .frame").focus()
    page.keyboard.press("Space")
    expect(page.locator("playback-controls .place")).to_have_text("row 3, column 4")
    page.get_by_role("button", name="One position on").click()
    expect(page).to_have_url(re.compile("cell=3,5"))
    context.close()


@pytest.mark.parametrize(
    ("network", "layer", "channel", "cell", "pixel"),
    [
        ("tiny-vgg", "conv1_1", 2, "9,12", (1, 10, 13)),
        ("tiny-vgg", "conv1_1", 2, "9,12", (0, 0, 31)),
        ("lecture-cnn", "conv", 1, "4,4", (1, 7, 8)),
    ],
)
def test_an_input_cell_lights_the_outputs_that_it_feeds(
    explore: Explore,
    base_url: str,
    network: str,
    layer: str,
    channel: int,
    cell: str,
    pixel: tuple[int, int, int],
) -> None:
    """Those whose gradient by the cell is not zero."""
    page = explore(network=network, layer=layer, channel=channel, cell=cell, depth="products")
    expect(result(page)).to_have_text(re.compile(r"\d"))
    spot = input_cell(page, *pixel)
    page.mouse.move(spot["x"], spot["y"])
    fed = gradient_cells(network, layer, channel, layer_values(base_url, page, "input"), pixel)
    expect(page.locator(f"{VIEW} .reading")).to_contain_text(f"feeds {len(fed)} cells of this map")
    lit: list[list[int]] = page.locator("map-plot.chosen").evaluate(
        """(plot) => {
          const frame = plot.querySelector(".frame").getBoundingClientRect();
          const [rows] = plot.querySelector(".frame").getAttribute("aria-label").match(/\\d+(?= rows)/);
          const side = frame.height / rows;
          return [...plot.querySelectorAll(".light")].flatMap((light) => {
            const box = light.getBoundingClientRect();
            const [top, left] = [box.top - frame.top, box.left - frame.left].map((one) => Math.round(one / side));
            const cells = [];
            for (let y = 0; y < Math.round(box.height / side); y += 1) {
              for (let x = 0; x < Math.round(box.width / side); x += 1) cells.push([top + y, left + x]);
            }
            return cells;
          });
        }"""
    )
    assert sorted(map(tuple, lit)) == fed
    page.mouse.move(5, 5)
    expect(page.locator("map-plot.chosen .light")).to_have_count(0)


def input_cell(page: Page, channel: int, row: int, col: int) -> dict[str, float]:
    """Return where a cell of an input map is drawn, in pixels of the window."""
    spot: dict[str, float] = page.locator(VIEW).evaluate(
        """async (view, [address, channel, row, column]) => {
          const { layoutConvolution, windowPlace } = await import(address);
          const roots = await import(address.replace("layout/convolution-layout.js", "state/explorer-roots.js"));
          const { session } = roots.explorerOf(document.body);
          const id = new URLSearchParams(location.search).get("layer");
          const layer = session.network.layers.find((one) => one.id === id);
          const input = session.network.layers.find((one) => one.id === layer.inputs[0]);
          const { extent, kernel } = windowPlace(layer, [0, 0, 0], input.shape);
          const room = view.querySelector(".channels");
          const { clientWidth: width, clientHeight: height } = room;
          const count = input.shape[0];
          const layout = layoutConvolution({ depth: "products", width, height, kernel, extent, count });
          const box = room.getBoundingClientRect();
          const at = (first, position) => first + (position + 0.5) * layout.map.scale;
          return {
            x: at(box.left + layout.map.x, column - extent.left),
            y: at(box.top + layout.head + channel * layout.row + layout.map.y, row - extent.top),
          };
        }""",
        [module(page, "layout/convolution-layout.js"), channel, row, col],
    )
    return spot


def gradient_cells(
    network: str, layer: str, channel: int, image: torch.Tensor, pixel: tuple[int, int, int]
) -> list[tuple[int, int]]:
    convolution = registry.load(network).get_submodule(layer)
    assert isinstance(convolution, torch.nn.Conv2d)
    with torch.no_grad():
        convolution.weight.fill_(1)
    nudged = image.clone()
    nudged[pixel] += 1
    difference = (convolution(nudged[None]) - convolution(image[None]))[0, channel]
    return [(int(y), int(x)) for y, x in difference.abs().gt(0.5).nonzero()]


def test_an_output_cell_under_the_pointer_shows_its_arithmetic(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="9,12")
    expect(result(page)).to_have_text(re.compile(r"\d"))
    result_text = result(page).inner_text()
    plot = page.locator("map-plot.chosen")
    plot.locator(".frame").hover(position=cell_of(plot, 20, 5))  # type: ignore[arg-type]
    expect(page.locator("playback-controls .place")).to_have_text("row 20, column 5")
    value = number(result(page).inner_text())
    assert np.float32(value) == np.float32(layer_values(base_url, page, "conv1_1")[2, 20, 5])
    page.mouse.move(5, 5)
    expect(result(page)).to_have_text(result_text)
    expect(page).to_have_url(re.compile("cell=9(,|%2C)12"))


def test_what_the_cell_sees_is_drawn_on_the_photograph(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv2_1", channel=2, cell="5,6")
    expect(page.locator(".picture-field")).to_be_visible()
    with urlopen(f"{base_url}/api/v1/traces/{trace_of(page)}/layers/conv2_1/cells/2/5/6") as answer:
        photo = json.load(answer)["photo"]
    field: dict[str, float] = page.locator(".picture-field").evaluate(
        """(field) => {
          const image = field.parentElement.querySelector("img");
          const [frame, box] = [image, field].map((one) => one.getBoundingClientRect());
          const scale = Math.min(frame.width / image.naturalWidth, frame.height / image.naturalHeight);
          const left = frame.left + (frame.width - image.naturalWidth * scale) / 2;
          const top = frame.top + (frame.height - image.naturalHeight * scale) / 2;
          return {
            left: (box.left - left) / scale, top: (box.top - top) / scale,
            right: (box.right - left) / scale, bottom: (box.bottom - top) / scale,
          };
        }"""
    )
    assert field == pytest.approx(photo, abs=0.5)
    page.locator("map-bench").get_by_role("button", name="Close").click()
    expect(page.locator(".picture-field")).to_be_hidden()


def test_what_the_cell_sees_is_drawn_on_every_channel_of_the_input(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="conv2_1", channel=2, cell="5,6")
    expect(page.locator("input-steps .channel-field:visible")).to_have_count(3)
    # The cells by which the convolutions' output changes, and by no other: pooling may pass any of its window on.
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 1, 3),
        torch.nn.Conv2d(1, 1, 3),
        torch.nn.AvgPool2d(2),
        torch.nn.Conv2d(1, 1, 3),
    )
    for parameter in net.parameters():
        torch.nn.init.ones_(parameter)
    image = torch.ones(1, 3, 32, 32, requires_grad=True)
    net(image)[0, 0, 5, 6].backward()
    assert image.grad is not None
    rows, columns = (image.grad[0, 0].sum(axis).nonzero().flatten().tolist() for axis in (1, 0))
    fields: list[list[float]] = page.locator("input-steps .channel-field").evaluate_all(
        """(fields) => fields.map((field) => {
          const map = field.parentElement.querySelector("canvas").getBoundingClientRect();
          const box = field.getBoundingClientRect();
          return [box.top - map.top, box.bottom - map.top, box.left - map.left, box.right - map.left]
            .map((edge) => edge / map.width * 32);
        })"""
    )
    expected = [rows[0], rows[-1] + 1, columns[0], columns[-1] + 1]
    assert fields == [pytest.approx(expected, abs=0.1)] * 3


def test_the_window_is_drawn_where_it_reads(explore: Explore) -> None:
    """The frame's pixels on the second canvas surround the window's cells on every channel's map."""
    page = explore(network="lecture-cnn", layer="conv", channel=1, cell="3,5", size=(1920, 1080))
    expect(result(page)).to_have_text(re.compile(r"\d"))
    page.mouse.move(5, 5)
    boxes: list[list[float]] = page.locator(VIEW).evaluate(
        """(view) => {
          const canvas = view.querySelectorAll("canvas")[1];
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          const hex = getComputedStyle(view).getPropertyValue("--mark").trim();
          const mark = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
          const isMark = (x, y) => mark.every((level, at) => Math.abs(data[(y * width + x) * 4 + at] - level) < 12);
          const boxes = [];
          let open = null;
          for (let y = 0; y < height; y += 1) {
            const columns = Array.from({ length: width }, (_, x) => x).filter((x) => isMark(x, y));
            if (columns.length) {
              open ??= { top: y, left: width, right: 0, bottom: y };
              open.left = Math.min(open.left, columns[0]);
              open.right = Math.max(open.right, columns.at(-1) + 1);
              open.bottom = y + 1;
            } else if (open) {
              boxes.push(open);
              open = null;
            }
          }
          return boxes.map(({ top, left, right, bottom }) => [(top + bottom) / 2, (left + right) / 2]);
        }"""
    )
    assert len(boxes) == 3
    origin = page.locator(f"{VIEW} .channels").bounding_box()
    assert origin is not None
    for channel, (y, x) in enumerate(boxes):
        first, last = (
            input_cell(page, channel, 6, 10),
            input_cell(page, channel, 9, 13),
        )  # stride 2, kernel 4×4
        assert y == pytest.approx((first["y"] + last["y"]) / 2 - origin["y"], abs=1)
        assert x == pytest.approx((first["x"] + last["x"]) / 2 - origin["x"], abs=1)


@pytest.mark.parametrize(("edit", "factor"), [("scale:conv1_1,2,0.5", 0.5), ("mute:conv1_1,2", 0.0)])
def test_an_edits_factor_comes_after_the_layers_own_arithmetic(
    explore: Explore, base_url: str, edit: str, factor: float
) -> None:
    """While the window moves as well, when the server is not asked about every cell."""
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="9,12", edits=edit)
    weight, bias = weights("tiny-vgg", "conv1_1")
    image = layer_values(base_url, page, "input")
    out = functional.conv2d(image[None], weight, bias)[0, 2]
    plot = page.locator("map-plot.chosen")
    for row, col in ((9, 12), (20, 5)):
        if (row, col) != (9, 12):
            plot.locator(".frame").hover(position=cell_of(plot, row, col))  # type: ignore[arg-type]
        expect(page.locator("playback-controls .place")).to_have_text(f"row {row}, column {col}")
        expect(result(page)).to_have_text(re.compile(r"\d"))
        total, _, gain = (number(one) for one in page.locator(f"{VIEW} dd:not(.result)").all_inner_texts())
        assert gain == factor
        assert bias is not None
        assert total == pytest.approx((out[row, col] - bias[2]).item(), abs=1e-4)
        assert number(result(page).inner_text()) == pytest.approx(factor * out[row, col].item(), abs=1e-6)


def test_inputs_too_large_to_fetch_leave_the_numbers_to_the_server(
    explore: Explore, page: Page, base_url: str
) -> None:
    def nothing_fits(route: Route) -> None:
        body = route.fetch().text()
        assert "LARGEST = 12 * MEGABYTE" in body
        route.fulfill(
            body=body.replace("LARGEST = 12 * MEGABYTE", "LARGEST = 0"), content_type="text/javascript"
        )

    page.route("**/js/state/derivations.js", nothing_fits)
    explore(network="tiny-vgg", layer="conv1_2", channel=4, cell="2,5")
    expect(page.locator(f"{VIEW} .reading")).to_contain_text("too large to fetch")
    recorded = layer_values(base_url, page, "conv1_2")[4, 2, 5].item()
    assert np.float32(number(result(page).inner_text())) == np.float32(recorded)
    weight, bias = weights("tiny-vgg", "conv1_2")
    assert bias is not None
    expected = (layer_values(base_url, page, "relu1_1")[:, 2:5, 5:8].double() * weight[4].double()).flatten()
    assert [product for *_, product in list_terms(page)] == pytest.approx(
        expected.tolist(), rel=1e-5, abs=1e-9
    )


def test_the_arithmetic_is_accessible(explore: Explore, axe: Callable[..., None]) -> None:
    page = explore(network="tiny-vgg", layer="conv1_2", channel=2, cell="9,12")
    expect(result(page)).to_have_text(re.compile(r"\d"))
    page.locator("arithmetic-text summary").click()
    for size in ((1280, 720), (390, 844)):
        resize(page, size)
        axe(page, "map-bench", both_themes=True)


def test_copied_text_is_the_arithmetic(explore: Explore, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="9,12")
    page.locator("arithmetic-text summary").click()
    page.get_by_role("button", name="Copy as text").click()
    expect(page.locator("#status")).to_have_text("Copied")
    lines: list[str] = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(lines) == 28
    assert lines[-1] == page.locator("arithmetic-text .equation").inner_text()
    page.get_by_role("button", name="Copy program").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('import ')")
