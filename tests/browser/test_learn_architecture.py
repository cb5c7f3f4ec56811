"""The lecture's network walked shape by shape, and networks of one's own, against PyTorch."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import numpy as np
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from model import registry
from tests.browser.forwards import number


def network_input(server: str, name: str) -> Tensor:
    """Return a sample as the input of the lecture's network, (1, 3, 20, 20)."""
    with urlopen(f"{server}/api/v1/samples") as answer:
        picture = next(one["id"] for one in json.load(answer) if one["name"] == name)
    body = json.dumps({"network": "lecture-cnn", "picture": picture, "checkpoint": "trained"}).encode()
    request = Request(f"{server}/api/v1/traces", body, {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        trace = json.load(answer)["id"]
    with urlopen(f"{server}/api/v1/traces/{trace}/layers/input/values.npy") as answer:
        return torch.from_numpy(np.load(io.BytesIO(answer.read())))[None]


def forward(x: Tensor) -> list[Tensor]:
    """Return the output of each layer, one after the other, without the batch."""
    weights = registry.load("lecture-cnn").state_dict()
    conv = F.conv2d(x, weights["conv.weight"], weights["conv.bias"], stride=2)
    relu = F.relu(conv)
    pool = F.max_pool2d(relu, 3, 3)
    flat = pool.flatten(1)
    fc = F.linear(flat, weights["fc.weight"], weights["fc.bias"])
    return [one[0] for one in (conv, relu, pool, flat, fc, torch.sigmoid(fc))]


def near(text: str, value: Tensor) -> None:
    result = number(text.rpartition(": ")[2])
    assert abs(result - value.item()) <= 1e-5 * max(1.0, abs(value.item())), (text, value.item())


def predict(page: Page, *sides: int) -> None:
    """Type a shape and send it, by keyboard alone: its first field has the focus."""
    for at, side in enumerate(sides):
        if at:
            page.keyboard.press("Tab")
        page.keyboard.press("Control+a")
        page.keyboard.type(str(side))
    page.keyboard.press("Enter")


def test_the_lectures_network_is_walked_by_predicting(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    layers = forward(network_input(server, "chelsea"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server}/learn/widgets/architecture-walk?lang=en")
    walk = page.locator("architecture-walk")
    verdict = walk.locator(".verdict")
    readout = walk.locator("map-plot .readout")
    expect(walk.locator(".road .shape")).to_have_text(["20×20×3", *["not yet"] * 6])

    walk.get_by_role("textbox", name="height").focus()
    predict(page, 17, 17, 6)
    expect(verdict).to_have_text(re.compile(r"what stride 1 would give\. This layer's stride is 2"))
    expect(walk).not_to_have_attribute("walked", "1")
    walk.get_by_role("textbox", name="height").focus()
    predict(page, 9, 9, 3)
    expect(verdict).to_have_text(re.compile("How many maps do 6 filters make"))

    shapes: list[tuple[int, ...]] = [(9, 9, 6), (9, 9, 6), (3, 3, 6), (54,), (1,), (1,)]
    walk.get_by_role("textbox", name="height").focus()
    for at, (shape, values) in enumerate(zip(shapes, layers, strict=True)):
        predict(page, *shape)
        words = "×".join(map(str, shape))
        expect(walk.locator(".road .shape").nth(at + 1)).to_have_text(words)
        expect(walk).to_have_attribute("walked", str(at + 1))
        expect(walk.locator("layer-maps")).not_to_have_attribute("aria-busy", "true")
        if len(shape) == 3:
            expect(walk.locator("map-plot .plot-title")).to_have_text(f"map 0, {shape[0]}×{shape[1]}")
            near(readout.inner_text(), values[0, 0, 0])
        elif shape == (54,):
            near(walk.locator("vector-strip .readout").inner_text(), values[0])
    near(walk.locator("layer-maps .number").inner_text().rpartition("= ")[2], layers[-1][0])
    expect(walk.locator(".bars output")).to_have_text(
        [f"{1 - layers[-1].item():.3f}", f"{layers[-1].item():.3f}"]
    )
    expect(walk.locator(".end .note")).to_have_text(re.compile("349 parameters and 23,382"))
    axe(page)

    walk.get_by_role("button", name=re.compile("^max pooling")).click()
    walk.get_by_role("button", name="map 4").click()
    expect(walk.locator("map-plot .plot-title")).to_have_text("map 4, 3×3")
    near(readout.inner_text(), layers[2][4, 0, 0])
    walk.get_by_role("button", name="One layer back").click()
    expect(walk).to_have_attribute("walked", "5")


def test_an_answer_can_be_shown_and_a_teacher_can_keep_it_back(page: Page, server: str) -> None:
    page.goto(f"{server}/learn/widgets/architecture-walk?lang=ko&walked=2&picture=rocket")
    walk = page.locator("architecture-walk")
    walk.get_by_role("button", name="답 보기").click()
    expect(walk.locator(".verdict")).to_have_text("최대 풀링의 출력 모양: 3×3×6")
    expect(walk.locator("map-plot .plot-title")).to_contain_text("3×3")
    near(walk.locator("map-plot .readout").inner_text(), forward(network_input(server, "rocket"))[2][0, 0, 0])
    page.goto(f"{server}/learn/widgets/architecture-walk?lang=ko&walked=2&lock=walked")
    expect(walk.locator(".road .shape").nth(2)).to_have_text("9×9×6")
    expect(walk.get_by_role("button", name="답 보기")).to_have_count(0)
    expect(walk.locator(".reply input").first).to_be_disabled()


def build_network(code: str) -> nn.Sequential:
    names: dict[str, Any] = {}
    with redirect_stdout(io.StringIO()):
        exec(code, names)
    network: nn.Sequential = names["network"]
    return network


def holds(builder: Locator, shape: tuple[int, int, int]) -> nn.Sequential:
    """Compare every row of the table with the program beneath it, run; return the network."""
    network = build_network(builder.locator("pre").inner_text())
    x = torch.zeros(1, *shape)
    outputs, counts = [], []
    for layer in network:
        x = layer(x)
        output_shape = tuple(x.shape[1:])
        outputs.append("×".join(map(str, (*output_shape[1:], output_shape[0]))))
        counts.append(f"{sum(one.numel() for one in layer.parameters()):,}")
    rows = builder.locator("tr.layer:not([data-kind=input]):not(.broken):not(.beyond)")
    expect(rows.locator(".output .value")).to_have_text(outputs)
    expect(rows.locator(".parameters .value")).to_have_text(counts)
    return network


def test_a_network_is_built_changed_repaired_and_undone_by_keyboard(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server}/learn/widgets/architecture-builder?lang=en")
    builder = page.locator("architecture-builder")
    holds(builder, (3, 20, 20))
    expect(builder.locator("tfoot .parameters")).to_have_text("349")
    expect(builder.locator("tfoot .work")).to_have_text("23,382")

    filters = builder.get_by_role("spinbutton", name="filters, layer 1, convolution")
    filters.press("ArrowUp")
    filters.press("ArrowUp")
    expect(builder).to_have_attribute("layers", "conv 8 4 s2/relu/max 3/flatten/dense 1/sigmoid")
    expect(filters).to_be_focused()
    holds(builder, (3, 20, 20))

    builder.get_by_role("button", name="Move up: layer 4, flatten").press("Enter")
    expect(builder.get_by_role("button", name="Move up: layer 3, flatten")).to_be_focused()
    expect(builder.locator(".trouble")).to_contain_text("a row of numbers, 648 in all")
    expect(builder.locator("tfoot th")).to_have_text("The first 3 of 6 layers")
    holds(builder, (3, 20, 20))
    axe(page)
    builder.get_by_role("button", name="Move it before the flatten").press("Enter")
    expect(builder).to_have_attribute("layers", "conv 8 4 s2/relu/max 3/flatten/dense 1/sigmoid")
    page.keyboard.press("Control+z")
    expect(builder.locator(".trouble")).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    expect(builder.locator(".trouble")).to_have_count(0)

    builder.get_by_role("button", name="Like LeNet").press("Enter")
    network = holds(builder, (1, 28, 28))
    assert sum(one.numel() for one in network.parameters()) == registry.parameters(registry.get("lenet"))
    builder.get_by_role("button", name="+ Dropout").press("Enter")
    expect(builder).to_have_attribute("layers", re.compile("/softmax/dropout 0.5$"))
    builder.get_by_role("button", name="Remove: layer 14, dropout").press("Enter")
    builder.get_by_role("combobox", name="layer 2, ReLU").select_option("tanh")
    expect(builder).to_have_attribute("layers", re.compile("^conv 6 5 p2/tanh/max 2/"))
    holds(builder, (1, 28, 28))
    builder.get_by_role("button", name="Undo").press("Enter")
    expect(builder.get_by_role("combobox", name="layer 2, ReLU")).to_be_visible()


def test_a_link_shares_a_design_that_cannot_be_and_says_what_would_work(page: Page, server: str) -> None:
    query = urlencode({"lang": "en", "input": "20x20x3", "layers": "conv 6 4 s4/conv 4 8/cnv 3/flatten"})
    page.goto(f"{server}/learn/widgets/architecture-builder?{query}")
    builder = page.locator("architecture-builder")
    expect(builder.locator(".trouble")).to_contain_text(
        "8×8 does not fit into 5×5. A kernel of at most 5 does, or padding 2"
    )
    holds(builder, (3, 20, 20))
    builder.get_by_role("button", name="Make the padding 2").click()
    expect(builder.locator(".trouble")).to_contain_text("“cnv 3” cannot be read")
    builder.get_by_role("button", name="Leave it out").click()
    expect(builder).to_have_attribute("layers", "conv 6 4 s4/conv 4 8 p2/flatten")
    holds(builder, (3, 20, 20))
    height = builder.get_by_role("spinbutton", name="height of the picture")
    height.fill("12")
    height.press("Enter")
    expect(builder).to_have_attribute("input", "12×20×3")
    expect(builder.locator(".trouble")).to_contain_text("does not fit into 7×9, its padding included")
    page.goto(f"{server}/learn/widgets/architecture-builder?lock=layers,input&lang=en&code=off")
    expect(builder.locator("tfoot .parameters")).to_have_text("349")
    expect(builder.get_by_role("spinbutton", name="filters, layer 1, convolution")).to_be_disabled()
    expect(builder.get_by_role("button", name=re.compile("Move|Remove|Undo|\\+"))).to_have_count(0)
    expect(builder.locator("pre")).to_be_hidden()
