"""Comparisons: A is set by mouse and by key, A and B share a colour scale, and their numbers are PyTorch's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from app import resources
from model import registry

from .conftest import Explore, resize

Axe = Callable[..., None]


def number(words: str) -> float:
    """The number that a reader sees."""
    match = re.search(r"([+−]?\d+(?:\.\d+)?)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", words)
    assert match, words
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    power = int(match[2].translate(digits)) if match[2] else 0
    return float(match[1].replace("−", "-")) * 10.0**power


def forward(checkpoint: str, shift: int = 0) -> dict[str, Tensor]:
    """tiny-vgg's maps of Chelsea by PyTorch alone; what was outside of a moved picture shows its edge."""
    (path,) = Path(resources.static_dir() / "samples").glob("chelsea.*")
    tensor = registry.get("tiny-vgg").card.preprocessing.apply(Image.open(path))[None]
    if shift:
        columns = (torch.arange(tensor.shape[-1]) - shift).clamp(0, tensor.shape[-1] - 1)
        tensor = tensor[..., columns]
    weights = registry.load("tiny-vgg", checkpoint).state_dict()

    def conv(values: Tensor, name: str) -> Tensor:
        return F.conv2d(values, weights[f"{name}.weight"], weights[f"{name}.bias"])

    outputs = {"conv1_1": conv(tensor, "conv1_1")}
    outputs["conv1_2"] = conv(F.relu(outputs["conv1_1"]), "conv1_2")
    outputs["pool1"] = F.max_pool2d(F.relu(outputs["conv1_2"]), 2)
    outputs["conv2_1"] = conv(outputs["pool1"], "conv2_1")
    outputs["conv2_2"] = conv(F.relu(outputs["conv2_1"]), "conv2_2")
    outputs["pool2"] = F.max_pool2d(F.relu(outputs["conv2_2"]), 2)
    logits = F.linear(outputs["pool2"].flatten(1), weights["fc.weight"], weights["fc.bias"])
    outputs["softmax"] = F.softmax(logits, dim=1)
    return {name: values[0].detach() for name, values in outputs.items()}


RANDOM = {"network": "tiny-vgg", "checkpoint": "trained", "a": "checkpoint:initial"}


def query(page: Page) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def wait_until_compared(page: Page) -> None:
    """Wait until the server's answer about this pair is on screen."""
    expect(page.locator("compare-bar .who .fine")).to_be_visible()


def test_what_is_held_is_compared_with_what_comes_after(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    bar = page.locator("compare-bar")
    expect(bar).to_be_hidden()
    page.get_by_role("button", name="Hold as A").click()
    expect(bar).to_contain_text("nothing differs yet")
    page.locator("#checkpoint-choice").select_option("initial")
    expect(bar.locator(".one.a")).to_contain_text("trained")
    expect(bar.locator(".one.b")).to_contain_text("initial (random)")
    expect(bar).to_contain_text("1 of 14 layers unchanged")
    expect(page.locator("layer-column.unchanged")).to_have_count(1)
    expect(page.locator("layer-column[data-layer=input] .same")).to_be_visible()
    assert query(page)["a"] == "checkpoint:trained"
    bar.get_by_role("button", name="Stop comparing").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_role("button", name="Hold as A")).to_be_focused()
    assert "a" not in query(page)
    page.go_back()
    expect(bar.locator(".one.a")).to_contain_text("trained")


def test_by_keyboard(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.keyboard.press("h")
    bar = page.locator("compare-bar")
    expect(bar).to_be_visible()
    expect(page.locator("#status")).to_contain_text("held as A")
    page.locator("#checkpoint-choice").select_option("initial")
    wait_until_compared(page)
    radio = bar.get_by_role("radio", name="side by side")
    radio.focus()
    page.keyboard.press("ArrowLeft")
    expect(bar.get_by_role("radio", name="B − A")).to_be_checked()
    assert query(page)["view"] == "difference"
    bar.get_by_role("button", name="Swap A and B").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#checkpoint-choice")).to_have_value("trained")
    expect(bar.locator(".one.a")).to_contain_text("initial")


def test_the_prediction_shows_both_and_their_change(explore: Explore) -> None:
    page = explore(**RANDOM)
    a, b = forward("initial")["softmax"], forward("trained")["softmax"]
    rows = page.locator("prediction-panel .best .pair")
    expect(rows).to_have_count(10)
    labels = registry.get("tiny-vgg").card.labels
    for place, index in enumerate(b.argsort(descending=True).tolist()):
        row = rows.nth(place)
        expect(row.locator(".label")).to_have_text(labels[index])
        assert number(row.locator(".probability").inner_text()) == pytest.approx(b[index].item(), rel=6e-3)
        assert number(row.locator(".of-a-number").inner_text()) == pytest.approx(a[index].item(), rel=6e-3)
        change = row.locator(".change").inner_text()
        assert number(change) == pytest.approx((b[index] - a[index]).item() * 100, abs=0.051)


def test_the_bench_has_the_cell_in_both(explore: Explore) -> None:
    page = explore(**RANDOM, layer="conv1_2", channel=3, cell="10,12", depth="map")
    line = page.locator("compare-line")
    expect(line).to_contain_text("Row 10, column 12")
    a, b = (forward(name)["conv1_2"][3] for name in ("initial", "trained"))

    def read_values() -> list[float]:
        expect(line.locator("b").nth(2)).not_to_be_empty()
        return [number(words) for words in line.locator("b").all_inner_texts()]

    expected = [a[10, 12].item(), b[10, 12].item(), (b - a)[10, 12].item()]
    assert read_values() == pytest.approx(expected, rel=6e-3)
    line.get_by_role("button", name="as maps").click()
    plots = page.locator("compare-plots map-plot")
    expect(plots).to_have_count(3)
    for plot, value in zip(plots.all(), expected, strict=True):
        expect(plot.locator(".readout")).to_contain_text("row 10, column 12")
        readout = plot.locator(".readout").inner_text().rpartition(":")[2]
        assert number(readout) == pytest.approx(value, rel=1e-5)
    expect(page.locator("map-bench .stages")).to_be_hidden()
    explore(**RANDOM, layer="conv1_2", channel=3, depth="map")
    expect(line).to_contain_text("Mean of the map")
    means = [a.mean().item(), b.mean().item(), (b - a).mean().item()]
    assert read_values() == pytest.approx(means, rel=6e-3)


def legend(page: Page) -> list[list[float]]:
    """The ends of the bars of colours that are shown."""
    bars = page.locator("color-legend .legend-bar:visible")
    return [
        [number(words) for words in bar.locator(".ticks :is(.low, .high)").all_inner_texts()]
        for bar in bars.all()
    ]


@pytest.mark.parametrize("view", ["split", "difference", "a", "b"])
def test_a_and_b_share_one_scale_and_differences_have_their_own(explore: Explore, view: str) -> None:
    page = explore(**RANDOM, view=view)
    wait_until_compared(page)
    a, b = (forward(name)["conv1_1"] for name in ("initial", "trained"))
    both = [min(a.min().item(), b.min().item()), max(a.max().item(), b.max().item())]
    apart = [(b - a).min().item(), (b - a).max().item()]
    expected = {"split": [both, apart], "difference": [apart], "a": [both], "b": [both]}[view]
    expect(page.locator("color-legend .legend-bar:visible")).to_have_count(len(expected))
    for legend_ends, ends in zip(legend(page), expected, strict=True):
        assert legend_ends == pytest.approx(ends, rel=6e-3)


def pixels(page: Page, layer: str) -> str:
    """The colours of a layer's tiles, as one text."""
    text: str = page.locator(f"layer-column[data-layer={layer}] .field canvas").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].join()"
    )
    return text


def colors(page: Page, layer: str) -> int:
    """How many different opaque colours the tiles of a layer have."""
    return len(set(re.findall(r"(\d+,\d+,\d+),255", pixels(page, layer))))


def test_tiles_of_a_layer_in_which_nothing_changed_have_one_colour_of_difference(explore: Explore) -> None:
    page = explore(**RANDOM, view="difference")
    wait_until_compared(page)
    page.wait_for_function(
        "() => document.querySelector('layer-column[data-layer=conv1_1] .range') "
        "&& !document.querySelector('layer-column[data-layer=conv1_1] .range').hidden"
    )
    assert colors(page, "input") == 1
    assert colors(page, "conv1_1") > 20


def test_views_show_different_maps(explore: Explore) -> None:
    page = explore(**RANDOM, view="b")
    wait_until_compared(page)
    pixels_by_view = {}
    for view, name in (("b", "B"), ("a", "A"), ("difference", "B − A"), ("split", "side by side")):
        page.locator(f"compare-bar input[value={view}]").check(force=True)
        expect(page.locator("compare-bar").get_by_role("radio", name=name, exact=True)).to_be_checked()
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        pixels_by_view[view] = pixels(page, "conv1_1")
    assert len(set(pixels_by_view.values())) == 4


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_link_reopens_the_comparison(explore: Explore, lang: str) -> None:
    page = explore(**RANDOM, lang=lang, edits="mute:conv1_1,3", view="difference")
    wait_until_compared(page)
    bar, link = page.locator("compare-bar .who").inner_text(), page.url
    page.goto("about:blank")
    page.goto(link)
    wait_until_compared(page)
    assert page.locator("compare-bar .who").inner_text() == bar
    expect(page.locator("compare-bar input[value=difference]")).to_be_checked()


def test_another_network_lets_a_go_and_says_so(explore: Explore) -> None:
    page = explore(**RANDOM)
    wait_until_compared(page)
    page.locator("#network-choice").select_option("lecture-cnn")
    expect(page.locator("compare-bar")).to_be_hidden()
    expect(page.locator("#status")).to_contain_text("A was let go")
    expect(page.locator("prediction-panel .pair")).to_have_count(0)


def test_layers_of_other_shapes_have_no_difference(explore: Explore) -> None:
    """With a stride of 2 in conv1_1 everything after it has another size, or is impossible."""
    page = explore(network="tiny-vgg", edits="convolution:conv2_2,2x2,,,", a="edits:", view="difference")
    wait_until_compared(page)
    expect(page.locator("compare-bar .who .fine")).to_contain_text("layers unchanged")
    expect(page.locator("layer-column.unchanged")).to_have_count(8)
    # Nothing but the places of its maps is shown.
    assert colors(page, "conv2_2") == 1


def test_a_picture_that_is_gone_says_so_and_keeps_b(explore: Explore, trouble: object) -> None:
    trouble.expect("404")  # type: ignore[attr-defined]
    page = explore(network="tiny-vgg", a=f"picture:{'0' * 32}")
    expect(page.locator("compare-bar .problem")).to_contain_text("A cannot be shown")
    expect(page.locator("prediction-panel .best .row").first).to_contain_text("cat")


def test_controls_can_be_withheld(explore: Explore) -> None:
    page = explore(network="tiny-vgg", controls="compare,experiments")
    expect(page.locator("compare-tools .button").first).to_be_hidden()
    expect(page.locator("compare-tools .button").last).to_be_hidden()
    page.keyboard.press("h")
    expect(page.locator("compare-bar")).to_be_hidden()


def test_comparing_is_accessible(explore: Explore, axe: Axe) -> None:
    page = explore(**RANDOM, layer="conv1_1", channel=0, cell="3,4", depth="map", view="difference")
    wait_until_compared(page)
    expect(page.locator("compare-line b").nth(2)).not_to_be_empty()
    page.locator("compare-line").get_by_role("button", name="as maps").click()
    for size in ((1280, 720), (390, 844)):
        resize(page, size)
        axe(page, both_themes=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bench_paints_on_the_scale_of_the_tiles(explore: Explore) -> None:
    """A's conv2_2 has a smaller range than B's: compared with B it gets B's scale, and with it other colours."""
    at = {"layer": "conv2_2", "channel": 0, "depth": "map", "network": "tiny-vgg", "checkpoint": "initial"}
    paint = "(canvas) => canvas.toDataURL()"
    bench_canvas = ".stages map-plot.chosen canvas.values"
    page = explore(**at)
    expect(page.locator(bench_canvas)).to_be_visible()
    alone = page.locator(bench_canvas).evaluate(paint)
    explore(**at, a="checkpoint:trained")
    wait_until_compared(page)
    expect(page.locator("layer-column.unchanged")).to_have_count(1)
    beside = page.locator(bench_canvas).evaluate(paint)
    assert beside != alone
    page.locator("compare-line").get_by_role("button", name="as maps").click()
    expect(page.locator("compare-plots map-plot")).to_have_count(3)
    expect(page.locator("compare-plots .plot-title").nth(1)).to_have_text("B")
    assert page.locator("compare-plots canvas.values").nth(1).evaluate(paint) == beside


def test_a_layers_sheet_says_whose_maps_it_shows(explore: Explore) -> None:
    head = explore(**RANDOM, sheet="conv1_1").locator("layer-sheet .sheet-head")
    expect(head).to_contain_text("These are B’s maps.")
    head = explore(network="tiny-vgg", sheet="conv1_1").locator("layer-sheet .sheet-head")
    expect(head).to_contain_text("all 10 maps")
    expect(head).not_to_contain_text("B’s")


def test_the_legend_tells_the_difference_of_the_map_on_the_bench_once_it_is_known(explore: Explore) -> None:
    page = explore(**RANDOM, view="difference", layer="conv1_2", channel=3)
    apart = (forward("trained")["conv1_2"] - forward("initial")["conv1_2"])[3]
    range_text = page.locator("color-legend .legend-range")
    expect(range_text).to_have_text(re.compile(r"^B − A \S+ … \S+$"))
    low, _, high = range_text.inner_text().removeprefix("B − A ").partition(" … ")
    assert [number(low), number(high)] == pytest.approx([apart.min().item(), apart.max().item()], rel=6e-3)
