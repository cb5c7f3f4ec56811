"""Who is being sent a trace at length: a bounded number, each told when the picture is deleted meanwhile."""

from __future__ import annotations

from weakref import WeakSet

from app.services.fair_turns import CLIENT_SHARE
from app.services.workers import Busy

_RETRY_SECONDS = 5


class PictureDeleted(Exception):
    """The picture was deleted while something of it was being sent: the rest is not sent."""


class Reader:
    """One answer in progress. It counts for as long as the object is referred to: nothing needs to end it."""

    def __init__(self, picture_id: str, client: str) -> None:
        self.picture_id = picture_id
        self.client = client
        self._deleted = False

    def delete(self) -> None:
        """Let the answer end before its end."""
        self._deleted = True

    def check(self) -> None:
        """Make sure that the picture is still there.

        Raises:
            PictureDeleted: it is not.
        """
        if self._deleted:
            raise PictureDeleted


class Readers:
    """All answers in progress that are sent part by part."""

    def __init__(self, limit: int) -> None:
        """Let at most ``limit`` of them be in progress at once, and `CLIENT_SHARE` of them for one client."""
        self._limit = limit
        self._present: WeakSet[Reader] = WeakSet()

    def __len__(self) -> int:
        """Return how many there are now."""
        return len(self._present)

    def admit(self, picture_id: str, client: str = "") -> Reader:
        """Return a new reader, to be referred to until all is sent.

        Raises:
            Busy: there are too many, of all clients or of this one, if it is named.
        """
        of_client = sum(reader.client == client for reader in list(self._present)) if client else 0
        if len(self._present) >= self._limit or of_client >= self._limit * CLIENT_SHARE:
            raise Busy(_RETRY_SECONDS)
        reader = Reader(picture_id, client)
        self._present.add(reader)
        return reader

    def delete_picture(self, picture_id: str) -> None:
        """End all answers that are of a picture."""
        for reader in list(self._present):
            if reader.picture_id == picture_id:
                reader.delete()
