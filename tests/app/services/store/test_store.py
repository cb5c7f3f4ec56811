from __future__ import annotations

import pytest

from app.services.store.store import StoreFull, StoreUnavailable, check_key


@pytest.mark.parametrize("key", ["pictures/0123456789abcdef", "specs/a-b", "secrets/owner"])
def test_a_collection_and_a_name_are_a_key(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["", "a", "a/", "/a", "a/b/c", "a/B", "a/..", "a/b\n"])
def test_anything_else_is_none(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        check_key(key)


def test_a_full_store_is_one_that_cannot_be_used() -> None:
    assert issubclass(StoreFull, StoreUnavailable)
