"""Quantization: encode the values of maps as bytes (codes), and decode them with their scale.

Code ``c`` means the value ``(c - 128) * step``, where ``step = max(|min|, |max|) / 127``. So 128 is exactly
zero, codes lie in 1…255, and an error of rounding is at most half a step. Code 0 is never a number: it marks
a gap between maps, and a cell that is not a number (NaN). Infinities take the outermost code of their sign;
a scale's minimum and maximum are those of the finite values.

This is the path that every painted cell takes, so each choice was measured: numpy's loops beat torch's on
layers of this size and leave torch's threads to the networks, and adding 1.5 × 2²³ rounds to the nearest
integer and leaves its byte in the low bits of the float, in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from struct import pack
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch import float32 as torch_float32

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Values = Tensor | Floats
"""Maps (n, h, w), one map (h, w) or a vector (N,), any strides, any device."""

ZERO = 128
"""The code of the value zero."""

NOT_A_NUMBER = 0
"""The code of a gap, and of a cell that is NaN."""

_STEPS = 127
_ROUNDING = np.float32(1.5 * 2**23 + ZERO)
_SMALLEST = _STEPS * float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale for all the values it was measured over.

    ``min`` and ``max`` are those values' own float32 extremes, ``step`` the value of one code. ``step`` is 0
    where every value is zero, or so small (below 1.5e-36) that float32 has no normal number for it.
    ``finite`` is false if a NaN or an infinity was among the values.
    """

    min: float
    max: float
    step: float
    finite: bool = True

    @classmethod
    def spanning(cls, low: float, high: float, *, finite: bool = True) -> Scale:
        """Return the scale of values that lie in [low, high]; both finite."""
        largest = max(abs(low), abs(high))
        step = float(np.float32(largest / _STEPS)) if largest >= _SMALLEST else 0.0
        return cls(low, high, step, finite)

    @property
    def signed(self) -> bool:
        """Whether a value is negative, so that colours have to diverge about zero."""
        return self.min < 0

    def covers(self, other: Scale) -> bool:
        """Whether every value of the other scale, all of them finite, lies between this one's extremes."""
        return other.finite and self.min <= other.min and other.max <= self.max

    def packed(self) -> bytes:
        """Return ``[min, max, step]`` as three little-endian float32."""
        return pack("<3f", self.min, self.max, self.step)


@dataclass(frozen=True, slots=True, eq=False)
class MapScales:
    """A scale for each map of a layer: ``rows`` is float32 (n, 3), a row ``[min, max, step]`` per map."""

    rows: Floats
    finite: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Scale:
        low, high, step = (float(number) for number in self.rows[index])
        return Scale(low, high, step, self.finite)

    @property
    def overall(self) -> Scale:
        """The scale that covers all the maps at once."""
        if not len(self.rows):
            return Scale.spanning(0.0, 0.0)
        low, high = float(self.rows[:, 0].min()), float(self.rows[:, 1].max())
        return Scale.spanning(low, high, finite=self.finite)

    @property
    def signed(self) -> bool:
        """Whether a value of any map is negative."""
        return bool((self.rows[:, 0] < 0).any())

    def packed(self) -> bytes:
        """Return ``[min, max, step]`` of each map in turn, in little-endian float32."""
        return self.rows.astype("<f4", copy=False).tobytes()


def union(scales: Iterable[Scale]) -> Scale:
    """Return the scale that covers all of them: a network's scale from its layers'. Zero for none."""
    all_scales = list(scales)
    if not all_scales:
        return Scale.spanning(0.0, 0.0)
    low, high = min(scale.min for scale in all_scales), max(scale.max for scale in all_scales)
    return Scale.spanning(low, high, finite=all(scale.finite for scale in all_scales))


def floats(values: Values) -> Floats:
    """Return the values as a float32 array on the CPU, a view wherever that is possible."""
    if isinstance(values, Tensor):
        if values.dtype is torch_float32 and values.is_cpu and not values.requires_grad:
            return values.numpy()
        array: Floats = values.detach().to("cpu", torch_float32).numpy()
        return array
    return np.asarray(values, dtype=np.float32)


def measure(values: Values) -> Scale:
    """Return the one scale of all the values; of no values, or of none that is finite, zero."""
    array = floats(values)
    if not array.size:
        return Scale.spanning(0.0, 0.0)
    # The ufuncs themselves: an array's min and max come to them by way of Python. A NaN anywhere comes out of both.
    low, high = float(np.minimum.reduce(array, axis=None)), float(np.maximum.reduce(array, axis=None))
    if isfinite(low) and isfinite(high):
        return Scale.spanning(low, high)
    finite = array[np.isfinite(array)]
    if not finite.size:
        return Scale.spanning(0.0, 0.0, finite=False)
    return Scale.spanning(float(finite.min()), float(finite.max()), finite=False)


def measure_each(maps: Values) -> MapScales:
    """Return the scale of each map of (n, h, w), in one pass over them all."""
    array = floats(maps)
    inner = tuple(range(1, array.ndim))
    if not array.size:
        return MapScales(np.zeros((len(array), 3), dtype=np.float32))
    low, high = array.min(axis=inner), array.max(axis=inner)
    finite = bool(np.isfinite(low).all() and np.isfinite(high).all())
    if not finite:
        finite_cells = np.isfinite(array)
        low = array.min(axis=inner, where=finite_cells, initial=np.inf)
        high = array.max(axis=inner, where=finite_cells, initial=-np.inf)
        empty = low > high
        low, high = np.where(empty, 0, low), np.where(empty, 0, high)
    largest = np.maximum(np.abs(low), np.abs(high)).astype(np.float64)
    steps = np.where(largest >= _SMALLEST, largest / _STEPS, 0.0)
    return MapScales(np.stack((low, high, steps), axis=1).astype(np.float32), finite)


def encode(values: Values, scale: Scale | MapScales) -> Bytes:
    """Return the codes of values that the scale covers: uint8, same shape, C order.

    The scale must have been measured over these very values, over more, or over what these are averages of;
    use `quantise` with a scale from anywhere else.
    """
    array = floats(values)
    return _encode_covered(array, scale) if scale.finite else _encode_anything(array, scale)


def quantise(
    values: Values, scale: Literal["layer", "map"] | Scale | MapScales = "layer"
) -> tuple[Bytes, Scale | MapScales]:
    """Return the codes of the values, uint8 of the same shape, and the scale they are on.

    ``"layer"`` measures one scale over all the values, ``"map"`` one for each map of (n, h, w); a scale that
    is given is used as it is, and values beyond it take the outermost codes.
    """
    if scale == "layer":
        layer_scale = measure(values)
        return encode(values, layer_scale), layer_scale
    if scale == "map":
        map_scales = measure_each(values)
        return encode(values, map_scales), map_scales
    array = floats(values)
    if isinstance(scale, Scale) and scale.covers(measure(array)):
        return _encode_covered(array, scale), scale
    return _encode_anything(array, scale), scale


def decode(codes: Bytes, scale: Scale | MapScales) -> Floats:
    """Return the values that the codes mean, float32; NaN for code 0."""
    units = codes.astype(np.float32) - np.float32(ZERO)
    values: Floats = units * _steps(scale, codes.ndim)
    values[codes == NOT_A_NUMBER] = np.nan
    return values


def shrink(maps: Values, tile: int) -> Floats:
    """Return maps (n, h, w) averaged over k × k blocks, so that both sides are at most ``tile`` cells.

    ``k = ceil(max(h, w) / tile)``, and the blocks at the right and lower edges average the cells that they
    have. The maps themselves where they fit already, or where ``tile`` is 0.
    """
    array = floats(maps)
    block = block_size(array.shape[-2], array.shape[-1], tile)
    if block == 1:
        return array
    # Sums of strided slices: 40 µs where avg_pool2d takes 285 (16 maps of 112 × 112, one thread).
    with np.errstate(over="ignore", invalid="ignore"):
        sums = _sum_blocks(_sum_blocks(array, block, axis=-2), block, axis=-1)
    sums /= _block_lengths(array.shape[-2], block)[:, None]
    sums /= _block_lengths(array.shape[-1], block)
    return sums


def block_size(height: int, width: int, tile: int) -> int:
    """Return the side k of the blocks that `shrink` averages maps of this size over; 1 for ``tile`` 0."""
    return max(1, -(-max(height, width) // tile)) if tile else 1


def _sum_blocks(array: Floats, block: int, *, axis: Literal[-1, -2]) -> Floats:
    def strided_slice(start: int) -> Floats:
        return array[..., start::block] if axis == -1 else array[..., start::block, :]

    total = strided_slice(0).copy()
    for start in range(1, min(block, array.shape[axis])):
        part = strided_slice(start)
        inside = total[..., : part.shape[-1]] if axis == -1 else total[..., : part.shape[-2], :]
        inside += part
    return total


def _block_lengths(length: int, block: int) -> Floats:
    starts = np.arange(0, length, block)
    return np.minimum(block, length - starts).astype(np.float32)


def _steps(scale: Scale | MapScales, dimensions: int) -> np.float32 | Floats:
    if isinstance(scale, Scale):
        return np.float32(scale.step)
    return scale.rows[:, 2].reshape(-1, *(1,) * (dimensions - 1))


def _codes_per_unit(scale: Scale | MapScales, dimensions: int) -> np.float32 | Floats:
    if isinstance(scale, Scale):
        return np.float32(1 / scale.step if scale.step else 0)
    steps = scale.rows[:, 2].reshape(-1, *(1,) * (dimensions - 1))
    return np.divide(np.float32(1), steps, out=np.zeros_like(steps), where=steps > 0)


def _encode_covered(array: Floats, scale: Scale | MapScales) -> Bytes:
    scaled = np.multiply(array, _codes_per_unit(scale, array.ndim))
    scaled += _ROUNDING
    return scaled.view(np.int32).astype(np.uint8, order="C")


def _encode_anything(array: Floats, scale: Scale | MapScales) -> Bytes:
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.multiply(array, _codes_per_unit(scale, array.ndim))
    np.nan_to_num(scaled, copy=False, nan=0.0)  # infinity times a step of zero is zero too
    np.clip(scaled, -_STEPS, _STEPS, out=scaled)
    scaled += _ROUNDING
    codes = scaled.view(np.int32).astype(np.uint8, order="C")
    codes[np.isnan(array)] = NOT_A_NUMBER
    return codes
