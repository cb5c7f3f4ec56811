"""The chapters as they are: whole in every language, their doors open, their elements known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.pages.context import LANGUAGES
from app.pages.lessons import chapters as lessons
from app.pages.lessons.chapters import Chapter, InvalidChapter, answer_text, chapters
from app.pages.lessons.elements import elements
from app.services.networks import Networks
from app.settings import Settings

ALL = pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.id)
HANGUL = re.compile("[가-힣]")
MODEL = Path(lessons.__file__).parent / "chapters" / "06-stride.toml"


@ALL
def test_a_chapter_says_the_same_things_in_every_language(chapter: Chapter) -> None:
    for lang in LANGUAGES:
        words = [chapter.title[lang], *chapter.idea[lang], chapter.beyond[lang], *chapter.wrong[lang]]
        words += [widget.look[lang] for widget in chapter.widgets]
        words += [text for question in chapter.questions for text in (question.ask[lang], question.why[lang])]
        assert len(chapter.idea[lang]) == 3
        assert all(text.strip() for text in words)
        assert all(bool(HANGUL.search(text)) == (lang == "ko") for text in words)
    assert {len(chapter.wrong[lang]) for lang in LANGUAGES} == {len(chapter.wrong["en"])}
    assert 1 <= len(chapter.wrong["en"]) <= 3
    assert chapter.questions
    assert chapter.widgets


@ALL
def test_an_answer_is_computed_and_every_blank_is_filled(chapter: Chapter) -> None:
    for question in chapter.questions:
        assert len(question.variants) >= 2
        for variant in question.variants:
            for lang in LANGUAGES:
                texts = [question.ask[lang], question.why[lang], *question.options[lang]]
                assert not any("{" in variant.fill(text) for text in texts)
            if question.asks == "cell":
                matrix = variant.given[question.shows[0]]
                assert isinstance(variant.answer, tuple)
                row, column = variant.answer
                assert 0 <= row < len(matrix)
                assert 0 <= column < len(matrix[0])
            if question.asks == "choice":
                assert isinstance(variant.answer, int)
                assert 0 <= variant.answer < len(question.options["en"]) == len(question.options["ko"])
            for name in question.shows:
                assert {len(row) for row in variant.given[name]} == {len(variant.given[name][0])}


@ALL
def test_a_chapters_elements_and_their_attributes_are_in_the_catalog(chapter: Chapter) -> None:
    for widget in chapter.widgets:
        known = elements()[widget.element]["attributes"]
        assert widget.attributes.keys() <= known.keys() | {"lock", "hide"}


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Settings(device="cpu", torch_threads=1))


@ALL
def test_a_door_leads_to_a_place_that_there_is(chapter: Chapter, networks: Networks) -> None:
    door = chapter.door
    assert door.get("checkpoint", "trained") in networks.card(door["network"]).checkpoints
    assert door.get("depth", "map") in {"map", "glance", "channels", "products"}
    if "layer" not in door:
        return
    layer = {one.id: one for one in networks.graph(door["network"]).layers}[door["layer"]]
    cell = [int(door["channel"]), *(int(place) for place in door.get("cell", "").split(",") if place)]
    assert all(0 <= place < size for place, size in zip(cell, layer.shape, strict=False))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('section = "2.3.3"', ""),
        ('asks = "number"', 'asks = "poem"'),
        ('rule = "output_size"', 'rule = "guess"'),
        ("{ n = 5, f = 3, s = 2 }", "{ n = 5, f = 9, s = 2 }"),
        ('network = "lecture-cnn"', 'network = "lecture-cnn"\nroom = "attic"'),
        ("{answer}", "{reply}"),
    ],
)
def test_a_bad_chapter_is_told_by_its_name(tmp_path: Path, old: str, new: str) -> None:
    text = MODEL.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "06-stride.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidChapter, match=r"06-stride\.toml"):
        lessons.read(path)


def test_an_answer_is_written_as_people_read_it() -> None:
    assert answer_text((9, 9, 6)) == "9 × 9 × 6"
    assert answer_text(-3) == "−3"
    assert answer_text(2352) == "2,352"
    assert answer_text(0.25) == "0.25"


@pytest.mark.parametrize(("network", "kind"), [("lenet", "linear"), ("lecture-cnn", "conv2d")])
def test_most_parameters_and_most_multiplications_are_where_the_builders_chapter_says(
    network: str, kind: str, networks: Networks
) -> None:
    layers = networks.graph(network).layers
    largest = max(layers, key=lambda one: one.parameters)
    assert largest is next(one for one in layers if one.kind == kind)
    assert largest.parameters > sum(one.parameters for one in layers) / 2
    work = [one.multiply_adds or 0 for one in layers]
    convolutions = [one.multiply_adds or 0 for one in layers if one.kind == "conv2d"]
    assert sum(convolutions) > sum(work) / 2


def test_every_convolution_of_tiny_vgg_has_ten_channels(networks: Networks) -> None:
    channels = {one.shape[0] for one in networks.graph("tiny-vgg").layers if one.kind == "conv2d"}
    assert channels == {10}
