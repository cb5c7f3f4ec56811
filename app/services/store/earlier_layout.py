"""The layout of stores before they had an index: a file a key, in a folder a collection.

Pictures were named by their content there, and a name told that somebody has the picture; they are not taken over.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger("convscope.store")

_NAMES = {
    "pictures": re.compile(r"[0-9a-f]{32}|\.draft-[0-9a-f]{16}"),
    "specs": re.compile(r"[0-9a-f]{32}|\.draft-[0-9a-f]{16}"),
    "secrets": re.compile(r"owner|\.draft-[0-9a-f]{16}"),
}


def remove_earlier_layout(root: Path) -> None:
    """Remove the files of that layout from a store's folder, and only those."""
    removed = 0
    for folder, name in _NAMES.items():
        with suppress(OSError):
            for path in (root / folder).iterdir():
                if name.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                    path.unlink(missing_ok=True)
                    removed += 1
            (root / folder).rmdir()
    if removed:
        log.warning(
            "removed what an earlier version kept: its pictures must be uploaded again", files=removed
        )
