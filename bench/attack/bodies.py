"""Bodies that are larger, deeper or in more parts than anything the server needs."""

from __future__ import annotations

import asyncio

from bench.attack.client import Client, attack
from bench.attack.files import BOUNDARY, form, noise

_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def _keys(count: int) -> bytes:
    """Return a JSON object of so many keys, about twelve bytes each."""
    return b"{" + b",".join(b'"%x":1' % key for key in range(1 << 20, (1 << 20) + count)) + b"}"


@attack("POST /traces/{id}/occlusions with 1.5 million keys of JSON", seconds=8)
async def keys_for_an_occlusion(client: Client) -> None:
    """17.5 MiB, of which the first 64 kB are more than a request has."""
    trace = await client.trace(await client.sample(), "tiny-vgg")
    await client.ask("POST", f"/api/v1/traces/{trace}/occlusions", _keys(1_500_000), _JSON, patience=60)


@attack("the same for a trace that does not exist, twice at once", seconds=8)
async def keys_for_nothing(client: Client) -> None:
    body = _keys(1_500_000)
    path = f"/api/v1/traces/{'0' * 32}/occlusions"
    await asyncio.gather(*(client.ask("POST", path, body, _JSON, patience=60) for _ in range(2)))


@attack("20 MiB of JSON to /traces, and to routes without a body, eight at once")
async def json_for_traces(client: Client) -> None:
    body = b'{"picture":"' + b"a" * (20 << 20) + b'"}'
    paths = [("POST", "/api/v1/traces"), ("DELETE", f"/api/v1/pictures/{'0' * 32}"), ("GET", "/healthz")]
    requests = [client.ask(method, path, body, _JSON) for method, path in [*paths, *[paths[0]] * 5]]
    await asyncio.gather(*requests)


@attack("lists in lists, 30,000 deep, as edits, and as a whole body")
async def deep_json(client: Client) -> None:
    deep = b"[" * 30_000
    picture = noise(32, 32)
    while not client.over:
        body = form(("file", picture), ("network", b"tiny-vgg"), ("edits", deep))
        await client.ask("POST", "/api/v1/traces", body, _FORM)
        await client.ask("POST", "/api/v1/traces", b'{"edits":' + deep, _JSON)
        await client.ask("POST", f"/api/v1/traces/{'0' * 32}/occlusions", deep, _JSON)


@attack("forms of 5,000 parts, and of a part's headers without end")
async def many_parts(client: Client) -> None:
    many = form(*((f"field{number}", b"1") for number in range(5_000)))
    endless = f"--{BOUNDARY}\r\n".encode() + b"X-Header: 1\r\n" * 100_000
    while not client.over:
        for path in ("/api/v1/pictures", "/api/v1/traces"):
            await asyncio.gather(*(client.ask("POST", path, body, _FORM) for body in (many, endless)))
