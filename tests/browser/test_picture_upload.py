"""A reader puts in a picture of their own, by every way there is, and takes it out again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Explore, Trouble
from tests.browser.pictures import choose, dispatch, png

SIZE = "64 × 48 pixels, colour"


def figure_source(page: Page) -> str | None:
    return page.locator(".picture-figure > img").get_attribute("src")


def expect_own_picture(page: Page) -> None:
    expect(page.locator(".picture-size")).to_have_text(SIZE)
    expect(page.locator(".picture-name")).to_have_text("Your picture")
    expect(page).to_have_url(re.compile(r"[?&]picture=[0-9a-f]{32}"))
    # Layer 0 followed: its numbers are those of this picture.
    expect(page.locator("input-steps .step").first).to_contain_text("48 × 48 of 64 × 48")
    assert page.locator(".picture-figure > img").evaluate("(image) => image.naturalWidth") == 64


def test_button(explore: Explore) -> None:
    page = explore()
    choose(page, png())
    expect_own_picture(page)


def test_drop_anywhere(explore: Explore) -> None:
    page = explore()
    target = page.locator("drop-target")
    expect(target).to_be_hidden()
    dispatch(page, "dragenter", png())
    expect(target).to_be_visible()
    expect(target).to_contain_text("Drop the picture anywhere")
    dispatch(page, "dragleave", png())
    expect(target).to_be_hidden()
    dispatch(page, "dragenter", png())
    dispatch(page, "drop", png())
    expect(target).to_be_hidden()
    expect_own_picture(page)


def test_paste(explore: Explore) -> None:
    page = explore()
    dispatch(page, "paste", png())
    expect_own_picture(page)


def test_paste_without_a_picture_says_so(explore: Explore) -> None:
    page = explore()
    page.evaluate("""() => {
      const paste = new ClipboardEvent("paste", {bubbles: true, clipboardData: new DataTransfer()});
      document.body.dispatchEvent(paste);
    }""")
    expect(page.locator(".picture-notice")).to_contain_text("no picture in what you pasted")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        pytest.param(png()[:200], "cut.png", "image/png", id="truncated"),
        pytest.param(b"Dear diary", "notes.txt", "text/plain", id="text"),
        pytest.param(b"", "empty.png", "image/png", id="empty"),
    ],
)
def test_broken_file_says_why_and_keeps_the_picture(
    explore: Explore, trouble: Trouble, axe: Callable[..., None], data: bytes, name: str, kind: str
) -> None:
    trouble.expect("415")
    page = explore()
    before = figure_source(page)
    choose(page, data, name, kind)
    notice = page.locator(".picture-notice")
    expect(notice).to_contain_text("That picture could not be used")
    expect(notice).to_contain_text("The picture you had is still here.")
    assert figure_source(page) == before
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")
    axe(page, "picture-column")
    notice.get_by_role("button").click()
    expect(notice).to_be_empty()


def test_a_broken_file_is_refused_in_korean_alone(explore: Explore, trouble: Trouble) -> None:
    trouble.expect("415")
    page = explore(lang="ko")
    choose(page, b"Dear diary", "notes.txt", "text/plain")
    expect(page.locator(".picture-notice")).to_contain_text("사진으로 읽을 수 없는 파일입니다")
    expect(page.locator(".picture-notice")).to_contain_text(
        "PNG, JPEG, WebP, GIF, BMP, TIFF를 쓸 수 있습니다"
    )
    notice = page.locator(".picture-notice").inner_text()
    assert not re.search("[a-z]{3}", notice), notice


def test_too_large_a_picture_is_refused_with_the_limit(explore: Explore, trouble: Trouble) -> None:
    trouble.expect("413")
    page = explore()
    page.route(
        "**/api/v1/pictures",
        lambda route: route.fulfill(
            status=413,
            content_type="application/problem+json",
            body='{"title": "Picture too large", "status": 413, "detail": "20 MB at most."}',
        ),
    )
    choose(page, png())
    expect(page.locator(".picture-notice")).to_contain_text("20 MB at most.")
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")


def test_no_server_is_said(explore: Explore, trouble: Trouble) -> None:
    trouble.expect("ERR_FAILED")
    page = explore()
    page.route("**/api/v1/pictures", lambda route: route.abort())
    choose(page, png())
    expect(page.locator(".picture-notice")).to_contain_text("The server cannot be reached")
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")


def test_a_slow_upload_shows_progress_and_can_be_stopped(explore: Explore) -> None:
    page = explore()
    page.route("**/api/v1/pictures", lambda route: None)
    choose(page, png())
    progress = page.locator(".picture-progress")
    expect(progress).to_contain_text("Sending the picture")
    progress.get_by_role("button", name="Stop").click()
    expect(progress).to_be_hidden()
    expect(page.locator(".picture-notice")).to_be_empty()
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")


def test_previous_picture_is_one_click_away_and_back_works(explore: Explore) -> None:
    page = explore()
    choose(page, png())
    expect_own_picture(page)
    page.locator(".picture-undo").click()
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")
    page.locator(".picture-undo").click()
    expect_own_picture(page)
    page.go_back()
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")


def test_removing_my_picture_removes_it_from_the_server(explore: Explore, trouble: Trouble) -> None:
    page = explore()
    expect(page.locator(".picture-remove")).to_be_hidden()
    choose(page, png(colour="#2060c0"))
    expect_own_picture(page)
    source = figure_source(page)
    assert source is not None
    assert page.request.get(source).status == 200
    page.reload()  # the token outlives a reload
    page.locator(".picture-remove").click()
    expect(page.locator(".picture-note")).to_contain_text("removed from the server")
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")
    expect(page.locator(".picture-remove")).to_be_hidden()
    assert page.request.get(source).status == 404


def test_a_link_to_a_picture_that_is_gone_says_so(page: Page, trouble: Trouble) -> None:
    trouble.expect("404")
    page.goto("/?lang=en&network=tiny-vgg&picture=" + "0" * 32)
    expect(page.locator(".picture-gone")).to_be_visible()
    page.locator("sample-strip button").first.click()
    expect(page.locator(".picture-gone")).to_be_hidden()
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")


def test_a_teacher_can_take_uploading_away(explore: Explore) -> None:
    page = explore(controls="upload,samples,edit")
    expect(page.locator("picture-column .picture-actions button:visible")).to_have_count(0)
    expect(page.locator("sample-strip")).to_be_hidden()
    dispatch(page, "paste", png())
    expect(page.locator(".picture-name")).to_have_text("Chelsea the cat")


@pytest.mark.parametrize(("lang", "words"), [("en", "Choose a picture"), ("ko", "사진 고르기")])
def test_picture_side_is_accessible(
    explore: Explore, axe: Callable[..., None], lang: str, words: str
) -> None:
    page = explore(lang=lang)
    expect(page.get_by_role("button", name=words)).to_be_visible()
    choose(page, png())
    expect(page.locator(".picture-remove")).to_be_visible()
    axe(page, "picture-column", both_themes=True)
    axe(page, "input-steps", both_themes=True)
