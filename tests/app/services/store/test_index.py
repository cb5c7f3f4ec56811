"""The index of a store when it is broken, of another version, or gone: it is begun anew, also for other processes."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.services.store.sqlite_store import SqliteStore
from app.services.store.store import Store
from tests.app.services.store.test_sqlite_store import MIB, disk_bytes, make_old, values


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(root: Path) -> SqliteStore:
    return SqliteStore(root, 4 * MIB)


def scribble(path: Path, start: int, count: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"scribble" * (count // 8))


@pytest.mark.parametrize("start", [0, 4096])
def test_a_broken_index_is_said_moved_aside_and_begun_anew(store: Store, root: Path, start: int) -> None:
    for number in range(50):
        store.put(f"pictures/{number}", bytes(5000), 60)
    store.close()
    scribble(root / "index" / "index.sqlite3", start, 8 * 4096)
    beside = SqliteStore(root, 4 * MIB)
    with capture_logs() as logs:
        store.put("pictures/new", bytes(5000), 60)
    assert [entry["event"] for entry in logs if "broken" in entry["event"]]
    assert (root / "broken-index" / "index.sqlite3").exists()
    for one in (store, beside, SqliteStore(root, 4 * MIB)):
        assert one.get("pictures/new") == bytes(5000)
    make_old(root)
    store.sweep()
    assert len(values(root)) <= 1
    assert disk_bytes(root) < 4 * MIB


def test_a_process_that_has_the_index_open_follows_when_another_sets_it_aside(
    store: Store, root: Path
) -> None:
    beside = SqliteStore(root, 4 * MIB)
    for number in range(50):
        store.put(f"pictures/{number}", b"x", 60)
    assert beside.has("pictures/0")
    store.close()
    beside.close()
    scribble(root / "index" / "index.sqlite3", 0, 8 * 4096)
    barrier = threading.Barrier(2)

    def put(one: Store, name: str) -> None:
        barrier.wait()
        one.put(f"pictures/{name}", b"x", 60)

    with capture_logs() as logs, ThreadPoolExecutor(2) as pool:
        list(pool.map(put, (store, beside), ("one", "two")))
    assert len(logs) == 1
    for one in (store, beside):
        assert one.has("pictures/one")
        assert one.has("pictures/two")


def test_an_index_of_another_version_is_set_aside(store: Store, root: Path) -> None:
    store.put("pictures/a", b"x", 60)
    with sqlite3.connect(root / "index" / "index.sqlite3") as index:
        index.execute("PRAGMA user_version = 99")
    index.close()
    store.close()
    with capture_logs() as logs:
        assert not store.has("pictures/a")
    assert "version 99" in logs[0]["reason"]
    store.put("pictures/a", b"x", 60)
    assert store.has("pictures/a")
