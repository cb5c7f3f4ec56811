"""Uploaded pictures: decoded once, kept for a while, deleted on demand; and the samples.

Only the decoded, upright picture is kept, without its metadata; never the file itself. A picture's id is the digest
of its pixels, so the same pixels have the same id on every server.
"""

from __future__ import annotations

import hmac
import json
import secrets
import struct
import time
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock

from cachetools import LRUCache
from PIL import Image

from app.imaging.decode import Limits, Mode, Picture, decode
from app.services.content_id import digest, is_id
from app.services.store import Store
from app.settings import Settings
from model import exemplars

_DECODED_BYTES = 64 * 1024 * 1024
_HEADER = struct.Struct("<4sIIII8s")  # mode, width, height, original width, original height, format


class UnknownPicture(LookupError):
    """No picture has that id: it was never uploaded, it has expired, or its owner deleted it."""

    def __init__(self, picture_id: str) -> None:
        super().__init__(f"There is no picture {picture_id}. Pictures expire; upload it again.")


class NotOwner(PermissionError):
    """The token does not belong to that picture, or the picture is a sample that belongs to nobody."""

    def __init__(self) -> None:
        super().__init__("Deleting a picture takes the owner token that its upload gave.")


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture as callers see it; ``expires_at`` is a Unix time. A sample has none, and no ``owner_token``."""

    id: str
    picture: Picture
    bytes: int
    expires_at: float | None
    owner_token: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A credited picture that comes with ConvScope, meant for the networks in ``suits``, or all if empty.

    ``file`` is its name in the folder of samples.
    """

    id: str
    name: str
    file: str
    picture: Picture
    suits: tuple[str, ...]


class Pictures:
    """All pictures of this server. Every method may be called from any thread."""

    def __init__(self, store: Store, limits: Limits, ttl: float, samples: Path) -> None:
        """Keep uploads in the store for ``ttl`` seconds; samples are read from their folder when needed."""
        self._store = store
        self._limits = limits
        self._ttl = ttl
        self._samples_dir = samples
        self._decoded: LRUCache[str, Picture] = LRUCache(_DECODED_BYTES, getsizeof=_size)
        self._lock = Lock()

    @cached_property
    def samples(self) -> dict[str, Sample]:
        """The samples by their id, in the order in which they are offered."""
        samples: dict[str, Sample] = {}
        for entry in json.loads((self._samples_dir / "samples.json").read_text("utf-8")):
            picture = decode((self._samples_dir / entry["file"]).read_bytes(), limits=self._limits)
            sample = Sample(
                id=picture_digest(picture),
                name=entry["name"],
                file=entry["file"],
                picture=picture,
                suits=tuple(entry.get("suits", ())),
            )
            samples[sample.id] = sample
        return samples

    @cached_property
    def exemplars(self) -> dict[str, dict[int, str]]:
        """The ids of the small pictures that excite channels, by their set's name and their place in it."""
        return {
            name: {
                index: picture_digest(_of_image(image))
                for index, image in enumerate(exemplars.pictures(name))
            }
            for name in exemplars.SETS
        }

    @cached_property
    def _built_in(self) -> dict[str, Picture]:
        """The pictures that come with ConvScope, by their id: they belong to nobody and never expire."""
        small = {
            picture_id: _of_image(exemplars.pictures(name)[index])
            for name, ids in self.exemplars.items()
            for index, picture_id in ids.items()
        }
        return small | {sample.id: sample.picture for sample in self.samples.values()}

    def add(self, data: bytes) -> tuple[StoredPicture, bool]:
        """Decode and keep an upload; return it and whether it is new.

        Raises:
            PictureTooLarge: more bytes or pixels than this server takes.
            UnreadablePicture: not a whole picture of a known format.
        """
        picture = decode(data, limits=self._limits)
        picture_id = picture_digest(picture)
        existed = self.exists(picture_id)
        if picture_id not in self._built_in:
            self._store.put(f"pictures/{picture_id}", _pack(picture), self._ttl)
            self._remember(picture_id, picture)
        return self._stored(picture_id, picture, len(data)), not existed

    def get(self, picture_id: str) -> Picture:
        """Return a picture.

        Raises:
            UnknownPicture: there is none of that id (any more).
        """
        picture = self._find(picture_id)
        if picture is None:
            raise UnknownPicture(picture_id)
        return picture

    def exists(self, picture_id: str) -> bool:
        """Tell whether a picture is still there, without reading it."""
        return picture_id in self._built_in or (
            is_id(picture_id) and self._store.has(f"pictures/{picture_id}")
        )

    def delete(self, picture_id: str, owner_token: str) -> None:
        """Forget an upload at once.

        Raises:
            UnknownPicture: there is none of that id.
            NotOwner: the token is not that of this picture.
        """
        if not self.exists(picture_id):
            raise UnknownPicture(picture_id)
        if picture_id in self._built_in or not hmac.compare_digest(self._token(picture_id), owner_token):
            raise NotOwner
        self._store.delete(f"pictures/{picture_id}")
        with self._lock:
            self._decoded.pop(picture_id, None)

    def _find(self, picture_id: str) -> Picture | None:
        if picture_id in self._built_in:
            return self._built_in[picture_id]
        if not self.exists(picture_id):
            return None
        with self._lock:
            cached = self._decoded.get(picture_id)
        if cached is not None:
            return cached
        packed = self._store.get(f"pictures/{picture_id}")
        if packed is None:
            return None
        picture = _unpack(packed)
        self._remember(picture_id, picture)
        return picture

    def _remember(self, picture_id: str, picture: Picture) -> None:
        with self._lock:
            if _size(picture) <= self._decoded.maxsize:
                self._decoded[picture_id] = picture

    def _stored(self, picture_id: str, picture: Picture, size: int) -> StoredPicture:
        if picture_id in self._built_in:
            return StoredPicture(picture_id, picture, size, None, None)
        return StoredPicture(picture_id, picture, size, time.time() + self._ttl, self._token(picture_id))

    def _token(self, picture_id: str) -> str:
        return hmac.new(self._secret, picture_id.encode(), sha256).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        """The key that owner tokens are made with. The store keeps it, so that tokens stay valid after a restart."""
        return self._store.put_if_absent("secrets/owner", secrets.token_bytes(32))


def picture_limits(settings: Settings) -> Limits:
    """Return what a server with these settings takes."""
    return Limits(settings.max_upload_bytes, settings.max_pixels, settings.max_side)


def picture_digest(picture: Picture) -> str:
    """Return a picture's id: the digest of its mode, size and pixels."""
    size = f"{picture.mode} {picture.width} {picture.height}"
    return digest(size.encode(), picture.image.tobytes())


def _of_image(image: Image.Image) -> Picture:
    mode: Mode = "L" if image.mode == "L" else "RGB"
    return Picture(image.width, image.height, mode, image, image.width, image.height, "PNG")


def _size(picture: Picture) -> int:
    return picture.width * picture.height * len(picture.mode)


def _pack(picture: Picture) -> bytes:
    """Return a small header and the raw pixels, which are fast to write and are read back exactly."""
    header = _HEADER.pack(
        picture.mode.encode(),
        picture.width,
        picture.height,
        picture.original_width,
        picture.original_height,
        picture.format.encode(),
    )
    return header + picture.image.tobytes()


def _unpack(packed: bytes) -> Picture:
    mode, width, height, original_width, original_height, kind = _HEADER.unpack_from(packed)
    name: Mode = "RGB" if mode.rstrip(b"\0") == b"RGB" else "L"
    image = Image.frombytes(name, (width, height), packed[_HEADER.size :])
    return Picture(
        width=width,
        height=height,
        mode=name,
        image=image,
        original_width=original_width,
        original_height=original_height,
        format=kind.rstrip(b"\0").decode(),
    )
