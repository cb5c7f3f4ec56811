"""A live server and a real Chromium for the browser tests.

Every test in this folder fails if its page logs an error, loses a request, or asks anything of another
origin. A test that provokes a failure on purpose says so with ``trouble.expect``.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    WebError,
)

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
_OTHER_THEME = {"light": "dark", "dark": "light"}
# Styles and scripts go by this attribute. What fades from one colour to the other is there at once.
_SET_THEME = """(theme) => {
  document.documentElement.dataset.theme = theme;
  for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime < Infinity) one.finish();
}"""
_USUAL: ViewportSize = {"width": 1280, "height": 720}

Explore = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The system's Chromium; playwright's own is never downloaded."""
    return {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--use-fake-device-for-media-stream",
        ],
    }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of our own with an empty store, started as a user starts it."""
    port = _free_port()
    folder = tmp_path_factory.mktemp("server")
    log = folder / "log.txt"
    environment = {**os.environ, "CONVSCOPE_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    """Return a port that is free, and that no other worker of this run takes before we do."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port // 2 % workers == worker:  # all that Linux gives here are even, or all odd
            return port


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not become ready:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def base_url(server: str) -> str:
    """Let ``page.goto("/")`` mean our server."""
    return server


@pytest.fixture(scope="session")
def visitor(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """One browser context for all tests: a new one would fetch and compile the page's hundred modules each time."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


@dataclass
class Tab:
    """The tab that the tests share in turn. After a test that changes what cannot be reset, the next gets a new tab."""

    visitor: BrowserContext
    page: Page
    session: CDPSession

    @classmethod
    def of(cls, visitor: BrowserContext) -> Tab:
        page = visitor.new_page()
        return cls(visitor, page, visitor.new_cdp_session(page))

    def leave(self, origin: str) -> None:
        """Leave the test's page and delete what it stored, except for the browser's cache of files."""
        if self.page.url.startswith(origin):
            self.page.evaluate("() => sessionStorage.clear()")
        self.page.goto("about:blank")
        storage = {"origin": origin, "storageTypes": "local_storage,indexeddb,service_workers,cache_storage"}
        self.session.send("Storage.clearDataForOrigin", storage)
        self.session.send("Page.resetNavigationHistory")
        self.page.mouse.move(-1, -1)

    def renew(self) -> None:
        """Open another tab, because a failed test may have left this one in any state."""
        self.page.close()
        self.page = self.visitor.new_page()
        self.session = self.visitor.new_cdp_session(self.page)


@pytest.fixture(scope="session")
def tab(visitor: BrowserContext) -> Tab:
    return Tab.of(visitor)


@pytest.fixture
def context(visitor: BrowserContext, tab: Tab, server: str) -> Iterator[BrowserContext]:
    """The browser context, which keeps nothing between tests except the cache of files."""
    yield visitor
    for page in visitor.pages:
        if page is not tab.page:
            page.close()
    visitor.unroute_all()
    visitor.set_offline(False)
    tab.leave(server)
    visitor.clear_cookies()
    visitor.clear_permissions()


# What a page keeps for good, so that a test that needs it has to be marked ``own_tab``.
_STAYS = ("on", "once", "add_init_script", "emulate_media", "expose_function", "set_extra_http_headers")


@pytest.fixture
def page(context: BrowserContext, tab: Tab, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab at about:blank: the one that all tests use in turn, or one of its own for a test marked ``own_tab``."""
    if request.node.get_closest_marker("own_tab"):
        yield context.new_page()
        return

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("this would reach the tests that follow: mark the test own_tab")

    page = tab.page
    with pytest.MonkeyPatch.context() as patch:
        for name in _STAYS:
            patch.setattr(page, name, refuse)
        patch.setattr(context, "new_cdp_session", refuse)
        if page.viewport_size != _USUAL:
            page.set_viewport_size(_USUAL)
        yield page
    page.unroute_all()
    if getattr(request.node, "rep_call", None) is None or request.node.rep_call.failed:
        tab.renew()


@dataclass
class Trouble:
    """The errors on the pages of one test, and those that the test expects."""

    origin: str
    seen: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Expect errors that match: a status, a part of an address or of a message."""
        self.expected.append(re.compile(pattern))

    @contextmanager
    def watch(self, context: BrowserContext) -> Iterator[None]:
        listeners: dict[Any, Callable[[Any], None]] = {
            "console": self._on_console,
            "weberror": self._on_error,
            "requestfailed": self._on_failed_request,
            "response": self._on_response,
            "request": self._on_request,
        }
        for event, listener in listeners.items():
            context.on(event, listener)
        try:
            yield
        finally:
            for event, listener in listeners.items():
                context.remove_listener(event, listener)

    @property
    def unexpected(self) -> list[str]:
        return [note for note in self.seen if not any(pattern.search(note) for pattern in self.expected)]

    def _note(self, kind: str, text: str) -> None:
        self.seen.append(f"{kind}: {text}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note("console", f"{message.text} {message.location.get('url', '')}")

    def _on_error(self, error: WebError) -> None:
        self._note("uncaught", str(error.error))

    def _on_failed_request(self, request: Request) -> None:
        # A page that no longer wants an answer stops asking: that is no failure.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self._note("request", f"{request.failure} {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._note("answer", f"{response.status} {response.url}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"blob", "data"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self._note("other origin", request.url)


@pytest.fixture(autouse=True)
def trouble(context: BrowserContext, server: str) -> Iterator[Trouble]:
    """Fail the test for errors on its pages that it did not expect."""
    watched = Trouble(server)
    with watched.watch(context):
        yield watched
        for page in context.pages:  # let what is under way be heard
            page.evaluate("() => new Promise((done) => setTimeout(done))")
    assert not watched.unexpected, "\n".join(watched.unexpected)


@pytest.fixture
def explore(page: Page) -> Explore:
    """Return a function that opens Explore and waits until its maps and its layer 0 are on screen."""

    def open_explore(
        *, lang: str = "en", theme: str = "light", size: tuple[int, int] = (1280, 720), **query: str | int
    ) -> Page:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto("/?" + urlencode({"lang": lang, "theme": theme, **query}))
        wait_until_painted(page)
        return page

    return open_explore


def wait_until_painted(page: Page) -> None:
    """Wait until the page says that every visible map of a trace is painted and layer 0 is described."""
    page.wait_for_function("() => performance.getEntriesByName('convscope:painted').length > 0")
    page.locator("input-steps .step").first.wait_for(state="attached")


def resize(page: Page, size: tuple[int, int]) -> None:
    """Resize the viewport, and wait for the two frames in which the page lays itself out."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def module(page: Page, name: str) -> str:
    """Return the address of one of the page's own modules, so that a script shares its state, e.g. api/page-data.js."""
    address: str = page.evaluate(
        "(name) => new URL(name, document.querySelector('script[type=module]').src).href", name
    )
    return address


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Return a check that a page, or the part under a selector, has no violation (axe, WCAG 2.2 AA).

    With ``both_themes`` the rules about colours are checked in the other theme as well. The other rules do not
    depend on it.
    """
    engine = Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def run(page: Page, within: str | None, kind: str, names: list[str]) -> None:
        # What passes is checked all the same, but not described, which takes five times as long.
        options = {"runOnly": {"type": kind, "values": names}, "resultTypes": ["violations"]}
        results = engine.run(page, context=within, options=options)
        assert results.violations_count == 0, results.generate_report()

    def check(page: Page, within: str | None = None, *, both_themes: bool = False) -> None:
        run(page, within, "tag", tags)
        if both_themes:
            theme = page.locator("html").get_attribute("data-theme")
            assert theme in _OTHER_THEME, "the page's address has to name a theme"
            page.evaluate(_SET_THEME, _OTHER_THEME[theme])
            run(page, within, "rule", ["color-contrast", "link-in-text-block"])
            page.evaluate(_SET_THEME, theme)

    return check
