"""The first chapters' elements: what they show against Pillow and plain PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from app import resources
from model import registry

SAMPLES = resources.static_dir() / "samples"


def test_a_photographs_levels_and_their_grey_are_pillows(page: Page, server: str) -> None:
    photo = Image.open(SAMPLES / "coffee.jpg").convert("RGB")
    levels, greys = np.asarray(photo), np.asarray(photo.convert("L"))
    page.goto(f"{server}/learn/pixels?lang=en&photo=coffee&pixel=120,200")
    lesson = page.locator("pixel-magnifier")
    readout = lesson.locator("output.readout")

    def value(row: int, column: int) -> str:
        red, green, blue = levels[row, column]
        return f"Row {row}, column {column}: red {red}, green {green}, blue {blue}"

    expect(readout).to_have_text(value(120, 200))
    expect(lesson.locator(".photo .name")).to_have_text("341 × 512 pixels, depth 3: 523,776 numbers")
    # By keyboard, up to the picture's edge.
    lesson.locator(".frame").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(readout).to_have_text(value(130, 201))
    page.keyboard.press("End")
    expect(readout).to_have_text(value(130, 511))
    # By mouse: a pixel of the grid, of which there is one for every channel.
    lesson.get_by_label("Colours").select_option("apart")
    grids = lesson.locator("pixel-grid canvas:visible")
    expect(grids).to_have_count(3)
    box = grids.nth(1).bounding_box()
    assert box is not None
    side = box["width"] / 6
    grids.nth(1).click(position={"x": side / 2, "y": side * 1.5})
    expect(readout).to_have_text(value(128, 506))
    assert lesson.get_attribute("pixel") == "128,506"
    lesson.get_by_label("Colours").select_option("grey")
    expect(readout).to_have_text(f"Row 128, column 506: grey {greys[128, 506]}")
    expect(lesson.locator(".photo .name")).to_have_text("341 × 512 pixels, depth 1: 174,592 numbers")
    # What is painted is what is read.
    canvas_greys = page.evaluate(
        "() => [...document.querySelector('pixel-magnifier .frame canvas')"
        ".getContext('2d').getImageData(0, 0, 512, 341).data].filter((_, at) => at % 4 === 0)"
    )
    assert np.array_equal(np.array(canvas_greys).reshape(341, 512), greys)


def test_a_numbers_place_in_memory_is_pytorchs(page: Page, server: str) -> None:
    n, c, h, w = 2, 3, 4, 5
    numbers = torch.arange(n * c * h * w)
    first = numbers.reshape(n, c, h, w)
    last = numbers.reshape(n, h, w, c).permute(0, 3, 1, 2)
    query = f"batch={n}&channels={c}&height={h}&width={w}&number=1,2,0,4"
    page.goto(f"{server}/learn/shape?lang=en&{query}")
    lesson = page.locator("shape-reader")
    places = lesson.locator("memory-strip .place")

    def stands_at(image: int, channel: int, row: int, column: int) -> None:
        letter = "RGB"[channel]
        where = f"Picture {image}, channel {channel} ({letter}), row {row}, column {column}"
        expect(lesson.locator(".position")).to_have_text(where)
        sums = (
            f"(({image} × {c} + {channel}) × {h} + {row}) × {w} + {column}",
            f"(({image} × {h} + {row}) × {w} + {column}) × {c} + {channel}",
        )
        for strip, order in ((0, first), (1, last)):
            place = int(order[image, channel, row, column])
            expect(places.nth(strip)).to_have_text(f"Place {place} (from 0) = {sums[strip]}")

    stands_at(1, 2, 0, 4)
    notations = lesson.locator(".notations dd")
    expect(notations).to_have_text(["4 × 5 × 3", "(2, 3, 4, 5)", "(2, 4, 5, 3)", "2 × 4 × 5 × 3 = 120"])
    # On in memory by keyboard: the next number is the next column here, and the next pixel's first channel there.
    strips = lesson.locator("memory-strip .frame")
    strips.nth(1).press("ArrowRight")
    stands_at(1, 0, 1, 0)
    strips.nth(0).press("ArrowRight")
    stands_at(1, 0, 1, 1)
    lesson.locator("plane-stacks .frame").press("PageDown")
    stands_at(1, 1, 1, 1)
    lesson.locator("plane-stacks .frame").press("Home")
    stands_at(0, 1, 1, 1)
    lesson.get_by_role("button", name="28×28×1").click()
    expect(notations.nth(1)).to_have_text("(2, 1, 28, 28)")
    expect(lesson.locator(".position")).to_have_text("Picture 0, channel 0, row 1, column 1")


def lenet(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the picture (1, 1, 28, 28) and what LeNet's two poolings make of it."""
    weights = registry.load("lenet").state_dict()
    first = F.max_pool2d(F.relu(F.conv2d(x, weights["conv1.weight"], weights["conv1.bias"], padding=2)), 2)
    second = F.max_pool2d(F.relu(F.conv2d(first, weights["conv2.weight"], weights["conv2.bias"])), 2)
    return x, first, second


def moved_by(x: Tensor, right: int, down: int) -> Tensor:
    """Return the picture moved, its edge shown again where there is nothing to show."""
    wide = F.pad(x, (6, 6, 6, 6), mode="replicate")
    return wide[..., 6 - down : 34 - down, 6 - right : 34 - right]


def test_how_far_pixels_and_pooled_features_move_is_pytorchs(page: Page, server: str) -> None:
    x = registry.get("lenet").card.preprocessing.apply(Image.open(SAMPLES / "digit-7.png"))[None]
    page.goto(f"{server}/learn/flatten?lang=en&digit=digit-7&right=1&pixel=6,10")
    lesson = page.locator("flatten-shift")

    def moves(right: int, down: int) -> list[float]:
        pairs = list(zip(lenet(x), lenet(moved_by(x, right, down)), strict=True))
        relative = [float((b - a).double().abs().sum() / a.double().abs().sum()) for a, b in pairs]
        expect(lesson.locator(".moved .value")).to_have_text(
            [f"{round(100 * one, 1):g}%" for one in relative]
        )
        changes = int((pairs[0][0] != pairs[0][1]).sum())
        place, after = 6 * 28 + 10, (6 + down) * 28 + 10 + right
        expect(lesson.locator(".sum")).to_have_text(
            f"The marked pixel (row 6, column 10) stands at place {place} of the row, and after the move at place "
            f"{after}: {after - place} further. {changes} of the 784 numbers have changed."
        )
        return relative

    pixels, *pooled = moves(1, 0)
    assert max(pooled) < pixels
    expect(lesson.locator(".verdict")).to_contain_text("changed less than the pixels")
    # By keyboard: five pixels down, two to the left.
    lesson.get_by_role("slider", name="Pixels down").press("End")
    lesson.get_by_role("slider", name="Pixels down").press("ArrowLeft")
    for _ in range(3):
        lesson.get_by_role("slider", name="Pixels to the right").press("ArrowLeft")
    pixels, *pooled = moves(-2, 5)
    assert max(pooled) > pixels
    expect(lesson.locator(".verdict")).to_contain_text("as much as the pixels, or more")
    # The second element of the chapter, at its beginning, against PyTorch's layers.
    with torch.device("meta"):
        dense = nn.Linear(28 * 28, 28 * 28 * 6).weight.numel()
        convolution = nn.Conv2d(1, 6, 3).weight.numel()
    counts = page.locator("weight-count .value")
    expect(counts).to_have_text([f"{dense:,}", f"{convolution:,}"])
    page.locator("weight-count").get_by_role("slider", name="Side of the picture").press("ArrowRight")
    with torch.device("meta"):
        dense = nn.Linear(29 * 29, 29 * 29 * 6).weight.numel()
    expect(counts).to_have_text([f"{dense:,}", f"{convolution:,}"])
