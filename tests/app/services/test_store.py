from __future__ import annotations

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.services.store import DirectoryStore


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store", max_bytes=1000)


def age(store: DirectoryStore, key: str, seconds: float) -> None:
    path = store._path(key)
    os.utime(path, (time.time() + seconds,) * 2)


def test_what_is_put_is_got_until_it_is_deleted(store: DirectoryStore) -> None:
    store.put("pictures/a", b"\0\xff", ttl=60)
    assert store.get("pictures/a") == b"\0\xff"
    assert store.has("pictures/a")
    store.delete("pictures/a")
    store.delete("pictures/a")
    assert store.get("pictures/a") is None
    assert not store.has("pictures/a")


def test_another_process_sees_the_same(store: DirectoryStore, tmp_path: Path) -> None:
    another = DirectoryStore(tmp_path / "store", 1000)
    store.put("pictures/a", b"x", ttl=60)
    assert another.get("pictures/a") == b"x"
    assert another.keys("pictures") == ["pictures/a"]


def test_of_several_first_values_one_is_kept_for_all(store: DirectoryStore, tmp_path: Path) -> None:
    stores = [DirectoryStore(tmp_path / "store", 1000) for _ in range(8)]
    barrier = threading.Barrier(8)

    def keep(index: int) -> bytes:
        barrier.wait()
        return stores[index].put_if_absent("secrets/owner", bytes([index]))

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(keep, range(8)))
    assert len(secrets) == 1
    assert store.put_if_absent("secrets/owner", b"late") == secrets.pop()
    assert not list((tmp_path / "store").glob("*/.*"))


def test_what_is_not_the_stores_is_never_touched(store: DirectoryStore, tmp_path: Path) -> None:
    root = tmp_path / "store"
    (root / "photos" / "2020").mkdir(parents=True)
    (root / "photos" / "Letter.txt").write_text("mine")
    for path in (root / "photos" / "2020", root / "photos" / "Letter.txt"):
        os.utime(path, (1, 1))
    store.sweep()
    assert (root / "photos" / "2020").is_dir()
    assert (root / "photos" / "Letter.txt").exists()


def test_expired_files_go_at_the_next_start_and_a_vanished_directory_comes_back(
    store: DirectoryStore, tmp_path: Path
) -> None:
    store.put("pictures/a", b"x", ttl=60)
    age(store, "pictures/a", -1)
    DirectoryStore(tmp_path / "store", 1000)
    assert not store._path("pictures/a").exists()
    shutil.rmtree(tmp_path / "store")
    store.put("pictures/b", b"y", ttl=60)
    assert store.get("pictures/b") == b"y"


def test_what_has_expired_is_gone(store: DirectoryStore) -> None:
    store.put("pictures/a", b"x", ttl=60)
    age(store, "pictures/a", -1)
    assert not store.has("pictures/a")
    assert store.get("pictures/a") is None
    assert not store._path("pictures/a").exists()


def test_a_full_store_drops_what_would_go_first(store: DirectoryStore) -> None:
    for name, ttl in (("late", 300), ("soon", 100), ("next", 200)):
        store.put(f"pictures/{name}", bytes(400), ttl)
    store.sweep()
    assert store.get("pictures/soon") is None
    assert store.get("pictures/next") is not None
    assert store.get("pictures/late") is not None


@pytest.mark.parametrize(
    "key", ["../etc/passwd", "pictures/../x", "pictures", "a/b/c", "pictures/A", "pictures/", "/x"]
)
def test_a_key_cannot_leave_the_store(store: DirectoryStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, b"x", ttl=60)
