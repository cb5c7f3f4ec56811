"""Edits: the numbers on screen are those of a plain PyTorch forward with the same change."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from model import registry
from tests.browser.conftest import Explore, Trouble, module, wait_until_painted
from tests.browser.forwards import number, trace_input

Change = Callable[[Tensor], Tensor]

SOBEL = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def forward(
    x: Tensor,
    after: dict[str, Change] | None = None,
    weights: dict[str, Change] | None = None,
    pool: Change | None = None,
    stride: int = 1,
) -> dict[str, Tensor]:
    """Run tiny-vgg by hand: ``after`` changes a layer's output, ``weights`` a tensor, ``pool`` stands for pool1."""
    state = registry.load("tiny-vgg").state_dict()
    for name, change in (weights or {}).items():
        state[name] = change(state[name].clone())
    changes = after or {}
    out: dict[str, Tensor] = {}

    def keep(name: str, value: Tensor) -> Tensor:
        out[name] = changes[name](value) if name in changes else value
        return out[name]

    for stage in ("1", "2"):
        for part in ("1", "2"):
            name = f"conv{stage}_{part}"
            layer_stride = stride if name == "conv1_1" else 1
            x = keep(
                name,
                F.conv2d(x, state[f"{name}.weight"], state[f"{name}.bias"], stride=layer_stride),
            )
            x = keep(name.replace("conv", "relu"), F.relu(x))
        x = keep(f"pool{stage}", pool(x) if pool and stage == "1" else F.max_pool2d(x, 2))
    x = keep("flatten", torch.flatten(x, 1))
    if x.shape[1] == state["fc.weight"].shape[1]:
        out["softmax"] = F.softmax(keep("fc", F.linear(x, state["fc.weight"], state["fc.bias"])), dim=1)
    return out


def gain(channel: int, factor: float) -> Change:
    """Return what multiplies one channel."""

    def change(x: Tensor) -> Tensor:
        y = x.clone()
        y[:, channel] *= factor
        return y

    return change


def settled(page: Page, edits: str) -> None:
    """Wait until the trace with just these edits is on screen."""
    page.evaluate(
        """async ([at, expected]) => {
          const { session } = (await import(at)).explorerOf(document.body);
          const { writeEdits } = await import(new URL("../edits/edits.js", at).href);
          const done = () => session.status.kind === "ready" && session.manifest
            && writeEdits(session.manifest.edits) === expected;
          await new Promise((resolve) => {
            const look = () => done() && resolve();
            session.addEventListener("status", look);
            look();
          });
        }""",
        [module(page, "state/explorer-roots.js"), edits],
    )


def edits_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("edits", [""])[0]


def probabilities_on_screen(page: Page) -> dict[str, float]:
    """Return the probabilities on screen by class, all read at once."""
    rows: list[list[str]] = page.locator("prediction-panel .best .row:not(.skeleton)").evaluate_all(
        """(rows) => rows.map((row) => [
          row.querySelector(".label").textContent, row.querySelector(".probability").lastChild.textContent])"""
    )
    return {label: number(probability.removeprefix("> ")) for label, probability in rows}


def check(page: Page, out: dict[str, Tensor]) -> None:
    """Compare the probabilities on screen with those of a forward."""
    labels = registry.get("tiny-vgg").card.labels
    expected = dict(zip(labels, out["softmax"][0].tolist(), strict=True))
    probabilities = probabilities_on_screen(page)
    assert probabilities.keys() == expected.keys()
    for label, probability in expected.items():
        assert probabilities[label] == pytest.approx(probability, rel=6e-3, abs=1e-7), label


def announced(page: Page, words: str) -> None:
    expect(page.locator("#status")).to_have_text(re.compile(words))


def chips(page: Page) -> Locator:
    return page.locator("edit-list .chip > span")


@pytest.fixture
def opened(explore: Explore, base_url: str) -> tuple[Page, Tensor]:
    """Return Explore with conv1_1's map 3 on the bench and its edit panel open, and the input as it was."""
    page = explore(network="tiny-vgg", layer="conv1_1", channel=3)
    x = trace_input(base_url, page)
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("edit-panel h3")).to_have_text("conv1_1: what if …")
    check(page, forward(x))
    return page, x


def test_a_map_is_muted_by_mouse(opened: tuple[Page, Tensor]) -> None:
    page, x = opened
    page.get_by_role("button", name="Mute").click()
    settled(page, "mute:conv1_1,3")
    check(page, forward(x, {"conv1_1": gain(3, 0)}))
    expect(chips(page)).to_have_text(["conv1_1: map 3 muted"])
    label, probability = next(iter(probabilities_on_screen(page).items()))
    announced(page, rf"^conv1_1: map 3 muted\. Prediction {label}, {100 * probability:.1f}%$")
    page.get_by_role("button", name="Take back: conv1_1: map 3 muted").click()
    settled(page, "")
    check(page, forward(x))
    expect(page.get_by_role("button", name="Redo")).to_be_visible()


def test_a_map_is_muted_by_keyboard_undone_and_done_again(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    x = trace_input(base_url, page)
    page.locator('layer-column[data-layer="conv1_2"] .field').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    column = page.evaluate("document.activeElement.closest('layer-column').dataset.layer")
    assert column == "relu1_2"
    settled(page, "mute:relu1_2,0")
    muted = forward(x, {"relu1_2": gain(0, 0)})
    check(page, muted)
    assert page.evaluate("document.activeElement.closest('layer-column')?.dataset.layer") == "relu1_2"
    page.keyboard.press("Control+z")
    settled(page, "")
    check(page, forward(x))
    page.keyboard.press("Control+Shift+Z")
    settled(page, "mute:relu1_2,0")
    check(page, muted)
    page.go_back()
    settled(page, "")
    check(page, forward(x))


def test_a_slider_in_motion_is_one_change_and_its_last_value_holds(opened: tuple[Page, Tensor]) -> None:
    page, x = opened
    slider = page.locator("channel-editor input[type=range]")
    slider.evaluate(
        """(slider) => {
          for (const value of ["0.5", "-1", "-2", "-0.7"]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
          }
          slider.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    settled(page, "scale:conv1_1,3,-0.7")
    check(page, forward(x, {"conv1_1": gain(3, -0.7)}))
    page.keyboard.press("Control+z")
    settled(page, "")
    expect(page.get_by_role("button", name="Undo the last change")).to_be_disabled()


def test_one_map_alone(opened: tuple[Page, Tensor]) -> None:
    page, x = opened

    def alone(y: Tensor) -> Tensor:
        masked = torch.zeros_like(y)
        masked[:, 3] = y[:, 3]
        return masked

    page.get_by_role("button", name="Alone").click()
    settled(page, "solo:conv1_1,3")
    check(page, forward(x, {"conv1_1": alone}))


def test_a_kernel_known_by_name_for_all_input_channels(opened: tuple[Page, Tensor]) -> None:
    page, x = opened
    page.get_by_label("the same in all input channels").check()
    page.locator("#kernel-preset").select_option("sobel_vertical")
    settled(page, "kernel:conv1_1,3,*,-1_0_1/-2_0_2/-1_0_1")

    def sobel(weight: Tensor) -> Tensor:
        weight[3] = SOBEL
        return weight

    out = forward(x, weights={"conv1_1.weight": sobel})
    check(page, out)
    page.locator("map-plot.chosen .frame").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("cell="))
    row, column = (int(place) for place in parse_qs(urlsplit(page.url).query)["cell"][0].split(","))
    sum_of_products = page.locator("bench-arithmetic").get_by_role("application")
    expected = out["conv1_1"][0, 3, row, column].item()
    expect(sum_of_products).to_have_attribute("aria-label", re.compile("= "))
    words = sum_of_products.get_attribute("aria-label") or ""
    assert number(words.rsplit("= ", 1)[1]) == pytest.approx(expected, rel=1e-4)


def test_a_number_of_a_kernel_and_the_bias_are_typed(opened: tuple[Page, Tensor]) -> None:
    page, x = opened
    page.locator("#kernel-input").select_option("1")
    weights = registry.load("tiny-vgg").state_dict()
    cell = page.get_by_role("spinbutton", name="row 0, column 2")
    assert number(cell.input_value()) == pytest.approx(weights["conv1_1.weight"][3, 1, 0, 2].item(), rel=6e-3)
    cell.fill("−1.5")
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_text(["conv1_1: filter 3, kernel of input 1 replaced"])
    cell.press("ArrowUp")
    bias = page.get_by_role("spinbutton", name="Bias")
    bias.fill("0,25")
    bias.press("Enter")
    expect(chips(page)).to_have_count(2)
    announced(page, r"bias 0\.25\. Prediction")

    def weight(tensor: Tensor) -> Tensor:
        tensor[3, 1, 0, 2] = -1.4
        return tensor

    def shifted(tensor: Tensor) -> Tensor:
        tensor[3] = 0.25
        return tensor

    check(page, forward(x, weights={"conv1_1.weight": weight, "conv1_1.bias": shifted}))


def test_a_stride_that_the_network_cannot_take_ends_it_and_is_undone(opened: tuple[Page, Tensor]) -> None:
    page, x = opened
    page.get_by_role("slider", name="Stride").press("ArrowRight")
    settled(page, "convolution:conv1_1,2x2,,,")
    out = forward(x, stride=2)
    assert "softmax" not in out
    expect(page.locator("layer-column")).to_have_count(12)
    shape = page.locator('layer-column[data-layer="conv1_1"] .shape')
    height, width = out["conv1_1"].shape[-2:]
    expect(shape).to_have_text(f"{height}×{width}×10")
    card = page.get_by_role("group", name="Stops before fc")
    features = registry.load("tiny-vgg").get_submodule("fc").in_features
    expect(card.locator("dd")).to_have_text([str(features), str(out["flatten"].shape[1])])
    expect(page.locator("prediction-panel .none")).to_contain_text(
        "No prediction: the network stops before fc."
    )
    expect(page.locator("prediction-panel .row")).to_have_count(0)
    announced(page, "The network stops before fc: no prediction")
    expect(page.locator(".window-size .number")).to_contain_text(f"= {height}")
    card.get_by_role("button", name="Undo the last change").click()
    settled(page, "")
    expect(page.locator("layer-column")).to_have_count(14)
    expect(card).to_be_hidden()
    check(page, forward(x))


def test_impossible_settings_cannot_be_reached(opened: tuple[Page, Tensor]) -> None:
    page, _ = opened
    for name, most in (("Stride", 30), ("Padding", 2), ("Dilation", 15)):
        slider = page.get_by_role("slider", name=name)
        assert slider.get_attribute("max") == str(most)
        field = page.get_by_role("spinbutton", name=f"{name}, exactly")
        assert field.get_attribute("aria-valuemax") == str(most)


def test_another_pooling_from_the_panel_and_from_its_view(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="pool1", channel=0, cell="2,3", depth="glance")
    x = trace_input(base_url, page)
    page.locator("pooling-view").get_by_role("button", name=re.compile("average", re.IGNORECASE)).click()
    settled(page, "pooling:pool1,average,,,")
    check(page, forward(x, pool=lambda y: F.avg_pool2d(y, 2)))
    page.get_by_role("button", name="Change it").click()
    page.locator("window-editor").get_by_role("button", name="min").click()
    settled(page, "pooling:pool1,min,,,")
    check(page, forward(x, pool=lambda y: -F.max_pool2d(-y, 2)))
    page.locator("window-editor").get_by_role("button", name="max").click()
    settled(page, "")
    check(page, forward(x))


def test_another_activation(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="relu1_1", channel=0)
    x = trace_input(base_url, page)
    page.get_by_role("button", name="Change it").click()
    page.locator("#activation-choice").select_option("tanh")
    settled(page, "activation:relu1_1,tanh")
    unedited = forward(x)
    check(page, forward(x, {"relu1_1": lambda _: torch.tanh(unedited["conv1_1"])}))


def shift_pixels(x: Tensor, dx: int, dy: int) -> Tensor:
    """Return the picture moved by whole pixels; what was outside shows the edge again."""
    height, width = x.shape[-2:]
    rows = (torch.arange(height) - dy).clamp(0, height - 1)
    columns = (torch.arange(width) - dx).clamp(0, width - 1)
    return x[..., rows[:, None], columns]


def test_the_picture_is_moved_by_keyboard_and_by_dragging(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    x = trace_input(base_url, page)
    page.get_by_role("button", name="Change the picture").click()
    stage = page.get_by_role("application")
    stage.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    settled(page, "shift:2,1")
    check(page, forward(shift_pixels(x, 2, 1)))
    expect(page.locator("input-steps .step h3")).to_contain_text(["Move"])
    box = stage.bounding_box()
    assert box
    pixel = box["width"] / 32
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 5):
        page.mouse.move(box["x"] + 60 - step * pixel, box["y"] + 60 + step * pixel / 2)
    page.mouse.up()
    settled(page, "shift:-2,3")
    check(page, forward(shift_pixels(x, -2, 3)))
    page.keyboard.press("Control+z")
    settled(page, "shift:2,1")


def test_a_part_of_the_picture_is_covered(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    x = trace_input(base_url, page)
    page.get_by_role("button", name="Change the picture").click()
    page.locator("picture-edits").get_by_role("button", name="Cover", exact=True).click()
    stage = page.get_by_role("application")
    box = stage.bounding_box()
    assert box
    pixel = box["width"] / 32
    page.mouse.move(box["x"] + 4.5 * pixel, box["y"] + 6.5 * pixel)
    page.mouse.down()
    page.mouse.move(box["x"] + 10.5 * pixel, box["y"] + 8.5 * pixel)
    page.mouse.move(box["x"] + 12.5 * pixel, box["y"] + 15.5 * pixel)
    page.mouse.up()
    settled(page, "cover:6,4,10,9,0.5")
    page.keyboard.press("ArrowLeft")
    settled(page, "cover:6,3,10,9,0.5")
    page.keyboard.press("Shift+ArrowDown")
    settled(page, "cover:6,3,11,9,0.5")
    level = page.get_by_role("spinbutton", name="Grey of the cover, exactly")
    level.fill("1")
    level.press("Enter")
    settled(page, "cover:6,3,11,9,1")
    covered = x.clone()
    covered[:, :, 6:17, 3:12] = 1  # tiny-vgg counts from 0 to 1 and does not normalise
    check(page, forward(covered))


def test_noise_again_is_other_noise(explore: Explore) -> None:
    page = explore(network="tiny-vgg")
    page.get_by_role("button", name="Change the picture").click()
    std = page.get_by_role("spinbutton", name="Noise, exactly")
    std.fill("0.2")
    std.press("Enter")
    settled(page, "noise:0.2,0")
    before = probabilities_on_screen(page)
    page.get_by_role("button", name="Again").click()
    page.wait_for_function("() => /edits=noise:0.2,[1-9]/.test(location.search)")
    settled(page, edits_of(page))
    assert probabilities_on_screen(page) != before


def test_a_link_opens_what_its_sender_saw(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg")
    x = trace_input(base_url, page)
    edits = "shift:1,0;mute:conv1_1,3;scale:relu1_2,2,-0.5;kernel:conv2_1,0,1,0.11111111_0_0/0_1_0/0_0_-1e-7"
    page = explore(network="tiny-vgg", edits=edits)
    settled(page, edits)
    assert edits_of(page) == edits

    def kernel(weight: Tensor) -> Tensor:
        weight[0, 1] = torch.tensor([[1 / 9, 0, 0], [0, 1, 0], [0, 0, -1e-7]])
        return weight

    after = {"conv1_1": gain(3, 0), "relu1_2": gain(2, -0.5)}
    check(page, forward(shift_pixels(x, 1, 0), after, {"conv2_1.weight": kernel}))
    expect(chips(page)).to_have_count(4)
    at = module(page, "state/explorer-roots.js")
    link = page.evaluate(
        "(at) => import(at).then(({ explorerOf }) => explorerOf(document.body).state.link())", at
    )
    assert parse_qs(urlsplit(link).query)["edits"] == [edits]


def test_a_link_whose_changes_cannot_be_read_says_so(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", edits="mute:conv1_1")
    expect(page.locator("trace-notice")).to_contain_text("The changes in this link cannot be read")
    check(page, forward(trace_input(base_url, page)))


def test_what_cannot_be_keeps_what_is_there(opened: tuple[Page, Tensor], trouble: Trouble) -> None:
    page, x = opened
    trouble.expect("422")
    page.get_by_role("button", name="Mute").click()
    settled(page, "mute:conv1_1,3")
    at = module(page, "state/explorer-roots.js")
    page.evaluate(
        """(at) => import(at).then(({ explorerOf }) => explorerOf(document.body).edits.put(
          { kind: "convolution", layer: "conv1_1", stride: [90, 90], padding: null, dilation: null,
            padding_mode: null }))""",
        at,
    )
    notice = page.locator("trace-notice")
    expect(notice).to_contain_text("conv1_1: stride 90 (stride)")
    expect(notice).to_contain_text("Permitted, with the other settings as they are: 1 to 30.")
    check(page, forward(x, {"conv1_1": gain(3, 0)}))
    notice.get_by_role("button", name="Undo the last change").click()
    expect(notice).to_be_hidden()
    settled(page, "mute:conv1_1,3")
    check(page, forward(x, {"conv1_1": gain(3, 0)}))


def test_another_network_keeps_the_picture_s_edits_alone(explore: Explore) -> None:
    page = explore(network="tiny-vgg", edits="shift:2,0;mute:conv1_1,3")
    settled(page, "shift:2,0;mute:conv1_1,3")
    page.locator("#network-choice").select_option("small-vgg")
    settled(page, "shift:2,0")
    expect(chips(page)).to_have_text(["picture moved 2 px right, 0 px down"])
    page.go_back()
    settled(page, "shift:2,0;mute:conv1_1,3")


def test_a_page_can_forbid_changes(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=3, controls="edit", edits="mute:conv1_1,3")
    settled(page, "mute:conv1_1,3")
    expect(chips(page)).to_have_text(["conv1_1: map 3 muted"])
    for name in ("Change it", "Change the picture", "Undo all", "Take back: conv1_1: map 3 muted"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    page.locator('layer-column[data-layer="conv1_1"] .field').focus()
    page.keyboard.press("m")
    assert edits_of(page) == "mute:conv1_1,3"


@pytest.mark.parametrize(
    ("lang", "theme", "size"), [("en", "dark", (1280, 720)), ("ko", "light", (390, 844))]
)
def test_panels_are_accessible(
    explore: Explore,
    axe: Callable[..., None],
    lang: str,
    theme: str,
    size: tuple[int, int],
) -> None:
    page = explore(
        network="tiny-vgg",
        lang=lang,
        theme=theme,
        size=size,
        layer="conv1_1",
        channel=3,
        edits="cover:6,3,11,9,1;noise:0.2,0;convolution:conv1_1,2x2,,,",
    )
    page.locator(".edit-toggle").click()
    page.locator("[aria-controls=picture-edits]").click()
    expect(page.locator("kernel-editor number-field").first).to_be_visible()
    expect(page.locator("conflict-column")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_dense_units_weight_is_typed(explore: Explore, base_url: str) -> None:
    page = explore(network="tiny-vgg", layer="fc", channel=4)
    x = trace_input(base_url, page)
    page.get_by_role("button", name="Change it").click()
    weight = registry.load("tiny-vgg").get_submodule("fc").weight
    index = page.get_by_role("spinbutton", name="Input value (0 … 249)")
    index.fill("87")
    index.press("Enter")
    field = page.get_by_role("spinbutton", name="Weight of input 87")
    assert number(field.input_value()) == pytest.approx(weight[4, 87].item(), abs=1e-2)
    field.fill("3.5")
    field.press("Enter")
    settled(page, "weight:fc,4,87,0,0,3.5")
    expect(chips(page)).to_have_text("fc: unit 4, weight of input 87: 3.5")

    def change(weight: Tensor) -> Tensor:
        weight[4, 87] = 3.5
        return weight

    check(page, forward(x, weights={"fc.weight": change}))
    index.fill("250")
    index.press("Enter")
    expect(index).to_have_value("249")


def test_a_link_with_edits_paints_like_any_other(page: Page) -> None:
    page.goto("/?lang=en&network=tiny-vgg&edits=grey")
    wait_until_painted(page)
    settled(page, "grey")
    preloads = page.locator("link[rel=preload][href*='maps.safetensors']")
    expect(preloads).to_have_count(0)


def test_edits_and_bench_leave_the_whole_network_in_sight(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=2, cell="20,21", edits="mute:relu1_1,2")
    expect(page.locator("edit-list")).to_be_visible()
    expect(page.locator("map-bench")).to_be_visible()
    window = page.locator(".network-window")
    assert window.evaluate("(one) => one.scrollWidth - one.clientWidth") == 0
    right = window.evaluate("(one) => one.getBoundingClientRect().right")
    assert page.locator("layer-column").last.evaluate("(one) => one.getBoundingClientRect().right") <= right
    expect(page.locator("layer-column .more:visible")).to_have_count(0)
