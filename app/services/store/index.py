"""The index of a store: an SQLite database that several processes may use at once.

It lies in a folder of its own, with the journals that SQLite writes beside it, so that a broken one is moved aside by
one rename, which another process either sees or does not.
"""

from __future__ import annotations

import errno
import fcntl
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TypeVar

import structlog

from app.services.store.store import StoreFull, StoreUnavailable

log = structlog.get_logger("convscope.store")

R = TypeVar("R")

PAGE_BYTES = 4096

_VERSION = 1
_ATTEMPTS = 3
_BUSY_SECONDS = 5.0
_LEAST_FREE_BYTES = 1024 * 1024  # with less, an error of the disk means that it is full
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SCHEMA = """
CREATE TABLE entries (
    key TEXT PRIMARY KEY,
    group_name TEXT,    -- what it goes together with
    address TEXT,       -- who is charged for it
    expires REAL,       -- a Unix time; NULL: never
    bytes INTEGER NOT NULL,  -- what it takes of the disk
    checksum INTEGER NOT NULL,
    file TEXT,          -- where the value is; NULL: in `value`
    value BLOB
);
CREATE INDEX entries_by_expiry ON entries (expires) WHERE expires IS NOT NULL;
CREATE INDEX entries_by_group ON entries (group_name) WHERE group_name IS NOT NULL;
CREATE INDEX entries_by_address ON entries (address, expires) WHERE address IS NOT NULL;
CREATE INDEX entries_by_file ON entries (file) WHERE file IS NOT NULL;

-- What the entries of each address take, and under '*' what all of them do: a sum that is never added up anew.
CREATE TABLE usage (address TEXT PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO usage VALUES ('*', 0, 0);
CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
    INSERT INTO usage SELECT NEW.address, 0, 0 WHERE NEW.address IS NOT NULL ON CONFLICT DO NOTHING;
    UPDATE usage SET entries = entries + 1, bytes = bytes + NEW.bytes WHERE address IN ('*', NEW.address);
END;
CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
    UPDATE usage SET entries = entries - 1, bytes = bytes - OLD.bytes WHERE address IN ('*', OLD.address);
    DELETE FROM usage WHERE address = OLD.address AND entries = 0;
END;
"""


class Index:
    """One connection to the database, used by one thread at a time."""

    def __init__(self, root: Path, journal_pages: int) -> None:
        """Use the database in a store's folder, made when it is first needed; its journal is kept near a size."""
        self._root = root
        self._folder = root / "index"
        self._aside = root / "broken-index"
        self._database = self._folder / "index.sqlite3"
        self._journal_pages = journal_pages
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def run(self, work: Callable[[sqlite3.Connection], R]) -> R:
        """Return what is done with the connection. A broken database is set aside, and the work done on a new one.

        Raises:
            StoreFull: the disk is full.
            StoreUnavailable: the database cannot be read or written.
        """
        with self._lock:
            for _ in range(_ATTEMPTS):
                with suppress(_Replaced):
                    return self._try(work)
            raise StoreUnavailable("The server's store of pictures is broken. Nothing was kept.")

    def write(self, work: Callable[[sqlite3.Connection], R]) -> R:
        """Do as `run` does in one transaction, which happens as a whole or not at all."""

        def transaction(connection: sqlite3.Connection) -> R:
            connection.execute("BEGIN IMMEDIATE")
            result = work(connection)
            connection.execute("COMMIT")
            return result

        return self.run(transaction)

    @property
    def aside_bytes(self) -> int:
        """What a database that was set aside takes on the disk."""
        with suppress(OSError):
            return sum(path.stat().st_size for path in self._aside.iterdir())
        return 0

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._lock:
            self._disconnect()

    def __del__(self) -> None:
        """Close what its owner has forgotten to close."""
        self._disconnect()

    def _try(self, work: Callable[[sqlite3.Connection], R]) -> R:
        try:
            return work(self._connected())
        except (sqlite3.Error, OSError) as error:
            identity, answer = self._identity, unavailable(error, self._root)
            # On a full disk no other connection could be opened: it needs room for its journal.
            if not (isinstance(answer, StoreFull) and self._roll_back()):
                self._disconnect()
            if identity is not None and identity != _identity(self._database):
                raise _Replaced from error  # by another process, in this very moment
            if _is_corrupt(error):
                self._set_aside(identity, error)
                raise _Replaced from error
            raise answer from error
        except BaseException:
            if not self._roll_back():
                self._disconnect()
            raise

    def _roll_back(self) -> bool:
        """Take back a transaction that was begun; return whether the connection can be used again."""
        if self._connection is None:
            return False
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            return False
        return True

    def _connected(self) -> sqlite3.Connection:
        # Another process may have set the database aside, or somebody may have removed the folder.
        if self._connection is None or self._identity != _identity(self._database):
            self._disconnect()
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            self._folder.mkdir(exist_ok=True, mode=0o700)
            connection = sqlite3.connect(
                self._database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._identity = _identity(self._database)
                _prepare(connection, self._journal_pages)
            except BaseException:
                connection.close()
                raise
        return connection

    def _disconnect(self) -> None:
        connection, self._connection, self._identity = self._connection, None, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _set_aside(self, identity: tuple[int, int] | None, error: Exception) -> None:
        """Move a broken database out of the way, unless another process has done so already."""
        try:
            with self._alone():
                if identity != _identity(self._database):
                    return
                shutil.rmtree(self._aside, ignore_errors=True)
                self._folder.rename(self._aside)
        except OSError as failure:
            raise unavailable(failure, self._root) from error
        log.error(
            "the store's index is broken: it was moved aside and begun anew; the pictures in it are lost",
            reason=str(error),
            moved_to=str(self._aside),
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from opening the database or moving it aside."""
        with (self._root / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class _Replaced(Exception):
    """The database was broken and is set aside: there is, or will be, another."""


class _AnotherVersion(sqlite3.DatabaseError):
    """The database is of another version of ConvScope."""

    def __init__(self, version: int) -> None:
        super().__init__(f"it is of version {version}, not {_VERSION}")


def _prepare(connection: sqlite3.Connection, journal_pages: int) -> None:
    """Set a connection up, and make the tables where there are none."""
    for pragma in (
        f"page_size = {PAGE_BYTES}",
        "auto_vacuum = INCREMENTAL",
        "journal_mode = WAL",
        # A commit outlives the process; after a power cut the last ones may be missing, no more.
        "synchronous = NORMAL",
        f"wal_autocheckpoint = {journal_pages}",
        f"journal_size_limit = {journal_pages * PAGE_BYTES}",
        # What is deleted is overwritten: small pictures lie in the database itself.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
    elif version != _VERSION:
        raise _AnotherVersion(version)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino


def _is_corrupt(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or isinstance(error, _AnotherVersion)


def unavailable(error: Exception, root: Path) -> StoreUnavailable:
    """Return the error that callers get for one of the disk or of the database."""
    if isinstance(error, OSError):
        full, reason = error.errno in _NO_SPACE, error.strerror
    else:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        full = code == sqlite3.SQLITE_FULL or (
            code == sqlite3.SQLITE_IOERR and _free(root) < _LEAST_FREE_BYTES
        )
        reason = str(error)
    if full:
        return StoreFull("The server's disk is full: nothing was kept. Try again later.")
    return StoreUnavailable(
        f"The server cannot read or write its store of pictures now ({reason or type(error).__name__}). "
        "Nothing was kept."
    )


def _free(root: Path) -> int:
    try:
        return shutil.disk_usage(root).free
    except OSError:
        return _LEAST_FREE_BYTES
