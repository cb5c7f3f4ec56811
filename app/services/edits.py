"""The edits of a trace: changes to the picture and to the network, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from app.imaging.picture_edits import AnyPictureEdit, PictureEdit
from app.tracing.editing.edits import LayerEdit, NetworkEdit

MOST_EDITS = 64
MOST_BYTES = 64 * 1024

Edit = Annotated[AnyPictureEdit | NetworkEdit, Field(discriminator="kind")]
Edits = tuple[Edit, ...]

_ADAPTER: TypeAdapter[Edits] = TypeAdapter(Annotated[Edits, Field(max_length=MOST_EDITS)])


def parse_edits(items: Any) -> Edits:
    """Return the edits of a JSON list.

    Raises:
        pydantic.ValidationError: something is not an edit, or there are more than `MOST_EDITS`.
    """
    return _ADAPTER.validate_python(items)


def edits_to_json(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """Return the edits as JSON values, with every field present."""
    return [edit.model_dump(mode="json") for edit in edits]


def edits_of_picture(edits: Sequence[Edit]) -> tuple[PictureEdit, ...]:
    """Return the edits of the picture, in order."""
    return tuple(edit for edit in edits if isinstance(edit, PictureEdit))


def edits_of_network(edits: Sequence[Edit]) -> dict[int, NetworkEdit]:
    """Return the edits of layers by their place in the list."""
    return {index: edit for index, edit in enumerate(edits) if isinstance(edit, LayerEdit)}
