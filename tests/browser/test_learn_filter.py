"""The filter's chapters: their numbers are PyTorch's for the same picture and filter."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor
from torch.nn import functional

from app.pages.lessons.chapters import chapters
from model import registry
from tests.browser.forwards import number

HORIZONTAL = torch.tensor([[-1.0, -1, -1], [2, 2, 2], [-1, -1, -1]])


def open_chapter(page: Page, server: str, chapter: str, **query: str) -> Page:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/learn/{chapter}?" + "&".join(f"{k}={v}" for k, v in {"lang": "en", **query}.items()))
    return page


def widget(page: Page, at: int = 0) -> Locator:
    """Return a chapter's moving part, once its map has come."""
    part = page.locator(".lesson").nth(at)
    expect(part.locator(".stage")).not_to_have_attribute("aria-busy", "true")
    return part


def widget_attributes(chapter: str, at: int = 0) -> dict[str, str]:
    """Return what a chapter's file says of a widget."""
    (lesson,) = [one for one in chapters() if one.id == chapter]
    return dict(lesson.widgets[at].attributes)


def matrix(text: str) -> Tensor:
    return torch.tensor([[float(value) for value in row.split()] for row in text.split("/")])


def convolved(picture: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    return functional.conv2d(picture[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]


def sample_tensor(server: str, network: str, sample: str) -> Tensor:
    """Return a sample as the input of a network."""
    with urlopen(f"{server}/api/v1/samples") as answer:
        (picture,) = [one["id"] for one in json.load(answer) if one["name"] == sample]
    body = json.dumps({"network": network, "picture": picture}).encode()
    with urlopen(Request(f"{server}/api/v1/traces", body, {"Content-Type": "application/json"})) as answer:
        trace: dict[str, Any] = json.load(answer)
    with urlopen(f"{server}/api/v1/traces/{trace['id']}/layers/input/values.npy") as answer:
        return torch.from_numpy(np.load(io.BytesIO(answer.read())))


def read_cell(grid: Locator) -> tuple[str, float]:
    """Return the place and the value that a grid tells of its chosen cell."""
    place, _, value = grid.locator(".readout").inner_text().partition(": ")
    return place, number(value)


def frame(grid: Locator) -> Locator:
    return grid.locator(".frame")


def map_of(part: Locator, title: str) -> Locator:
    return part.locator("number-grid").filter(has=part.page.locator(".name", has_text=title))


def size_of(part: Locator) -> int:
    return int(number(part.locator(".size mn").last.text_content() or ""))


def test_both_convolutions_by_keyboard(page: Page, server: str) -> None:
    part = widget(open_chapter(page, server, "convolution"))
    at = widget_attributes("convolution")
    picture, kernel = matrix(at["picture"]), matrix(at["kernel"])
    learning, mathematics = convolved(picture, kernel), convolved(picture, kernel.flip((0, 1)))
    frame(part.locator("number-grid").first).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(part).to_have_attribute("cell", "1,2")
    assert read_cell(map_of(part, "Feature map 4×4")) == ("row 1, column 2", learning[1, 2].item())
    results = part.locator(".result:visible")
    assert [number(one) for one in results.all_inner_texts()] == [learning[1, 2].item()]

    part.locator("[data-control=flip] input").focus()
    page.keyboard.press("Space")
    expect(results).to_have_count(2)
    expected = [learning[1, 2].item(), mathematics[1, 2].item()]
    assert [number(one) for one in results.all_inner_texts()] == expected
    assert read_cell(map_of(part, "Mathematics: 4×4")) == ("row 1, column 2", expected[1])
    turned = [
        number(one)
        for one in part.locator(".flipped input").evaluate_all("(all) => all.map((one) => one.value)")
    ]
    assert turned == kernel.flip((0, 1)).flatten().tolist()

    # What is written as a sum comes to it.
    products, _, total = part.locator(".sum").first.inner_text().partition(" = ")
    terms = [[number(one.strip("()")) for one in term.split(" × ")] for term in products.split(" + ")]
    assert sum(value * weight for value, weight in terms) == number(total) == expected[0]


def test_a_typed_filter_a_click_and_the_last_cell(page: Page, server: str) -> None:
    part = widget(open_chapter(page, server, "stride"))
    picture = matrix("1 1 1 0 0/0 1 1 1 0/0 0 1 1 1/0 0 1 1 0/0 1 1 0 0")
    kernel = matrix("1 0 1/0 1 0/1 0 1")
    assert size_of(part) == 2
    cell = part.locator(".filter input:visible").first
    cell.fill("-4")
    cell.press("Enter")
    kernel[0, 0] = -4
    expect(part).to_have_attribute("kernel", "-4 0 1/0 1 0/1 0 1")
    output = map_of(part, "Feature map 2×2")
    frame(output).press("End")
    frame(output).press("PageDown")
    expected = convolved(picture, kernel, stride=2)
    expect(part).to_have_attribute("cell", "1,1")
    assert read_cell(output) == ("row 1, column 1", expected[1, 1].item())
    # The window goes to where the picture is clicked: its upper left corner.
    frame(part.locator("number-grid").first).locator("canvas").click(position={"x": 20, "y": 20})
    expect(part).to_have_attribute("cell", "0,0")
    assert number(part.locator(".result").first.inner_text()) == expected[0, 0].item()


def test_a_digit_through_a_filter_and_a_step_that_does_not_fit(page: Page, server: str) -> None:
    open_chapter(page, server, "feature-map")
    digit = widget(page, 1)
    expected = convolved(sample_tensor(server, "lenet", "digit-5")[0], HORIZONTAL)
    place, value = read_cell(map_of(digit, "Feature map 26×26"))
    assert place == "row 4, column 13"
    assert value == pytest.approx(expected[4, 13].item(), rel=1e-6)
    assert "≈" in digit.locator(".sum").first.inner_text()

    part = widget(page, 2)
    for stride in (2, 3, 4, 1):
        slider = part.locator("[data-control=stride] input[type=range]")
        slider.fill(str(stride))
        expect(part).to_have_attribute("stride", str(stride))
        size = convolved(torch.zeros(8, 8), HORIZONTAL, stride=stride).shape[0]
        assert size_of(part) == size
        remainder = (8 - 3) % stride
        note = part.locator(".note").inner_text()
        assert ("round down" in note) == (remainder > 0)
        if remainder:
            assert f"(rows and columns: {remainder})" in note
            assert f"{size} cells" in note
    # The slider ends where a filter still has a place to go.
    assert slider.get_attribute("max") == "4"


def test_padding_counts_and_edges_that_are_none(page: Page, server: str) -> None:
    open_chapter(page, server, "padding")
    z = widget(page)
    picture, kernel = (
        matrix(widget_attributes("padding")["picture"]),
        matrix(widget_attributes("padding")["kernel"]),
    )
    assert (
        read_cell(map_of(z, "Feature map 10×10"))[1] == convolved(picture, kernel, padding=1)[0, 1].item() > 0
    )
    z.locator("[data-control=padding] input[type=range]").fill("0")
    assert size_of(z) == 8
    bare = convolved(picture, kernel)
    assert read_cell(map_of(z, "Feature map 8×8")) == ("row 0, column 1", bare[0, 1].item())
    assert bare[0, 1:].max() <= 0

    counts = widget(page, 1)
    pixels = torch.zeros(1, 1, 10, 10, requires_grad=True)
    for grid, padding in ((0, 1), (1, 0)):
        total = functional.conv2d(pixels, torch.ones(1, 1, 3, 3), padding=padding).sum()
        (visits,) = torch.autograd.grad(total, pixels)
        count_grid = counts.locator("number-grid:visible").nth(grid)
        frame(count_grid).locator("canvas").hover(
            position={"x": 4 + 25 * padding + 10, "y": 4 + 25 * padding + 10}
        )
        assert read_cell(count_grid) == ("row 0, column 0", visits[0, 0, 0, 0].item())

    wall = widget(page, 2)
    edge = convolved(torch.full((6, 6), 9.0), matrix("-1 0 1/-1 0 1/-1 0 1"), padding=1)
    assert read_cell(map_of(wall, "Feature map 6×6")) == ("row 2, column 0", edge[2, 0].item())


def test_a_filter_typed_and_drawn_over_a_sample(page: Page, server: str) -> None:
    desk = widget(open_chapter(page, server, "filter"))
    five = sample_tensor(server, "lenet", "digit-5")[0]
    output = map_of(desk, "Feature map")
    assert read_cell(output)[1] == pytest.approx(convolved(five, HORIZONTAL)[4, 13].item(), rel=1e-6)
    desk.get_by_role("button", name="Random").click()
    expect(desk).not_to_have_attribute("kernel", widget_attributes("filter")["kernel"])
    kernel = matrix(desk.get_attribute("kernel") or "")
    assert kernel.abs().max() <= 1 / 3
    expect(desk.get_by_label("Take a filter")).to_have_value("own")
    expected = convolved(five, kernel)[4, 13].item()
    expect(output.locator(".readout")).not_to_have_text("row 4, column 13: 2.1529412")
    assert read_cell(output)[1] == pytest.approx(expected, rel=1e-5, abs=1e-6)

    # A colour picture: the same filter on every channel, or on one.
    desk.locator("[data-control=network] select").select_option("tiny-vgg")
    expect(map_of(desk, "Feature map 30×30")).to_be_visible()
    colour = sample_tensor(server, "tiny-vgg", "digit-5")
    assert read_cell(output)[1] == pytest.approx(
        sum(convolved(one, kernel)[4, 13].item() for one in colour), rel=1e-4, abs=1e-5
    )


def test_a_learned_filter_through_its_training(page: Page, server: str) -> None:
    open_chapter(page, server, "filter")
    desk = widget(page, 1)
    output = map_of(desk, "Feature map 30×30")
    expect(output).to_be_visible()
    coffee = sample_tensor(server, "tiny-vgg", "coffee")
    slider = desk.locator(".epochs input")
    slider.focus()
    for at, checkpoint in enumerate(
        ("initial", "epoch-1", "epoch-2", "epoch-5", "epoch-10", "epoch-20", "trained")
    ):
        if at:
            page.keyboard.press("ArrowRight")
        expect(desk).to_have_attribute("checkpoint", checkpoint)
        weights = registry.load("tiny-vgg", checkpoint).state_dict()
        expected = functional.conv2d(coffee[None], weights["conv1_1.weight"], weights["conv1_1.bias"])[0, 8]
        assert read_cell(output)[1] == pytest.approx(expected[2, 10].item(), rel=1e-5, abs=1e-6)
        bias = number(desk.locator(".bias").inner_text().removeprefix("bias "))
        assert bias == pytest.approx(weights["conv1_1.bias"][8].item(), rel=1e-6)
    label = desk.locator(".slices .frame:visible").nth(1).get_attribute("aria-label") or ""
    numbers = [number(one) for one in label.removeprefix("green: ").split(", ")]
    assert numbers == pytest.approx(weights["conv1_1.weight"][8, 1].flatten().tolist(), rel=1e-6)

    desk.locator("[data-control=channel] select").select_option("blue")
    expect(desk.locator(".bias")).to_have_text("")
    share = convolved(coffee[2], weights["conv1_1.weight"][8, 2])
    assert read_cell(output)[1] == pytest.approx(share[2, 10].item(), rel=1e-5, abs=1e-6)


def test_a_teacher_locks_and_hides_a_desk(page: Page, server: str) -> None:
    page.goto(f"{server}/learn/widgets/kernel-desk?lang=en&lock=kernel,picture,source&hide=network")
    desk = widget(page)
    expect(desk.locator("matrix-field input").first).to_be_disabled()
    expect(desk.get_by_role("button", name="Random")).to_be_disabled()
    expect(desk.locator("[data-control=source] select")).to_be_disabled()
    expect(desk.locator(".pickers select").first).to_be_disabled()
    expect(desk.locator("[data-control=network]")).to_be_hidden()
    expect(desk.locator("[data-control=checkpoint], .epochs")).to_be_hidden()
