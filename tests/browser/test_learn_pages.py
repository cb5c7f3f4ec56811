"""Learn as people use it: by keyboard, on a phone, on a projector, in another site's page, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.pages.lessons.chapters import Chapter, Question, chapters
from tests.browser.conftest import Trouble

ALL = pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.id)


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def reply(page: Page, question: Question) -> None:
    """Answer a question's first variant by keyboard alone."""
    part = page.locator(f"lesson-question[data-id='{question.id}']")
    answer = question.variants[0].answer
    if question.asks == "cell":
        assert isinstance(answer, tuple)
        row, column = answer
        part.locator("tr").nth(row).locator("button").nth(column).focus()
        page.keyboard.press("Enter")
        part.locator(".check:visible").focus()
    elif question.asks == "choice":
        assert isinstance(answer, int)
        part.locator("input[type=radio]:visible").nth(answer).focus()
        page.keyboard.press("Space")
        part.locator(".check:visible").focus()
    else:
        numbers = answer if isinstance(answer, tuple) else (answer,)
        part.locator(".reply input:visible").first.focus()
        for at, number in enumerate(numbers):
            if at:
                page.keyboard.press("Tab")
            page.keyboard.type(str(number))
    page.keyboard.press("Enter")
    expect(part).to_have_attribute("data-verdict", "right")
    expect(part.locator(".why:visible")).to_have_count(1)


@pytest.mark.parametrize("lang", ["en", "ko"])
@ALL
def test_a_chapter_by_keyboard_on_a_phone(
    page: Page, server: str, axe: Callable[..., None], chapter: Chapter, lang: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/learn/{chapter.id}?lang={lang}&theme={'dark' if lang == 'ko' else 'light'}")
    expect(page.locator(".lesson .stage").first).to_be_visible()
    expect(page.locator("lesson-question.live")).to_have_count(len(chapter.questions))
    for question in chapter.questions:
        reply(page, question)
    assert overflow(page) <= 0
    page_text = page.evaluate("document.body.innerText")
    assert re.findall(r"\b(?:learn|bench|playback|arithmetic|explore)\.[a-z][\w.-]*", page_text) == []
    for program in page.locator("pre").all_inner_texts():  # Python is Python in every language
        page_text = page_text.replace(program.strip(), "")
    if lang == "ko":  # a sentence that nobody translated
        assert re.findall(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", page_text) == []
    axe(page)
    after = page.locator(".turn a[rel=next]")
    if after.count():
        after.focus()
        page.keyboard.press("Enter")
        following = chapters()[chapters().index(chapter) + 1]
        expect(page.locator("h1")).to_have_text(following.title[lang])  # type: ignore[index]
    page.goto(f"{server}/learn?lang={lang}")
    expect(page.locator(".contents .done")).to_have_count(1)


def test_a_wrong_answer_is_told_and_another_question_comes(page: Page, server: str) -> None:
    page.goto(f"{server}/learn/stride?lang=en")
    part = page.locator("lesson-question").first
    part.get_by_role("button", name="Check").click()
    expect(part.get_by_role("status")).to_have_text("Give an answer first.")
    field = part.get_by_role("textbox", name="Your answer")
    field.fill("3")
    field.press("Enter")
    expect(part.get_by_role("status")).to_have_text(re.compile("Not yet"))
    expect(part.locator(".why:visible")).to_have_count(0)
    field.fill("2")
    field.press("Enter")
    expect(part.get_by_role("status")).to_have_text("Right.")
    part.get_by_role("button", name="Another one").click()
    expect(part.locator(".ask:visible")).to_contain_text("7×7")


def test_what_is_answered_is_kept_here_and_can_be_forgotten(page: Page, server: str) -> None:
    page.goto(f"{server}/learn/stride?lang=en")
    reply(page, next(one for one in chapters() if one.id == "stride").questions[0])
    page.goto(f"{server}/learn?lang=en")
    expect(page.locator(".contents .done")).to_have_text(re.compile("^1 of"))
    page.get_by_role("button", name="Forget my answers").click()
    expect(page.locator(".contents .done")).to_have_count(0)
    page.reload()
    expect(page.locator(".contents .done")).to_have_count(0)


def test_slides_are_turned_by_keys_and_go_on_into_the_next_chapter(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    first, second = chapters()[:2]
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/learn/{first.id}?lang=en&present=on")
    where = page.locator(".slides .where")
    expect(where).to_have_text(re.compile("^1 of"))
    expect(page.locator(".idea").first).to_be_visible()
    expect(page.locator(".try").first).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".try").first).to_be_visible()
    expect(page.locator(".idea").first).to_be_hidden()
    axe(page)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".idea").first).to_be_visible()
    count = int((where.text_content() or "").rsplit(" ", 1)[1])
    for _ in range(count):
        page.keyboard.press("PageDown")
    expect(page.locator("h1")).to_have_text(second.title["en"])
    expect(where).to_have_text(re.compile("^1 of"))
    page.keyboard.press("PageUp")
    expect(where).to_have_text(f"{count} of {count}")
    page.keyboard.press("Escape")
    expect(page.locator(".slides")).to_have_count(0)
    expect(page.locator(".wrong")).to_be_visible()


@pytest.mark.parametrize(
    ("chapter", "reads"), [("padding", ".size"), ("pooling", ".saved"), ("dense", ".tables")]
)
def test_a_slide_shows_the_whole_of_what_moves(page: Page, server: str, chapter: str, reads: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/learn/{chapter}?lang=en&present=on#{3 if chapter == 'dense' else 2}")
    last = page.locator(".try.on").locator(reads)
    expect(last).to_be_in_viewport(ratio=1)
    bottom = last.evaluate("(one) => one.getBoundingClientRect().bottom")
    assert bottom <= page.locator(".slides").evaluate("(one) => one.getBoundingClientRect().top")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_teacher_sets_locks_and_hides_by_a_link(page: Page, server: str) -> None:
    page.goto(f"{server}/learn/stride?lang=en")
    player = page.locator("conv-player")
    player.get_by_role("slider", name="Stride", exact=True).fill("1")
    page.get_by_text("A link for your class").click()
    page.get_by_role("checkbox", name="Stride: Lock").check()
    page.get_by_role("checkbox", name="Padding: Hide").check()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#status")).to_have_text(re.compile("."))
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(player.get_by_role("slider", name="Stride", exact=True)).to_be_disabled()
    expect(player.get_by_role("slider", name="Stride", exact=True)).to_have_value("1")
    expect(player.get_by_role("slider", name="Padding", exact=True)).to_be_hidden()
    expect(player).to_have_attribute("stride", "1")


# The frame has said its height, so each side listens to the other.
CONNECTED = (
    "() => !['', '420px'].includes(document.querySelector('conv-player iframe')?.style.blockSize ?? '')"
)


@pytest.fixture
def another_site(server: str) -> Iterator[str]:
    """Pages of somebody else's, of another origin: one has one of our elements, another attacks it."""
    documents = {
        "/": '<!doctype html><html lang="en"><title>Theirs</title>'
        f'<script type="module" src="{server}/static/js/embed.js"></script>'
        '<conv-player stride="2" lang="en" theme="light"></conv-player></html>',
        "/frame": '<!doctype html><html lang="en"><title>Frame</title>'
        '<iframe src="/" width="900" height="700"></iframe></html>',
        "/inside": '<!doctype html><html lang="en"><title>Inside</title></html>',
    }

    class Theirs(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = documents.get(self.path, "")
            self.send_response(200 if document else 204)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(document.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - likewise
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Theirs) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


def test_an_element_works_in_another_sites_page(page: Page, another_site: str, trouble: Trouble) -> None:
    trouble.expect("localhost")  # the other site's own page
    page.goto(another_site)
    inside = page.frame_locator("conv-player iframe")
    stride = inside.get_by_role("slider", name="Stride", exact=True)
    expect(stride).to_have_value("2")
    expect(inside.get_by_text("Feature map 2×2")).to_be_visible()
    page.wait_for_function(CONNECTED)
    page.evaluate(
        """() => {
          window.events = [];
          document.querySelector("conv-player").addEventListener("change", ({ detail }) => window.events.push(detail));
        }"""
    )
    stride.fill("1")
    expect(page.locator("conv-player")).to_have_attribute("stride", "1")
    events = page.evaluate("window.events")
    assert [(one["name"], one["value"], one["settings"]["stride"]) for one in events] == [("stride", 1, 1)]
    page.evaluate("document.querySelector('conv-player').setAttribute('padding', '1')")
    expect(inside.get_by_text("Feature map 5×5")).to_be_visible()
    tall = page.locator("conv-player iframe").evaluate("(one) => one.clientHeight")
    assert tall == pytest.approx(
        inside.locator("main").evaluate("(one) => one.getBoundingClientRect().height"), abs=1
    )


def test_a_strangers_page_in_an_elements_frame_can_do_nothing_to_the_page_around_it(
    page: Page, another_site: str, trouble: Trouble
) -> None:
    """A page that frames the one with the element may send the element's frame anywhere."""
    trouble.expect("localhost")
    page.goto(f"{another_site}/frame")
    framing_page = page.frames[1]
    inside = page.frame_locator("iframe").frame_locator("conv-player iframe")
    stride = inside.get_by_role("slider", name="Stride", exact=True)
    expect(stride).to_have_value("2")
    framing_page.wait_for_function(CONNECTED)
    stride.fill("1")
    element = framing_page.locator("conv-player")
    expect(element).to_have_attribute("stride", "1")  # what is honest arrives
    framing_page.evaluate(
        """() => {
          window.heard = [];
          window.changes = 0;
          addEventListener("message", ({ origin, data }) => window.heard.push([origin, data.convscope]));
          document.querySelector("conv-player").addEventListener("change", () => window.changes++);
        }"""
    )
    before = framing_page.evaluate("document.querySelector('conv-player').outerHTML")
    page.evaluate("(address) => { frames[0].frames[0].location = address; }", f"{another_site}/inside")
    # While it is on its way, the frame is still the server's page, whose address this page may not read.
    page.wait_for_function(
        """() => {
          try {
            return frames[0].frames[0].location.pathname === "/inside";
          } catch {
            return false;
          }
        }"""
    )
    stranger = next(frame for frame in page.frames if frame.url.endswith("/inside"))
    stranger.evaluate(
        """() => {
          const attack = "window.attacked = true";
          const detail = { name: "stride", value: 3, settings: {} };
          const change = (attributes) => parent.postMessage({ convscope: "change", attributes, detail }, "*");
          change({ onchange: attack });
          change({ onclick: attack, onload: attack });
          change({ style: "position: fixed; inset: 0; z-index: 9" });
          change({ stride: "3" });
          parent.postMessage({ convscope: "size", height: 5000 }, "*");
          parent.postMessage({ convscope: "last" }, "*");
        }"""
    )
    framing_page.wait_for_function("() => window.heard.some(([, kind]) => kind === 'last')")
    heard = framing_page.evaluate("window.heard")
    assert [one for one in heard if one[0] == another_site and one[1] == "change"], heard
    assert framing_page.evaluate("document.querySelector('conv-player').outerHTML") == before
    element.click(position={"x": 2, "y": 2}, force=True)
    assert framing_page.evaluate("[window.changes, window.attacked ?? null]") == [0, None]


def test_an_element_believes_its_own_page_no_more_than_its_attributes(
    page: Page, another_site: str, trouble: Trouble
) -> None:
    """The server's page itself can set the element's attributes, as text, and nothing else."""
    trouble.expect("localhost")
    page.goto(another_site)
    page.wait_for_function(CONNECTED)
    before = page.evaluate("document.querySelector('conv-player').outerHTML")
    page.frames[1].evaluate(
        """() => {
          const detail = { name: "stride", value: 3, settings: {} };
          const long = "3".repeat(20000);
          const wrong = [{ onclick: "1" }, { stride: "3", style: "" }, { stride: 3 }, { stride: long }, "stride", null];
          for (const attributes of wrong) parent.postMessage({ convscope: "change", attributes, detail }, "*");
          for (const height of [-1, 1e9, NaN, "99"]) parent.postMessage({ convscope: "size", height }, "*");
        }"""
    )
    page.frames[1].evaluate("() => new Promise((done) => setTimeout(done, 50))")
    assert page.evaluate("document.querySelector('conv-player').outerHTML") == before
    page.frames[1].evaluate(
        """() => parent.postMessage({ convscope: "change", attributes: { stride: "3" },
                                     detail: { name: "stride", value: 3, settings: {} } }, "*")"""
    )
    expect(page.locator("conv-player")).to_have_attribute("stride", "3")


def test_an_element_takes_nothing_but_its_attributes_from_the_page_around_it(
    page: Page, another_site: str, trouble: Trouble
) -> None:
    trouble.expect("localhost")
    page.goto(another_site)
    inside = page.frame_locator("conv-player iframe")
    expect(inside.get_by_text("Feature map 2×2")).to_be_visible()
    page.wait_for_function(CONNECTED)
    before = page.frames[1].evaluate("document.querySelector('conv-player').getAttributeNames().sort()")
    page.evaluate(
        """() => {
          const inner = document.querySelector("conv-player iframe").contentWindow;
          const set = (name, value) => inner.postMessage({ convscope: "set", name, value }, "*");
          set("onclick", "window.attacked = true");
          set("style", "display: none");
          set("stride", 1);
          set("stride", "1".repeat(20000));
          inner.postMessage({ convscope: "set" }, "*");
          set("padding", "1");
        }"""
    )
    expect(inside.get_by_text("Feature map 3×3")).to_be_visible()  # of 5 + 2 cells, in strides of 2
    assert set(page.frames[1].evaluate("document.querySelector('conv-player').getAttributeNames()")) <= {
        *before,
        "padding",
    }


def test_without_javascript_a_chapter_reads_and_answers(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{server}/learn/stride?present=on")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    page.get_by_text("The answer").first.click()
    expect(page.locator(".why").first).to_be_visible()
    page.get_by_role("link", name="Open it in Explore").focus()
    context.close()


@pytest.mark.own_tab
def test_paper_has_the_questions_and_then_the_answers(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    page.goto(f"{server}/learn/worksheet?lang=ko")
    axe(page)
    page.emulate_media(media="print")
    expect(page.locator(".choose")).to_be_hidden()
    assert page.locator(".answers").evaluate("(one) => getComputedStyle(one).breakBefore") == "page"
    page.emulate_media(media="screen")


def test_the_documentation_shows_every_element_alive(
    page: Page, server: str, axe: Callable[..., None]
) -> None:
    page.goto(f"{server}/learn/widgets?lang=en")
    first = page.frame_locator(".documented iframe >> nth=0")
    expect(first.locator(".lesson .stage")).to_be_visible()
    assert page.locator(".documented iframe").count() == page.locator(".documented").count()
    assert overflow(page) <= 0
    axe(page)
