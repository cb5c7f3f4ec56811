"""The store in a folder: its contract, its bounds, several processes, and what crashes and broken disks leave."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.services.store.sqlite_store import SqliteStore
from app.services.store.store import Store, StoreFull

MIB = 1024 * 1024


class Clock:
    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(root: Path, clock: Clock) -> Iterator[SqliteStore]:
    made = SqliteStore(root, 4 * MIB, clock=clock)
    yield made
    made.close()


def values(root: Path) -> list[Path]:
    """Return the files of large values."""
    return [path for path in (root / "values").glob("*/*") if path.is_file()]


def disk_bytes(root: Path) -> int:
    """Return what a store takes of the disk, folders included."""
    return sum(path.lstat().st_blocks * 512 for path in [root, *root.rglob("*")])


def make_old(root: Path) -> None:
    """Let the files of values look as if they had been written long ago."""
    for path in values(root):
        os.utime(path, (1, 1))


@pytest.mark.parametrize("size", [0, 2, 1024, 1025, 300_000])
def test_what_is_put_is_got_until_it_is_deleted(store: Store, root: Path, size: int) -> None:
    value = os.urandom(size)
    store.put("pictures/a", value, ttl=60)
    assert store.get("pictures/a") == value
    assert store.has("pictures/a")
    store.delete("pictures/a")
    store.delete("pictures/a")
    assert store.get("pictures/a") is None
    assert not store.has("pictures/a")
    assert not values(root)


def test_what_is_put_again_takes_the_place_of_the_first(store: Store, root: Path, clock: Clock) -> None:
    store.put("pictures/a", bytes(5000), ttl=10)
    store.put("pictures/a", bytes(6000), ttl=100)
    assert len(values(root)) == 1
    clock.ahead = 50
    assert store.get("pictures/a") == bytes(6000)


def test_what_has_expired_is_gone_and_swept(store: Store, root: Path, clock: Clock) -> None:
    store.put("pictures/a", bytes(5000), ttl=60)
    store.put("pictures/b", bytes(5000), ttl=600)
    clock.ahead = 61
    assert not store.has("pictures/a")
    assert store.get("pictures/a") is None
    store.sweep()
    assert len(values(root)) == 1
    assert store.has("pictures/b")


def test_a_group_is_deleted_with_all_that_is_in_it(store: Store, root: Path) -> None:
    for number in range(1200):
        store.put(f"specs/{number}", b"a", ttl=60, group="cat")
    store.put("pictures/cat", bytes(5000), ttl=60, group="cat")
    store.put("pictures/dog", bytes(5000), ttl=60, group="dog")
    store.delete_group("cat")
    assert not any(store.has(f"specs/{number}") for number in range(1200))
    assert not store.has("pictures/cat")
    assert store.has("pictures/dog")
    assert len(values(root)) == 1


@pytest.mark.parametrize(
    "key", ["../etc/passwd", "pictures/../x", "pictures", "a/b/c", "pictures/A", "pictures/", "/x"]
)
def test_a_key_cannot_leave_the_store(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, b"x", ttl=60)


def test_of_several_first_values_one_is_kept_for_all(store: Store, root: Path) -> None:
    stores = [SqliteStore(root, MIB) for _ in range(8)]
    barrier = threading.Barrier(8)

    def keep(index: int) -> bytes:
        barrier.wait()
        return stores[index].put_if_absent("secrets/owner", bytes([index]))

    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(keep, range(8)))
    assert len(kept) == 1
    assert store.put_if_absent("secrets/owner", b"late") == kept.pop()


def test_a_first_value_is_kept_for_ever_whatever_else_comes(store: Store, clock: Clock) -> None:
    store.put_if_absent("secrets/owner", b"first")
    clock.ahead = 10.0**9
    for number in range(20):
        store.put(f"pictures/{number}", bytes(300_000), ttl=60)
    store.sweep()
    assert store.put_if_absent("secrets/owner", b"second") == b"first"


# Bounds.


def test_a_full_store_drops_what_would_go_first(store: Store) -> None:
    for name, ttl in (("late", 300), ("soon", 100), ("next", 200), ("last", 400)):
        store.put(f"pictures/{name}", bytes(MIB), ttl)
    assert [store.has(f"pictures/{name}") for name in ("soon", "next", "late", "last")] == [
        False,
        True,
        True,
        True,
    ]


def test_an_address_that_puts_too_much_loses_its_own_and_nobody_elses(store: Store) -> None:
    store.put("pictures/theirs", bytes(MIB), 10, address="192.0.2.1")
    for number in range(10):
        store.put(f"pictures/{number}", bytes(MIB - 8192), 1000 + number, address="192.0.2.2")
    assert [number for number in range(10) if store.has(f"pictures/{number}")] == [8, 9]
    assert store.has("pictures/theirs")


def test_who_puts_a_shared_value_again_does_not_take_it_over(store: Store) -> None:
    store.put("specs/shared", b"x", 10, address="192.0.2.1")
    store.put("specs/shared", b"x", 10, address="192.0.2.2")
    for number in range(10):
        store.put(f"pictures/{number}", bytes(MIB), 1000, address="192.0.2.2")
    assert store.has("specs/shared")


def test_what_is_larger_than_the_bound_is_refused_and_pushes_nothing_out(store: Store, root: Path) -> None:
    store.put("pictures/a", bytes(5000), 60)
    for size, address in ((5 * MIB, None), (2 * MIB + 1, "192.0.2.1")):
        with pytest.raises(StoreFull, match="MiB at most"):
            store.put("pictures/b", bytes(size), 60, address=address)
    assert store.has("pictures/a")
    assert len(values(root)) == 1


@pytest.mark.parametrize("size", [0, 200, 1024, 1500, 20_000, 200_000])
def test_the_disk_never_has_more_than_the_bound(tmp_path: Path, size: int) -> None:
    root = tmp_path / "store"
    store = SqliteStore(root, MIB)
    for number in range(3 * MIB // (size + 512)):
        store.put(f"specs/{os.urandom(16).hex()}", os.urandom(size), 60 + number % 7, group=str(number % 3))
        if number % 50 == 0:
            assert disk_bytes(root) <= MIB
    # What was small goes for what is large: the index shrinks with it.
    for number in range(8):
        store.put(f"pictures/{number}", bytes(200_000), 600)
        assert disk_bytes(root) <= MIB
    store.sweep()
    assert disk_bytes(root) <= MIB
    assert store.has("pictures/7")


def test_what_is_counted_is_what_there_is(store: SqliteStore, root: Path) -> None:
    for number in range(300):
        store.put(f"pictures/{number % 100}", bytes(number * 10), 60, address=f"192.0.2.{number % 3}")
        if number % 3 == 0:
            store.delete(f"pictures/{number % 50}")
    with sqlite3.connect(root / "index" / "index.sqlite3") as index:
        query = "SELECT coalesce(address, '*'), count(*), sum(bytes) FROM entries GROUP BY address"
        added = {address: (count, total) for address, count, total in index.execute(query)}
        kept = {address: (count, total) for address, count, total in index.execute("SELECT * FROM usage")}
    whole = kept.pop("*")
    assert kept == added
    assert whole == (sum(count for count, _ in added.values()), sum(total for _, total in added.values()))
    index.close()
    store.delete_group("none")


def test_with_an_address_goes_its_count(store: SqliteStore, root: Path) -> None:
    store.put("pictures/a", b"x", 60, address="192.0.2.1")
    store.delete("pictures/a")
    with sqlite3.connect(root / "index" / "index.sqlite3") as index:
        assert index.execute("SELECT * FROM usage").fetchall() == [("*", 0, 0)]
    index.close()


# Several processes, and crashes.


def test_another_process_sees_the_same(store: Store, root: Path) -> None:
    another = SqliteStore(root, 4 * MIB)
    store.put("pictures/a", bytes(9000), ttl=60, group="a")
    assert another.get("pictures/a") == bytes(9000)
    another.delete_group("a")
    assert store.get("pictures/a") is None


_WRITER = """
import os, sys
from pathlib import Path
from app.services.store.sqlite_store import SqliteStore
store, name = SqliteStore(Path(sys.argv[1]), 256 * 1024 * 1024), sys.argv[2]
number = 0
while True:
    size = (200, 5000, 300_000)[number % 3]
    store.put(f"pictures/{name}-{number}", bytes([number % 256]) * size, 600, group=name)
    print(number, flush=True)
    number += 1
"""


def writer(root: Path, name: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", _WRITER, str(root), name]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def read_until(process: subprocess.Popen[str], number: int) -> int:
    """Wait until a writer has acknowledged so many; return the last."""
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= number:
            return int(line)
    pytest.fail("the writer has ended")


def test_two_processes_write_at_once_and_killing_them_loses_nothing_acknowledged(root: Path) -> None:
    store = SqliteStore(root, 256 * MIB)
    for turn in range(3):
        names = [f"{turn}-one", f"{turn}-two"]
        writers = [writer(root, name) for name in names]
        acknowledged = []
        for process in writers:
            read_until(process, 20)
        for process in writers:
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            acknowledged.append(max([20, *map(int, process.stdout.read().split())]))
            process.wait()
            process.stdout.close()
        for name, last in zip(names, acknowledged, strict=True):
            for number in range(last + 1):
                size = (200, 5000, 300_000)[number % 3]
                assert store.get(f"pictures/{name}-{number}") == bytes([number % 256]) * size
    make_old(root)
    store.sweep()
    named = sqlite3.connect(root / "index" / "index.sqlite3")
    (count,) = named.execute("SELECT count(*) FROM entries WHERE file IS NOT NULL").fetchone()
    named.close()
    assert len(values(root)) == count


def test_files_that_no_entry_names_are_swept_once_they_are_old(store: Store, root: Path) -> None:
    store.put("pictures/a", bytes(5000), 60)
    orphan = root / "values" / "a" / ("a" * 32)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(bytes(5000))
    store.sweep()
    assert orphan.exists()  # another process may be about to name it
    make_old(root)
    store.sweep()
    assert not orphan.exists()
    assert store.get("pictures/a") == bytes(5000)


def test_entries_whose_files_are_gone_are_forgotten(store: Store, root: Path) -> None:
    store.put("pictures/a", bytes(5000), 60)
    store.put("pictures/b", bytes(5000), 60)
    for path in values(root):
        path.unlink()
    with capture_logs() as logs:
        assert store.get("pictures/a") is None
        assert not store.has("pictures/a")
        store.sweep()
        assert not store.has("pictures/b")
    assert len(logs) == 2


def test_a_value_that_the_disk_has_changed_is_not_given_out(store: Store, root: Path) -> None:
    store.put("pictures/a", bytes(5000), 60)
    for path in values(root):
        path.write_bytes(bytes(4999) + b"x")
    with capture_logs() as logs:
        assert store.get("pictures/a") is None
    assert "changed" in logs[0]["event"]
    store.put("pictures/a", bytes(5000), 60)
    assert store.get("pictures/a") == bytes(5000)


def test_what_is_not_the_stores_is_never_touched(store: Store, root: Path) -> None:
    for folder in ("photos", "values/a", "pictures"):
        (root / folder).mkdir(parents=True, exist_ok=True)
        path = root / folder / "Letter.txt"
        path.write_text("mine")
        os.utime(path, (1, 1))
    store.sweep()
    assert all((root / folder / "Letter.txt").exists() for folder in ("photos", "values/a", "pictures"))


def test_a_vanished_folder_comes_back(store: Store, root: Path) -> None:
    store.put("pictures/a", b"x", ttl=60)
    shutil.rmtree(root)
    assert store.get("pictures/a") is None
    store.put("pictures/b", bytes(5000), ttl=60)
    assert store.get("pictures/b") == bytes(5000)
