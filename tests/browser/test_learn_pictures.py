"""The first chapters' elements: what they show against Pillow and plain PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from playwright.sync_api import Page, expect

from app import resources

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
    painted = page.evaluate(
        "() => [...document.querySelector('pixel-magnifier .frame canvas')"
        ".getContext('2d').getImageData(0, 0, 512, 341).data].filter((_, at) => at % 4 === 0)"
    )
    assert np.array_equal(np.array(painted).reshape(341, 512), greys)


def test_a_numbers_place_in_memory_is_pytorchs(page: Page, server: str) -> None:
    n, c, h, w = 2, 3, 4, 5
    numbers = torch.arange(n * c * h * w)
    first = numbers.reshape(n, c, h, w)
    last = numbers.reshape(n, h, w, c).permute(0, 3, 1, 2)
    asked = f"batch={n}&channels={c}&height={h}&width={w}&number=1,2,0,4"
    page.goto(f"{server}/learn/shape?lang=en&{asked}")
    lesson = page.locator("shape-reader")
    places = lesson.locator("memory-strip .place")

    def stands_at(image: int, channel: int, row: int, column: int) -> None:
        letter = "RGB"[channel]
        where = f"Picture {image}, channel {channel} ({letter}), row {row}, column {column}"
        expect(lesson.locator(".where")).to_have_text(where)
        sums = (
            f"(({image} × {c} + {channel}) × {h} + {row}) × {w} + {column}",
            f"(({image} × {h} + {row}) × {w} + {column}) × {c} + {channel}",
        )
        for strip, order in ((0, first), (1, last)):
            place = int(order[image, channel, row, column])
            expect(places.nth(strip)).to_have_text(f"Place {place} (from 0) = {sums[strip]}")

    stands_at(1, 2, 0, 4)
    said = lesson.locator(".written dd")
    expect(said).to_have_text(["4 × 5 × 3", "(2, 3, 4, 5)", "(2, 4, 5, 3)", "2 × 4 × 5 × 3 = 120"])
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
    expect(said.nth(1)).to_have_text("(2, 1, 28, 28)")
    expect(lesson.locator(".where")).to_have_text("Picture 0, channel 0, row 1, column 1")
