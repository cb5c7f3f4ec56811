"""The OpenAPI document says of errors what they are: problem documents."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/openapi.json").json()
    return answer


def test_every_error_of_the_interface_is_a_problem_document(document: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}}
    operations = [
        operation
        for path, item in document["paths"].items()
        if path.startswith("/api/")
        for operation in item.values()
    ]
    assert len(operations) > 20
    for operation in operations:
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"421", "422", "503"} <= refusals.keys()
        assert all(answer["content"] == problem for answer in refusals.values())


def test_what_changes_something_may_be_refused_for_who_sends_it_and_how(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for method in item.keys() & {"post", "delete"}:
            assert {"403", "408", "413"} <= item[method]["responses"].keys()


def test_only_our_own_problems_are_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {"type", "title", "status", "detail"} <= schemas["ProblemAnswer"]["properties"].keys()
    assert not {"HTTPValidationError", "ValidationError"} & schemas.keys()


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own_references = [part["$ref"]] if "$ref" in part else []
            return own_references + [one for value in part.values() for one in references(value)]
        return [one for value in part for one in references(value)] if isinstance(part, list) else []

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known
