"""Serve the page's own files at addresses that change with their content, so that browsers can keep them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

IMMUTABLE = "public, max-age=31536000, immutable"
_DIGITS = 16
_VERSION = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")

Listing = tuple[tuple[str, int, int], ...]
"""Each file's path below the folder, the time of its last change in nanoseconds, and its bytes."""


class Assets(StaticFiles):
    """A folder at ``/…``, which browsers ask about each time, and at ``/<version>/…``, which they keep for a year.

    An outdated version gives the present files, which browsers then do not keep: while a server is replaced, a page
    of the old one may still ask the new one.
    """

    def __init__(self, folder: Path) -> None:
        """Serve a folder. Raises RuntimeError if there is none."""
        super().__init__(directory=folder)
        self.folder = folder
        self._version = version(folder)

    def current(self) -> str:
        """Return the version of the files as they are now: what a page that is written now should name."""
        self._version = version(self.folder)
        return self._version

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or raise HTTPException as `StaticFiles` does."""
        first, _, rest = path.partition(os.sep)
        versioned = bool(rest) and _VERSION.fullmatch(first) is not None
        response = await super().get_response(rest if versioned else path, scope)
        # Other sites' pages may have our elements: the files are public.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = IMMUTABLE if versioned and first == self._version else "no-cache"
        return response


def version(folder: Path) -> str:
    """Return 16 hexadecimal digits that change with the name or the content of any file below a folder.

    The same files give the same version on every machine. They are read again only where a name, a size or a time of
    change differs from the last call's.
    """
    return _digest(folder, tuple(sorted(_files(folder, ""))))


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                stat = entry.stat()
                yield f"{prefix}{entry.name}", stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _digest(folder: Path, listing: Listing) -> str:
    digest = hashlib.sha256()
    for name, _, _ in listing:
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_DIGITS]
