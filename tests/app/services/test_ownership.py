from __future__ import annotations

import pytest

from app.services.ownership import same_token


@pytest.mark.parametrize("given", ["", "a", "abcd", "abd", "ab\xe9", "\ud800abc"[1:] + " "])
def test_only_the_same_token_is_the_same(given: str) -> None:
    assert same_token("abc", "abc")
    assert not same_token("abc", given)
