from __future__ import annotations

import base64
import gzip
import hashlib
import re

import pytest
from fastapi.testclient import TestClient


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


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_the_documentation_runs_no_script_but_its_own_and_is_not_framed(
    client: TestClient, path: str
) -> None:
    answer = client.get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "'none'"
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert policy["script-src"].split() == ["'self'", *(f"'sha256-{digest}'" for digest in digests)]
    policy = client.get(path).headers["content-security-policy"]
    assert client.head(path).headers["content-security-policy"] == policy
