"""A disk that is full, read-only or gone: each request is answered with a sentence, and works once the disk does."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.services.store.index import unavailable
from app.services.store.sqlite_store import SqliteStore
from app.services.store.store import StoreFull, StoreUnavailable
from app.services.store.value_files import ValueFiles
from app.settings import Settings
from tests.app.api.pictures import png


def sqlite_error(code: int, message: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StoreFull, "full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), StoreFull, "full"),
        (OSError(errno.EROFS, "Read-only file system"), StoreUnavailable, "Read-only"),
        (OSError(errno.EIO, "Input/output error"), StoreUnavailable, "Input/output"),
        (sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), StoreFull, "full"),
        (
            sqlite_error(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
            StoreUnavailable,
            "readonly",
        ),
        (sqlite_error(sqlite3.SQLITE_BUSY, "database is locked"), StoreUnavailable, "locked"),
    ],
)
def test_what_the_disk_says_becomes_a_sentence(
    tmp_path: Path, error: Exception, kind: type[Exception], says: str
) -> None:
    answer = unavailable(error, tmp_path)
    assert type(answer) is kind
    assert says in str(answer)
    assert str(tmp_path) not in str(answer)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path, device="cpu"))) as running:
        yield running


def requests_that_write(client: TestClient) -> Iterator[Any]:
    """Ask for all that keeps something: an upload, a sample's trace, and both in one."""
    yield client.post("/api/v1/pictures", files={"file": ("a.png", png((60, 60)))})
    sample = client.get("/api/v1/samples").json()[1]["id"]
    yield client.post("/api/v1/traces", json={"picture": sample, "network": "lenet"})
    yield client.post("/api/v1/traces", files={"file": ("a.png", png((60, 60)))}, data={"network": "lenet"})


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "store-full"),
        (OSError(errno.EROFS, "Read-only file system"), 503, "store-unavailable"),
        (sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), 507, "store-full"),
        (
            sqlite_error(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
            503,
            "store-unavailable",
        ),
    ],
)
def test_each_request_is_answered_and_works_again_when_the_disk_does(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, kind: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    client.post("/api/v1/pictures", files={"file": ("a.png", png((60, 60)))})
    with monkeypatch.context() as broken:
        broken.setattr("app.services.store.sqlite_store._insert_row", fail)
        if isinstance(error, OSError):
            broken.setattr(ValueFiles, "write", fail)
        for answer in requests_that_write(client):
            assert answer.status_code == status
            assert answer.json()["type"] == f"urn:convscope:problem:{kind}"
            assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/").status_code == 200
        assert client.get("/healthz").status_code == 200
    assert [answer.status_code for answer in requests_that_write(client)] == [201, 201, 201]


def test_a_server_starts_without_its_disk_and_uses_it_once_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", device="cpu"))) as client:
        assert client.get("/").status_code == 200
        assert {answer.status_code for answer in requests_that_write(client)} == {503}
        (tmp_path / "data").unlink()
        assert [answer.status_code for answer in requests_that_write(client)] == [201, 201, 201]


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of that size, where that is permitted."""
    mount = shutil.which("mount")
    folder.mkdir()
    command = [str(mount), "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if (
        mount is None
        or os.geteuid() != 0
        or subprocess.run(command, check=False, capture_output=True).returncode
    ):
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run([str(shutil.which("umount")), "--lazy", str(folder)], check=True)


def test_a_real_full_disk(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk", "2m") as disk,
        TestClient(create_app(Settings(data_dir=disk, device="cpu"))) as client,
    ):
        uploads = [
            client.post("/api/v1/pictures", files={"file": ("a.png", png((300, 300), number))})
            for number in range(12)
        ]
        kept = [answer.json() for answer in uploads if answer.status_code == 201]
        assert {answer.status_code for answer in uploads} == {201, 507}
        (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free))
        for number in range(200):  # until the index finds no room either
            body = {
                "picture": kept[0]["id"],
                "network": "lenet",
                "edits": [{"kind": "shift", "dx": number % 5, "dy": number}],
            }
            answer = client.post("/api/v1/traces", json=body)
            assert answer.status_code in {201, 507}
            if answer.status_code == 507:
                break
        assert answer.json()["type"] == "urn:convscope:problem:store-full"
        for picture in kept:
            assert client.get(f"/api/v1/pictures/{picture['id']}.png").status_code == 200
        # Whoever deletes a picture makes room, and finds it deleted.
        for picture in kept:
            token = {"X-Owner-Token": picture["owner_token"]}
            assert client.delete(f"/api/v1/pictures/{picture['id']}", headers=token).status_code == 204
        assert client.post("/api/v1/pictures", files={"file": ("a.png", png((300, 300)))}).status_code == 201


def test_a_real_read_only_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        store = SqliteStore(disk / "store", 10 * 1024 * 1024)
        store.put("pictures/a", bytes(5000), 60)
        remount = [str(shutil.which("mount")), "-o", "remount,ro", str(disk)]
        # A file that is open for writing keeps a file system from becoming read-only.
        store.close()
        subprocess.run(remount, check=True)
        for call in (
            lambda: store.put("pictures/b", bytes(5000), 60),
            lambda: store.put("pictures/b", b"x", 60),
            store.sweep,
        ):
            with pytest.raises(StoreUnavailable, match="Nothing was kept"):
                call()
        subprocess.run([*remount[:2], "remount,rw", str(disk)], check=True)
        assert store.get("pictures/a") == bytes(5000)
        store.put("pictures/b", bytes(5000), 60)
        store.close()
