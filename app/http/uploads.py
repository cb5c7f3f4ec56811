"""Read an uploaded file: a field of a multipart form, or the request's body itself."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from app.http.errors import InvalidField
from app.http.forms import Form, parse_form
from app.imaging.decode import UnreadablePicture


def media_type(request: Request) -> str:
    """Return the type of a request's body in lower case, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def picture_bytes(request: Request) -> bytes:
    """Return the picture's bytes from a multipart field `file` or a raw body.

    Raises:
        InvalidField: a form without a file.
        MalformedForm: no well-formed form, although its type says so.
        UnreadablePicture: the body's own media type is not a picture's.
    """
    kind = media_type(request)
    if kind == "multipart/form-data":
        return form_file(await read_form(request))
    if not kind.startswith("image/"):
        raise UnreadablePicture(
            f"A body of type {kind or 'unknown'} is no picture. "
            "Send multipart/form-data with a field 'file', or the file itself with a type such as image/png."
        )
    return await _body(request)


async def read_form(request: Request) -> Form:
    """Return the form in a request's body, parsed on another thread."""
    content_type = request.headers["content-type"]
    return await run_in_threadpool(parse_form, content_type, await _body(request))


def form_file(form: Form) -> bytes:
    """Return the bytes of a form's field `file`.

    Raises:
        InvalidField: there is none, or it is text.
    """
    if "file" not in form.files:
        raise InvalidField("file", "a picture file is required in the multipart field 'file'")
    return form.files["file"]


async def _body(request: Request) -> bytes:
    """Return a request's body. Unlike `request.body()`, the request does not keep it."""
    chunks = [chunk async for chunk in request.stream()]
    return b"".join(chunks)
