"""The hostile client: plain sockets on asyncio, from an address of its own, which sends whatever it likes."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Linux lets a client bind any address of 127.0.0.0/8: bounds per address are the attacker's own, not the bystander's.
HOSTILE, ANOTHER = "127.0.0.2", "127.0.0.3"
_CHUNK = 256 * 1024
_API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``status`` 0 where nothing did, before the connection ended or the time was over."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Return the body's JSON, or an empty object where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


@dataclass(slots=True)
class Client:
    """One client of a server: counts what it gets in ``statuses`` and says in ``broken`` which promise was not kept."""

    port: int
    seconds: float
    source: str = HOSTILE
    host: str = "127.0.0.1"
    statuses: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether the attack's time is over."""
        return time.monotonic() > self.began + self.seconds

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.began + self.seconds - time.monotonic())

    def another(self) -> Client:
        """Return a second client at another address, whose answers are not counted."""
        return Client(self.port, self.seconds, ANOTHER, self.host)

    async def open(
        self, *, receive_buffer: int | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect. A small ``receive_buffer`` makes a client that does not read a burden at once."""
        loop = asyncio.get_running_loop()
        connection = socket.socket()
        try:
            connection.setblocking(False)  # noqa: FBT003 - named so by Python
            if receive_buffer:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            connection.bind((self.source, 0))
            await asyncio.wait_for(loop.sock_connect(connection, (self.host, self.port)), 10)
            return await asyncio.open_connection(sock=connection, limit=2**16)
        except BaseException:
            connection.close()
            raise

    def head(self, method: str, path: str, headers: Mapping[str, str]) -> bytes:
        """Return a request's first line and headers."""
        lines = {"Host": f"{self.host}:{self.port}", "Connection": "close"} | dict(headers)
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode("latin-1")

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        patience: float = 40,
    ) -> Answer:
        """Send one request on a connection of its own and return the whole answer."""
        if body or method in {"POST", "PUT"}:
            headers = {"Content-Length": str(len(body)), **(headers or {})}
        try:
            reader, writer = await self.open()
        except (OSError, TimeoutError):
            return self._count(Answer(0), "refused")
        sending = asyncio.create_task(_send(writer, self.head(method, path, headers or {}), body))
        try:
            async with asyncio.timeout(patience):
                answer = await _receive(reader)
            return self._count(answer, str(answer.status))
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            return self._count(Answer(0), "no answer" if isinstance(error, TimeoutError) else "cut")
        finally:
            sending.cancel()
            writer.close()

    async def abandon(self, path: str, patience: float) -> None:
        """Ask for something, and close the connection after the first bytes."""
        try:
            reader, writer = await self.open()
        except (OSError, TimeoutError):
            self.statuses["refused"] += 1
            return
        try:
            writer.write(self.head("GET", _API + path, {}))
            async with asyncio.timeout(patience):
                first = await reader.read(1024)
            self.statuses[first[9:12].decode() or "cut"] += 1
        except (OSError, TimeoutError):
            self.statuses["cut"] += 1
        finally:
            writer.transport.abort()

    async def ask_json(self, method: str, path: str, value: Any, **headers: str) -> Answer:
        """Send JSON to the interface."""
        return await self.ask(
            method, _API + path, json.dumps(value).encode(), {"Content-Type": "application/json", **headers}
        )

    async def get(self, path: str, **headers: str) -> Answer:
        """Get something of the interface."""
        return await self.ask("GET", _API + path, headers=headers)

    async def upload(self, picture: bytes, kind: str = "image/bmp", **headers: str) -> dict[str, Any]:
        """Upload a picture; return the answer's JSON."""
        answer = await self.ask("POST", f"{_API}/pictures", picture, {"Content-Type": kind, **headers})
        return dict(answer.json())

    async def sample(self) -> str:
        """Return the id of a sample."""
        samples = (await self.another().get("/samples")).json()
        return str(samples[0]["id"])

    async def trace(self, picture: str, network: str, edits: list[Any] | None = None) -> str:
        """Make a trace, and return its id: "unknown" where it was refused."""
        request = {"picture": picture, "network": network, "edits": edits or []}
        answer = await self.ask_json("POST", "/traces", request)
        return str(answer.json().get("id", "unknown"))

    def _count(self, answer: Answer, outcome: str) -> Answer:
        self.statuses[outcome] += 1
        return answer


async def _send(writer: asyncio.StreamWriter, head: bytes, body: bytes) -> None:
    try:
        writer.write(head)
        for start in range(0, len(body), _CHUNK):
            writer.write(body[start : start + _CHUNK])
            await writer.drain()
    except OSError:
        pass  # refused before all was sent; the answer says so


async def _receive(reader: asyncio.StreamReader) -> Answer:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length")
    body = await (reader.readexactly(int(length)) if length else reader.read())
    return Answer(int(lines[0].split()[1]), headers, body)


Run = Callable[[Client], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: its name, what one client does, for how many seconds at most, and how it does it.

    ``fills`` says that it makes the server keep things: the disk may then grow by what was accepted.
    """

    name: str
    does: str
    seconds: float
    fills: bool
    restarts: bool
    run: Run


ATTACKS: dict[str, Attack] = {}


def attack(
    does: str, *, seconds: float = 4, fills: bool = False, restarts: bool = False
) -> Callable[[Run], Run]:
    """Register an attack under its function's name.

    With ``restarts`` the server is told to stop while it runs (SIGTERM), and is started again on the same folder.
    """

    def register(run: Run) -> Run:
        name = getattr(run, "__name__", "").replace("_", " ")
        ATTACKS[name] = Attack(name, does, seconds, fills, restarts, run)
        return run

    return register
