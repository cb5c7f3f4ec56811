"""The OpenAPI document: FastAPI's own, with errors described as problem documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.http.errors import PROBLEM

_REFERENCE = "#/components/schemas/{model}"
_EVERYWHERE = {
    "421": "This server does not answer for the host name that was asked for.",
    "422": "A field is not of the permitted type or range; `errors` says which.",
    "503": "Too much is waiting; see Retry-After.",
}
_WHERE_CHANGED = {
    "403": "A page of another site sent this.",
    "408": "The body was too slow to arrive.",
    "413": "The body is too large.",
}
_CHANGES = frozenset({"post", "put", "patch", "delete"})


def install(app: FastAPI, problem: type[BaseModel], bodies: Sequence[type[BaseModel]] = ()) -> None:
    """Let the application serve the amended document at the usual place.

    Errors are documented as ``problem``. ``bodies`` are those that a route reads by itself and only refers to.
    """
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _amend(plain(), problem, bodies)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _amend(
    document: dict[str, Any], problem: type[BaseModel], bodies: Sequence[type[BaseModel]]
) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    _, definitions = models_json_schema([(body, "validation") for body in bodies], ref_template=_REFERENCE)
    schemas |= definitions.get("$defs", {})
    schemas[problem.__name__] = problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    content = {PROBLEM: {"schema": {"$ref": _REFERENCE.format(model=problem.__name__)}}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            if path.startswith("/api/"):
                common = _EVERYWHERE | (_WHERE_CHANGED if method in _CHANGES else {})
                responses |= {
                    status: {"description": text}
                    for status, text in common.items()
                    if status not in responses
                }
                for status, response in responses.items():
                    if status >= "400":
                        response["content"] = content
    return document
