"""The ready-made experiments: begun from their menu, in numbers that plain PyTorch gives too, and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from app import resources
from model import registry

from .conftest import Explore, resize
from .forwards import trace_input
from .test_compare import forward, number, query

Axe = Callable[..., None]
SIZES = ((1280, 720), (390, 844))


def begin(page: Page, title: str) -> Locator:
    """Begin an experiment from the menu; return its panel."""
    page.get_by_role("button", name="Experiments").click()
    page.get_by_role("dialog").get_by_role("button", name=title).click()
    panel = page.locator("experiment-panel")
    expect(panel.get_by_role("heading")).to_have_text(title)
    return panel


def probability(page: Page, index: int, of: str) -> float:
    """What a row of the prediction says of a class: of A, or of B."""
    label = registry.get("tiny-vgg").card.labels[index]
    row = page.locator("prediction-panel .best .pair").filter(
        has=page.locator(".label").get_by_text(label, exact=True)
    )
    return number(row.locator({"a": ".of-a-number", "b": ".probability"}[of]).inner_text())


def wait_for_b(page: Page, expected: Tensor) -> None:
    """Wait until B's best class is the expected one and shows its probability, and compare all classes."""
    best = int(expected.argmax())
    label = registry.get("tiny-vgg").card.labels[best]
    first = page.locator("prediction-panel .best .pair").first
    expect(first.locator(".label")).to_have_text(label)
    expect(first.locator(".probability")).to_contain_text(f"{expected[best].item():.3g}"[:4])
    for index, value in enumerate(expected.tolist()):
        assert probability(page, index, "b") == pytest.approx(value, rel=6e-3)


def chelsea() -> Tensor:
    (path,) = Path(resources.static_dir() / "samples").glob("chelsea.*")
    return registry.get("tiny-vgg").card.preprocessing.apply(Image.open(path))[None]


def tiny_vgg(
    values: Tensor, pool: Callable[[Tensor], Tensor], muted: tuple[str, int] | None = None
) -> tuple[dict[str, Tensor], Tensor]:
    """The activation maps and the probabilities of the trained network with another pooling, or one map muted."""
    weights = registry.load("tiny-vgg").state_dict()
    maps: dict[str, Tensor] = {}
    for name in ("1_1", "1_2", "2_1", "2_2"):
        values = F.relu(F.conv2d(values, weights[f"conv{name}.weight"], weights[f"conv{name}.bias"]))
        if muted and muted[0] == f"relu{name}":
            values = values.clone()
            values[:, muted[1]] = 0
        maps[f"relu{name}"] = values[0]
        if name.endswith("_2"):
            values = pool(values)
    logits = F.linear(values.flatten(1), weights["fc.weight"], weights["fc.bias"])
    return maps, F.softmax(logits, dim=1)[0]


def max_pool(values: Tensor) -> Tensor:
    return F.max_pool2d(values, 2)


def test_moving_the_picture(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    panel = begin(page, "Move the picture")
    still = forward("trained")
    wait_for_b(page, forward("trained", shift=2)["softmax"])
    best = int(still["softmax"].argmax())
    assert probability(page, best, "a") == pytest.approx(still["softmax"][best].item(), rel=6e-3)
    panel.locator("slider-field input[type=range]").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait_for_b(page, forward("trained", shift=5)["softmax"])
    assert query(page)["edits"] == "shift:5,0"
    assert query(page)["a"] == "edits:"


def test_how_far_maps_and_prediction_move_over_eight_pixels(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    panel = begin(page, "Move the picture")
    expect(page.locator("prediction-panel .pair").first).to_be_visible()
    panel.get_by_role("button", name="Measure 1 … 8 pixels").click()
    panel.locator("summary").click()
    expect(panel.get_by_role("button", name="Measure again")).to_be_visible()
    still = forward("trained")
    best = int(still["softmax"].argmax())
    series = ("conv1_2", "pool1", "conv2_2", "pool2", "prediction")
    percentages = {
        name: [number(cell) for cell in panel.locator(f"tr[data-series={name}] td").all_inner_texts()]
        for name in series
    }
    assert panel.locator("tr[data-series]").count() == len(series)
    assert [len(values) for values in percentages.values()] == [8] * len(series)
    for pixels in range(1, 9):
        outputs = forward("trained", shift=pixels)
        for name in series[:-1]:
            relative = ((outputs[name] - still[name]).abs().sum() / still[name].abs().sum()).item()
            assert percentages[name][pixels - 1] == pytest.approx(relative * 100, rel=6e-3)
        change = abs((outputs["softmax"] - still["softmax"])[best].item())
        assert percentages["prediction"][pixels - 1] == pytest.approx(change * 100, rel=6e-3, abs=1e-4)
    assert panel.locator("svg .dot").count() == 8 * len(series)


@pytest.mark.parametrize("layer", ["relu1_1", "relu2_2"])
def test_muting_the_strongest_filter(explore: Explore, layer: str) -> None:
    page = explore(network="tiny-vgg")
    panel = begin(page, "Mute the strongest filter")
    maps, _ = tiny_vgg(chelsea(), max_pool)
    panel.locator("#mute-layer").select_option(layer)
    means = maps[layer].mean(dim=(1, 2))
    strongest, second = means.argsort(descending=True)[:2].tolist()
    words = panel.locator(".finding")
    expect(words).to_contain_text(f"Muted: map {strongest} of {layer}.")
    sentence = words.inner_text()
    assert number(sentence.partition("for this picture, ")[2]) == pytest.approx(
        means[strongest].item(), rel=6e-3
    )
    assert number(sentence.partition("the next has ")[2]) == pytest.approx(means[second].item(), rel=6e-3)
    wait_for_b(page, tiny_vgg(chelsea(), max_pool, (layer, strongest))[1])
    assert query(page)["edits"] == f"mute:{layer},{strongest}"


def test_random_filters_against_learned_ones(explore: Explore) -> None:
    page = explore(network="tiny-vgg", checkpoint="epoch-1")
    begin(page, "Random filters against learned ones")
    expect(page.locator("compare-bar .one.a")).to_contain_text("initial (random)")
    wait_for_b(page, forward("trained")["softmax"])
    for index, value in enumerate(forward("initial")["softmax"].tolist()):
        assert probability(page, index, "a") == pytest.approx(value, rel=6e-3)


@pytest.mark.parametrize(
    ("rule", "pool"),
    [
        ("average", lambda values: F.avg_pool2d(values, 2)),
        ("min", lambda values: -F.max_pool2d(-values, 2)),
        ("max", max_pool),
    ],
)
def test_another_pooling_everywhere(explore: Explore, rule: str, pool: Callable[[Tensor], Tensor]) -> None:
    page = explore(network="tiny-vgg")
    panel = begin(page, "Max, average or min pooling")
    expect(panel.get_by_role("button", name="average")).to_have_attribute("aria-pressed", "true")
    panel.get_by_role("button", name=rule, exact=True).click()
    expect(panel.get_by_role("button", name=rule, exact=True)).to_have_attribute("aria-pressed", "true")
    expect(panel.locator(".finding")).to_contain_text("A pools by: max")
    wait_for_b(page, tiny_vgg(chelsea(), pool)[1])


def covered(top: int, left: int, base_url: str, page: Page) -> Tensor:
    """Chelsea with an 8 × 8 patch, which is what this trace's own input must be."""
    values = chelsea().clone()
    values[..., top : top + 8, left : left + 8] = 0.5
    assert torch.equal(trace_input(base_url, page), values)
    return values


def test_covering_a_part_by_keyboard_and_by_mouse(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    panel = begin(page, "Cover a part")
    patch = panel.locator("patch-pad .patch")
    expect(patch).to_have_attribute(
        "aria-label", "Patch at row 12, column 12, 8 × 8 pixels; arrow keys move it"
    )
    patch.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("edit-list .chip")).to_have_count(1)
    expect(patch).to_have_attribute(
        "aria-label", "Patch at row 10, column 11, 8 × 8 pixels; arrow keys move it"
    )
    page.wait_for_function("() => location.search.includes('cover:10,11')")
    before = page.locator("prediction-panel .best").inner_text()
    box = panel.locator("patch-pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 14 / 32, box["y"] + box["height"] * 14 / 32)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 19 / 32, box["y"] + box["height"] * 20 / 32, steps=4)
    page.mouse.up()
    expect(patch).to_have_attribute(
        "aria-label", "Patch at row 16, column 16, 8 × 8 pixels; arrow keys move it"
    )
    page.wait_for_function("() => location.search.includes('cover:16,16')")
    expect(page.locator("prediction-panel .best")).not_to_have_text(before)
    expect(page.locator("prediction-panel")).to_have_attribute("aria-busy", "false")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wait_for_b(page, tiny_vgg(covered(16, 16, base_url, page), max_pool)[1])


def test_the_occlusion_map_is_one_click_away(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    panel = begin(page, "Cover a part")
    panel.get_by_role("button", name="Occlusion map").click()
    assert query(page)["explain"] == "occlusion"


def test_an_experiment_is_undone_by_its_button_and_by_back(explore: Explore) -> None:
    page = explore(network="tiny-vgg", checkpoint="epoch-1", edits="mute:conv1_1,3")
    before = query(page)
    panel = begin(page, "Move the picture")
    panel.locator("slider-field input[type=range]").last.focus()
    page.keyboard.press("ArrowRight")
    panel.get_by_role("button", name="Undo the experiment").click()
    expect(panel).to_be_hidden()
    expect(page.locator("compare-bar")).to_be_hidden()
    after = query(page)
    assert {name: after.get(name) for name in ("checkpoint", "edits", "a", "experiment")} == {
        **{name: before[name] for name in ("checkpoint", "edits")},
        "a": None,
        "experiment": None,
    }
    expect(page.get_by_role("button", name="Experiments")).to_be_focused()
    begin(page, "Random filters against learned ones")
    page.go_back()
    expect(panel).to_be_hidden()
    assert query(page)["checkpoint"] == "epoch-1"


def test_one_experiment_after_another_begins_where_the_first_did(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    begin(page, "Cover a part")
    panel = begin(page, "Move the picture")
    assert query(page)["edits"] == "shift:2,0"
    panel.get_by_role("button", name="Undo the experiment").click()
    assert "edits" not in query(page)


def test_a_network_is_offered_what_it_can_take(explore: Explore) -> None:
    page = explore(network="efficientnet-lite0")
    page.get_by_role("button", name="Experiments").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Max, average or min")).to_be_disabled()
    expect(dialog.get_by_role("button", name="Move the picture")).to_be_enabled()


def test_by_keyboard_alone(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.get_by_role("button", name="Experiments").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading = page.locator("experiment-panel").get_by_role("heading", name="Move the picture")
    expect(heading).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo the experiment")).to_be_focused()


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("ko", "dark")])
def test_menu_and_panels_are_accessible(explore: Explore, axe: Axe, lang: str, theme: str) -> None:
    page = explore(network="tiny-vgg", lang=lang, theme=theme)
    tools = page.locator("compare-tools button").last
    tools.click()
    for size in SIZES:
        resize(page, size)
        axe(page, "experiment-menu")
    for place in range(5):
        if place:
            tools.click()
        page.locator("experiment-menu .experiment").nth(place).click()
        panel = page.locator("experiment-panel")
        expect(panel).to_be_visible()
        if place == 0:
            expect(page.locator("prediction-panel .pair").first).to_be_visible()
            panel.locator("invariance-chart > button").click()
            expect(panel.locator(".result")).to_be_visible()
            panel.locator("summary").click()
        for size in SIZES:
            resize(page, size)
            axe(page, "experiment-panel")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
