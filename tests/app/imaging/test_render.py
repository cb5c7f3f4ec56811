"""What is drawn is the codes of the maps, each in its place, in the colours that mean its value."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from app.imaging import colormap, quantization
from app.imaging.quantization import Scale
from app.imaging.render import Atlas, atlas, filters_atlas, map_png
from tests.app.imaging.png_reader import read_png


def indices(data: bytes) -> np.ndarray:
    read = read_png(data)
    assert read.colour_type == 3
    with Image.open(io.BytesIO(data)) as image:
        assert (np.asarray(image) == read.pixels[..., 0]).all()
    return read.pixels[..., 0]


def tiles(result: Atlas) -> np.ndarray:
    """The tiles cut from the PNG as ``X-Atlas`` says, after checking that all else is gap."""
    sheet = indices(result.png).copy()
    height, width = result.tile
    assert sheet.shape == (
        result.rows * (height + result.gap) - result.gap,
        result.columns * (width + result.gap) - result.gap,
    )
    cut_tiles = []
    for index in range(result.maps):
        row, column = divmod(index, result.columns)
        top, left = row * (height + result.gap), column * (width + result.gap)
        cut_tiles.append(sheet[top : top + height, left : left + width].copy())
        sheet[top : top + height, left : left + width] = 0
    assert not sheet.any()
    return np.stack(cut_tiles)


@pytest.mark.parametrize(
    "shape", [(1, 5, 5), (6, 9, 9), (10, 30, 30), (7, 4, 11), (7, 11, 4), (5, 1, 1), (64, 2, 3)]
)
@pytest.mark.parametrize("scale", ["layer", "map"])
def test_tiles_are_the_maps_codes(shape: tuple[int, int, int], scale: str) -> None:
    maps = torch.randn(shape)
    result = atlas(maps, scale=scale)
    expected, used = quantization.quantise(maps, scale)
    assert (tiles(result) == expected).all()
    assert (result.min, result.max) == (maps.min().item(), maps.max().item())
    assert result.step == (used.step if isinstance(used, Scale) else None)
    assert result.maps == shape[0]
    assert 0 <= result.rows * result.columns - result.maps < result.columns


def test_an_atlas_is_nearly_square() -> None:
    for shape in ((64, 32, 32), (10, 30, 60), (10, 60, 30), (96, 8, 8)):
        height, width = indices(atlas(torch.randn(shape)).png).shape
        assert 0.5 < height / width < 2


def test_the_networks_scale_is_used_but_the_layer_decides_whether_colours_diverge() -> None:
    network = Scale.spanning(-8.0, 4.0)
    maps = torch.rand(4, 5, 5)
    result = atlas(maps, scale=network)
    assert (tiles(result) == quantization.encode(maps, network)).all()
    assert (result.min, result.max, result.step) == (-8.0, 4.0, network.step)
    assert read_png(result.png).chunks["PLTE"] == colormap.palette("auto", signed=False)
    assert read_png(atlas(-maps, scale=network).png).chunks["PLTE"] == colormap.palette("auto", signed=True)


def test_colours_diverge_where_a_value_is_negative() -> None:
    signed, unsigned = torch.randn(3, 4, 4), torch.rand(3, 4, 4)
    for maps, is_signed in ((signed, True), (unsigned, False)):
        for scale in ("layer", "map"):
            palette = read_png(atlas(maps, scale=scale, colors="viridis").png).chunks["PLTE"]
            assert palette == colormap.palette("viridis", signed=is_signed)


def test_gaps_are_clear_and_zero_is_its_colour() -> None:
    maps = torch.zeros(2, 2, 2)
    maps[0, 0, 0] = 1
    with Image.open(io.BytesIO(atlas(maps, colors="gray").png)) as image:
        colours = np.asarray(image.convert("RGBA"))
    assert colours[:, 2, 3].tolist() == [0, 0]
    assert colours[0, 0].tolist() == [255, 255, 255, 255]
    assert colours[0, 1].tolist() == [0, 0, 0, 255]


def test_what_is_not_a_number_is_clear() -> None:
    maps = torch.ones(1, 2, 2)
    maps[0, 0, 0] = float("nan")
    assert indices(atlas(maps).png).tolist() == [[0, 255], [255, 255]]


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (10, 10, 1), (64, 64, 1), (65, 64, 2), (1000, 64, 16)]
)
def test_a_vector_is_a_row_of_large_cells(count: int, columns: int, rows: int) -> None:
    vector = torch.randn(count)
    for scale in ("layer", "map"):
        result = atlas(vector, scale=scale)
        assert (result.columns, result.rows, result.maps) == (columns, rows, count)
        cells = tiles(result)
        assert min(result.tile) >= 8
        assert (cells == quantization.quantise(vector)[0][:, None, None]).all()


def test_the_header_is_json() -> None:
    result = atlas(torch.randn(5, 3, 4))
    header = json.loads(json.dumps(result.header()))
    assert header == {
        "columns": 2, "rows": 3, "tile": [3, 4], "gap": 1, "maps": 5,
        "min": result.min, "max": result.max, "step": result.step,
    }  # fmt: skip


def test_one_map() -> None:
    layer = torch.randn(3, 7, 9)
    one, scale = layer[1].abs(), quantization.measure(layer)
    automatic, given_scale = map_png(one), map_png(one, scale=scale, colors="inferno")
    assert (indices(automatic) == quantization.quantise(one)[0]).all()
    assert (indices(given_scale) == quantization.quantise(one, scale)[0]).all()
    assert read_png(automatic).chunks["PLTE"] == colormap.palette("auto", signed=False)
    assert read_png(given_scale).chunks["PLTE"] == colormap.palette("inferno", signed=True)
    forced = map_png(one, scale=scale, colors="inferno", signed=False)
    assert read_png(forced).chunks["PLTE"] == colormap.palette("inferno", signed=False)


def test_a_map_of_a_layer_looks_as_in_its_atlas() -> None:
    layer = torch.randn(6, 5, 5)
    result = atlas(layer)
    for index, tile in enumerate(tiles(result)):
        assert (indices(map_png(layer[index], scale=quantization.measure(layer))) == tile).all()


@pytest.mark.parametrize("shape", [(6, 3, 4, 4), (32, 1, 3, 3), (5, 7, 1, 1), (2, 3, 5, 1), (4, 2, 40, 40)])
def test_filters_are_rows_and_inputs_columns(shape: tuple[int, int, int, int]) -> None:
    weights = torch.randn(shape)
    result = filters_atlas(weights)
    assert (result.rows, result.columns, result.maps) == (shape[0], shape[1], shape[0] * shape[1])
    factor = result.tile[0] // shape[2]
    assert result.tile == (shape[2] * factor, shape[3] * factor)
    assert max(result.tile) >= 15
    expected = quantization.quantise(weights.reshape(-1, *shape[2:]))[0]
    cells = tiles(result)
    assert (cells[:, ::factor, ::factor] == expected).all()
    assert (cells == expected.repeat(factor, 1).repeat(factor, 2)).all()


def test_many_filters_stay_within_bounds() -> None:
    result = filters_atlas(torch.randn(640, 200, 1, 1))
    assert max(indices(result.png).shape) <= 4096
    result = filters_atlas(torch.randn(10, 54))
    assert (result.rows, result.columns) == (10, 54)
    with pytest.raises(ValueError, match="out, in, kH, kW"):
        filters_atlas(torch.randn(3, 3, 3))
