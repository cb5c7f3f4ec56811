"""A zip file that is written from its beginning to its end, with nothing kept of what was written.

Every file is stored as it is, with its size in front: floats hardly shrink, and PNGs not at all. The format: PKWARE,
APPNOTE.TXT, sections 4.3.7 (in front of each file), 4.3.12 (the directory) and 4.3.16 (the end).
"""

from __future__ import annotations

import struct
import zipfile
from binascii import crc32
from collections.abc import Sequence

Buffer = bytes | memoryview

_DATE = (1980, 1, 1, 0, 0, 0)  # a fixed one: the same files are the same archive
_READABLE_BY_OWNER = 0o600 << 16
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")
_MOST_BYTES = (1 << 31) - 1  # beyond it, the format needs other records


class ZipStream:
    """The bytes of a zip file, file by file."""

    def __init__(self) -> None:
        """Begin with no file."""
        self._size = 0
        self._files: list[zipfile.ZipInfo] = []

    def add(self, name: str, content: Sequence[Buffer]) -> list[Buffer]:
        """Return the next bytes: what stands in front of a file, and its content, which is not copied.

        Raises:
            ValueError: the archive would be larger than 2 GiB.
        """
        info = zipfile.ZipInfo(name, _DATE)
        info.external_attr = _READABLE_BY_OWNER
        info.header_offset = self._size
        info.CRC = 0
        for buffer in content:
            info.CRC = crc32(buffer, info.CRC)
            info.file_size += len(buffer)
        info.compress_size = info.file_size
        header = info.FileHeader(zip64=False)
        self._size += len(header) + info.file_size
        if self._size > _MOST_BYTES:
            raise ValueError("a zip file of more than 2 GiB")
        self._files.append(info)
        return [header, *content]

    def end(self) -> bytes:
        """Return the last bytes: the directory of all files."""
        directory = b"".join(map(_entry, self._files))
        count = len(self._files)
        return directory + _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), self._size, 0)


def _entry(info: zipfile.ZipInfo) -> bytes:
    name = info.filename.encode()
    year, month, day, hour, minute, second = info.date_time
    flags = 0 if info.filename.isascii() else 0x800  # the name is UTF-8
    fixed = _ENTRY.pack(
        b"PK\1\2",
        info.create_version,
        info.create_system,
        info.extract_version,
        info.reserved,
        flags,
        info.compress_type,
        hour << 11 | minute << 5 | second // 2,
        (year - 1980) << 9 | month << 5 | day,
        info.CRC,
        info.compress_size,
        info.file_size,
        len(name),
        0,
        0,
        0,
        info.internal_attr,
        info.external_attr,
        info.header_offset,
    )
    return fixed + name
