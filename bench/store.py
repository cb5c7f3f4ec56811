"""Measure what the store costs with nothing kept, with ten thousand and with a hundred thousand entries.

``python -m bench.store``
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.services.store.sqlite_store import SqliteStore
from bench.report import Report
from bench.timing import Spread

_PICTURE_BYTES = 640 * 480 * 3
_SMALL_BYTES = 6000
_SPECIFICATION_BYTES = 250
_TIB = 2**40


def fill(store: SqliteStore, entries: int) -> list[str]:
    """Keep so many entries: a small picture and three specifications of it, and so on; return the pictures."""
    pictures = []
    for _ in range(entries // 4):
        picture = secrets.token_hex(16)
        pictures.append(picture)
        address = f"192.0.2.{len(pictures) % 200}"
        put(store, f"pictures/{picture}", _SMALL_BYTES, picture, address)
        for _ in range(3):
            put(store, f"specs/{secrets.token_hex(16)}", _SPECIFICATION_BYTES, picture, address)
    return pictures


def put(store: SqliteStore, key: str, size: int, group: str, address: str) -> None:
    """Keep a value as the server does."""
    store.put(key, bytes(size), 86400, group=group, address=address)


def timed(calls: Sequence[Callable[[], object]]) -> str:
    """Return the median and quartiles of the processor time of calls, in milliseconds."""
    seconds = []
    for call in calls:
        began = time.process_time()
        call()
        seconds.append(time.process_time() - began)
    return Spread.of(seconds).text(factor=1e3)


def row(entries: int, calls: int) -> list[str]:
    """Measure with so many entries kept."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "store", _TIB)
        pictures = fill(store, entries)
        mine = [secrets.token_hex(16) for _ in range(calls)]
        uploads = [
            lambda name=name: put(store, f"pictures/{name}", _PICTURE_BYTES, name, "192.0.2.1")
            for name in mine
        ]
        specifications = [
            lambda name=name: put(store, f"specs/{name}", _SPECIFICATION_BYTES, name, "192.0.2.1")
            for name in mine
        ]
        figures = [
            timed(uploads),
            timed(specifications),
            timed([lambda name=name: store.get(f"pictures/{name}") for name in mine]),
            timed([lambda name=name: store.has(f"pictures/{name}") for name in (pictures or mine)[:calls]]),
            timed([lambda name=name: store.delete_group(name) for name in mine]),
            timed([store.sweep] * 3),
        ]
        store.close()
    return [f"{entries:,}", *figures]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="*", default=[0, 10_000, 100_000])
    parser.add_argument("--calls", type=int, default=200, help="calls of each kind")
    arguments = parser.parse_args()
    columns = [
        "entries kept",
        "put a picture",
        "put a specification",
        "get a picture",
        "has",
        "delete a picture",
        "sweep",
    ]
    notes = [
        "Milliseconds of processor time, the kernel's included: medians (quartiles).",
        "A picture is 640 × 480 in colour, 900 KiB; what is kept are pictures of 6,000 bytes, each with three "
        "specifications. Deleting a picture deletes its specification too.",
        "A sweep runs every five minutes, on a worker.",
    ]
    rows = [row(entries, arguments.calls) for entries in arguments.entries]
    print(Report("Store: what a call costs, by how much is kept", columns, rows, notes).markdown())


if __name__ == "__main__":
    main()
