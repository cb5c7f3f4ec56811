"""Responses besides a route's model: files, content sent part by part, and their OpenAPI documentation."""

from __future__ import annotations

import traceback
from collections.abc import AsyncGenerator
from typing import Any

import structlog
from fastapi.responses import StreamingResponse
from starlette.types import Send

from app.api.schemas.problems import ProblemAnswer
from app.services.readers import PictureDeleted
from app.services.workers import Busy, OutOfMemory

log = structlog.get_logger("convscope.responses")

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


class PartsResponse(StreamingResponse):
    """A response that is sent part by part, and breaks off where it cannot go on.

    It then ends without its last message, so that the server closes the connection and the client sees that
    something is missing.
    """

    async def stream_response(self, send: Send) -> None:
        """Send all parts."""
        try:
            await super().stream_response(send)
        except (PictureDeleted, Busy, OutOfMemory) as error:
            log.info("a response broke off", reason=type(error).__name__)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)
            raise
        finally:
            # Where the client has gone, what the parts are made of would wait for the garbage collector.
            if isinstance(self.body_iterator, AsyncGenerator):
                await self.body_iterator.aclose()


def file_responses(media_type: str) -> Responses:
    """Return the responses of a route that gives a file of something that may not exist."""
    return {200: {"content": {media_type: {"schema": BYTES}}}, **NOT_FOUND}
