"""The pictures that excite a channel most."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.api.schemas.cells import FieldAnswer


class ExemplarAnswer(BaseModel):
    """A picture and the largest value of the channel on it.

    ``cell`` is where that value stands, [row, column], null of a vector; ``field`` what it sees of the input, null
    where that is not known. ``picture`` is an id that a trace can be made of.
    """

    index: int
    picture: str
    url: str
    label: str
    value: float
    cell: list[int] | None
    field: FieldAnswer | None


class ExemplarsAnswer(BaseModel):
    """The pictures that excite a channel most, the strongest first, out of ``count`` that were shown.

    There are none of the input, of what only passes on (a flatten), and of a network that others trained, on pictures
    of which there is no set here: its ``source`` is null.
    """

    network: str
    checkpoint: str = Field(description="Whose weights the values are of.")
    layer: str
    channel: int
    source: str | None = Field(description="Where the pictures are from.")
    count: int
    input: list[int] = Field(description="Height and width of the network's input, which `field` is in.")
    pictures: list[ExemplarAnswer]
