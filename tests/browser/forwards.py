"""Plain PyTorch forwards of the networks, layer by layer, from the input of a page's trace."""

from __future__ import annotations

import io
import re
from urllib.request import urlopen

import numpy as np
import torch
from playwright.sync_api import Page
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from model import registry

Layers = dict[str, Tensor]


def trace_of(page: Page) -> str:
    """Return the id of the trace that was painted last."""
    trace: str = page.evaluate("performance.getEntriesByName('convscope:painted').at(-1).detail.trace")
    return trace


def layer_values(base_url: str, page: Page, layer: str) -> Tensor:
    """Return a layer's values in the trace on screen, without the batch axis."""
    with urlopen(f"{base_url}/api/v1/traces/{trace_of(page)}/layers/{layer}/values.npy") as answer:
        return torch.from_numpy(np.load(io.BytesIO(answer.read())))


def trace_input(base_url: str, page: Page) -> Tensor:
    """Return the input tensor (1, C, H, W) of the trace on screen."""
    return layer_values(base_url, page, "input")[None]


def tiny_vgg(x: Tensor) -> Layers:
    """Return every layer's output without the batch axis."""
    weights = registry.load("tiny-vgg").state_dict()
    out: Layers = {"input": x}
    for stage, last in (("1", "pool1"), ("2", "pool2")):
        for number in ("1", "2"):
            name = f"{stage}_{number}"
            x = out[f"conv{name}"] = F.conv2d(x, weights[f"conv{name}.weight"], weights[f"conv{name}.bias"])
            x = out[f"relu{name}"] = F.relu(x)
        x = out[last] = F.max_pool2d(x, 2)
    x = out["flatten"] = torch.flatten(x, 1)
    x = out["fc"] = F.linear(x, weights["fc.weight"], weights["fc.bias"])
    out["softmax"] = F.softmax(x, dim=1)
    return {name: tensor[0] for name, tensor in out.items()}


def lecture_cnn(x: Tensor) -> Layers:
    """Return the logit and the probability of the lecture's network."""
    weights = registry.load("lecture-cnn").state_dict()
    conv = F.conv2d(x, weights["conv.weight"], weights["conv.bias"], stride=2)
    pooled = F.max_pool2d(F.relu(conv), 3)
    logit = F.linear(torch.flatten(pooled, 1), weights["fc.weight"], weights["fc.bias"])
    return {"fc": logit[0], "sigmoid": torch.sigmoid(logit)[0]}


def small_vgg_start(x: Tensor) -> Layers:
    """Return the first convolution and its batch norm."""
    weights = registry.load("small-vgg").state_dict()
    conv = F.conv2d(x, weights["conv1_1.weight"], padding=1)
    names = ("running_mean", "running_var", "weight", "bias")
    norm = F.batch_norm(conv, *(weights[f"bn1_1.{name}"] for name in names))
    return {"conv1_1": conv[0], "bn1_1": norm[0]}


def efficientnet_first_sum(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return both summands of efficientnet-lite0's first addition, (24, 56, 56)."""
    network = registry.load("efficientnet-lite0")
    summands: dict[str, Tensor] = {}
    for number in (1, 2):
        norm = network.get_submodule(f"_blocks.{number}._bn2")
        norm.register_forward_hook(lambda _, __, out, number=number: summands.update({str(number): out[0]}))
    with torch.no_grad():
        network(x)
    return summands["1"].clone(), summands["2"].clone()


def at(layer: str, channel: int, cell: tuple[int, int] | None = None) -> re.Pattern[str]:
    """Return a pattern of the address, its parameters in any order, while the bench shows a cell."""
    parameters = {"layer": layer, "channel": str(channel)} | (
        {"cell": f"{cell[0]},{cell[1]}"} if cell else {}
    )
    return re.compile("".join(rf"(?=.*[?&]{key}={value}(?:&|$))" for key, value in parameters.items()))


def expect_result(page: Page, expected: float) -> None:
    """Wait until the result in the bench's English text is the expected one."""
    page.wait_for_function(
        """(expected) => {
          const words = document.querySelector("arithmetic-text .equation")?.textContent ?? "";
          const results = /(?:is|value|=|add up to) (−?\\d+(?:\\.\\d+)?)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?/g;
          const [, digits = "NaN", power = "0"] = [...words.matchAll(results)].at(-1) ?? [];
          const small = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
          const level = (text) => text.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (one) => "-0123456789"[small.indexOf(one)]);
          const value = Number(digits.replace("−", "-")) * 10 ** Number(level(power));
          return Math.abs(value - expected) <= 1e-6 + 1e-4 * Math.abs(expected);
        }""",
        arg=expected,
    )


def number(text: str) -> float:
    """Read a number as the page writes it."""
    plain = text.strip().replace("−", "-").replace("(", "").replace(")", "").replace("= ", "")
    if "×10" in plain:
        mantissa, exponent = plain.split("×10")
        return float(mantissa) * 10.0 ** int(exponent.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    return float(plain)
