"""A PNG reader from the specification, with zlib alone: the second opinion beside Pillow's."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

_CHANNELS = {0: 1, 2: 3, 3: 1}


@dataclass(frozen=True, eq=False)
class ReadPng:
    colour_type: int
    chunks: dict[str, bytes]
    pixels: np.ndarray  # (height, width, channels)


def read_png(data: bytes) -> ReadPng:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks: dict[str, bytes] = {}
    at = 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert int.from_bytes(data[at + 8 + length : at + 12 + length]) == zlib.crc32(name + body)
        assert name.decode() not in chunks
        chunks[name.decode()] = body
        at += 12 + length
    assert at == len(data)
    assert next(reversed(chunks)) == "IEND"
    header = chunks["IHDR"]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    depth, colour_type, *methods = header[8:]
    assert (depth, methods) == (8, [0, 0, 0])
    channels = _CHANNELS[colour_type]
    inflater = zlib.decompressobj()
    raw = inflater.decompress(chunks["IDAT"])
    assert inflater.eof
    assert not inflater.unused_data
    lines = np.frombuffer(raw, np.uint8).reshape(height, 1 + width * channels)
    pixels = np.zeros((height, width * channels), np.uint8)
    above = np.zeros(width * channels, np.uint8)
    for row, line in enumerate(lines):
        assert line[0] in (0, 2), "only None and Up are written"
        above = pixels[row] = line[1:] + (above if line[0] == 2 else 0)
    return ReadPng(colour_type, chunks, pixels.reshape(height, width, channels))
