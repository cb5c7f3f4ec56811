from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.api.schemas.traces import TraceAnswer, TraceRequest, trace_links
from app.services.edits import MOST_EDITS
from app.services.trace import Trace


def test_the_manifest_of_a_trace_is_what_rest_answers(trace: Trace, manifest: dict[str, Any]) -> None:
    assert TraceAnswer.of(trace).model_dump(mode="json") == manifest


def test_every_link_leads_to_something_when_it_is_filled_in(client: TestClient, trace: Trace) -> None:
    parts = {"layer": "conv1_1", "channel": 1, "row": 2, "column": 3, "block": "block1", "stage": "feature"}
    links = trace_links(trace.id)
    assert {"self", "graph", "maps", "atlas", "cell", "export"} <= links.keys()
    for name, link in links.items():
        filled = link.format(**{**parts, **({"layer": "fc", "index": 4} if name == "unit" else {})})
        assert not re.search("[{}]", filled)
        assert client.get(filled).status_code == 200, name


def test_what_is_left_out_of_a_request_is_the_usual() -> None:
    request = TraceRequest(picture="p", network="tiny-vgg")
    assert (request.checkpoint, request.edits, request.wait) == ("trained", (), True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"edits": [{"kind": "grey"}] * (MOST_EDITS + 1)},
        {"edits": [{"kind": "nothing"}]},
        {"picture": None},
    ],
)
def test_a_request_of_more_or_of_what_there_is_not_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TraceRequest.model_validate({"picture": "p", "network": "tiny-vgg", **wrong})
