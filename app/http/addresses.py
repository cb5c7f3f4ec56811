"""Where a request comes from, as far as people can be told apart by it."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

_SUBNET = (
    64  # bits of an IPv6 address that a household or a class has in common; the rest is its own to choose
)


def client_address(request: Request) -> str:
    """Return a name for who sends a request: an IPv4 address, or the network of an IPv6 address."""
    return address_group(request.client.host) if request.client else ""


def address_group(host: str) -> str:
    """Return what the addresses of one client have in common: an IPv4 address itself, an IPv6 address's /64."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host  # a socket, or a test's client
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _SUBNET), strict=False))
