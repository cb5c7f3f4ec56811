"""Every error is a problem document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import errors
from app.services.workers import Busy
from app.tracing.editing.edits import InvalidEdit, Range


def test_what_has_no_route_is_a_problem_document(client: TestClient) -> None:
    for method, path, status in (("GET", "/api/v1/nope", 404), ("PUT", "/api/v1/networks", 405)):
        response = client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status


def answer_to(error: Exception) -> Any:
    """What a server answers that fails with an error."""
    app = FastAPI()
    errors.install(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    return TestClient(app, raise_server_exceptions=False).get("/")


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (errors.NotThere("no such layer"), 404, "not-there"),
        (errors.BodyTooLarge("too large"), 413, "body-too-large"),
        (errors.InvalidField("stride", "17 is too much"), 422, "invalid"),
        (RuntimeError("a secret of the server"), 500, "unexpected"),
    ],
)
def test_an_error_of_ours_has_a_name_and_a_status(error: Exception, status: int, kind: str) -> None:
    answer = answer_to(error)
    assert answer.headers["content-type"] == errors.PROBLEM
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["type"]) == (
        status,
        status,
        f"urn:convscope:problem:{kind}",
    )
    assert "secret" not in answer.text
    assert status == 500 or str(error) in problem["detail"]


def test_who_finds_the_server_busy_is_told_when_to_come_again() -> None:
    answer = answer_to(Busy(7))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


def test_who_has_it_already_is_sent_nothing_but_the_headers() -> None:
    answer = answer_to(errors.NotModified({"ETag": '"x"'}))
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"x"')


@pytest.mark.parametrize(
    ("permitted", "fields"),
    [
        (Range(1, 3), {"low": 1, "high": 3}),
        ({"vertical": Range(0, 2)}, {"vertical": {"low": 0, "high": 2}}),
        (("max", "min"), {"choices": ["max", "min"]}),
    ],
)
def test_an_edit_that_does_not_fit_is_named_with_what_would(permitted: Any, fields: Any) -> None:
    problem = answer_to(InvalidEdit(2, "stride", "too large", permitted)).json()
    assert problem["errors"] == [
        {"loc": ["body", "edits", 2, "stride"], "msg": "too large", "permitted": fields}
    ]
    assert problem["detail"] == "edits.2.stride: too large"


def test_a_problem_is_written_as_json_without_what_it_lacks() -> None:
    response = errors.problem(418, "", "Teapot", "short and stout")
    assert json.loads(bytes(response.body)) == {
        "type": "about:blank",
        "title": "Teapot",
        "status": 418,
        "detail": "short and stout",
    }
