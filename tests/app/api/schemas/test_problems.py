from __future__ import annotations

import json

from app.api.schemas.problems import ProblemAnswer
from app.http.errors import problem


def test_what_the_server_sends_is_what_the_model_says() -> None:
    errors = [{"loc": ["body", "x"], "msg": "too large"}]
    for response in (
        problem(404, "not-there", "Not there", "no"),
        problem(422, "", "No", "x", errors=errors),
    ):
        document = json.loads(bytes(response.body))
        answer = ProblemAnswer.model_validate(document)
        assert answer.status == response.status_code
        assert document.keys() <= ProblemAnswer.model_fields.keys()
        assert answer.model_dump(exclude_unset=True) == document
