"""The state of the server."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Status = Literal["ok", "starting", "failed"]
Device = Literal["cpu", "cuda", "mps"]


class HealthAnswer(BaseModel):
    """The server's status, version and device."""

    status: Status
    version: str
    device: Device
