"""Whose something is: told by a token that only who brought it was given."""

from __future__ import annotations

import hmac


class NotOwner(PermissionError):
    """The token is not that of what was asked for; the message says where there is one."""


def same_token(known: str, given: str) -> bool:
    """Tell whether two tokens are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(known.encode(), given.encode())
