"""Forms: what is in them, and that a hostile one costs no more than a search."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from app.http.errors import BodyTooLarge, MalformedForm
from app.http.forms import Form, parse_form

TYPE = "multipart/form-data; boundary=edge"
FILE = b'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
TEXT = b'Content-Disposition: form-data; name="network"\r\n\r\n'


def form(*parts: bytes, boundary: bytes = b"edge") -> bytes:
    return (
        b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
    )


@pytest.mark.parametrize(
    "content", [b"", b"pixels", b"\r\n", b"\r\n--edg", b"-edge", bytes(range(256)), b"\r\n\r\n"]
)
def test_a_file_is_the_bytes_that_were_sent(content: bytes) -> None:
    parsed = parse_form(TYPE, form(TEXT + b"tiny-vgg", FILE + content))
    assert parsed == Form({"network": "tiny-vgg"}, {"file": content})


def test_a_text_is_utf_8_or_else_latin_1() -> None:
    assert parse_form(TYPE, form(TEXT + "고양이".encode())).texts == {"network": "고양이"}
    assert parse_form(TYPE, form(TEXT + b"caf\xe9")).texts == {"network": "café"}


def test_what_is_before_the_first_boundary_and_after_the_last_is_ignored() -> None:
    body = b"preamble\r\n" + form(FILE + b"pixels") + b"epilogue\r\n--edge\r\n"
    assert parse_form(TYPE, body).files == {"file": b"pixels"}


def test_a_boundarys_line_may_have_blanks_and_its_name_quotes() -> None:
    body = form(FILE + b"pixels", boundary=b"an edge").replace(b"edge\r\n", b"edge \t\r\n", 1)
    assert parse_form('multipart/form-data; charset=utf-8; boundary="an edge"', body).files == {
        "file": b"pixels"
    }


def test_a_forms_last_line_need_not_end() -> None:
    assert parse_form(TYPE, form(FILE + b"pixels")[:-2]).files == {"file": b"pixels"}


@pytest.mark.parametrize(
    ("media_type", "body", "says"),
    [
        ("multipart/form-data", form(FILE), "no boundary"),
        (f"multipart/form-data; boundary={'e' * 300}", form(FILE), "no boundary"),
        (TYPE, b"", "no part"),
        (TYPE, b"pixels", "no part"),
        (TYPE, b"--edge\r\n" + FILE + b"half of the pix", "ends before its last boundary"),
        (TYPE, form(FILE + b"\r\n--edgewise"), "no end of line"),
        (TYPE, b"--edge" + b" " * 1000 + b"\r\n", "no end of line"),
        (TYPE, form(b"pixels"), "no headers"),
        (TYPE, form(b"X: " + b"x" * 9000 + b"\r\n" + FILE), "no headers"),
        (TYPE, form(b"Content-Type: image/png\r\n\r\npixels"), "no Content-Disposition"),
        (TYPE, form(b"Content-Disposition: form-data\r\n\r\npixels"), "no Content-Disposition"),
        (TYPE, form(FILE, FILE), "too many files"),
        (TYPE, form(*[TEXT] * 9), "too many fields"),
        (TYPE, form(*[TEXT] * 10, FILE), "too many"),
    ],
)
def test_what_is_no_form_of_ours_is_refused_in_a_sentence(media_type: str, body: bytes, says: str) -> None:
    with pytest.raises(MalformedForm, match=says):
        parse_form(media_type, body)


def test_a_text_is_bounded() -> None:
    assert len(parse_form(TYPE, form(TEXT + bytes(65536))).texts["network"]) == 65536
    with pytest.raises(BodyTooLarge, match="65536"):
        parse_form(TYPE, form(TEXT + bytes(65537)))


MANY = 20 * 2**20
OPEN = b"--edge\r\n"

# Made only when its test runs: together they are large.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "preamble": lambda: b"\r\n" * (MANY // 2),
    "epilogue": lambda: form(FILE) + b"\r\n--edge" * (MANY // 8),
    "blanks": lambda: OPEN + FILE + b"\r\n--edge" + b" " * MANY,
    "almost": lambda: OPEN + FILE + b"\r\n--edg" * (MANY // 7),
    "longer": lambda: OPEN + FILE + b"\r\n--edgex" * (MANY // 9),
    "returns": lambda: OPEN + FILE + b"\r" * MANY,
    "parts": lambda: (OPEN + TEXT + b"\r\n") * (MANY // 60),
    "headers": lambda: OPEN + b"a: b\r\n" * (MANY // 6),
    "quotes": lambda: OPEN + b'Content-Disposition: form-data; name="' + b'\\"' * (MANY // 2),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_twenty_mebibytes_made_to_be_slow_are_not(kind: str) -> None:
    body = HOSTILE[kind]()
    began = time.process_time()
    with suppress(MalformedForm):
        parse_form(TYPE, body)
    # A parser that looks at each byte takes 1 to 3 s; a search takes about 0.01 s.
    assert time.process_time() - began < 0.3
