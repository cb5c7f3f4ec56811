"""Whom a request is for, and whose page sent it.

A page of another site cannot read from this server, but without these checks it could post to it blindly, or give its
own name this machine's address (DNS rebinding) and then read everything.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.errors import ForeignOrigin, InvalidHost, UnknownHost, response_to

_ANY = "*"
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?", re.IGNORECASE)
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OWN_SITE = frozenset({"same-origin", "none"})
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def own_names(listen_on: str | None = None) -> frozenset[str]:
    """Return the names that are this machine's without any setting, and the one it was told to listen on."""
    name = socket.gethostname().lower().removesuffix(".local")
    names = {"localhost", name, f"{name}.local", name.partition(".")[0]}
    return frozenset(names | {listen_on.lower()} if listen_on else names)


class HostCheck:
    """Refuses a request for another host's name, and one that another site's page sends to change something.

    An address always passes: who rebinds a name needs a name. A program passes: only browsers send an origin.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], origins: Iterable[str]) -> None:
        """Wrap an application that serves these names and takes changes from pages of these origins too.

        ``*`` stands for any. A name with a leading ``*.`` stands for the names below it.
        """
        self.app = app
        names = {host.lower().rstrip(".") for host in hosts} | {"*.localhost"}
        self._any_host = _ANY in names
        self._names = frozenset(names)
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        self._origins = frozenset(origin.lower().rstrip("/") for origin in origins)
        self._host_of = lru_cache(maxsize=256)(self._check_host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
        except (InvalidHost, UnknownHost, ForeignOrigin) as error:
            await response_to(error)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        hosts, origin, site = [], None, None
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"origin":
                origin = value
            elif name == b"sec-fetch-site":
                site = value
        if len(hosts) != 1:
            raise InvalidHost("A request has to name its host, once, in the header Host.")
        host = self._host_of(hosts[0])
        if scope["method"] in _CHANGES:
            self._check_origin(host, origin, site)

    def _check_host(self, header: bytes) -> str:
        """Return the host and port asked for, in lower case."""
        host = header.decode("latin-1").lower()
        match = _AUTHORITY.fullmatch(host)
        if match is None:
            raise InvalidHost("The header Host is no host name or address with or without a port.")
        name = match[1].rstrip(".")
        if not (self._any_host or name in self._names or name.endswith(self._suffixes) or _is_address(name)):
            raise UnknownHost(
                f"This server does not answer for {name}. Use its address, such as 127.0.0.1, "
                "or name the host in CONVSCOPE_HOSTS."
            )
        return host

    def _check_origin(self, host: str, header: bytes | None, site: bytes | None) -> None:
        if _ANY in self._origins:
            return
        if header is None:
            own = site is None or site.decode("latin-1") in _OWN_SITE
            origin = "another site"
        else:
            origin = header.decode("latin-1").lower()
            own = origin in self._origins or _is_of(origin, host)
        if not own:
            raise ForeignOrigin(
                f"A page of {origin[:200]} may not change anything here. "
                "Its origin would have to be in CONVSCOPE_ORIGINS."
            )


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_of(origin: str, host: str) -> bool:
    """Whether a page's origin is the host that was asked. A proxy may have changed the scheme, so it does not count."""
    scheme, _, authority = origin.partition("://")
    port = _DEFAULT_PORTS.get(scheme)
    return port is not None and authority.removesuffix(f":{port}") == host.removesuffix(f":{port}")
