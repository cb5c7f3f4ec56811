from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.store import DirectoryStore


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
    store.put("secrets/owner", b"x")
    assert DirectoryStore(tmp_path / "store", 1000).get("secrets/owner") == b"x"
    assert store.has("secrets/owner")


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
        store.put(key, b"x")
