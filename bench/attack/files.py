"""Files to attack with, made without Pillow so that the attacker has the processor for as short a time as can be."""

from __future__ import annotations

import os
import struct
import zlib
from functools import cache

BOUNDARY = "attack"


def bitmap(width: int, height: int, pixels: bytes) -> bytes:
    """Return a BMP of 24 bits per pixel; ``width`` is a multiple of four."""
    head = struct.pack("<IIIIiiHHIIiiII", 54 + len(pixels), 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + head + pixels


def noise(width: int, height: int) -> bytes:
    """Return a picture that nobody has seen."""
    return bitmap(width, height, os.urandom(width * height * 3))


@cache
def bomb(width: int = 7000, height: int = 7000) -> bytes:
    """Return a PNG of 49 megapixels, each black, in a few kilobytes."""
    packer = zlib.compressobj(1)
    row = bytes(1 + 3 * width)
    data = b"".join([*(packer.compress(row * 100) for _ in range(height // 100)), packer.flush()])

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def form(*parts: tuple[str, bytes]) -> bytes:
    """Return a multipart form's body of these fields; ``file`` is a file."""
    pieces = []
    for name, value in parts:
        extra = '; filename="picture"' if name == "file" else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
        pieces += [head.encode(), value, b"\r\n"]
    return b"".join([*pieces, f"--{BOUNDARY}--\r\n".encode()])
