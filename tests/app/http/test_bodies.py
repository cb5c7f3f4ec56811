"""What a request may send: bounded in size for each route, in time, and over all requests together."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.types import Message

from app.http import errors
from app.http.bodies import SMALL_BODY_BYTES, BodyBounds, BodyBudget, BodyLimit
from app.services.workers import Busy

pytestmark = pytest.mark.anyio

UPLOADS = {("POST", "/upload"): ("image/",)}
PNG = [(b"content-type", b"image/png")]
LARGEST = BodyBounds(1, 0, 1, 1).max_form_bytes - 1 + 2**20


class Model(BaseModel):
    name: str


def bounds(**other: float) -> BodyBounds:
    values: dict[str, Any] = {
        "max_upload_bytes": 2**20,
        "bodies_bytes": 4 * 2**20,
        "body_timeout": 5,
        "stall_timeout": 5,
        "room_timeout": 0.05,
    }
    return BodyBounds(**values | other)


def guarded(limits: BodyBounds, budget: BodyBudget | None = None) -> tuple[BodyLimit, list[int]]:
    """Return an application behind its bounds, and how many bytes its routes have read."""
    app = FastAPI()
    errors.install(app)
    read: list[int] = []

    @app.post("/model")
    async def take_model(model: Model) -> str:
        return model.name

    @app.post("/upload")
    @app.post("/")
    async def take(request: Request) -> bool:
        read.extend([len(chunk) async for chunk in request.stream()])
        return (await request.receive())["type"] == "http.disconnect"

    @app.post("/unread")
    async def leave() -> str:
        return "not read"

    budget = budget or BodyBudget(limits.bodies_bytes, limits.max_form_bytes)
    return BodyLimit(app, limits, budget, UPLOADS), read


class Exchange:
    """One request by hand: its messages as they are asked for, and what was answered."""

    def __init__(
        self, app: BodyLimit, path: str = "/", headers: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        self.app = app
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "headers": headers or [],
            "query_string": b"",
            "client": ("192.0.2.1", 1),
        }
        self.answer: list[Message] = []
        self.sent = 0

    async def run(self, messages: AsyncIterator[Message]) -> Exchange:
        async def receive() -> Message:
            async for message in messages:
                self.sent += len(message.get("body", b""))
                return message
            for _ in range(100):
                await asyncio.sleep(0)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            self.answer.append(message)

        await self.app(self.scope, receive, send)
        return self

    @property
    def status(self) -> int:
        status: int = self.answer[0]["status"]
        return status

    @property
    def problem(self) -> dict[str, Any]:
        problem: dict[str, Any] = json.loads(
            b"".join(message.get("body", b"") for message in self.answer[1:])
        )
        return problem


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def pieces(count: int, size: int, *, last: bool = True, pause: float = 0) -> AsyncIterator[Message]:
    for index in range(count):
        await asyncio.sleep(pause)
        yield piece(bytes(size), more=index < count - 1 or not last)
    if not last:
        await asyncio.sleep(60)


async def test_a_body_that_does_not_come_in_time_is_given_up() -> None:
    app, _ = guarded(bounds(body_timeout=0))
    exchange = await Exchange(app).run(pieces(1, 4, last=False))
    assert exchange.status == 408
    assert (b"connection", b"close") in exchange.answer[0]["headers"]
    assert exchange.problem["type"] == "urn:convscope:problem:body-too-slow"
    assert exchange.problem["detail"] == "A request's body has to arrive within 0 s."


async def test_a_body_that_stands_still_is_given_up_long_before() -> None:
    app, _ = guarded(bounds(stall_timeout=0.05))
    exchange = await Exchange(app).run(pieces(1, 4, last=False))
    assert exchange.status == 408
    assert exchange.problem["detail"] == "Nothing of the request's body arrived for 0.05 s."


async def test_a_slow_body_that_goes_on_coming_is_taken() -> None:
    app, read = guarded(bounds(stall_timeout=0.3))
    exchange = await Exchange(app).run(pieces(20, 10, pause=0.03))
    assert (exchange.status, sum(read)) == (200, 200)


async def test_an_answer_to_a_whole_body_may_take_its_time() -> None:
    app, _ = guarded(bounds(body_timeout=0.01))
    exchange = await Exchange(app).run(pieces(1, 9))
    assert (exchange.status, exchange.answer[1]["body"]) == (200, b"true")


@pytest.mark.parametrize("path", ["/", "/model", "/unread", "/nowhere", "/upload"])
async def test_what_is_announced_too_large_is_refused_before_any_of_it_is_read(path: str) -> None:
    app, read = guarded(bounds())
    headers = [(b"content-length", str(LARGEST + 1).encode()), (b"content-type", b"application/json")]
    exchange = await Exchange(app, path, headers).run(pieces(5, 100_000))
    assert exchange.status == 413
    assert exchange.problem["detail"] == "This request is too large; at most 65536 bytes are permitted."
    assert not read
    assert exchange.sent == 500_000  # dropped, so that a browser that sends it all sees the answer
    assert (b"connection", b"close") in exchange.answer[0]["headers"]


async def test_who_asks_before_sending_is_told_at_once() -> None:
    app, _ = guarded(bounds())
    headers = [(b"content-length", b"100000"), (b"expect", b"100-continue")]
    exchange = await Exchange(app, "/", headers).run(pieces(5, 100_000))
    assert (exchange.status, exchange.sent) == (413, 0)


@pytest.mark.parametrize("path", ["/", "/model"])
async def test_what_is_not_announced_is_refused_where_it_passes_the_bound(path: str) -> None:
    app, read = guarded(bounds())
    headers = [(b"content-type", b"application/json")]
    exchange = await Exchange(app, path, headers).run(pieces(20, 10_000))
    assert exchange.status == 413
    assert exchange.problem["type"] == "urn:convscope:problem:body-too-large"
    assert sum(read) <= SMALL_BODY_BYTES


async def test_an_upload_may_be_as_large_as_a_file_with_a_form_around_it() -> None:
    app, read = guarded(bounds())
    exchange = await Exchange(app, "/upload", PNG).run(pieces(LARGEST // 2**15, 2**15))
    assert (exchange.status, sum(read)) == (200, LARGEST)
    exchange = await Exchange(app, "/upload", PNG).run(pieces(LARGEST // 2**15 + 1, 2**15))
    assert exchange.status == 413
    assert exchange.problem["detail"] == "A file may have at most 1.0 MiB; this request is larger."


async def test_dropping_a_refused_body_has_an_end() -> None:
    app, _ = guarded(bounds())
    exchange = await Exchange(app, "/upload", PNG).run(pieces(1000, 2**20))
    assert exchange.status == 413
    assert exchange.sent <= 9 * LARGEST + 2**20
    app, _ = guarded(bounds(body_timeout=0.1))
    exchange = await Exchange(app, "/", [(b"content-length", b"100000")]).run(pieces(1, 10, last=False))
    assert (exchange.status, exchange.answer[-1].get("more_body", False)) == (413, False)


async def withheld(seconds: float) -> AsyncIterator[Message]:
    """A mebibyte, whose last byte takes its time."""
    for _ in range(15):
        yield piece(bytes(2**16))
    yield piece(bytes(2**16 - 1))
    await asyncio.sleep(seconds)
    yield piece(b"x", more=False)


MEBIBYTE = [*PNG, (b"content-length", b"1048576")]


async def test_bodies_together_take_no_more_memory_than_the_budget() -> None:
    limits = bounds()
    budget = BodyBudget(limits.bodies_bytes, limits.max_form_bytes)
    app, read = guarded(limits, budget)
    exchanges = [Exchange(app, "/upload", MEBIBYTE) for _ in range(20)]
    await asyncio.gather(*(exchange.run(withheld(1.5)) for exchange in exchanges))
    refused = [exchange for exchange in exchanges if exchange.status == 503]
    assert len(refused) == 18  # the other two have all that is for one client
    assert (b"retry-after", b"5") in refused[0].answer[0]["headers"]
    assert sum(read) == 2 * 2**20
    assert budget.held == 0


async def test_many_uploads_at_once_take_turns_and_all_arrive() -> None:
    app, read = guarded(bounds(room_timeout=5))
    exchanges = [Exchange(app, "/upload", MEBIBYTE) for _ in range(20)]
    await asyncio.gather(*(exchange.run(withheld(0.01)) for exchange in exchanges))
    assert [exchange.status for exchange in exchanges] == [200] * 20
    assert sum(read) == 20 * 2**20


async def test_a_client_that_uses_its_share_leaves_room_for_others_and_for_small_bodies() -> None:
    limits = bounds()
    budget = BodyBudget(limits.bodies_bytes, limits.max_form_bytes)
    app, _ = guarded(limits, budget)
    await budget.reserve("192.0.2.1", 2 * 2**20 - 1, 0)
    small = await Exchange(app).run(pieces(1, SMALL_BODY_BYTES))
    refused = await Exchange(app, "/upload", PNG).run(pieces(4, 2**16))
    other = Exchange(app, "/upload", PNG)
    other.scope["client"] = ("192.0.2.2", 1)
    await other.run(pieces(4, 2**16))
    assert (small.status, refused.status, other.status) == (200, 503, 200)


async def test_who_waits_for_room_goes_on_when_there_is_some() -> None:
    budget = BodyBudget(100, 50)
    await budget.reserve("a", 50, 0)
    await budget.reserve("b", 50, 0)
    order: list[str] = []

    async def wait(client: str) -> None:
        await budget.reserve(client, 30, 5)
        order.append(client)

    waiting = [asyncio.create_task(wait(client)) for client in ("c", "d")]
    await asyncio.sleep(0)
    budget.release("a", 50)
    await asyncio.sleep(0.01)
    assert order == ["c"]
    budget.release("b", 50)
    await asyncio.gather(*waiting)
    assert order == ["c", "d"]
    with pytest.raises(Busy):
        await budget.reserve("e", 50, 0.01)
    assert budget.held == 60


@pytest.fixture
def connected() -> TestClient:
    return TestClient(guarded(bounds())[0])


def test_json_for_a_model_is_refused_as_any_other(connected: TestClient) -> None:
    answer = connected.post("/model", json={f"key{index}": index for index in range(20_000)})
    assert (answer.status_code, answer.json()["title"]) == (413, "Request too large")


def test_json_nested_as_deeply_as_fits_is_an_error_of_the_client(connected: TestClient) -> None:
    answer = connected.post(
        "/model", content=b"[" * SMALL_BODY_BYTES, headers={"content-type": "application/json"}
    )
    assert 400 <= answer.status_code < 500
