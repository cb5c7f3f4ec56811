"""A code's colour is the one that the page paints: zero in its place, gaps clear, ends at the ends."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.imaging import colormap

SEQUENTIAL = [one.name for one in colormap.listing() if one.kind == "sequential"]
DIVERGING = [one.name for one in colormap.listing() if one.kind == "diverging"]


def colours(name: str, *, signed: bool) -> np.ndarray:
    table = colormap.palette(name, signed=signed)
    assert len(table) == 768
    return np.frombuffer(table, np.uint8).reshape(256, 3)


def listed(name: str) -> np.ndarray:
    (found,) = (one for one in colormap.listing() if one.name == name)
    return np.array([[int(text[at : at + 2], 16) for at in (1, 3, 5)] for text in found.colors], np.uint8)


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def test_the_listing_is_what_the_page_reads() -> None:
    assert len({one.name for one in colormap.listing()}) == len(SEQUENTIAL) + len(DIVERGING)
    for one in colormap.listing():
        assert len(one.colors) == 256
        assert all(re.fullmatch("#[0-9a-f]{6}", text) for text in one.colors)
    assert colormap.names() == ("auto", *(one.name for one in colormap.listing()))


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_a_sequential_map_gets_lighter(name: str) -> None:
    light = luminance(listed(name))
    assert (np.diff(light) >= -1e-3).all()
    assert light[0] < 0.05
    assert light[-1] > 0.6


@pytest.mark.parametrize("name", [name for name in DIVERGING if name != "icefire"])
def test_a_diverging_map_is_lightest_and_neutral_at_zero(name: str) -> None:
    ramp = listed(name)
    light = luminance(ramp)
    assert abs(int(light.argmax()) - 128) <= 4
    assert light[128] > 0.7
    assert np.ptp(ramp[128].astype(int)) <= 15
    assert light[0] < 0.1
    assert light[255] < 0.1
    assert (colours(name, signed=True)[128] == ramp[128]).all()


def test_the_dark_pages_map_is_darkest_and_neutral_at_zero() -> None:
    name = "icefire"
    ramp = listed(name)
    light = luminance(ramp)
    assert abs(int(light.argmin()) - 128) <= 8
    assert light[128] < 0.02
    assert np.ptp(ramp[128].astype(int)) <= 15
    assert light[0] > 0.3
    assert light[255] > 0.3
    assert (colours(name, signed=True)[128] == ramp[128]).all()


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_unsigned_codes_span_the_whole_sequential_map(name: str) -> None:
    table, ramp = colours(name, signed=False), listed(name)
    assert (table[128] == ramp[0]).all()
    assert (table[255] == ramp[255]).all()
    assert (table[192] == ramp[129]).all()  # 64 / 127 of 255, rounded
    assert (table[1:128] == ramp[0]).all()


@pytest.mark.parametrize("name", SEQUENTIAL + DIVERGING)
def test_signed_codes_span_it_with_zero_in_the_middle(name: str) -> None:
    table, ramp = colours(name, signed=True), listed(name)
    assert (table[[1, 128, 255]] == ramp[[0, 128, 255]]).all()
    assert len({tuple(row) for row in table[1:].tolist()}) > 200


@pytest.mark.parametrize("name", DIVERGING)
def test_a_diverging_map_is_one_whatever_the_sign(name: str) -> None:
    assert colormap.palette(name, signed=True) == colormap.palette(name, signed=False)


def test_auto_is_one_diverging_map_for_all_layers_and_grey_for_the_input() -> None:
    assert colormap.resolve("auto") == DIVERGING[0] == "vik"
    assert colormap.resolve("auto", picture=True) == "gray"
    for signed in (False, True):
        assert colormap.palette("auto", signed=signed) == colormap.palette("vik", signed=signed)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="no colour map 'jet'; there are auto, viridis"):
        colormap.palette("jet", signed=True)
