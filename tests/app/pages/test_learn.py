"""The pages of Learn as the server writes them: what reads without JavaScript."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.pages.learn import coded
from app.pages.lessons.chapters import Chapter, chapters
from app.pages.lessons.elements import elements
from app.settings import Settings

ALL = pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.id)
LANGS = pytest.mark.parametrize("lang", ["en", "ko"])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))) as test_client:
        yield test_client


def text(page: str) -> str:
    """Return what a reader sees of a page, with single blanks."""
    without_scripts = re.sub(r"<script.*?</script>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_scripts)).split())


def bare(sentence: str) -> str:
    return " ".join(sentence.replace("`", " ").split())


@LANGS
@ALL
def test_a_chapter_is_whole_without_javascript(client: TestClient, chapter: Chapter, lang: str) -> None:
    answer = client.get(f"/learn/{chapter.id}", params={"lang": lang})
    assert answer.status_code == 200
    page_text = text(answer.text)
    words = [*chapter.idea[lang], *chapter.wrong[lang], chapter.beyond[lang]]  # type: ignore[index]
    for question in chapter.questions:
        for variant in question.variants:
            words += [variant.fill(question.ask[lang]), variant.fill(question.why[lang])]  # type: ignore[index]
    assert [one for one in words if bare(one).replace(" ", "") not in page_text.replace(" ", "")] == []
    assert not re.search(r"\blearn\.[a-z_.-]+[a-z]", page_text)
    assert "<noscript" not in answer.text


@ALL
def test_the_answers_of_a_page_are_the_chapters(client: TestClient, chapter: Chapter) -> None:
    page = client.get(f"/learn/{chapter.id}").text
    answers_on_page = [json.loads(html.unescape(one)) for one in re.findall(r'data-answer="([^"]*)"', page)]
    answers = [variant.answer for question in chapter.questions for variant in question.variants]
    assert answers_on_page == json.loads(json.dumps(answers))


@ALL
def test_a_door_opens_explore_at_that_very_point(client: TestClient, chapter: Chapter) -> None:
    page = client.get(f"/learn/{chapter.id}").text
    address = html.unescape(re.search(r'class="button" href="(/\?[^"]*)"', page)[1])  # type: ignore[index]
    query = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert {name: value for name, value in query.items() if name != "picture"} == {
        name: value for name, value in chapter.door.items() if name != "picture"
    }
    if "picture" in chapter.door:
        samples = {one["name"]: one["id"] for one in client.get("/api/v1/samples").json()}
        assert query["picture"] == samples[chapter.door["picture"]]
    assert client.get(address).status_code == 200


def test_a_teachers_link_sets_locks_and_hides_of_the_first_element_alone(client: TestClient) -> None:
    query = {
        "stride": "3",
        "lock": "stride,kernel",
        "hide": "padding",
        "onclick": "alert(1)",
        "cell": '"><b>',
    }
    page = client.get("/learn/stride", params=query).text
    element = re.search(r"<conv-player([^>]*)>", page)[1]  # type: ignore[index]
    assert 'stride="3"' in element
    assert 'lock="stride,kernel"' in element
    assert 'hide="padding"' in element
    assert "onclick" not in element
    assert "<b>" not in page


def test_a_teachers_link_reaches_a_chapters_second_element(client: TestClient) -> None:
    query = {"2.side": "9", "2.lock": "side", "side": "8"}
    first, second = re.findall(
        r"<(?:flatten-shift|weight-count)([^>]*)>", client.get("/learn/flatten", params=query).text
    )
    assert 'side="9"' in second
    assert 'lock="side"' in second
    assert "side" not in first


@LANGS
def test_the_table_of_contents_names_every_chapter(client: TestClient, lang: str) -> None:
    page = client.get("/learn", params={"lang": lang}).text
    links = re.findall(rf'href="/learn/([a-z-]+)\?lang={lang}"', page)
    assert links[: len(chapters())] == [one.id for one in chapters()]
    assert all(one.title[lang] in html.unescape(page) for one in chapters())  # type: ignore[index]


def test_a_worksheet_asks_first_and_answers_on_another_page(client: TestClient) -> None:
    page = text(client.get("/learn/worksheet", params={"lang": "en", "variant": "2"}).text)
    questions, answers = page.split(" Answers ", 1)
    for chapter in chapters():
        for question in chapter.questions:
            variant = question.variants[1 % len(question.variants)]
            assert bare(variant.fill(question.ask["en"])).replace(" ", "") in questions.replace(" ", "")
            why = bare(variant.fill(question.why["en"])).replace(" ", "")
            if isinstance(variant.answer, int) and question.asks == "choice":
                why = f"{chr(ord('A') + variant.answer)}.{why}"
            assert why in answers.replace(" ", "")


def test_a_worksheet_of_one_chapter_and_of_none(client: TestClient) -> None:
    one = client.get("/learn/worksheet", params={"lang": "en", "chapters": "stride", "variant": "no"}).text
    assert one.count('<ol class="questions"') == 2
    assert client.get("/learn/worksheet", params={"chapters": "attic"}).status_code == 404


@LANGS
def test_every_element_is_documented_with_a_live_example(client: TestClient, lang: str) -> None:
    page = client.get("/learn/widgets", params={"lang": lang}).text
    for name, entry in elements().items():
        section = re.search(rf'<section class="documented" id="{name}".*?</section>', page, re.DOTALL)
        assert section
        assert f"<{name} " in section[0]
        for attribute, one in entry["attributes"].items():
            assert f"<code>{attribute}</code>" in section[0]
            assert html.escape(one["default"]) in section[0]
    assert not re.search(r"\blearn\.[a-z_.-]+[a-z]", text(page))


def test_an_element_alone_takes_its_own_settings_and_no_others(client: TestClient) -> None:
    page = client.get("/learn/widgets/conv-player", params={"stride": "2", "style": "x", "hide": "flip"}).text
    element = re.search(r"<conv-player([^>]*)>", page)[1]  # type: ignore[index]
    assert element.split() == ['stride="2"', 'hide="flip"']
    assert "learn-bar" not in page


@pytest.mark.parametrize("path", ["/learn/attic", "/learn/widgets/attic"])
def test_what_there_is_not_is_said_on_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"lang": "en"})
    assert answer.status_code == 404
    assert "There is no such chapter" in answer.text


def test_other_sites_may_fetch_the_elements(client: TestClient) -> None:
    for path in ("/static/js/embed.js", "/static/js/learn/elements.json"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


def test_backticks_become_code_and_nothing_else_becomes_markup() -> None:
    assert coded("a `b<c>` & d") == "a <code>b&lt;c&gt;</code> &amp; d"
