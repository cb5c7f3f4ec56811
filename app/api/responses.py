"""The OpenAPI responses that routes document besides their model: files, and problems."""

from __future__ import annotations

from typing import Any

from app.api.schemas.problems import ProblemAnswer

Responses = dict[int | str, dict[str, Any]]

BYTES: dict[str, Any] = {"type": "string", "format": "binary"}

NOT_FOUND: Responses = {404: {"model": ProblemAnswer, "description": "There is none."}}

UPLOAD_PROBLEMS: Responses = {
    400: {"model": ProblemAnswer, "description": "Not a well-formed form."},
    413: {"model": ProblemAnswer, "description": "Too many bytes or pixels."},
    415: {"model": ProblemAnswer, "description": "Not a readable picture."},
    422: {"model": ProblemAnswer, "description": "No picture was sent."},
    503: {"model": ProblemAnswer, "description": "Busy, see Retry-After; or the store cannot be used."},
    507: {"model": ProblemAnswer, "description": "No room for it."},
}


def file_responses(media_type: str) -> Responses:
    """Return the responses of a route that gives a file of something that may not exist."""
    return {200: {"content": {media_type: {"schema": BYTES}}}, **NOT_FOUND}
