"""Every kind of layer in the networks: opened by keys and by mouse, stepped through by both, with PyTorch's values."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from torch import Tensor

from app import resources
from model import registry
from tests.browser.conftest import Explore
from tests.browser.forwards import at, expect_result

# A network, and layers of it whose kinds are met in no network before.
LAYERS = {
    "tiny-vgg": ["input", "conv1_2", "relu1_1", "pool1", "flatten", "fc", "softmax"],
    "lecture-cnn": ["sigmoid"],
    "small-vgg": ["bn1_1", "gap"],
    "efficientnet-lite0": ["_pad", "_relu0", "_blocks.0._depthwise_conv", "add"],
}


def forward(network: str) -> dict[str, Tensor]:
    """Return every module's output for Chelsea, the input and the first addition, without the batch axis."""
    (path,) = Path(resources.static_dir() / "samples").glob("chelsea.*")
    x = registry.get(network).card.preprocessing.apply(Image.open(path))[None]
    model = registry.load(network)
    out = {"input": x[0]}
    for name, module in model.named_modules():
        module.register_forward_hook(lambda _, __, y, name=name: out.update({name: y[0].clone()}))
    with torch.no_grad():
        model(x)
    if network == "efficientnet-lite0":
        out["add"] = out["_blocks.1._bn2"] + out["_blocks.2._bn2"]
    return out


CASES = [(network, layer) for network, layers in LAYERS.items() for layer in layers]


def place(page: Page) -> tuple[int, ...]:
    """Return the channel, and of a map's cell its row and column, that the address has."""
    query = parse_qs(urlsplit(page.url).query)
    return tuple(int(one) for one in [query["channel"][0], *query.get("cell", [""])[0].split(",")] if one)


def open_by_keys(page: Page, layer: str) -> None:
    """Go from the network's first column to the layer's, and open its map."""
    ids = page.locator("layer-column").evaluate_all(
        "(columns) => columns.map(({ dataset }) => dataset.layer)"
    )
    ahead = ids.index(layer) - 1
    page.locator("layer-column .field[tabindex='0']").focus()
    for _ in range(ahead // 5):
        page.keyboard.press("PageDown")
    focused = "document.activeElement.closest('layer-column')?.dataset.layer"
    for _ in range(40):
        if page.evaluate(focused) == layer:
            break
        page.keyboard.press("ArrowRight" if ahead > 0 else "ArrowLeft")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("network", "name"), CASES)
def test_a_layer_is_opened_and_stepped_through_by_keys_and_by_mouse(
    explore: Explore, network: str, name: str
) -> None:
    layer = name.replace(".", "_")
    values = forward(network)[name]
    page = explore(network=network)
    size = values.shape[-1] if values.dim() == 3 else len(values)
    forward_button = page.get_by_role("button", name="One position on")
    frame = page.locator("map-plot.chosen .frame")

    def arrived(*expected: int) -> None:
        expect(page).to_have_url(
            at(layer, expected[0], (expected[1], expected[2]) if len(expected) == 3 else None)
        )
        expect_result(page, values[expected].item())

    def chosen_cell() -> tuple[int, ...]:
        expect(page.locator("arithmetic-text .equation")).to_be_visible()
        index = place(page)
        arrived(*index)
        return index

    def on(*before: int) -> tuple[int, ...]:
        *others, last = before
        return (*others, last + 1) if last + 1 < size else before

    # By keys alone.
    open_by_keys(page, layer)
    expect(page).to_have_url(at(layer, 0) if values.dim() == 3 else at(layer, place(page)[0]))
    if values.dim() == 3:
        frame.focus()
        page.keyboard.press("ArrowDown")
    here = chosen_cell()
    if size > 1:
        frame.focus()
        page.keyboard.press("ArrowRight")
        here = on(*here)
        arrived(*here)
        forward_button.focus()
        page.keyboard.press("Enter")
        arrived(*on(*here))
    page.keyboard.press("Escape")
    expect(page.locator("map-bench")).to_be_hidden()

    # By mouse: the column's first map, and in it the cell that is farthest from zero.
    first = "({ column: { left, top, size } }) => ({ x: left + size / 2, y: top + size / 2 })"
    column = page.locator(f'layer-column[data-layer="{layer}"]')
    column.locator(".field").click(position=column.evaluate(first))
    expect(page).to_have_url(at(layer, 0))
    if values.dim() == 3:
        row, across = divmod(int(values[0, :, : max(1, size - 2)].abs().argmax()), max(1, size - 2))
        expect(frame).to_be_visible()
        box = frame.bounding_box()
        assert box
        side = box["width"] / size
        frame.click(position={"x": (across + 0.5) * side, "y": (row + 0.5) * side})
    here = chosen_cell()
    if size > 1:
        forward_button.click()
        arrived(*on(*here))
    elif values.dim() == 3:  # a map of one cell: the step is to the next map
        page.get_by_role("button", name="Next map").click()
        expect_result(page, values[1, 0, 0].item())


def test_every_kind_of_layer_in_the_networks_is_among_them(base_url: str) -> None:
    """A network with another kind of layer needs its journey here."""
    kinds: dict[str, dict[str, str]] = {}
    for network in registry.NETWORKS:
        with urlopen(f"{base_url}/api/v1/networks/{network}") as answer:
            kinds[network] = {layer["id"]: layer["kind"] for layer in json.load(answer)["layers"]}
    tested_kinds = {
        kinds[network][name.replace(".", "_")] for network, names in LAYERS.items() for name in names
    }
    assert tested_kinds == {kind for layer_kinds in kinds.values() for kind in layer_kinds.values()}
