"""Who a client is, for bounds that hold for each client."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from fastapi import Request

_SITE_BITS = 64
"""Of an IPv6 address, what names a household or a machine, which may use all addresses below it."""


def client_address(request: Request) -> str:
    """Return the key of the client that sends a request."""
    return client_key(request.client.host if request.client else None)


@lru_cache(maxsize=4096)
def client_key(host: str | None) -> str:
    """Return what a client's addresses have in common: an IPv4 address, or the /64 network of an IPv6 address."""
    if host is None:
        return ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host  # a socket, or a test's client
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> _SITE_BITS << _SITE_BITS)}/{_SITE_BITS}"
