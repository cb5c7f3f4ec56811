"""Explanations over the photograph: the server's numbers at the right place, by keyboard, and in the address."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Explore, module, resize

MINUS = "−"


def cells(page: Page) -> np.ndarray[Any, Any]:
    """The overlay's pixels, (H, W, 4)."""
    image: dict[str, Any] = page.locator("explanation-overlay canvas").evaluate(
        """(canvas) => {
          const {width, height} = canvas;
          return {width, height, data: [...canvas.getContext("2d").getImageData(0, 0, width, height).data]};
        }"""
    )
    return np.array(image["data"], dtype=np.uint8).reshape(image["height"], image["width"], 4)


def in_colours(page: Page, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Values from 0 to their largest in the palette's 256 colours, (H, W, 3)."""
    (palette,) = [one for one in page.request.get("/api/v1/colormaps").json() if one["name"] == "inferno"]
    colours = np.array([[int(text[at : at + 2], 16) for at in (1, 3, 5)] for text in palette["colors"]])
    share = values.astype(np.float64) / values.max()
    return colours[np.floor(share * 255 + 0.5).astype(int)]


def the_trace(page: Page) -> str:
    """The address of the trace that is on screen."""
    address = module(page, "state/explorer-roots.js")
    return "/api/v1/traces/" + str(
        page.evaluate(
            "(at) => import(at).then(({ explorerOf }) => explorerOf(document.body).session.id)", address
        )
    )


def ready(page: Page) -> Locator:
    panel = page.locator("explanation-panel")
    expect(panel.locator(".legend")).to_be_visible()
    expect(panel.locator(".options")).to_have_attribute("aria-busy", "false", timeout=60_000)
    return panel


@pytest.mark.parametrize("method", ["grad_cam", "saliency"])
def test_the_map_is_the_servers_in_its_colours_and_numbers(explore: Explore, method: str) -> None:
    page = explore(network="tiny-vgg", explain=method)
    panel = ready(page)
    here = f"{the_trace(page)}/explanations/{method}"
    explanation = page.request.get(here).json()
    values = np.load(io.BytesIO(page.request.get(f"{here}.npy").body()))
    assert (cells(page)[..., :3] == in_colours(page, values)).all()
    low, high = panel.locator(".ticks span").all_inner_texts()
    assert low == "0"
    assert float(high) == pytest.approx(explanation["max"], rel=5e-3)
    row, column = np.unravel_index(values.argmax(), values.shape)
    expect(panel.locator(".peak")).to_contain_text(f"row {row}, column {column} of {values.shape[0]}")
    expect(panel.locator(".words")).to_contain_text("cat")
    assert panel.locator(".links a").first.get_attribute("href") is not None


def test_a_map_of_a_changed_picture_is_said_to_lie_over_the_unchanged_one(explore: Explore) -> None:
    panel = ready(explore(network="tiny-vgg", explain="grad_cam", edits="flip:horizontal"))
    expect(panel.locator(".changed")).to_contain_text("The picture was changed")
    panel = ready(explore(network="tiny-vgg", explain="grad_cam", edits="mute:conv1_1,3"))
    expect(panel.locator(".changed")).to_be_hidden()


def test_the_map_lies_on_the_part_that_the_network_sees(explore: Explore) -> None:
    page = explore(network="tiny-vgg", explain="grad_cam")
    ready(page)
    explanation = page.request.get(f"{the_trace(page)}/explanations/grad_cam").json()
    image = page.locator(".picture-figure > img").bounding_box()
    canvas = page.locator("explanation-overlay canvas").bounding_box()
    assert image
    assert canvas
    scale = min(image["width"] / 451, image["height"] / 300)
    left = image["x"] + (image["width"] - 451 * scale) / 2
    top = image["y"] + (image["height"] - 300 * scale) / 2
    box = explanation["box"]
    assert canvas["x"] == pytest.approx(left + box[0] * scale, abs=1)
    assert canvas["y"] == pytest.approx(top + box[1] * scale, abs=1)
    assert canvas["width"] == pytest.approx((box[2] - box[0]) * scale, abs=1)
    assert canvas["height"] == pytest.approx((box[3] - box[1]) * scale, abs=1)


def test_method_class_and_layer_are_chosen_by_keyboard_and_kept_in_the_address(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    expect(page.locator("explanation-overlay")).to_be_hidden()
    page.get_by_label("What matters in the picture?").focus()
    page.keyboard.type("Grad")
    ready(page)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Class", exact=True)).to_be_focused()
    page.keyboard.type("dog")
    expect(page.locator("explanation-panel .words")).to_contain_text("dog")
    page.keyboard.press("Tab")
    page.keyboard.type("conv1_2")
    expect(page.locator("explanation-panel .words")).to_contain_text("conv1_2")
    expect(page.locator("explanation-panel .peak")).to_contain_text("of 28 × 28")
    page.wait_for_url(re.compile(r"explain=grad_cam.*explain_class=5.*explain_layer=conv1_2"))
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.wait_for_url(re.compile("opacity=100"))
    expect(page.locator("explanation-overlay canvas")).to_have_css("opacity", "1")
    before = cells(page)
    page.reload()
    expect(page.locator("explanation-panel .words")).to_contain_text("conv1_2")
    assert (cells(page) == before).all()
    expect(page.get_by_label("Class", exact=True)).to_have_value("5")
    expect(page.get_by_label("Layer", exact=True)).to_have_value("conv1_2")


def test_back_takes_an_explanation_away_again(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.get_by_label("What matters in the picture?").select_option("saliency")
    ready(page)
    page.go_back()
    expect(page.locator("explanation-overlay")).to_be_hidden()
    expect(page.get_by_label("What matters in the picture?")).to_have_value("")


def test_another_network_is_explained_from_its_own_best_class(explore: Explore) -> None:
    page = explore(network="tiny-vgg", explain="grad_cam", explain_class=5, explain_layer="conv1_2")
    ready(page)
    page.locator("app-header [data-control='network'] select").select_option("lecture-cnn")
    expect(page.locator("explanation-panel .words")).to_contain_text("maps of relu,")
    assert "explain_class" not in page.url
    assert "explain_layer" not in page.url
    assert "explain=grad_cam" in page.url


def test_another_picture_is_explained_anew(explore: Explore) -> None:
    page = explore(network="tiny-vgg", explain="saliency")
    ready(page)
    before = cells(page)
    page.get_by_role("button", name="A cup of coffee", exact=True).click()
    expect(page.locator(".picture-name")).to_have_text("A cup of coffee")
    page.locator("explanation-panel .legend").wait_for(state="visible")
    expect(page.locator("explanation-panel .options")).to_have_attribute("aria-busy", "false")
    values = np.load(io.BytesIO(page.request.get(f"{the_trace(page)}/explanations/saliency.npy").body()))
    assert (cells(page)[..., :3] == in_colours(page, values)).all()
    assert not (cells(page) == before).all()


def test_an_occlusion_is_painted_whole_and_tells_how_far_the_probability_falls(explore: Explore) -> None:
    page = explore(network="tiny-vgg", explain="occlusion")
    panel = ready(page)
    occlusion = page.request.post(f"{the_trace(page)}/occlusions", data={}).json()
    assert occlusion["status"] == "done"
    pixels = cells(page)
    assert pixels.shape == (*occlusion["shape"], 4)
    assert (pixels[..., 3] == 255).all()
    ends = [float(text.replace(MINUS, "-")) for text in panel.locator(".ticks span").all_inner_texts()]
    assert ends[0] == pytest.approx(min(occlusion["min"], 0), rel=5e-3)
    assert ends[-1] == pytest.approx(occlusion["max"], rel=5e-3)
    falls = np.array(occlusion["values"])
    row, column = np.unravel_index(falls.argmax(), falls.shape)
    expect(panel.locator(".peak")).to_contain_text(f"row {row}, column {column} of 14 × 14")
    expect(panel.locator(".words")).to_contain_text(f"{occlusion['baseline']:.3f}")


@pytest.mark.own_tab
def test_a_long_occlusion_shows_how_far_it_is_and_can_be_stopped_and_begun_again(
    explore: Explore, page: Page
) -> None:
    jobs: list[str] = []
    page.on(
        "response",
        lambda answer: jobs.append(answer.json()["id"]) if answer.url.endswith("/occlusions") else None,
    )
    # More positions than any machine is done with before a key is pressed.
    many = json.dumps({"patch": 8, "stride": 4})
    page.route("**/occlusions", lambda route: route.continue_(post_data=many))
    explore(network="efficientnet-lite0", explain="occlusion")
    panel = page.locator("explanation-panel")
    expect(panel.locator(".working")).to_contain_text("of 3,025 positions")
    expect(panel.locator(".legend")).to_be_visible()
    panel.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    again = panel.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    expect(panel.locator(".working")).to_be_hidden()
    opaque = (cells(page)[..., 3] == 255).ravel()
    assert not opaque.all()
    stopped = page.request.get(f"/api/v1/occlusions/{jobs[0]}").json()
    assert stopped["status"] == "cancelled"
    page.keyboard.press("Enter")
    expect(panel.locator(".working")).to_be_visible()
    page.get_by_label("What matters in the picture?").select_option("")
    expect(panel.locator(".options")).to_be_hidden()


def test_a_class_that_there_is_not_is_said_in_the_panel(explore: Explore, trouble: Any) -> None:
    trouble.expect("422")
    page = explore(network="tiny-vgg", explain="saliency", explain_class=99)
    problem = page.locator("explanation-panel .problem")
    expect(problem).to_contain_text("there are 0 to 9")
    expect(page.locator("explanation-overlay")).to_be_hidden()
    page.get_by_label("Class", exact=True).select_option("3")
    ready(page)
    expect(problem).to_be_hidden()


def test_a_teacher_can_hide_it(explore: Explore) -> None:
    page = explore(network="tiny-vgg", controls="explain")
    expect(page.locator("explanation-panel")).to_be_hidden()


@pytest.mark.parametrize(("lang", "method"), [("en", "grad_cam"), ("ko", "occlusion")])
def test_it_is_accessible_and_within_its_column(
    explore: Explore, axe: Callable[..., None], lang: str, method: str
) -> None:
    page = explore(network="tiny-vgg", size=(390, 844), lang=lang, explain=method)
    panel = ready(page)
    for size in ((390, 844), (1280, 720), (1920, 1080)):
        resize(page, size)
        axe(page, "explanation-panel", both_themes=True)
        axe(page, "picture-column", both_themes=True)
        assert panel.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        )
        if size[0] > 400:
            assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


def exemplars(page: Page, network: str, layer: str, channel: int) -> Locator:
    """Mount the element as the bench does, and show a channel."""
    page.evaluate(
        """async ([at, network, layer, channel]) => {
          await import(at);
          const element = document.createElement("channel-exemplars");
          document.querySelector(".prediction-side").prepend(element);
          await element.show(network, layer, channel);
        }""",
        [module(page, "elements/bench/channel-exemplars.js"), network, layer, channel],
    )
    return page.locator(".prediction-side > channel-exemplars")


def test_the_pictures_that_excite_a_channel_can_be_made_the_picture(
    explore: Explore, axe: Callable[..., None]
) -> None:
    page = explore(network="tiny-vgg", layer="conv1_2", channel=3)
    element = exemplars(page, "tiny-vgg", "conv1_2", 3)
    answer = page.request.get("/api/v1/networks/tiny-vgg/layers/conv1_2/exemplars?channel=3").json()
    expect(element.get_by_role("button")).to_have_count(5)
    axe(page, ".prediction-side > channel-exemplars")
    values = [float(text.replace(MINUS, "-")) for text in element.locator(".value").all_inner_texts()]
    assert values == pytest.approx([one["value"] for one in answer["pictures"]], rel=5e-3)
    frame, field = (
        element.locator(".frame").first.bounding_box(),
        element.locator(".field").first.bounding_box(),
    )
    assert frame
    assert field
    region = answer["pictures"][0]["field"]
    assert field["x"] - frame["x"] == pytest.approx(region["left"] / 32 * frame["width"], abs=1)
    assert field["width"] == pytest.approx((region["right"] - region["left"]) / 32 * frame["width"], abs=1)
    element.get_by_role("button").first.press("Enter")
    best = answer["pictures"][0]
    page.wait_for_url(re.compile(f"picture={best['picture']}"))
    assert f"cell={best['cell'][0]},{best['cell'][1]}" in page.url
    expect(page.locator(".picture-size")).to_contain_text("32 × 32")
    # The bench now marks that very cell, whose value is the one that was told.
    expect(page.locator("map-bench")).to_contain_text(f"{best['value']:.3f}"[:4])


def test_where_nothing_is_known_of_a_channel_nothing_is_shown(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    expect(exemplars(page, "tiny-vgg", "flatten", 3)).to_be_hidden()
