"""Edits and explanations that ask for more memory than there is, in a few bytes."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.attack.client import Client, attack
from bench.attack.files import noise

_DEEP = "efficientnet-lite0"


def _slide(layer: str, padding: int, dilation: int, stride: int, mode: str) -> dict[str, Any]:
    """Return an edit that makes PyTorch pad a map by so many cells on each side, and read few of them."""
    pairs = {"padding": padding, "dilation": dilation, "stride": stride}
    edit = {name: [number, number] for name, number in pairs.items()}
    return {"kind": "convolution", "layer": layer, **edit, "padding_mode": mode}


@attack("one edit of 280 bytes whose padded input has 5 GB", seconds=10)
async def a_padded_input(client: Client) -> None:
    edit = _slide("_blocks_0__depthwise_conv", 2048, 1024, 2049, "replicate")
    await client.trace(await client.sample(), _DEEP, [edit])


@attack("the same with 310 GB, and with every other way of padding", seconds=10)
async def larger_padded_inputs(client: Client) -> None:
    picture = await client.sample()
    for layer in ("_blocks_15__depthwise_conv", "_blocks_2__depthwise_conv"):
        for mode in ("replicate", "circular", "zeros", "reflect"):
            for padding, dilation in ((4096, 2048), (1024, 512)):
                if client.over:
                    return
                await client.trace(picture, _DEEP, [_slide(layer, padding, dilation, 4096, mode)])


@attack("as many outputs as the bounds permit, in 64 edits, eight traces at once", seconds=8)
async def large_outputs(client: Client) -> None:
    picture = await client.sample()
    layers = [f"_blocks_{number}__depthwise_conv" for number in range(16)]

    async def one(padding: int) -> None:
        edits = [_slide(layer, padding, padding // 2 + 1, 1, "zeros") for layer in layers]
        await client.trace(picture, _DEEP, edits)
        await client.trace(picture, _DEEP, edits[:1])

    await asyncio.gather(*(one(padding) for padding in (40, 60, 80, 100, 120, 160, 240, 400)))


@attack("Grad-CAM and saliency of six deep traces at once, some of them padded to the bound", seconds=8)
async def gradients(client: Client) -> None:
    async def one(number: int) -> None:
        stored = await client.upload(noise(224, 224))
        padded = _slide("_blocks_0__depthwise_conv", 60 + 8 * number, 31 + 4 * number, 1, "zeros")
        trace = await client.trace(str(stored.get("id")), _DEEP, [padded] if number % 2 else [])
        for method in ("saliency", "grad_cam?layer=_conv_stem", "grad_cam?layer=_blocks_1__expand_conv"):
            await client.get(f"/traces/{trace}/explanations/{method}")

    await asyncio.gather(*(one(number) for number in range(6)))


@attack("edits with wrong kinds, names, numbers and places")
async def odd_edits(client: Client) -> None:
    picture = await client.sample()
    odd: list[Any] = [
        None, 1, "mute", [], {}, {"kind": None}, {"kind": "mute"}, {"kind": "mute", "layer": "x" * 200, "channel": 0},
        {"kind": "mute", "layer": "conv1_1", "channel": 10**400},
        {"kind": "scale", "layer": "conv1_1", "channel": 0, "factor": 1e308},
        {"kind": "kernel", "layer": "conv1_1", "filter": 0, "values": [[1e3] * 31] * 31},
        {"kind": "weight", "layer": "conv1_1", "filter": 0, "channel": 0, "row": 2**20 - 1, "value": 1},
        {"kind": "shift", "dx": 4096, "dy": -4096}, {"kind": "blur", "sigma": 20}, {"kind": "zoom", "factor": 0.1},
        {"kind": "cover", "top": 4095, "left": 4095, "height": 4096, "width": 4096},
        {"kind": "mute", "layer": "\ud800", "channel": 0},
        {"kind": "pooling", "layer": "max_pool_1", "kernel_size": [4096, 4096], "padding": [4096, 4096]},
        {"kind": "convolution", "layer": "conv1_1", "stride": [4096, 1], "padding": [0, 4096]},
        {"kind": "bias", "layer": "output", "filter": 0, "value": 1000},
    ]  # fmt: skip
    while not client.over:
        for edit in odd:
            await client.trace(picture, "tiny-vgg", [edit])
        await client.trace(picture, "tiny-vgg", odd)
