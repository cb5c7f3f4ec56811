"""Answers in progress are counted for as long as somebody has them, and end with their picture."""

from __future__ import annotations

import pytest

from app.services.readers import PictureDeleted, Readers
from app.services.workers import Busy


def test_readers_are_bounded_and_counted_while_they_last() -> None:
    readers = Readers(2)
    first, second = readers.admit("a"), readers.admit("b")
    with pytest.raises(Busy):
        readers.admit("c")
    assert len(readers) == 2
    del first
    assert len(readers) == 1
    readers.admit("c")
    second.check()


def test_only_those_of_a_deleted_picture_end() -> None:
    readers = Readers(2)
    first, second = readers.admit("a"), readers.admit("b")
    readers.delete_picture("a")
    second.check()
    with pytest.raises(PictureDeleted):
        first.check()


def test_one_client_leaves_room_for_the_others() -> None:
    readers = Readers(4)
    held = [readers.admit("a", "192.0.2.1") for _ in range(3)]
    with pytest.raises(Busy):
        readers.admit("a", "192.0.2.1")
    held.append(readers.admit("a", "192.0.2.2"))
    with pytest.raises(Busy):
        readers.admit("a", "192.0.2.3")
