"""Forms of type multipart/form-data, parsed from a whole body.

A parser that looks at every byte takes seconds for a hostile body of 20 MiB. This one searches for the boundary, gives
up after a few parts, and looks only at a part's first kilobytes for its headers: the cost is one search of the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_multipart.multipart import parse_options_header

from app.http.errors import BodyTooLarge, MalformedForm

MAX_FIELD_BYTES = 64 * 1024
MAX_FILES, MAX_FIELDS = 1, 8

_MAX_HEADER_BYTES = 8 * 1024
_MAX_BOUNDARY_BYTES = 256
_MAX_LINE_BYTES = 128
_LINE_END = re.compile(rb"[ \t]*\r\n")


@dataclass(frozen=True, slots=True)
class Form:
    """A form's texts and files, by the name of their field."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def parse_form(content_type: str, body: bytes) -> Form:
    """Return the form in a body.

    Raises:
        MalformedForm: it is not well-formed, or has too many parts.
        BodyTooLarge: a text is larger than any field of ours.
    """
    _, parameters = parse_options_header(content_type)
    boundary = parameters.get(b"boundary", b"")
    if not 0 < len(boundary) <= _MAX_BOUNDARY_BYTES:
        raise MalformedForm(f"The form's type has no boundary of 1 to {_MAX_BOUNDARY_BYTES} bytes.")
    form = Form()
    files = fields = 0
    for start, end in _parts(body, boundary):
        name, is_file, content = _part(body, start, end)
        if is_file:
            files += 1
            if files > MAX_FILES:
                raise MalformedForm(f"The form has too many files; at most {MAX_FILES} is permitted.")
            form.files[name] = body[content:end]
            continue
        fields += 1
        if fields > MAX_FIELDS:
            raise MalformedForm(f"The form has too many fields; at most {MAX_FIELDS} are permitted.")
        if end - content > MAX_FIELD_BYTES:
            raise BodyTooLarge(f"A field of the form may have {MAX_FIELD_BYTES} bytes at most.")
        form.texts[name] = _text(body[content:end])
    return form


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each part starts and ends, its headers included; at most one part more than a form may have."""
    delimiter = b"\r\n--" + boundary
    if body.startswith(delimiter[2:]):
        position = len(delimiter) - 2
    else:
        position = body.find(delimiter) + len(delimiter)
        if position < len(delimiter):
            raise MalformedForm("The form has no part: its boundary is not in it.")
    for _ in range(MAX_FILES + MAX_FIELDS + 1):
        if body.startswith(b"--", position):
            return
        line_end = _LINE_END.match(body, position, position + _MAX_LINE_BYTES)
        if line_end is None:
            raise MalformedForm("The form has a boundary that no end of line follows.")
        start = line_end.end()
        end = body.find(delimiter, start)
        if end == -1:
            raise MalformedForm("The form ends before its last boundary.")
        yield start, end
        position = end + len(delimiter)
    raise MalformedForm(
        f"The form has too many parts; at most {MAX_FILES} file and {MAX_FIELDS} fields are permitted."
    )


def _part(body: bytes, start: int, end: int) -> tuple[str, bool, int]:
    """Return a part's name, whether it is a file, and where its content starts."""
    blank = body.find(b"\r\n\r\n", start, min(end, start + _MAX_HEADER_BYTES))
    if blank == -1:
        raise MalformedForm(f"A part of the form has no headers that end within {_MAX_HEADER_BYTES} bytes.")
    for line in body[start:blank].split(b"\r\n"):
        header, _, value = line.partition(b":")
        if header.strip().lower() == b"content-disposition":
            _, options = parse_options_header(value.strip())
            if b"name" in options:
                return _text(options[b"name"]), b"filename" in options, blank + 4
    raise MalformedForm("A part of the form has no Content-Disposition with a name.")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
