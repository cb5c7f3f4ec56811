from __future__ import annotations

import json

from app.api.schemas.exemplars import ExemplarAnswer, ExemplarsAnswer


def test_a_vectors_unit_has_no_cell_and_a_network_of_others_no_source() -> None:
    one = ExemplarAnswer(index=3, picture="a", url="/x.png", label="cat", value=1.5, cell=None, field=None)
    answer = ExemplarsAnswer(
        network="tiny-vgg",
        checkpoint="trained",
        layer="fc",
        channel=0,
        source=None,
        count=0,
        input=[32, 32],
        pictures=[one],
    )
    fields = json.loads(answer.model_dump_json())
    # What is not known is said to be null; a field is never left out.
    assert fields["source"] is None
    assert fields["pictures"] == [
        {
            "index": 3,
            "picture": "a",
            "url": "/x.png",
            "label": "cat",
            "value": 1.5,
            "cell": None,
            "field": None,
        }
    ]
