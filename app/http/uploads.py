"""Read an uploaded file: a field of a multipart form, or the request's body itself."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from app.http.errors import InvalidField
from app.imaging.decode import UnreadablePicture

MAX_FIELD_BYTES = 64 * 1024
MAX_FILES, MAX_FIELDS = 1, 8


def media_type(request: Request) -> str:
    """Return the type of a request's body in lower case, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def picture_bytes(request: Request) -> bytes:
    """Return the picture's bytes from a multipart field `file` or a raw body.

    Raises:
        InvalidField: a form without a file.
        UnreadablePicture: the body's own media type is not a picture's.
    """
    kind = media_type(request)
    if kind == "multipart/form-data":
        async with request.form(
            max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
        ) as form:
            return await form_file(form)
    if not kind.startswith("image/"):
        raise UnreadablePicture(
            f"A body of type {kind or 'unknown'} is no picture. "
            "Send multipart/form-data with a field 'file', or the file itself with a type such as image/png."
        )
    return await request.body()


async def form_file(form: FormData) -> bytes:
    """Return the bytes of a form's field `file`.

    Raises:
        InvalidField: there is none, or it is text.
    """
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise InvalidField("file", "a picture file is required in the multipart field 'file'")
    return await file.read()
