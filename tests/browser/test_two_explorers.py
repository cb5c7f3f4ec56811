"""Two views of Explore on one page: each has its own state, and one that is removed leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import Explore, module, wait_until_painted

OPEN = """async ([at, query]) => {
  const own = (name) => import(new URL(name, at).href);
  const [{ createExplorer }, { memoryAddress }, { pageData }] =
    await Promise.all([own("explorer.js"), own("state/address.js"), own("api/page-data.js")]);
  const digit = pageData.samples.find(({ suits }) => suits.includes("lenet")).id;
  document.body.style.display = "block"; // one below the other, each of its own height
  document.querySelector("main").style.blockSize = "660px";
  const root = document.createElement("div");
  root.id = "second";
  document.body.append(root);
  window.second = createExplorer(root, { page: pageData, address: memoryAddress(`?picture=${digit}&${query}`) });
  root.querySelector("main").style.blockSize = "660px";
}"""
READY = """() => second.session.phase === "ready"
  && second.session.network.layers.every(({ id }) => document.querySelector(`#second [data-layer="${id}"]`))"""
REMOVE = "() => { second.dispose(); second.root.remove(); }"
TILES = """(column) => {
  const canvas = column.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [...new Uint8Array(data.buffer)].reduce((hash, byte) => (hash * 31 + byte) | 0, 0);
}"""


@pytest.fixture
def first(explore: Explore) -> Page:
    return explore(network="tiny-vgg")


def open_second(page: Page, query: str = "network=lenet") -> Locator:
    at = module(page, "explore.js")
    page.evaluate(OPEN, [at, query])
    page.wait_for_function(READY)
    return page.locator("#second")


def column(where: Page | Locator, layer: str) -> Locator:
    return where.locator(f'layer-column[data-layer="{layer}"]')


def words_of_first(page: Page) -> dict[str, Any]:
    """What the first view shows and says, in words and numbers."""
    explorer = page.locator("body > main")
    return {
        "address": page.url,
        "prediction": explorer.locator("prediction-panel .best").inner_text(),
        "edits": explorer.locator("edit-list").is_visible(),
        "comparison": explorer.locator("compare-bar").is_visible(),
        "bench": explorer.locator("map-bench").is_visible(),
        "tiles": column(explorer, "relu1_1").evaluate(TILES),
        "legend": explorer.locator("color-legend").inner_text(),
        "picture": explorer.locator("picture-column img").first.get_attribute("src"),
    }


def test_each_of_two_has_its_own_state(first: Page) -> None:
    page = first
    page.mouse.move(5, 5)
    second = open_second(page)
    expect(column(second, "fc3")).to_be_attached()
    expect(second.locator("prediction-panel .row").first).to_contain_text("2")
    before = words_of_first(page)
    assert "cat" in before["prediction"]

    second.locator("app-header select").first.select_option("lecture-cnn")
    expect(column(second, "conv")).to_be_attached()
    second.locator("app-header select").first.select_option("tiny-vgg")
    page.wait_for_function(READY)
    second.locator("sample-strip button").nth(1).click()
    second.get_by_role("button", name="Hold as A").click()
    expect(second.locator("compare-bar")).to_be_visible()
    column(second, "relu1_1").locator(".field").focus()
    page.keyboard.press("Enter")
    expect(second.locator("map-bench")).to_be_visible()
    page.keyboard.press("m")
    expect(second.locator("edit-list .chip")).to_have_count(1)
    page.wait_for_function("() => second.comparison.answer && second.session.phase === 'ready'")
    page.mouse.move(5, 5)
    assert words_of_first(page) == before
    assert page.evaluate("second.state.get().edits.length") == 1

    # And the other way round: what is done in the first is nothing to the second.
    address = page.evaluate("second.address.search()")
    main = page.locator("body > main")
    column(main, "conv1_1").locator(".field").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(main.locator("map-bench h2")).to_contain_text("conv1_1, map 1")
    page.keyboard.press("m")
    expect(main.locator("edit-list .chip")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(main.locator("edit-list .chip")).to_have_count(0)
    expect(second.locator("edit-list .chip")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(main.locator("map-bench")).to_be_hidden()
    expect(second.locator("map-bench")).to_be_visible()
    assert page.evaluate("second.address.search()") == address


def test_keys_of_the_whole_page_are_heard_by_one(first: Page) -> None:
    page = first
    second = open_second(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("h")
    expect(page.locator("body > main compare-bar")).to_be_visible()
    expect(second.locator("compare-bar")).to_be_hidden()
    column(second, "conv1").locator(".field").focus()
    page.keyboard.press("?")
    expect(second.locator("help-dialog dialog")).to_be_visible()
    expect(page.locator("body > help-dialog dialog")).to_be_hidden()


def test_no_two_elements_have_one_id_or_one_group(first: Page) -> None:
    page = first
    second = open_second(page, "network=lenet&layer=conv1&channel=0&cell=3,3&sheet=conv1")
    expect(second.locator("layer-sheet dialog")).to_be_visible()
    expect(second.locator("map-bench")).to_be_visible()
    column(page.locator("body > main"), "conv1_1").locator(".field").evaluate("(field) => field.focus()")
    page.evaluate(
        """async (at) => {
          const { state } = (await import(at)).explorerOf(document.body);
          state.set({ layer: "conv1_1", channel: 0 });
        }""",
        module(page, "state/explorer-roots.js"),
    )
    expect(page.locator("body > main > map-bench")).to_be_visible()
    twice = page.evaluate(
        """() => {
          const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
          return ids.filter((id, index) => ids.indexOf(id) !== index);
        }"""
    )
    assert twice == []
    lost = page.evaluate(
        """() => {
          const names = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant"];
          const within = (element) => element.closest("#second");
          return names.flatMap((name) => [...document.querySelectorAll(`[${name}]`)].flatMap((element) =>
            element.getAttribute(name).split(" ").filter((id) => {
              const target = document.getElementById(id);
              if (!target && element.ariaExpanded === "false") return false; // made when it is opened
              return !target || within(target) !== within(element);
            })));
        }"""
    )
    assert lost == []
    assert page.locator("app-header input[type=radio]:checked").count() == 2


def listeners(session: CDPSession, expression: str) -> int:
    """The number of listeners on a target, as the browser counts them."""
    target = session.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
    records = session.send("DOMDebugger.getEventListeners", {"objectId": target})["listeners"]
    session.send("Runtime.releaseObject", {"objectId": target})
    return len(records)


def counts(session: CDPSession) -> dict[str, int]:
    """What the page holds after the browser has collected its garbage."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    return {
        "nodes": counters["nodes"],
        "listeners": counters["jsEventListeners"],
        **{
            name: listeners(session, name)
            for name in ("window", "document", "document.body", "document.documentElement")
        },
    }


def use_and_remove(page: Page) -> None:
    """Open a second view, go through what it has, and remove it while requests are under way."""
    second = open_second(page)
    column(second, "conv1").locator(".field").focus()
    page.keyboard.press("Enter")
    expect(second.locator("map-bench convolution-view, map-bench map-plot").first).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("m")
    expect(second.locator("edit-list .chip")).to_have_count(1)
    page.wait_for_function("() => second.session.phase === 'ready' && second.session.edits.length === 1")
    second.get_by_role("button", name="Experiments").click()
    second.locator("button.experiment").first.click()
    expect(second.locator("experiment-panel")).to_be_visible()
    second.locator("explanation-panel select").first.select_option("saliency")
    expect(second.locator("explanation-panel .legend")).to_be_visible()
    page.evaluate("second.state.set({ sheet: 'conv1' })")
    expect(second.locator("layer-sheet dialog")).to_be_visible()
    page.evaluate(
        """() => {
          const names = "network-view, layer-column, map-bench, map-plot, layer-sheet, picture-column";
          window.gone = [second, ...second.root.querySelectorAll(names)].map((one) => new WeakRef(one));
        }"""
    )
    page.evaluate(REMOVE)
    page.evaluate("() => { delete window.second; }")


@pytest.mark.own_tab
def test_one_that_is_removed_leaves_nothing_behind(first: Page) -> None:
    page = first
    session = page.context.new_cdp_session(page)
    use_and_remove(page)  # what the page itself learns once, such as the colour maps, stays
    page.mouse.move(5, 5)
    page.evaluate("() => { delete window.gone; document.activeElement?.blur(); }")
    before = counts(session)
    use_and_remove(page)
    page.mouse.move(5, 5)
    page.evaluate("() => document.activeElement?.blur()")
    after = counts(session)
    alive = page.evaluate(
        "gone.flatMap((one) => one.deref() ?? []).map((one) => one.localName ?? one.constructor.name)"
    )
    assert alive == []
    assert after == {
        name: pytest.approx(count, abs=20 if name in {"nodes", "listeners"} else 0)
        for name, count in before.items()
    }
    # The first is as it was.
    column(page.locator("body > main"), "conv1_1").locator(".field").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body > main map-bench")).to_be_visible()


@pytest.mark.own_tab
def test_what_a_removed_one_asked_for_is_aborted(first: Page) -> None:
    page = first
    open_second(page)
    aborted: list[str] = []
    page.on("requestfailed", lambda request: aborted.append(request.url))
    page.route("**/maps.safetensors*", lambda route: None)
    with page.expect_request("**/maps.safetensors*"):
        page.evaluate("second.state.set({ scale: 'map' })")
    with page.expect_event("requestfailed", lambda request: "maps.safetensors" in request.url):
        page.evaluate(REMOVE)
    assert page.evaluate("second.signal.aborted")
    page.unroute("**/maps.safetensors*")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.evaluate(
        "() => { second.state.set({ picture: 'x' }); second.session.retry(); second.edits.undo(); }"
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert urls == []


def test_an_element_that_is_moved_goes_on(first: Page) -> None:
    page = first
    panel = page.locator("prediction-panel")
    words = panel.locator(".best").inner_text()
    page.evaluate(
        """() => {
          const [panel, bench] = ["prediction-panel", "network-view"].map((name) => document.querySelector(name));
          const { parentNode: home } = panel;
          panel.remove();
          home.prepend(panel);
          const { parentNode: side } = bench;
          bench.remove();
          side.append(bench);
        }"""
    )
    assert panel.locator(".best").inner_text() == words
    expect(column(page, "conv1_1")).to_be_attached()
    page.locator("sample-strip button").nth(1).click()
    expect(panel.locator(".best")).not_to_have_text(words)
    wait_until_painted(page)
    column(page, "conv1_1").locator(".field").focus()
    page.keyboard.press("Enter")
    expect(page.locator("map-bench")).to_be_visible()
