"""What a connection may cost: headers, time, and the number of connections."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from app.http.connections import (
    MAX_HEADER_BYTES,
    ConnectionBounds,
    Connections,
    GuardedProtocol,
    guarded_protocol,
)
from app.http.middleware import Metrics

pytestmark = pytest.mark.anyio

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Transport(asyncio.Transport):
    """A connection whose client reads nothing unless told so."""

    def __init__(self, client: str = "192.0.2.1") -> None:
        super().__init__({"peername": (client, 1), "sockname": ("127.0.0.1", 8000)})
        self.written = b""
        self.unread = 0
        self.ended = self.closed = self.aborted = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        assert not self.ended, "written after the end"
        self.written += data

    def get_write_buffer_size(self) -> int:
        return self.unread

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.closed or self.aborted

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    @property
    def problem(self) -> dict[str, Any]:
        problem: dict[str, Any] = json.loads(self.written.rpartition(b"\r\n\r\n")[2])
        return problem


class Server:
    """What a server shares among its connections, and an application that counts what it was asked."""

    def __init__(self, **bounds: float) -> None:
        values: dict[str, Any] = {
            "connections": 8,
            "connections_per_address": 4,
            "header_timeout": 10,
            "stall_timeout": 20,
        }
        self.metrics = Metrics()
        self.connections = Connections(ConnectionBounds(**values | bounds), self.metrics)
        self.protocol = guarded_protocol(self.connections)
        self.config = uvicorn.Config(
            self.answer, interface="asgi3", http=self.protocol, ws="none", lifespan="off", log_level="warning"
        )
        self.state = ServerState()
        self.asked: list[Scope] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        await self.hold.wait()
        count = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            count += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        body = b"%d" % count
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"%d" % len(body))],
            }
        )
        await send({"type": "http.response.body", "body": body})

    def connect(self, client: str = "192.0.2.1") -> tuple[GuardedProtocol, Transport]:
        connection = self.protocol(config=self.config, server_state=self.state, app_state={})
        transport = Transport(client)
        connection.connection_made(transport)
        return connection, transport

    def refused(self, reason: str) -> int:
        labels = {"reason": reason}
        name = "convscope_refused_connections_total"
        return int(self.metrics.registry.get_sample_value(name, labels) or 0)

    @property
    def open(self) -> int:
        return int(self.metrics.registry.get_sample_value("convscope_connections") or 0)


async def answered(transport: Transport, count: int = 1) -> int:
    """Return how many answers came, given time for ``count``."""
    for _ in range(50):
        if transport.written.count(b"HTTP/1.1 200") >= count:
            break
        await asyncio.sleep(0)
    return transport.written.count(b"HTTP/1.1 200")


async def test_a_request_is_answered_and_so_is_the_next_on_its_connection() -> None:
    server = Server()
    connection, transport = server.connect()
    for count in (1, 2, 3):
        connection.data_received(GET)
        assert await answered(transport, count) == count
    assert not transport.is_closing()


async def test_what_comes_byte_by_byte_is_a_request_too() -> None:
    server = Server()
    connection, transport = server.connect()
    for byte in b"POST /a?b=c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc" + GET:
        connection.data_received(bytes([byte]))
    assert await answered(transport, 2) == 2
    assert [scope["path"] for scope in server.asked] == ["/a", "/"]
    assert b"\r\n\r\n3HTTP/1.1 200" in transport.written


async def test_pipelined_requests_are_answered_in_turn() -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(b"".join(GET.replace(b"/ ", b"/%d " % index) for index in range(10)))
    assert await answered(transport, 10) == 10
    assert [scope["path"] for scope in server.asked] == [f"/{index}" for index in range(10)]
    assert not transport.is_closing()


async def test_a_thousand_pipelined_requests_are_not_kept() -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(GET * 1000)
    assert await answered(transport, 1000) == 17
    assert transport.closed
    assert server.refused("pipelined") == 1


@pytest.mark.parametrize("size", [1000, 100_000_000])
async def test_large_headers_are_refused_before_they_are_all_there(size: int) -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
    sent = 0
    while sent < 10 * MAX_HEADER_BYTES and not transport.written:
        connection.data_received(b"x" * min(size, 300_000))
        sent += min(size, 300_000)
    assert transport.written.startswith(b"HTTP/1.1 431 ")
    assert b"connection: close" in transport.written
    assert transport.problem["detail"] == "A request may have at most 65536 bytes of headers."
    assert sent <= max(MAX_HEADER_BYTES + 1000, 300_000)
    assert transport.ended
    assert not server.asked
    assert server.refused("headers") == 1


@pytest.mark.parametrize(
    "start", [b"GET /" + b"x" * 70_000, b"\r\n" * 40_000, GET[:-2] + b"X: y\r\n" * 12_000]
)
async def test_long_addresses_empty_lines_and_many_headers_are_refused_too(start: bytes) -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(start)
    assert transport.written.startswith(b"HTTP/1.1 431 ")
    assert transport.ended


async def test_headers_may_be_as_large_as_the_bound() -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(GET[:-2] + b"X: " + b"x" * (MAX_HEADER_BYTES - 100) + b"\r\n\r\n")
    assert await answered(transport) == 1


CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_a_body_in_chunks_may_be_large_and_what_trails_it_is_dropped() -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(CHUNKED + b"".join([b"400\r\n" + b"x" * 1024 + b"\r\n"] * 1000))
    connection.data_received(b"0\r\nTrailer: value\r\n\r\n" + GET)
    assert await answered(transport, 2) == 2
    assert transport.written.count(b"1024000") == 1
    assert not [name for name, _ in server.asked[0]["headers"] if name == b"trailer"]


@pytest.mark.parametrize(
    "attack", [b"1\r\nx\r\n" * 40_000, b"1;" + b"x" * 100_000, b"0\r\n" + b"a: b\r\n" * 20_000]
)
async def test_chunks_of_nothing_and_endless_trailers_are_refused(attack: bytes) -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(CHUNKED)
    await asyncio.sleep(0)
    connection.data_received(attack)
    assert transport.written.startswith(b"HTTP/1.1 431 ")
    await answered(transport)  # the application hears of it, and its answer goes nowhere
    assert transport.written.count(b"HTTP/1.1") == 1


async def test_what_is_not_http_is_answered_with_a_problem() -> None:
    server = Server()
    connection, transport = server.connect()
    connection.data_received(b"\x16\x03\x01\x02\x00\x01\x00")
    assert transport.written.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in transport.written
    assert transport.problem["type"] == "urn:convscope:problem:malformed"


async def test_what_is_wrong_with_a_later_request_waits_for_the_answer_to_the_first() -> None:
    server = Server()
    server.hold.clear()
    connection, transport = server.connect()
    connection.data_received(GET + GET)
    connection.data_received(b"nonsense\r\n\r\n")
    await asyncio.sleep(0)
    assert transport.written == b""
    server.hold.set()
    assert await answered(transport, 2) == 2
    assert transport.closed
    assert b"HTTP/1.1 400" not in transport.written


async def test_headers_have_to_arrive_in_time() -> None:
    server = Server()
    connection, transport = server.connect()
    began = asyncio.get_running_loop().time()
    for seconds in range(10):
        connection.data_received(GET[seconds : seconds + 1])
        connection.check(began + seconds)
    assert not transport.written
    connection.check(began + 11)
    assert transport.written.startswith(b"HTTP/1.1 408 ")
    assert server.refused("slow") == 1
    refused = asyncio.get_running_loop().time()
    connection.check(refused + 1)
    assert not transport.aborted
    connection.check(refused + 3)
    assert transport.aborted


async def test_who_sends_nothing_is_left_without_a_word() -> None:
    server = Server()
    connection, transport = server.connect()
    connection.check(asyncio.get_running_loop().time() + 11)
    assert (transport.written, transport.closed) == (b"", True)


async def test_the_time_for_headers_begins_with_the_end_of_the_last_answer() -> None:
    server = Server()
    server.hold.clear()
    connection, transport = server.connect()
    connection.data_received(GET)
    connection.check(asyncio.get_running_loop().time() + 1000)  # an answer may take its time
    assert not transport.is_closing()
    server.hold.set()
    assert await answered(transport) == 1
    connection.data_received(b"GET")
    connection.check(asyncio.get_running_loop().time() + 9)
    assert not transport.is_closing()
    connection.check(asyncio.get_running_loop().time() + 11)
    assert b"HTTP/1.1 408 " in transport.written


async def test_who_does_not_read_is_cut_off_and_who_reads_slowly_is_not() -> None:
    server = Server()
    began = asyncio.get_running_loop().time()
    idle, stalled = server.connect()
    slow, reading = server.connect()
    for connection, transport in ((idle, stalled), (slow, reading)):
        server.hold.clear()
        connection.data_received(GET)
        transport.unread = 1_000_000
    for seconds in range(30):
        if not stalled.aborted:
            idle.check(began + seconds)
        slow.check(began + seconds)
        reading.unread -= 2000
    assert stalled.aborted
    assert not reading.aborted
    assert server.refused("stalled") == 1


async def test_connections_are_bounded_for_each_address_and_in_all() -> None:
    server = Server()
    server.hold.clear()

    def busy(client: str) -> Transport:
        connection, transport = server.connect(client)
        connection.data_received(GET)
        return transport

    transports = [busy("192.0.2.1") for _ in range(5)]
    assert [transport.written[:12] for transport in transports] == [b""] * 4 + [b"HTTP/1.1 503"]
    assert transports[4].problem["detail"] == "Too many connections are open. Try again in a few seconds."
    assert [busy(f"2001:db8::{index:x}").written[:12] for index in range(5)][-1] == b"HTTP/1.1 503"
    assert server.open == 8
    assert busy("192.0.2.3").written.startswith(b"HTTP/1.1 503")
    assert server.refused("too-many") == 3


async def test_a_connection_that_waits_makes_room_for_a_new_one() -> None:
    server = Server()
    old = [server.connect() for _ in range(4)]
    for index, (connection, _) in enumerate(old):
        connection.waiting_since = 10 - index
    connection, transport = server.connect()
    assert [one.closed for _, one in old] == [False, False, False, True]
    connection.data_received(GET)
    assert await answered(transport) == 1
    assert server.open == 4
    evicted, unread = old[3]
    evicted.check(asyncio.get_running_loop().time() + 3)
    assert unread.aborted  # what its client had not read does not keep it


async def test_a_closed_connection_no_longer_counts() -> None:
    server = Server()
    for _ in range(20):
        connection, transport = server.connect()
        connection.data_received(GET)
        connection.connection_lost(None)
        assert not transport.written.startswith(b"HTTP/1.1 503")
    assert server.open == 0
    assert not server.state.connections


async def test_only_so_many_refused_connections_are_kept_to_read_why() -> None:
    server = Server()
    transports = []
    for _ in range(100):
        connection, transport = server.connect()
        connection.data_received(b"nonsense\r\n\r\n")
        transports.append(transport)
    assert sum(transport.closed for transport in transports) == 36


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a real server, whose bounds are small."""
    guarded = Server(header_timeout=1, stall_timeout=2)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/large":
            await guarded.answer(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send({"type": "http.response.body", "body": bytes(2**16), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(answer, http=guarded.protocol, ws="none", lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        yield port
        server.should_exit = True
        thread.join(20)


def read_all(client: socket.socket) -> bytes:
    client.settimeout(10)
    received = b""
    while part := client.recv(65536):
        received += part
    return received


def test_over_real_sockets(port: int) -> None:
    address = ("127.0.0.1", port)
    with socket.create_connection(address) as client:
        client.sendall(GET + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert read_all(client).count(b"HTTP/1.1 200") == 2
    with socket.create_connection(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000)
        assert read_all(client).startswith(b"HTTP/1.1 431 ")
    with socket.create_connection(address) as client:
        client.sendall(b"GET / HT")
        assert read_all(client).startswith(b"HTTP/1.1 408 ")
    clients = [socket.create_connection(address) for _ in range(4)]
    for client in clients:
        client.sendall(GET.replace(b"/ ", b"/large "))
        assert client.recv(1)  # its answer has begun
    with socket.create_connection(address) as client:
        client.sendall(GET)
        assert read_all(client).startswith(b"HTTP/1.1 503 ")
    for client in clients:  # nothing was read of 64 MB for longer than the bound
        client.settimeout(10)
        received = 0
        try:
            while part := client.recv(2**20):
                received += len(part)
                if received > 60 * 2**20:
                    break
        except ConnectionResetError:
            pass
        client.close()
    with socket.create_connection(address) as client:
        client.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert read_all(client).startswith(b"HTTP/1.1 200 ")
