"""The problem document that reports a refusal or an error."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class ProblemAnswer(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None
