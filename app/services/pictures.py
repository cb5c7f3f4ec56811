"""Uploaded pictures: decoded once, kept for a while, deleted on demand; and the samples.

Only the decoded, upright picture is kept, without its metadata; never the file itself. An upload's id is random, so
that nobody can tell from an answer whether somebody else has the same picture. A picture that comes with ConvScope is
named by the digest of its pixels, which is the same on every server.
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
from app.services.ownership import NotOwner, same_token
from app.services.store.store import Store
from app.settings import Settings
from model import exemplars

_DECODED_BYTES = 64 * 1024 * 1024
_HEADER = struct.Struct("<4sIIII8s")  # mode, width, height, original width, original height, format


class UnknownPicture(LookupError):
    """No picture has that id: it was never uploaded, it has expired, or its owner deleted it."""

    def __init__(self, picture_id: str) -> None:
        super().__init__(f"There is no picture {picture_id}. Pictures expire; upload it again.")


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture as callers see it; ``expires_at`` is a Unix time. A sample has none, and no ``owner_token``.

    ``bytes`` is the size of the upload, ``address`` where it came from.
    """

    id: str
    picture: Picture
    bytes: int
    expires_at: float | None
    owner_token: str | None
    address: str | None = None


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

    @cached_property
    def _built_in_shapes(self) -> frozenset[tuple[str, int, int]]:
        """Their modes and sizes: a picture of another is none of them, without looking at its pixels."""
        return frozenset(map(_shape, self._built_in.values()))

    def add(self, data: bytes, address: str | None = None) -> StoredPicture:
        """Decode and keep an upload from an address: `prepare`, then `keep`."""
        upload = self.prepare(data, address)
        self.keep(upload)
        return upload

    def prepare(self, data: bytes, address: str | None = None) -> StoredPicture:
        """Decode an upload and name it; nothing is kept yet.

        The pixels of a picture that comes with ConvScope are that picture, which belongs to nobody.

        Raises:
            PictureTooLarge: more bytes or pixels than this server takes.
            UnreadablePicture: not a whole picture of a known format.
            StoreUnavailable: it could not be kept.
        """
        picture = decode(data, limits=self._limits)
        if (
            _shape(picture) in self._built_in_shapes
            and (known_id := picture_digest(picture)) in self._built_in
        ):
            return StoredPicture(known_id, picture, len(data), None, None)
        picture_id = secrets.token_hex(16)
        expires_at, token = time.time() + self._ttl, self._token(picture_id)
        return StoredPicture(picture_id, picture, len(data), expires_at, token, address)

    def keep(self, upload: StoredPicture) -> None:
        """Keep an upload that was prepared.

        Raises:
            StoreFull: no room.
            StoreUnavailable: the store cannot be written.
        """
        if upload.expires_at is None:
            return
        packed, key = _pack(upload.picture), f"pictures/{upload.id}"
        self._store.put(key, packed, self._ttl, group=upload.id, address=upload.address)
        self._remember(upload.id, upload.picture)

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
        return self.is_built_in(picture_id) or (
            is_id(picture_id) and self._store.has(f"pictures/{picture_id}")
        )

    def is_built_in(self, picture_id: str) -> bool:
        """Tell whether a picture comes with ConvScope; unlike `exists` this asks no store."""
        return picture_id in self._built_in

    def delete(self, picture_id: str, owner_token: str) -> None:
        """Forget an upload at once, and the specifications of its traces.

        Raises:
            UnknownPicture: there is none of that id.
            NotOwner: the token is not that of this picture, or it comes with ConvScope and belongs to nobody.
        """
        if not self.exists(picture_id):
            raise UnknownPicture(picture_id)
        if self.is_built_in(picture_id) or not same_token(self._token(picture_id), owner_token):
            raise NotOwner("Deleting a picture takes the owner token that its upload gave.")
        self._store.delete_group(picture_id)
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
    """Return the digest of a picture's mode, size and pixels: the id of a picture that comes with ConvScope."""
    size = f"{picture.mode} {picture.width} {picture.height}"
    return digest(size.encode(), picture.image.tobytes())


def _of_image(image: Image.Image) -> Picture:
    mode: Mode = "L" if image.mode == "L" else "RGB"
    return Picture(image.width, image.height, mode, image, image.width, image.height, "PNG")


def _shape(picture: Picture) -> tuple[str, int, int]:
    return picture.mode, picture.width, picture.height


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
