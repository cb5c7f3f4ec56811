"""Ids computed from content: the same picture or specification has the same id on every machine."""

from __future__ import annotations

import hashlib
import re

_ID = re.compile("[0-9a-f]{32}")


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id, so that it may be looked for."""
    return _ID.fullmatch(text) is not None


def digest(*parts: bytes) -> str:
    """Return 32 hexadecimal characters (BLAKE2b, 128 bits) that name these bytes, part by part."""
    hasher = hashlib.blake2b(digest_size=16)
    for part in parts:
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher.hexdigest()
