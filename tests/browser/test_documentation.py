"""The interactive documentation works under its strict policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Trouble


@pytest.mark.parametrize(("path", "shows"), [("/docs", "/api/v1/networks"), ("/redoc", "ConvScope")])
def test_the_documentation_shows_the_interface(page: Page, path: str, shows: str, trouble: Trouble) -> None:
    trouble.expect("cdn.redoc.ly")  # ReDoc's logo, which the policy keeps from being asked for
    page.goto(path)
    expect(page.get_by_text(shows).first).to_be_visible()


def test_a_request_can_be_tried(page: Page) -> None:
    page.goto("/docs#/operation/healthz")
    page.get_by_role("button", name="Try it out").first.click()
    page.get_by_role("button", name="Execute").first.click()
    expect(page.get_by_text('"status": "ok"').first).to_be_visible()
