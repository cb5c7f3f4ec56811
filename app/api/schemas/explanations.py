"""Where in the picture a class's score comes from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from app.services.explanations import Method


class ExplanationAnswer(BaseModel):
    """What a map says: float32, none of it below 0, from ``min`` to ``max``.

    ``shape`` is [rows, columns] of the layer, or of the input for saliency, whose ``layer`` is null. The map lies
    over ``box`` of the picture, [left, top, right, bottom] in its pixels; null if over all of it.
    """

    model_config = ConfigDict(populate_by_name=True)
    method: Method
    class_index: int = Field(alias="class")
    label: str
    layer: str | None
    shape: list[int]
    min: float
    max: float
    box: list[int] | None
    links: dict[str, str]
