"""The bench's line of PyTorch: run as it stands, it gives the map that is on screen, edited or not."""

from __future__ import annotations

from urllib.request import urlopen

import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors.torch import load
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from tests.browser.conftest import Explore
from tests.browser.forwards import layer_values

WEIGHT = "weight:conv1_2,5,0,1,1,2.5"
SOBEL = "kernel:conv1_2,5,*,-1_0_1/-2_0_2/-1_0_1"

# layer, channel, edits, and whether these make another map of what the layer reads
TINY_VGG = [
    ("conv1_1", 3, "", False),
    ("conv1_2", 5, WEIGHT, True),
    ("conv1_2", 5, f"{SOBEL};bias:conv1_2,5,-0.5;scale:conv1_2,5,-1.5", True),
    ("conv1_2", 5, "convolution:conv1_2,2x3,1x2,,zeros", True),
    ("relu1_1", 3, "mute:relu1_1,3", True),
    ("relu1_1", 3, "scale:relu1_1,3,2;scale:relu1_1,3,0.25", True),
    ("relu1_1", 3, "solo:relu1_1,2", True),
    ("relu1_1", 3, "solo:relu1_1,3;mute:conv1_1,4", False),
    ("relu1_1", 3, "activation:relu1_1,leaky_relu", True),
    ("pool1", 2, "pooling:pool1,min,,,", True),
    ("pool1", 2, "pooling:pool1,average,3x3,2x2,1x1;scale:pool1,2,3", True),
    ("flatten", 88, "", False),
    ("fc", 4, "weight:fc,4,10,0,0,3;bias:fc,4,1", True),
    ("softmax", 4, "", False),
]


def shown_line(page: Page) -> str:
    code = page.locator("map-bench .python code")
    expect(code).not_to_be_empty()
    return code.inner_text()


def run(base_url: str, page: Page, layer: str, line: str) -> Tensor:
    """Run the line with the layers of the trace on screen, and the tensors that its link gives."""
    ids = page.locator("layer-column").evaluate_all(
        "(columns) => columns.map((column) => column.dataset.layer)"
    )
    names = {"F": F, "torch": torch}
    names |= {
        name: layer_values(base_url, page, name)[None] for name in ids if name in line and name != layer
    }
    if "parameters" in line:
        link = page.locator("map-bench .python a", has_text=".safetensors")
        with urlopen(str(link.evaluate("(link) => link.href"))) as answer:
            names["parameters"] = load(answer.read())
    result: Tensor = eval(line, names)
    return result


@pytest.mark.parametrize(("layer", "channel", "edits", "changed"), TINY_VGG)
def test_the_line_gives_the_map(
    explore: Explore, base_url: str, layer: str, channel: int, edits: str, changed: bool
) -> None:
    page = explore(network="tiny-vgg", layer=layer, channel=channel, **({"edits": edits} if edits else {}))
    recorded = layer_values(base_url, page, layer)[channel]
    result = run(base_url, page, layer, shown_line(page))
    assert torch.allclose(result, recorded, rtol=1e-4, atol=1e-5)
    if changed:
        page = explore(network="tiny-vgg", layer=layer, channel=channel)
        plain = layer_values(base_url, page, layer)[channel]
        assert plain.shape != recorded.shape or not torch.allclose(plain, recorded, rtol=1e-3)


@pytest.mark.parametrize(
    ("network", "layer"),
    [
        ("small-vgg", "bn1_1"),
        ("lecture-cnn", "sigmoid"),
        ("efficientnet-lite0", "_pad"),
        ("efficientnet-lite0", "add"),
    ],
)
def test_lines_of_other_layers_give_their_maps(
    explore: Explore, base_url: str, network: str, layer: str
) -> None:
    page = explore(network=network, layer=layer, channel=0)
    result = run(base_url, page, layer, shown_line(page))
    assert torch.allclose(result, layer_values(base_url, page, layer)[0], rtol=1e-4, atol=1e-5)


def test_no_line_is_shown_where_one_does_not_say_it(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="conv1_1", channel=3, edits="convolution:conv1_1,,1x1,,reflect")
    expect(page.locator("map-bench .facts dd").first).not_to_be_empty()
    expect(page.locator("map-bench .python")).to_be_hidden()


def test_the_line_follows_the_edits(explore: Explore) -> None:
    page = explore(network="tiny-vgg", layer="relu1_1", channel=3)
    code = page.locator("map-bench .python code")
    expect(code).to_have_text("F.relu(conv1_1)[0, 3]")
    page.get_by_role("button", name="Next map").press("m")
    expect(code).to_have_text("0 * F.relu(conv1_1)[0, 3]")
