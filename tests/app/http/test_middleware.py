from __future__ import annotations

import asyncio
import gzip
import json

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.types import Message

from app.http import errors
from app.http.middleware import BodyLimit

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/learn", "/learn/stride", "/static/css/tokens.css"])
def test_the_page_and_its_files_are_compressed(client: TestClient, path: str) -> None:
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as response:
        sent = b"".join(response.iter_raw())
        assert response.headers["content-encoding"] == "gzip"
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(sent) < len(plain.content) / 2
    if path.startswith("/static"):
        assert gzip.decompress(sent) == plain.content


def test_maps_are_sent_as_they_are(client: TestClient, trace_path: str) -> None:
    for part in ("maps.safetensors", "layers/conv1_1/atlas.png", "layers/conv1_1/values.npy"):
        response = client.get(f"{trace_path}/{part}", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/static/css/tokens.css", "/api/v1/networks", "/api/v1/nothing"]
)
def test_head_is_answered_as_get_is_but_without_the_body(client: TestClient, path: str) -> None:
    full, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (full.status_code, b"")
    assert dict(head.headers) == dict(full.headers)


def test_head_of_values_says_what_a_reader_of_them_would_load(client: TestClient, trace_path: str) -> None:
    for part in ("maps.safetensors", "layers/conv1_1/atlas.png", "layers/conv1_1/values.npy"):
        full, head = client.get(f"{trace_path}/{part}"), client.head(f"{trace_path}/{part}")
        assert head.content == b""
        assert head.headers["content-length"] == str(len(full.content))


def test_head_asks_for_nothing_that_only_post_does(client: TestClient) -> None:
    assert client.head("/api/v1/pictures").status_code == client.get("/api/v1/pictures").status_code == 405


def test_head_is_counted_as_what_it_is(client: TestClient) -> None:
    client.head("/healthz")
    counted = client.get("/metrics").text
    assert 'convscope_requests_total{method="HEAD",route="healthz",status="200"}' in counted


def test_every_answer_tells_browsers_to_load_nothing_from_elsewhere(
    client: TestClient, trace_path: str
) -> None:
    for path in ("/", "/healthz", trace_path, "/api/v1/nope"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def post_slowly(*messages: Message) -> list[Message]:
    """Return what is answered if these messages come in time, and what follows them many turns after it."""
    app = FastAPI()
    errors.install(app)

    @app.post("/")
    async def take(request: Request) -> bool:
        await request.body()
        return (await request.receive())["type"] == "http.disconnect"

    coming, answered = iter(messages), list[Message]()

    async def receive() -> Message:
        for message in coming:
            return message
        for _ in range(100):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    await BodyLimit(app, max_bytes=1000, overhead=0, seconds=0)(scope, receive, send)
    return answered


async def test_a_body_that_does_not_come_in_time_is_given_up() -> None:
    start, body = await post_slowly({"type": "http.request", "body": b"half", "more_body": True})
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    problem = json.loads(body["body"])
    assert problem["type"] == "urn:convscope:problem:body-too-slow"
    assert problem["detail"] == "A request's body has to arrive within 0 s."


async def test_an_answer_to_a_whole_body_may_take_its_time() -> None:
    start, body = await post_slowly({"type": "http.request", "body": b"all of it"})
    assert (start["status"], body["body"]) == (200, b"true")
