from __future__ import annotations

from dataclasses import replace

from app.api.schemas.pictures import PictureAnswer, SampleAnswer
from app.services.container import Services
from app.services.pictures import StoredPicture


def test_a_samples_picture_belongs_to_nobody_and_never_expires(services: Services) -> None:
    sample = next(iter(services.pictures.samples.values()))
    stored = StoredPicture(sample.id, sample.picture, 1234, None, None)
    answer = PictureAnswer.of(stored)
    assert (answer.expires_at, answer.owner_token, answer.bytes) == (None, None, 1234)
    uploaded = PictureAnswer.of(replace(stored, expires_at=1_700_000_000.0, owner_token="t"))
    assert '"expires_at":"2023-11-14T22:13:20Z"' in uploaded.model_dump_json()
    assert uploaded.owner_token == "t"


def test_a_sample_says_which_networks_it_is_meant_for(services: Services) -> None:
    answers = {answer.name: answer for answer in map(SampleAnswer.of, services.pictures.samples.values())}
    assert answers["chelsea"].suits == []
    assert any(answer.suits == ["lenet"] for answer in answers.values())
    assert all(answer.width > 0 and answer.file.startswith(name) for name, answer in answers.items())
