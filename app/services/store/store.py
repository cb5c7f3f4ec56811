"""What a store is, whichever keeps the bytes, and how it fails.

The interface is small enough for a Redis to stand behind it.
"""

from __future__ import annotations

import re
from typing import Protocol

_KEY = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")


class StoreUnavailable(Exception):
    """The store cannot be read or written now. The message is a sentence for whoever asked."""


class StoreFull(StoreUnavailable):
    """There is no room for a value, on the disk or within the store's bounds."""


class Store(Protocol):
    """Keys are ``collection/name``, of lower-case letters, digits and hyphens.

    Every method may be called from any thread, takes time, and may raise `StoreUnavailable`: none is for the event
    loop. What a method has done when it returns outlives the process.
    """

    def get(self, key: str) -> bytes | None:
        """Return the value, or None where there is none or its time is over."""
        ...

    def has(self, key: str) -> bool:
        """Tell whether a value is there, without reading it."""
        ...

    def put(
        self, key: str, value: bytes, ttl: float, *, group: str | None = None, address: str | None = None
    ) -> None:
        """Keep a value for so many seconds.

        ``group`` names what it goes together with, so that `delete_group` finds it. ``address`` is who is charged
        for it: beyond a bound, an address loses what it put first. A value that is put again stays with the address
        that put it first.

        Raises:
            StoreFull: no room; nothing was kept.
        """
        ...

    def put_if_absent(self, key: str, value: bytes) -> bytes:
        """Keep a value for ever unless there is one; return the one that is kept, the same for every caller."""
        ...

    def delete(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        ...

    def delete_group(self, group: str) -> None:
        """Forget every value of a group."""
        ...

    def sweep(self) -> None:
        """Remove what has expired and what is too much, and mend what a crash has left."""
        ...

    def close(self) -> None:
        """Let go of files; a later call opens them again."""
        ...


def check_key(key: str) -> None:
    """Refuse what is not a key.

    Raises:
        ValueError: it is none.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key of this store: {key!r}")
