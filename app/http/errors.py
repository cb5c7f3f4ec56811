"""Turn every error into a problem document (RFC 9457).

The packages below raise errors that know nothing of HTTP; the table here gives each a status and a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.imaging.decode import PictureTooLarge, UnreadablePicture
from app.services.jobs import UnknownJob
from app.services.networks import UnusableCheckpoint
from app.services.ownership import NotOwner
from app.services.pictures import UnknownPicture
from app.services.store.store import StoreFull, StoreUnavailable
from app.services.trace import Overflow
from app.services.traces import UnknownTrace
from app.services.workers import Busy, OutOfMemory
from app.tracing.analysis.explanations import Unexplainable
from app.tracing.capture.parameters import UnknownFilter
from app.tracing.derivation.derivation import UnknownCell
from app.tracing.editing.bounds import TooManyCells
from app.tracing.editing.edits import InvalidEdit, Permitted, Range
from model.registry import UnknownCheckpoint, UnknownNetwork

PROBLEM = "application/problem+json"

_MOST_ERRORS = 20  # more than anybody reads; 64 edits can have hundreds


class NotThere(LookupError):
    """A part of something known that does not exist; the message says what does."""


class BodyTooLarge(ValueError):
    """A request whose body is larger than its route takes."""


class BodyTooSlow(TimeoutError):
    """A request whose body did not come within the time that this server waits for one."""


class MalformedForm(ValueError):
    """A body that is no well-formed form, or has more parts than any form of ours."""


class InvalidHost(ValueError):
    """A request that does not say which host it is for, or says it in no permitted form."""


class UnknownHost(LookupError):
    """A request for a host name that is none of this server's."""


class ForeignOrigin(PermissionError):
    """A request that would change something, sent by another site's page."""


class NotModified(Exception):
    """The caller's copy is still valid; ``headers`` go with the 304."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = dict(headers)


class InvalidField(ValueError):
    """A request's field that is of the right type but not permitted; the message says what is."""

    def __init__(self, field: str, message: str, *, where: str = "body") -> None:
        super().__init__(message)
        self.field = field
        self.where = where


_STATUS: dict[type[Exception], tuple[HTTPStatus, str, str]] = {
    UnknownPicture: (HTTPStatus.NOT_FOUND, "unknown-picture", "Unknown picture"),
    UnknownTrace: (HTTPStatus.NOT_FOUND, "unknown-trace", "Unknown trace"),
    UnknownNetwork: (HTTPStatus.NOT_FOUND, "unknown-network", "Unknown network"),
    UnknownCheckpoint: (HTTPStatus.NOT_FOUND, "unknown-checkpoint", "Unknown checkpoint"),
    UnknownJob: (HTTPStatus.NOT_FOUND, "unknown-job", "Unknown job"),
    NotThere: (HTTPStatus.NOT_FOUND, "not-there", "Not there"),
    UnknownCell: (HTTPStatus.NOT_FOUND, "not-there", "Not there"),
    UnknownFilter: (HTTPStatus.NOT_FOUND, "not-there", "Not there"),
    NotOwner: (HTTPStatus.FORBIDDEN, "not-owner", "Not the owner"),
    PictureTooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "picture-too-large", "Picture too large"),
    TooManyCells: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-many-cells", "Too many cells"),
    BodyTooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-large", "Request too large"),
    BodyTooSlow: (HTTPStatus.REQUEST_TIMEOUT, "body-too-slow", "Request too slow"),
    MalformedForm: (HTTPStatus.BAD_REQUEST, "malformed-form", "Malformed form"),
    InvalidHost: (HTTPStatus.BAD_REQUEST, "invalid-host", "Invalid host"),
    UnknownHost: (HTTPStatus.MISDIRECTED_REQUEST, "unknown-host", "Unknown host"),
    ForeignOrigin: (HTTPStatus.FORBIDDEN, "foreign-origin", "Foreign origin"),
    UnreadablePicture: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unreadable-picture", "Unreadable picture"),
    Unexplainable: (HTTPStatus.UNPROCESSABLE_ENTITY, "unexplainable", "Unexplainable"),
    UnusableCheckpoint: (HTTPStatus.INTERNAL_SERVER_ERROR, "unusable-checkpoint", "Unusable checkpoint"),
    Busy: (HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Busy"),
    OutOfMemory: (HTTPStatus.SERVICE_UNAVAILABLE, "out-of-memory", "Out of memory"),
    StoreFull: (HTTPStatus.INSUFFICIENT_STORAGE, "store-full", "No room"),
    StoreUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "store-unavailable", "Store unavailable"),
}


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document; ``errors`` says which fields are wrong, each with ``loc`` and ``msg``."""
    document: dict[str, Any] = {
        "type": f"urn:convscope:problem:{kind}" if kind else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        document["errors"] = errors
    return JSONResponse(document, status, headers=dict(headers or {}), media_type=PROBLEM)


def install(app: FastAPI) -> None:
    """Let the application answer every error of ours, and those of the framework, with problem documents."""
    for error_type in _STATUS:
        app.add_exception_handler(error_type, _listed_error)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(InvalidField, _invalid_field)
    app.add_exception_handler(InvalidEdit, _invalid_edit)
    app.add_exception_handler(Overflow, _overflow)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _nobody)
    app.add_exception_handler(Exception, _unexpected)


def response_to(error: Exception) -> Response:
    """Return the problem document of an error of ours that middleware has found."""
    status, kind, title = _STATUS[type(error)]
    return problem(status, kind, title, str(error), headers=_headers(error))


async def _listed_error(_request: Request, error: Exception) -> Response:
    return response_to(error)


async def _nobody(_request: Request, _error: Exception) -> Response:
    """The sender has gone, so nobody reads this; the status, nginx's, is for the log and the metrics."""
    return Response(status_code=499)


def _headers(error: Exception) -> dict[str, str] | None:
    if isinstance(error, Busy):
        return {"Retry-After": str(error.retry_after)}
    # The client would send the next request on the same connection just as slowly.
    return {"Connection": "close"} if isinstance(error, BodyTooSlow) else None


async def _not_modified(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NotModified)  # noqa: S101 - the handler is registered for nothing else
    return Response(status_code=304, headers=error.headers)


async def _invalid_field(_request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidField)  # noqa: S101 - the handler is registered for nothing else
    errors = [{"loc": [error.where, error.field], "msg": str(error)}]
    return problem(422, "invalid", "Invalid request", f"{error.field}: {error}", errors=errors)


async def _invalid_edit(_request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidEdit)  # noqa: S101 - the handler is registered for nothing else
    item: dict[str, Any] = {"loc": ["body", "edits", error.index, error.field], "msg": str(error)}
    if error.permitted is not None:
        item["permitted"] = _permitted(error.permitted)
    errors = [item]
    detail = f"edits.{error.index}.{error.field}: {error}"
    return problem(422, "unfit-edit", "An edit does not fit", detail, errors=errors)


def _permitted(permitted: Permitted) -> dict[str, Any]:
    """Return what a field may be: ``low`` and ``high``, those along each axis, or ``choices``."""
    if isinstance(permitted, Range):
        return asdict(permitted)
    if isinstance(permitted, Mapping):
        return {axis: asdict(within) for axis, within in permitted.items()}
    return {"choices": list(permitted)}


async def _overflow(_request: Request, error: Exception) -> Response:
    errors = [{"loc": ["body", "edits"], "msg": str(error)}]
    return problem(422, "overflow", "Numbers too large", str(error), errors=errors)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the handler is registered for nothing else
    all_errors = error.errors()
    # The response leaves out the input: the sender knows it, it can be large, and it need not be text.
    errors = [
        {"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]}
        for item in all_errors[:_MOST_ERRORS]
    ]
    sentences = [f"{'.'.join(map(str, item['loc'][1:])) or item['loc'][0]}: {item['msg']}" for item in errors]
    if len(all_errors) > len(errors):
        sentences.append(f"and {len(all_errors) - len(errors)} more")
    detail = "; ".join(sentences)
    return problem(422, "invalid", "Invalid request", detail, errors=errors)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for nothing else
    title = HTTPStatus(error.status_code).phrase
    return problem(error.status_code, "", title, str(error.detail), headers=error.headers)


async def _unexpected(_request: Request, _error: Exception) -> Response:
    return problem(500, "unexpected", "Unexpected error", "Something went wrong here; it was logged.")
