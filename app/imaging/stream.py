"""The page's stream: a safetensors file, written layer after layer while the network still runs.

The header states every tensor's name, type, shape and offsets. All of that is known from the layer graph, so
it can be sent before the first value exists, and so can the length of the whole. For each layer in turn come
the scale and then the maps: ``<id>.scale``, float32 ``[min, max, step]`` of the whole layer (or a row a map),
and ``<id>``, its codes (see `app.imaging.quantization`) or its values. The format: safetensors, README, section
"Format".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod
from typing import Literal

import numpy as np

from app.imaging import quantization
from app.imaging.quantization import MapScales, Scale, Values

Shape = tuple[int, ...]

_ITEM_SIZES = {"U8": 1, "F32": 4}
_SCALE = 3


@dataclass(frozen=True)
class Plan:
    """Which layers a stream sends, and in what form; decided before any value is computed.

    ``layers`` are (id, shape) in graph order, shapes (C, H, W) or (N,). Of maps, at most ``limit`` a layer
    are sent (0 for all), with both sides at most ``tile`` cells (0 for full size) by averaging k × k blocks;
    anything that is not maps is sent whole. ``dtype`` is ``u8`` for codes or ``f32`` for values; ``scale``
    ``layer`` for one scale a layer, or ``map`` for one a map that is sent.
    """

    layers: tuple[tuple[str, Shape], ...]
    dtype: Literal["u8", "f32"] = "u8"
    tile: int = 64
    limit: int = 16
    scale: Literal["layer", "map"] = "layer"
    metadata: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def header(self) -> bytes:
        """The file up to the first tensor: the header's length, and the header padded to whole 8 bytes."""
        metadata = json.dumps(
            {"__metadata__": dict(self.metadata)}, separators=(",", ":"), ensure_ascii=False
        )
        entries = _entries(self.layers, self.dtype, self.tile, self.limit, self.scale)
        text = f"{metadata[:-1]}{entries}}}".encode()
        text += b" " * (-len(text) % 8)
        return len(text).to_bytes(8, "little") + text

    @cached_property
    def length(self) -> int:
        """The number of bytes of the whole file, header included."""
        return len(self.header) + sum(_ITEM_SIZES[dtype] * prod(shape) for _, dtype, shape in self._tensors())

    def encode(self, layer_id: str, values: Values, whole: Scale | None = None) -> bytes:
        """Return a layer's bytes in the file: its scale, then its codes or values.

        ``values`` are all of the layer's; ``whole`` is their scale if it is known already. The layers' bytes
        belong in the order of ``layers``. Raises KeyError for a layer that is not planned, ValueError for
        values of another shape than planned.
        """
        planned_shape = self._shapes[layer_id]
        if values.shape != planned_shape:
            raise ValueError(f"Layer {layer_id!r} is planned as {planned_shape}, not {tuple(values.shape)}.")
        array = quantization.floats(values)
        is_maps = len(planned_shape) == 3
        selection = array[: self._count(planned_shape)] if is_maps else array
        if is_maps and self.scale == "map":
            each = quantization.measure_each(selection)
            small = quantization.shrink(selection, self.tile)
            return self._join(each, quantization.encode(small, each) if self.dtype == "u8" else small)
        scale = quantization.measure(array) if whole is None else whole
        small = quantization.shrink(selection, self.tile) if is_maps else selection
        return self._join(scale, quantization.encode(small, scale) if self.dtype == "u8" else small)

    @staticmethod
    def _join(scale: Scale | MapScales, array: quantization.Floats | quantization.Bytes) -> bytes:
        little_endian = array if array.dtype == np.uint8 else array.astype("<f4", copy=False)
        return scale.packed() + little_endian.tobytes()

    @cached_property
    def _shapes(self) -> dict[str, Shape]:
        return {name: tuple(shape) for name, shape in self.layers}

    def _tensors(self) -> list[tuple[str, str, Shape]]:
        tensors: list[tuple[str, str, Shape]] = []
        for name, shape in self._shapes.items():
            sent_shape = self._sent_shape(shape)
            per_map = self.scale == "map" and len(shape) == 3
            tensors.append((f"{name}.scale", "F32", (sent_shape[0], _SCALE) if per_map else (_SCALE,)))
            tensors.append((name, "U8" if self.dtype == "u8" else "F32", sent_shape))
        return tensors

    def _sent_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            return shape
        _, height, width = shape
        block = quantization.block_size(height, width, self.tile)
        return self._count(shape), -(-height // block), -(-width // block)

    def _count(self, shape: Shape) -> int:
        return min(shape[0], self.limit) if self.limit else shape[0]


@lru_cache(maxsize=256)
def _entries(
    layers: tuple[tuple[str, Shape], ...],
    dtype: Literal["u8", "f32"],
    tile: int,
    limit: int,
    scale: Literal["layer", "map"],
) -> str:
    """Return a header's entries as JSON, each behind a comma: the same for every trace of a network."""
    entries: dict[str, object] = {}
    offset = 0
    for name, kind, shape in Plan(layers, dtype, tile, limit, scale)._tensors():  # noqa: SLF001 - of this module
        end = offset + _ITEM_SIZES[kind] * prod(shape)
        entries[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    inside = json.dumps(entries, separators=(",", ":"), ensure_ascii=False)[1:-1]
    return f",{inside}" if inside else ""
