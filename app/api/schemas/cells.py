"""The derivation of one cell, as docs/rest.md documents it. A number that is infinite or NaN is null."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.api.schemas.base import Answer
from app.api.schemas.layer_kinds import LayerKindName
from app.services.cell_provenance import CellProvenance
from app.tracing.layers.terms import Operation

Number = float | None


class TermAnswer(Answer):
    """One value that went into a cell."""

    input: str = Field(description="The layer it comes from; empty for a number of the network's own.")
    channel: int | None = Field(description="Or the index in a vector.")
    row: int | None = Field(description="Outside the map where the window hangs over the padding.")
    column: int | None
    value: Number
    weight: Number
    product: Number
    padding: bool
    source: tuple[int, int] | None = Field(description="Row and column of the cell that padding repeats.")


class ChannelSumAnswer(Answer):
    """What all terms of one channel add up to."""

    input: str
    channel: int
    sum: Number


class AffineAnswer(Answer):
    """Batch normalisation: scale·x + shift."""

    mean: Number
    variance: Number
    eps: Number
    weight: Number
    bias: Number
    scale: Number
    shift: Number


class FunctionAnswer(Answer):
    """An activation: name(x)."""

    name: LayerKindName
    x: Number
    parameters: dict[str, float]


class SoftmaxAnswer(Answer):
    """exponential/denominator, with exponential = exp(x − maximum)."""

    maximum: Number
    exponential: Number
    denominator: Number


class FieldAnswer(Answer):
    """Pixels of the input tensor; bottom and right are exclusive."""

    top: int
    left: int
    bottom: int
    right: int


class PhotoAnswer(Answer):
    """Pixels of the upright photograph; bottom and right are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class ScaleAnswer(BaseModel):
    """A level is divided by ``divisor``."""

    kind: Literal["scale"]
    divisor: float


class NormalizeAnswer(BaseModel):
    """From a number ``mean`` is subtracted, and it is divided by ``std``."""

    kind: Literal["normalize"]
    mean: float
    std: float


class CellAnswer(Answer):
    """How one cell came about."""

    layer: str
    kind: LayerKindName
    cell: list[int]
    value: Number = Field(description="The recorded float32: gain · own result.")
    operation: Operation
    terms: list[TermAnswer] = Field(description="Those from `offset` on; channels ascending, row by row.")
    terms_total: int
    offset: int
    channel_sums: list[ChannelSumAnswer] = Field(description="Of the channels that have a term here.")
    bias: Number
    sum: Number = Field(description="Σ products + bias, or Σ values / divisor, in float64.")
    divisor: int | None
    winner: int | None = Field(description="The term that a maximum or minimum takes, counted from 0.")
    ties: list[int] = Field(description="All terms that equal the winner, if it is not alone.")
    affine: AffineAnswer | None
    function: FunctionAnswer | None
    softmax: SoftmaxAnswer | None
    gain: Number
    receptive_field: FieldAnswer | None = Field(description="Null where it sees nothing, or nobody knows.")
    photo: PhotoAnswer | None = Field(description="The same on the photograph.")
    levels: Number = Field(description="Of the input: the level (0–255) that the weighted sum became.")
    preparation: list[ScaleAnswer | NormalizeAnswer] = Field(
        description="Of the input: what made the value of it."
    )
    python: str = Field(description="A program that prints the value from the files of export.zip.")

    @classmethod
    def of(cls, cell: CellProvenance) -> CellAnswer:
        """Return the response for a cell."""
        derivation = cell.derivation
        names = set(cls.model_fields) - {"photo", "levels", "preparation"}
        return cls.model_validate(
            {name: getattr(derivation, name) for name in names}
            | {"photo": cell.photo, "levels": cell.levels, "preparation": list(cell.preparation)}
        )
