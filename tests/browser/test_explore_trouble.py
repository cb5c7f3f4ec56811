"""When something goes wrong the page says what, what to do, and keeps what was on screen."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Explore, Trouble, module, wait_until_painted

BUSY = {"type": "about:blank", "title": "Busy", "status": 503, "detail": "64 computations are waiting."}


def choose_another(page: Page) -> None:
    """Put another sample through the network."""
    page.evaluate(
        """async (at) => {
          const { page, state } = (await import(at)).explorerOf(document.body);
          state.set({ picture: page.samples.find(({ id }) => id !== state.get().picture).id });
        }""",
        module(page, "state/explorer-roots.js"),
    )


def painted_colours(page: Page) -> int:
    colours: int = page.evaluate(
        """() => {
          const canvas = document.querySelector('layer-column[data-layer="conv1_1"] canvas');
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    return colours


def test_a_busy_server_is_asked_again_when_it_said(explore: Explore, trouble: Trouble) -> None:
    trouble.expect("503")
    page = explore(network="tiny-vgg")
    refused = 0

    def refuse_once(route: Route) -> None:
        nonlocal refused
        if refused or route.request.method != "POST":
            route.continue_()
            return
        refused += 1
        headers = {"Retry-After": "1", "Content-Type": "application/problem+json"}
        route.fulfill(status=503, headers=headers, body=json.dumps(BUSY))

    page.route("**/api/v1/traces", refuse_once)
    choose_another(page)
    notice = page.locator("trace-notice")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("The server is busy")
    expect(notice.get_by_role("button")).to_contain_text("Again in")
    assert painted_colours(page) > 5
    page.wait_for_function("() => performance.getEntriesByName('convscope:painted').length > 1")
    expect(notice).to_be_hidden()
    assert refused == 1


def test_without_an_answer_the_maps_stay_and_retry_goes_on(explore: Explore, trouble: Trouble) -> None:
    trouble.expect("ERR_FAILED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION")
    page = explore(network="tiny-vgg")
    page.route("**/api/v1/traces", lambda route: route.abort())
    choose_another(page)
    notice = page.locator("trace-notice")
    expect(notice).to_contain_text("No answer from the server")
    assert painted_colours(page) > 5
    page.unroute("**/api/v1/traces")
    notice.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => performance.getEntriesByName('convscope:painted').length > 1")
    expect(notice).to_be_hidden()


def test_a_picture_that_is_gone_is_said_to_be_gone(page: Page, trouble: Trouble) -> None:
    trouble.expect("404")
    page.goto("/?lang=en&network=tiny-vgg&layer=pool1&channel=3&cell=5,6&picture=" + "0" * 32)
    notice = page.locator("trace-notice")
    expect(notice).to_be_visible()
    expect(notice.get_by_role("alert")).to_contain_text("it may have expired")
    expect(notice.locator("p")).to_have_count(2)
    expect(page.locator("layer-column")).to_have_count(14)
    expect(page.locator("map-bench")).to_be_hidden()
    page.locator("sample-strip button").first.click()
    expect(notice).to_be_hidden()
    page.wait_for_function("() => performance.getEntriesByName('convscope:painted').length > 0")
    expect(page.locator("arithmetic-text .equation")).to_contain_text("The largest of 4 values")


def test_in_korean_a_problem_is_told_in_korean_alone(page: Page, trouble: Trouble) -> None:
    trouble.expect("404")
    page.goto("/?lang=ko&network=tiny-vgg&picture=" + "0" * 32)
    alert = page.locator("trace-notice").get_by_role("alert")
    expect(alert).to_contain_text("이 사진은 이제 없습니다")
    assert not re.search("[A-Za-z]", alert.inner_text())


@pytest.mark.parametrize(
    ("query", "notice_text"),
    [
        ("network=tiny-vgg&checkpoint=epoch-77", "The network has no weights “epoch-77”"),
        ("network=resnet-9000", "There is no network “resnet-9000” here"),
    ],
    ids=["checkpoint", "network"],
)
def test_an_address_of_what_is_not_here_shows_what_is(page: Page, query: str, notice_text: str) -> None:
    page.goto(f"/?lang=en&{query}")
    wait_until_painted(page)
    notice = page.locator("trace-notice")
    expect(notice).to_contain_text(notice_text)
    expect(notice).not_to_contain_text("expired")
    expect(page.locator("#network-choice")).to_have_value("tiny-vgg")
    expect(page.locator("#checkpoint-choice")).to_have_value("trained")
    expect(page.locator("prediction-panel .row:not(.skeleton)").first).to_contain_text("cat")
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_be_hidden()
