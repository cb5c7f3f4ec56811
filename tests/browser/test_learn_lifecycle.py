"""A lesson's element that leaves its page leaves nothing behind, and works when it is put back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

# Each counts what the page subscribes to from its first script on.
pytestmark = pytest.mark.own_tab

STATIC: Final = Path(__file__).resolve().parents[2] / "static" / "js"
CATALOGUE: Final[dict[str, Any]] = json.loads((STATIC / "learn" / "elements.json").read_text())
ELEMENTS: Final = pytest.mark.parametrize("element", CATALOGUE)

# Counts what our modules subscribe to that outlives an element: listeners outside of elements, observed targets, timers
# and frames. What Playwright's own scripts listen to is not counted.
COUNTER: Final = """
(() => {
  Error.stackTraceLimit = 50;
  const byModule = () => new Error().stack.includes("/static/");
  const listeners = [];
  const outside = (target) => target instanceof Node
    ? [document, document.documentElement, document.body].includes(target) : !(target instanceof AbortSignal);
  const capture = (options) => (typeof options === "object" ? options?.capture === true : options === true);
  const nameOf = (target) => target.constructor.name;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const same = (one, target, type, listener, options) =>
    one.target === target && one.type === type && one.listener === listener && one.capture === capture(options);
  const forget = (target, type, listener, options) => {
    const at = listeners.findIndex((one) => same(one, target, type, listener, options));
    if (at >= 0) listeners.splice(at, 1);
  };
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    addEventListener.call(target, type, listener, options);
    if (!outside(target) || !byModule() || options?.signal?.aborted || options?.once) return;
    if (listeners.some((one) => same(one, target, type, listener, options))) return;
    listeners.push({ target, type, listener, capture: capture(options) });
    if (options?.signal) addEventListener.call(options.signal, "abort", () => forget(target, type, listener, options));
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    removeEventListener.call(this ?? window, type, listener, options);
    forget(this ?? window, type, listener, options);
  };

  const observed = [];
  for (const name of ["ResizeObserver", "IntersectionObserver", "MutationObserver"]) {
    const Original = globalThis[name];
    globalThis[name] = class extends Original {
      observe(target, options) {
        super.observe(target, options);
        if (observed.some((one) => one.observer === this && one.target === target)) return;
        if (byModule()) observed.push({ name, observer: this, target });
      }
      unobserve(target) {
        super.unobserve(target);
        this.#forget((one) => one.target === target);
      }
      disconnect() {
        super.disconnect();
        this.#forget(() => true);
      }
      #forget(which) {
        for (let at = observed.length - 1; at >= 0; at -= 1) {
          if (observed[at].observer === this && which(observed[at])) observed.splice(at, 1);
        }
      }
    };
  }

  const pending = new Map();
  for (const [start, stop, repeats] of [
    ["setTimeout", "clearTimeout", false],
    ["setInterval", "clearInterval", true],
    ["requestAnimationFrame", "cancelAnimationFrame", false],
  ]) {
    const [begin, end] = [globalThis[start].bind(globalThis), globalThis[stop].bind(globalThis)];
    globalThis[start] = (callback, ...rest) => {
      const id = begin((...values) => {
        if (!repeats) pending.delete(`${start} ${id}`);
        callback(...values);
      }, ...rest);
      if (byModule()) pending.set(`${start} ${id}`, start);
      return id;
    };
    globalThis[stop] = (id) => {
      pending.delete(`${start} ${id}`);
      end(id);
    };
  }

  globalThis.holdings = () => ({
    listeners: listeners.map(({ target, type }) => `${nameOf(target)} ${type}`).sort(),
    observers: observed.map(({ name, target }) => `${name} ${target.localName}`).sort(),
    pending: [...pending.values()].sort(),
  });
})();
"""

# One attribute of each element, with a value that shows in another way than the default.
CHANGES: Final = {
    "activation-player": ("activation", "tanh"),
    "architecture-builder": ("layers", "flatten/dense 2"),
    "architecture-walk": ("walked", "1"),
    "backprop-player": ("steps", "3"),
    "conv-player": ("stride", "2"),
    "dense-player": ("taken", "8"),
    "flatten-shift": ("right", "2"),
    "kernel-desk": ("kernel", "0 0 0/0 1 0/0 0 0"),
    "pixel-magnifier": ("planes", "grey"),
    "pool-player": ("size", "3"),
    "shape-reader": ("height", "8"),
    "weight-count": ("filters", "9"),
}

REMOVE: Final = """(name) => {
  globalThis.element = document.querySelector(name);
  globalThis.home = element.parentElement;
  element.remove();
}"""
PLAY: Final = "() => document.querySelector('.lesson .play')?.click()"
PUT_BACK: Final = "() => home.append(element)"
COUNT_CHANGES: Final = """() => {
  globalThis.changes = 0;
  element.addEventListener("change", () => { changes += 1; });
}"""
APPEARANCE: Final = """() => {
  const stage = document.querySelector(".lesson .stage");
  return {
    text: stage.innerText,
    fields: [...stage.querySelectorAll("input, select")].map(({ value, checked }) => `${value} ${checked}`),
    canvases: [...stage.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()),
  };
}"""


@pytest.fixture
def counting_page(page: Page) -> Page:
    """A page that counts what its scripts subscribe to."""
    page.add_init_script(COUNTER)
    page.set_viewport_size({"width": 1280, "height": 720})
    return page


def open_element(page: Page, server: str, element: str, **attributes: str) -> None:
    query = urlencode({"lang": "en", "theme": "light", **attributes})
    page.goto(f"{server}/learn/widgets/{element}?{query}")
    wait_until_still(page)


def wait_until_still(page: Page) -> None:
    """Wait until the element shows its values and nothing is under way."""
    expect(page.locator(".lesson .stage > *").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('.lesson.waiting, .lesson [aria-busy=true]')")
    # Observers of sizes report before the second frame.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def holdings(page: Page) -> dict[str, list[str]]:
    subscriptions: dict[str, list[str]] = page.evaluate("holdings()")
    return subscriptions


def appearance(page: Page) -> Any:
    return page.evaluate(APPEARANCE)


def remove(page: Page, element: str) -> None:
    page.evaluate(REMOVE, element)
    page.wait_for_load_state("networkidle")


def put_back(page: Page) -> None:
    page.evaluate(PUT_BACK)
    wait_until_still(page)


def assert_nothing_left(page: Page) -> None:
    for kind, subscriptions in holdings(page).items():
        assert not subscriptions, (kind, subscriptions)


@ELEMENTS
def test_an_element_that_is_removed_leaves_nothing_behind(
    counting_page: Page, server: str, element: str
) -> None:
    open_element(counting_page, server, element)
    before = holdings(counting_page)
    for _ in range(3):
        counting_page.evaluate(PLAY)  # it is removed while its window moves
        remove(counting_page, element)
        assert_nothing_left(counting_page)
        put_back(counting_page)
        assert holdings(counting_page) == before


@ELEMENTS
def test_an_element_works_when_it_is_put_back(counting_page: Page, server: str, element: str) -> None:
    name, value = CHANGES[element]
    open_element(counting_page, server, element, **{name: value})
    other_appearance = appearance(counting_page)
    open_element(counting_page, server, element)
    first = appearance(counting_page)
    assert first != other_appearance
    remove(counting_page, element)
    put_back(counting_page)
    assert appearance(counting_page) == first
    remove(counting_page, element)
    counting_page.evaluate("([name, value]) => element.setAttribute(name, value)", [name, value])
    put_back(counting_page)
    assert appearance(counting_page) == other_appearance
    counting_page.evaluate(COUNT_CHANGES)
    counting_page.get_by_role("button", name="Start again").click()
    wait_until_still(counting_page)
    assert appearance(counting_page) == first
    assert counting_page.evaluate("changes") == 1


@ELEMENTS
def test_an_element_that_is_removed_is_collected(page: Page, server: str, element: str) -> None:
    open_element(page, server, element)
    page.evaluate(
        "(name) => { document.querySelector('main').append(document.createElement(name)); }", element
    )
    expect(page.locator(".lesson .stage")).to_have_count(2)
    wait_until_still(page)
    page.evaluate(
        """(name) => {
          const second = document.querySelectorAll(name)[1];
          globalThis.collected = new WeakRef(second);
          second.remove();
        }""",
        element,
    )
    devtools = page.context.new_cdp_session(page)
    for _ in range(20):
        devtools.send("HeapProfiler.collectGarbage")
        if page.evaluate("collected.deref() === undefined"):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{element} is still referred to")


def test_what_an_element_subscribes_to_is_counted(counting_page: Page, server: str) -> None:
    open_element(counting_page, server, "conv-player")
    subscriptions = holdings(counting_page)
    assert "ResizeObserver number-grid" in subscriptions["observers"]
    assert subscriptions["listeners"].count("MediaQueryList change") == 2  # the theme's, and that of motion
    assert subscriptions["pending"] == []
    counting_page.evaluate(PLAY)
    assert holdings(counting_page)["pending"] == ["requestAnimationFrame"]


def test_an_element_that_is_put_back_hears_the_theme(counting_page: Page, server: str) -> None:
    open_element(counting_page, server, "conv-player", theme="dark")
    dark = appearance(counting_page)
    open_element(counting_page, server, "conv-player")
    remove(counting_page, "conv-player")
    put_back(counting_page)
    counting_page.evaluate("document.documentElement.dataset.theme = 'dark'")
    wait_until_still(counting_page)
    assert appearance(counting_page) == dark


@pytest.mark.parametrize(
    ("element", "part"),
    [("dense-player", "flatten-maps button"), ("conv-player", ".filter number-field input")],
)
def test_a_part_that_is_put_back_is_heard_once(
    counting_page: Page, server: str, element: str, part: str
) -> None:
    open_element(counting_page, server, element)
    remove(counting_page, element)
    put_back(counting_page)
    counting_page.evaluate(COUNT_CHANGES)
    target = counting_page.locator(part).first
    if element == "dense-player":
        target.click()
    else:
        target.fill("5")
        target.press("Enter")
    wait_until_still(counting_page)
    assert counting_page.evaluate("changes") == 1


def test_a_frame_that_is_removed_no_longer_listens(counting_page: Page, server: str) -> None:
    counting_page.goto(f"{server}/learn/widgets?lang=en")
    inside = counting_page.frame_locator("conv-player iframe")
    expect(inside.locator(".lesson .stage")).to_be_visible()
    before = holdings(counting_page)["listeners"].count("Window message")
    remove(counting_page, "conv-player")
    assert holdings(counting_page)["listeners"].count("Window message") == before - 1
    counting_page.evaluate("element.setAttribute('stride', '2')")
    put_back_frame = "() => home.prepend(element)"
    counting_page.evaluate(put_back_frame)
    expect(inside.get_by_role("slider", name="Stride", exact=True)).to_have_value("2")
    inside.get_by_role("slider", name="Stride", exact=True).fill("1")
    expect(counting_page.locator("conv-player")).to_have_attribute("stride", "1")
    assert holdings(counting_page)["listeners"].count("Window message") == before
