"""Whom a request is for, and whose page sent it."""

from __future__ import annotations

import socket

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.http.hosts import HostCheck, own_names


def served(hosts: list[str] | None = None, origins: list[str] | None = None) -> TestClient:
    app = FastAPI()

    @app.api_route("/", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def answer() -> bool:
        return True

    names = own_names() if hosts is None else hosts
    return TestClient(HostCheck(app, names, origins or []), base_url="http://127.0.0.1:8000")


def own_name() -> str:
    return socket.gethostname()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8000",
        "192.168.1.20:8000",
        "[::1]:8000",
        "[2001:db8::7]",
        "localhost",
        "LOCALHOST:8000",
        "localhost.",
        "class.localhost:8000",
        own_name(),
        f"{own_name()}.local:8000",
    ],
)
def test_an_address_and_this_machines_own_names_are_served(host: str) -> None:
    assert served().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3"]
)
def test_another_name_is_refused_and_the_answer_says_what_to_do(host: str) -> None:
    answer = served().get("/", headers={"host": host})
    assert answer.status_code == 421
    problem = answer.json()
    assert problem["type"] == "urn:convscope:problem:unknown-host"
    assert host.partition(":")[0] in problem["detail"]
    assert "CONVSCOPE_HOSTS" in problem["detail"]


@pytest.mark.parametrize(
    "host",
    ["", " ", "a b", "user@localhost", "localhost:port", "localhost:123456", "[::1", "a/b", "x" * 300, "é"],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    answer = served(["*"]).get("/", headers={"host": host.encode()})  # type: ignore[dict-item]
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:convscope:problem:invalid-host"


@pytest.mark.anyio
@pytest.mark.parametrize("hosts", [[], [b"localhost", b"localhost"], [b"localhost", b"evil.example"]])
async def test_a_request_has_one_host(hosts: list[bytes]) -> None:
    statuses: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pytest.fail("not refused")

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(message: dict[str, object]) -> None:
        if isinstance(message.get("status"), int):
            statuses.append(message["status"])  # type: ignore[arg-type]

    headers = [(b"host", host) for host in hosts]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    await HostCheck(app, ["*"], [])(scope, receive, send)  # type: ignore[arg-type]
    assert statuses == [400]


def test_a_setting_names_more_hosts() -> None:
    client = served(["class.example", "*.school.example"])
    for host, status in (
        ("class.example", 200),
        ("Class.Example:443", 200),
        ("room1.school.example", 200),
        ("school.example", 421),
        ("other.example", 421),
    ):
        assert client.get("/", headers={"host": host}).status_code == status, host
    assert served(["*"]).get("/", headers={"host": "anything.example"}).status_code == 200


def test_the_address_it_was_told_to_listen_on_is_its_own() -> None:
    assert "class.example" in own_names("Class.Example")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_program_sends_no_origin_and_may_change_what_it_may(method: str) -> None:
    assert served().request(method, "/").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "https://127.0.0.1:8000", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "https://class.example", "host": "class.example"}, 200),
        ({"origin": "http://class.example", "host": "class.example:80"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://127.0.0.1:9000"}, 403),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"origin": "http://localhost:8000"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "file://127.0.0.1:8000"}, 403),
        ({"origin": ""}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_page_may_change_something_only_where_it_comes_from(headers: dict[str, str], status: int) -> None:
    client = served(["class.example"])
    answer = client.post("/", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "urn:convscope:problem:foreign-origin"
        assert "CONVSCOPE_ORIGINS" in answer.json()["detail"]
    assert client.get("/", headers=headers).status_code == 200


def test_a_setting_lets_pages_of_another_site_change_something() -> None:
    client = served(origins=["https://course.example/"])
    assert client.post("/", headers={"origin": "https://course.example"}).status_code == 200
    assert client.post("/", headers={"origin": "https://evil.example"}).status_code == 403
    assert served(origins=["*"]).post("/", headers={"origin": "https://evil.example"}).status_code == 200
