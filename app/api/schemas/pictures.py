"""Pictures that were uploaded, and the samples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from app.api.schemas.base import Answer
from app.services.pictures import Sample, StoredPicture


class PictureAnswer(Answer):
    """A picture that is kept here. ``width`` and ``height`` are those of the decoded, upright picture."""

    id: str
    width: int
    height: int
    mode: Literal["RGB", "L"]
    bytes: int = Field(description="Size of the upload.")
    original_width: int = Field(description="Upright width before a large picture was reduced.")
    original_height: int
    expires_at: datetime | None = Field(description="When it is forgotten; null for a sample.")
    owner_token: str | None = Field(description="Send it as X-Owner-Token to delete the picture.")

    @classmethod
    def of(cls, stored: StoredPicture) -> PictureAnswer:
        """Return the response for a stored picture."""
        picture = stored.picture
        return cls(
            id=stored.id,
            width=picture.width,
            height=picture.height,
            mode=picture.mode,
            bytes=stored.bytes,
            original_width=picture.original_width,
            original_height=picture.original_height,
            expires_at=datetime.fromtimestamp(stored.expires_at, UTC) if stored.expires_at else None,
            owner_token=stored.owner_token,
        )


class SampleAnswer(Answer):
    """A credited sample picture, which is used by its id like any other."""

    id: str
    name: str
    file: str = Field(description="Its name under /static/samples/.")
    width: int
    height: int
    mode: Literal["RGB", "L"]
    suits: list[str] = Field(
        description="Networks that it is meant for; empty for all that take photographs."
    )

    @classmethod
    def of(cls, sample: Sample) -> SampleAnswer:
        """Return the response for a sample."""
        picture = sample.picture
        return cls(
            id=sample.id,
            name=sample.name,
            file=sample.file,
            width=picture.width,
            height=picture.height,
            mode=picture.mode,
            suits=list(sample.suits),
        )
