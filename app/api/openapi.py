"""The OpenAPI document: FastAPI's own, with errors as what they are, problem documents."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.api.schemas.models import ProblemAnswer
from app.http.errors import PROBLEM

_EVERYWHERE = {
    "422": "A field is not of the permitted type or range; `errors` says which.",
    "503": "Too much is waiting; see Retry-After.",
}


def install(app: FastAPI) -> None:
    """Let the application serve the amended document at the usual place."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _amend(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _amend(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    schemas["ProblemAnswer"] = ProblemAnswer.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            if path.startswith("/api/"):
                responses |= {
                    status: {"description": text}
                    for status, text in _EVERYWHERE.items()
                    if status not in responses
                }
                for status, response in responses.items():
                    if status >= "400":
                        response["content"] = content
    return document
