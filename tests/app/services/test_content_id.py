from __future__ import annotations

import pytest

from app.services.content_id import digest, is_id


def test_the_same_parts_have_the_same_name_on_every_machine() -> None:
    assert digest(b"picture", b"network") == "23533ff0797e9f0aa8311d87517741e2"
    assert digest() != digest(b"")


def test_parts_are_told_apart_wherever_they_are_divided() -> None:
    names = [
        digest(b"ab", b"c"),
        digest(b"a", b"bc"),
        digest(b"abc"),
        digest(b"abc", b""),
        digest(b"", b"abc"),
    ]
    assert len(set(names)) == len(names)
    assert all(is_id(name) for name in names)


@pytest.mark.parametrize(
    "text", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 31 + "\n", "../" + "0" * 29]
)
def test_what_has_not_the_form_of_an_id_is_none(text: str) -> None:
    assert not is_id(text)
