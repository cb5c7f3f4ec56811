"""The state of the server."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Status = Literal["ok", "starting", "failed"]
Device = Literal["cpu", "cuda", "mps"]


class HealthAnswer(BaseModel):
    """How the server is."""

    status: Status
    version: str
    device: Device
