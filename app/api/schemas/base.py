"""The base class of all response models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer that can be read off an object with attributes of the same names, by ``model_validate``."""

    model_config = ConfigDict(from_attributes=True)
