"""What follows a convolution in the lessons: activations, poolings, flattening and learning are PyTorch's on screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the field's own name for it

from tests.browser.conftest import module
from tests.browser.forwards import number

SMALL = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
UPRIGHT = [[1, 0, -1]] * 3
FLAT = [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
POOLED = [[1, 3, 0, 0], [2, 5, 0, 4], [0, 1, 2, 0], [6, 0, 0, 3]]
GELU = 5e-7  # of what goes in, as docs/rest.md says
FIVE = [
    [0, 0, 0, 0, 0, 0],
    [0, 1, 1, 1, 1, 0],
    [0, 1, 0, 0, 0, 0],
    [0, 1, 1, 1, 0, 0],
    [0, 0, 0, 0, 1, 0],
    [0, 1, 1, 1, 0, 0],
]


def maps(rows: list[list[int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def last(text: str) -> float:
    """The number behind a text's last equals sign."""
    return number(text.rsplit("=", 1)[1])


def chosen_value(plot: Locator) -> float:
    """The value in a map's readout, that of its chosen cell."""
    return number(plot.locator(".readout").inner_text().rsplit(":", 1)[1])


@pytest.mark.numbers
def test_an_activation_map_is_pytorchs_by_mouse_and_keyboard(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    page.goto(f"{server}/learn/activation?lang=en")
    first, digit = (page.locator("activation-player").nth(at) for at in (0, 1))
    before = F.conv2d(maps(SMALL), maps(UPRIGHT))[0, 0]
    expect(first.locator(".share")).to_contain_text(f"{int((F.relu(before) == 0).sum())} of 9 cells")
    first.locator("map-plot").first.locator(".frame").press("ArrowRight")
    expect(first).to_have_attribute("cell", "1,1")
    for kind in ("relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"):
        first.get_by_label("Activation function").select_option(kind)
        expect(first.locator("curve-plot")).to_have_attribute("data-kind", kind)
        after = getattr(F, kind)(before)
        assert chosen_value(first.locator("map-plot").first) == before[1, 1]
        if kind == "gelu":
            expect(first.locator(".note")).to_contain_text("differs from this one by up to 5×10⁻⁷")
        activated = chosen_value(first.locator("map-plot").last)
        # Of the exact value only what float32 rounds is missing; PyTorch's own float32 may be off, see test_precision.
        exact = getattr(F, kind)(before[1, 1].double()).item()
        assert activated == pytest.approx(exact, rel=1e-7)
        off = GELU * before[1, 1].abs().item() if kind == "gelu" else 1e-7
        assert activated == pytest.approx(after[1, 1].item(), rel=1e-6, abs=off)
        expect(first.locator(".share")).to_contain_text(f": {int((after == 0).sum())} of 9 cells")
    expect(digit.locator(".share")).to_contain_text("of 676 cells")
    canvas_bytes = page.evaluate(
        "async (module) => Array.from((await (await import(module)).fetchSample('digit-5')).data)",
        module(page, "learn/parts/lesson-pictures.js"),
    )
    feature_map = F.conv2d(torch.tensor(canvas_bytes).reshape(1, 1, 28, 28), maps(FLAT))[0, 0]
    assert chosen_value(digit.locator("map-plot").first) == pytest.approx(feature_map[5, 12].item(), rel=1e-5)
    silent = int((F.relu(feature_map) == 0).sum())
    expect(digit.locator(".share")).to_contain_text(f"{silent} of 676")
    axe(page, "main")


def test_three_poolings_and_what_a_shift_leaves_are_pytorchs(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    page.goto(f"{server}/learn/pooling?lang=en")
    first, moving = (page.locator("pool-player").nth(at) for at in (0, 1))
    results = {
        "max": F.max_pool2d(maps(POOLED), 2),
        "average": F.avg_pool2d(maps(POOLED), 2),
        "min": -F.max_pool2d(-maps(POOLED), 2),
    }
    _, places = F.max_pool2d(maps(POOLED), 2, return_indices=True)
    forward = first.get_by_role("button", name="One position on")
    for at in range(4):
        cell = divmod(at, 2)
        expect(first.locator(".place")).to_have_text(f"row {cell[0]}, column {cell[1]}")
        for name, pooled in results.items():
            panel = first.locator(f"[data-pooling={name}]")
            assert last(panel.locator(".sum").inner_text()) == pooled[0, 0][cell]
            assert chosen_value(panel.locator("map-plot")) == pooled[0, 0][cell]
        row, column = divmod(int(places[0, 0][cell]), 4)
        expect(first.locator("[data-pooling=max] .fine")).to_have_text(
            f"taken from row {row}, column {column}"
        )
        forward.press("Enter")
    first.get_by_role("button", name="Turn the numbers").click()
    expect(first).to_have_attribute("map", re.compile("^2 1 0 0/"))
    assert last(first.locator("[data-pooling=max] .sum").inner_text()) == results["max"][0, 0, 0, 0]
    convolution = F.conv2d(results["max"], torch.ones(1, 1, 3, 3), padding=1)
    expect(first.locator("[data-row=multiplications] td").nth(1)).to_have_text(str(convolution.numel() * 9))

    rows = [[float(one) for one in row.split()] for row in (moving.get_attribute("map") or "").split("/")]
    values = torch.tensor(rows)[None, None]
    later = F.pad(values, (1, 0, 1, 0))[..., :6, :6]
    field = moving.locator("[data-control=dy] input[role=spinbutton]")
    field.press("ArrowUp")
    for name, same in {
        "max": F.max_pool2d(values, 2) == F.max_pool2d(later, 2),
        "average": F.avg_pool2d(values, 2) == F.avg_pool2d(later, 2),
        "min": F.max_pool2d(-values, 2) == F.max_pool2d(-later, 2),
    }.items():
        stays = moving.locator(f"[data-pooling={name}] .stays")
        expect(stays).to_contain_text(f"{int(same.sum())} of 9 cells")
    expect(moving.locator(".note")).to_be_hidden()
    moving.locator("[data-control=stride] input[role=spinbutton]").press("ArrowUp")
    probe = torch.zeros_like(values, requires_grad=True)
    F.avg_pool2d(probe, 2, stride=3).sum().backward()
    assert probe.grad is not None
    unread = probe.grad[0, 0] == 0
    rows, columns = (int(unread.all(dim=axis).sum()) for axis in (1, 0))
    assert rows > 0
    expect(moving.locator(".note")).to_contain_text(f"rows: {rows}, columns: {columns}")
    axe(page, "main")


@pytest.fixture
def dense(page: Page, server: str) -> Page:
    page.goto(f"{server}/learn/dense?lang=en")
    page.locator("backprop-player .facts dd").first.wait_for()
    return page


def test_cells_are_taken_in_pytorchs_order_by_key_by_hand_and_by_dragging(dense: Page) -> None:
    player = dense.locator("dense-player")
    cells = player.locator("flatten-maps button")
    cells.nth(0).press("Enter")
    expect(player).to_have_attribute("taken", "1")
    cells.nth(2).click()
    expect(player.locator(".hint")).to_contain_text("channel 0, row 0, column 1 next")
    expect(player).to_have_attribute("taken", "1")
    for at in (1, 2, 3):  # from cell to cell with the button held down
        cells.nth(at).hover()
        if at == 1:
            dense.mouse.down()
    dense.mouse.up()
    expect(player).to_have_attribute("taken", "4")
    cells.nth(4).focus()
    for key in ("Enter", "ArrowRight", "Enter", "ArrowDown", "ArrowLeft", "Enter", "ArrowRight", "Enter"):
        dense.keyboard.press(key)
    expect(player).to_have_attribute("taken", "8")
    vector = torch.tensor([[[5, 0], [1, 2]], [[0, 3], [4, 0]]]).float().flatten()
    vector_values = [number(one) for one in player.locator(".vector td:nth-child(2)").all_inner_texts()]
    assert vector_values == vector.tolist()
    weight = torch.tensor([0.4, -0.2, 0.1, -0.3, 0.2, 0.5, -0.6, 0.3])
    logit = F.linear(vector, weight[None], torch.tensor([-0.5]))
    assert last(player.locator(".sum").inner_text()) == pytest.approx(logit.item(), abs=5e-4)
    assert told_by_curve(player) == pytest.approx(torch.sigmoid(logit).item(), abs=5e-4)


def told_by_curve(player: Locator) -> float:
    label = player.locator("curve-plot svg").get_attribute("aria-label") or ""
    return number(re.findall(r"[−\d.]+\d", label)[-1])


@pytest.mark.numbers
def test_steps_of_learning_are_autograds(dense: Page, axe: Callable[..., None]) -> None:
    player = dense.locator("backprop-player")
    conv, unit = nn.Conv2d(1, 1, 3, bias=False), nn.Linear(4, 1)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([[-0.25, 0.5, -0.25], [-0.25, -0.5, 0.25], [-0.25, 0.25, 0.25]]))
        unit.weight.copy_(torch.tensor([[-0.25, 0.25, -0.5, 0.25]]))
        unit.bias.zero_()
    optimizer = torch.optim.SGD([*conv.parameters(), *unit.parameters()], lr=0.2)

    def step() -> tuple[float, float]:
        probability = torch.sigmoid(unit(F.max_pool2d(F.relu(conv(maps(FIVE))), 2).flatten(1)))
        loss = F.binary_cross_entropy(probability, torch.ones(1, 1))
        optimizer.zero_grad()
        loss.backward()
        before = [one.detach().flatten().clone() for one in (conv.weight, unit.weight, unit.bias)]
        gradients = [
            one.grad.flatten() for one in (conv.weight, unit.weight, unit.bias) if one.grad is not None
        ]
        optimizer.step()
        after = [one.detach().flatten() for one in (conv.weight, unit.weight, unit.bias)]
        columns = (
            player.locator(f"weight-table tbody {cell}")
            for cell in ("td:nth-child(2)", "td:nth-child(3)", "strong")
        )
        for column, expected in zip(columns, (before, gradients, after), strict=True):
            numbers = [number(text) for text in column.all_inner_texts()]
            assert numbers == pytest.approx(torch.cat(expected).tolist(), rel=6e-4, abs=1e-7)
        return loss.item(), probability.item()

    for steps in range(3):
        expect(player.locator(".explanation")).to_contain_text(f"After {steps} steps")
        loss, probability = step()
        assert last(player.locator("[data-fact=loss]").inner_text()) == pytest.approx(loss, rel=6e-4)
        assert number(player.locator("[data-fact=probability]").inner_text()) == pytest.approx(
            probability, rel=6e-4
        )
        player.get_by_role("button", name="Take a step").press("Enter")
    player.get_by_role("button", name="Take ten").click()
    expect(player.locator(".explanation")).to_contain_text("After 13 steps")
    for _ in range(10):
        optimizer.zero_grad()
        probability_now = torch.sigmoid(unit(F.max_pool2d(F.relu(conv(maps(FIVE))), 2).flatten(1)))
        F.binary_cross_entropy(probability_now, torch.ones(1, 1)).backward()
        optimizer.step()
    assert step()[0] < loss
    player.get_by_role("button", name="Start again").click()
    expect(player.locator(".explanation")).to_contain_text("After 0 steps")
    player.locator("[data-control=pass] select").select_option("backward")
    expect(player.locator("input-map .map-title").nth(2)).to_have_text("Gradient: feature map")
    axe(dense, "main")


def test_what_a_teacher_locks_or_hides_stays(page: Page, server: str) -> None:
    page.goto(f"{server}/learn/widgets/backprop-player?lang=en&lock=steps&steps=2")
    player = page.locator("backprop-player")
    expect(player.locator(".explanation")).to_contain_text("After 2 steps")
    expect(player.get_by_role("button", name="Take a step")).to_be_disabled()
    page.goto(f"{server}/learn/widgets/pool-player?lang=en&hide=map&lock=size")
    expect(page.get_by_role("button", name="Turn the numbers")).to_be_hidden()
    expect(page.locator("[data-control=size] input").first).to_be_disabled()
