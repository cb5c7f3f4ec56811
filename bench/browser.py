"""What a person waits for: from choosing a picture to the last visible map, in this machine's Chromium.

``python -m bench.browser``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FilePayload, Page

from bench.live import VIEWPORT, chromium, server, wait_until_painted
from bench.pictures import photographs
from bench.report import Report, aim
from bench.timing import Spread

AIMS_MS = {"tiny-vgg": 65.0, "efficientnet-lite0": 150.0}
FIRST_MAPS_MS = 1000.0
TASK_MS = 50.0
PAGE_KB = 250.0
_WARM_UP = 3

_WATCH = """
window.watch = { tasks: [], frames: 0, layers: 0 };
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.watch.tasks.push({ startTime, duration });
}).observe({ type: "longtask", buffered: true });
const frame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (act) => frame((time) => {
  const began = performance.now();
  try { act(time); } finally { window.watch.frames += performance.now() - began; }
});
addEventListener("change", ({ target }) => {
  if (target?.type === "file") performance.mark("bench:chosen");
}, { capture: true });
"""

_EXPECT = """async () => {
  const page = document.querySelector("script[type=module]").src;
  const { explorerOf } = await import(new URL("state/explorer-roots.js", page));
  const { session } = explorerOf(document.body);
  performance.clearMarks();
  performance.clearMeasures();
  performance.clearResourceTimings();
  Object.assign(window.watch, { tasks: [], frames: 0, layers: 0, framesAtPaint: 0 });
  const before = session.manifest;
  const onLayer = () => {
    if (!performance.getEntriesByName("convscope:painted").length) window.watch.layers = performance.now();
  };
  session.addEventListener("layer", onLayer);
  window.watch.done = Promise.all([
    new Promise((resolve) => {
      new PerformanceObserver((list, observer) => {
        if (!list.getEntriesByName("convscope:painted").length) return;
        observer.disconnect();
        window.watch.framesAtPaint = window.watch.frames;
        resolve();
      }).observe({ type: "measure" });
    }),
    new Promise((resolve) => {
      session.addEventListener("manifest", function known() {
        if (session.manifest === before) return;
        session.removeEventListener("manifest", known);
        resolve();
      });
    }),
  ]).then(() => new Promise((resolve) => setTimeout(() => {
    session.removeEventListener("layer", onLayer);
    resolve();
  }, 100)));
}"""

_OUTCOME = """async () => {
  await window.watch.done;
  const [chosen] = performance.getEntriesByName("bench:chosen");
  const [painted] = performance.getEntriesByName("convscope:painted");
  const entries = performance.getEntriesByType("resource").map((entry) => ({
    name: entry.name, start: entry.startTime - chosen.startTime, first: entry.responseStart - chosen.startTime,
    end: entry.responseEnd - chosen.startTime,
    server: Object.fromEntries(entry.serverTiming.map(({ name, duration }) => [name, duration])),
  }));
  const since = (time) => time - chosen.startTime;
  return {
    painted: since(painted.startTime + painted.duration), begun: since(painted.startTime),
    layers: since(window.watch.layers), frames: window.watch.framesAtPaint, entries,
    tasks: window.watch.tasks.map(({ duration }) => duration),
  };
}"""

_DECODE = """async (address) => {
  const { SafetensorsReader } = await import("/static/js/codecs/safetensors.js");
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const spent = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const began = performance.now();
    const reader = new SafetensorsReader(() => {});
    reader.push(bytes);
    reader.end();
    spent.push(performance.now() - began);
  }
  return spent;
}"""

_ARRIVAL = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [painted] = performance.getEntriesByName("convscope:painted");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const loaded = [page, ...performance.getEntriesByType("resource")].map((entry) => ({
    name: entry.name, sent: entry.transferSize, size: entry.decodedBodySize,
  }));
  return {
    maps: painted.startTime + painted.duration, page: page.responseEnd, shown: paint?.startTime ?? 0, loaded,
    tasks: window.watch.tasks.map(({ duration }) => duration),
  };
}"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture's way, in milliseconds since it was chosen; what is not a moment is a duration."""

    painted: float
    uploaded: float
    decoding: float
    begun: float
    streaming: float
    streamed: float
    last_layer: float
    preprocessing: float
    forward: float
    painting: float
    longest_task: float
    stream: str

    @classmethod
    def of(cls, outcome: dict[str, Any]) -> Choice:
        """Return what the page told of one choice."""
        asked: dict[str, list[dict[str, Any]]] = {"pictures": [], "traces": [], "maps": [], "manifest": []}
        for entry in sorted(outcome["entries"], key=lambda entry: entry["start"]):
            last = urlsplit(entry["name"]).path.rpartition("/")[2]
            kind = {"pictures": "pictures", "traces": "traces", "maps.safetensors": "maps"}.get(last)
            if kind or "/traces/" in entry["name"]:
                asked[kind or "manifest"].append(entry)
        upload, begin = asked["pictures"][0], asked["traces"][0]
        streams = [entry for entry in asked["maps"] if entry["start"] < outcome["painted"]]
        told: dict[str, float] = next((entry["server"] for entry in asked["manifest"] if entry["server"]), {})
        return cls(
            painted=outcome["painted"],
            uploaded=upload["end"],
            decoding=upload["server"].get("decode", 0.0),
            begun=begin["end"] - begin["start"],
            streaming=streams[0]["start"],
            streamed=max(entry["end"] for entry in streams),
            last_layer=outcome["layers"],
            preprocessing=told.get("preprocess", 0.0),
            forward=told.get("forward", 0.0),
            painting=outcome["frames"],
            longest_task=max(outcome["tasks"], default=0.0),
            stream=streams[0]["name"],
        )


def choose(page: Page, picture: bytes, index: int) -> Choice:
    """Choose a picture as a person does, and wait until its maps are painted and its manifest is there."""
    file = FilePayload(name=f"photograph-{index}.jpg", mimeType="image/jpeg", buffer=picture)
    page.evaluate(_EXPECT)
    page.locator("picture-column input[type=file]").set_input_files(file)
    return Choice.of(page.evaluate(_OUTCOME))


def open_page(browser: Browser, address: str) -> Page:
    """Open Explore in a context of its own, with nothing cached, and wait for its first maps."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    wait_until_painted(page)
    return page


def chosen(
    browser: Browser, address: str, network: str, pictures: Sequence[bytes]
) -> tuple[list[Choice], float]:
    """Choose all pictures one after another; return what came of it, and milliseconds of decoding in the page."""
    page = open_page(browser, f"{address}/?network={network}")
    page.wait_for_timeout(500)
    choices = [choose(page, picture, index) for index, picture in enumerate(pictures)]
    decode: list[float] = page.evaluate(_DECODE, choices[-1].stream)
    page.context.close()
    return choices[_WARM_UP:], Spread.of(decode).median


def choices_report(results: dict[str, tuple[list[Choice], float]]) -> Report:
    """Return the table of what a person waits for after choosing a picture."""
    rows = []
    for network, (choices, decode) in results.items():

        def column(name: str, choices: Sequence[Choice] = choices) -> str:
            return Spread.of([getattr(choice, name) for choice in choices]).written(1)

        painted = Spread.of([choice.painted for choice in choices])
        upload_rest = Spread.of([choice.uploaded - choice.decoding for choice in choices])
        between = Spread.of([choice.streaming - choice.uploaded - choice.begun for choice in choices])
        stream = Spread.of([choice.streamed - choice.streaming for choice in choices])
        after = Spread.of([choice.painted - choice.last_layer for choice in choices])
        longest = max(choice.longest_task for choice in choices)
        rows.append(
            [
                network,
                f"{painted.written(0)} {aim(painted.median, AIMS_MS.get(network, 65.0))}",
                f"{min(choice.painted for choice in choices):.0f}–{max(choice.painted for choice in choices):.0f}",
                upload_rest.written(1),
                column("decoding"),
                column("begun"),
                between.written(1),
                stream.written(1),
                column("preprocessing"),
                column("forward"),
                f"{decode:.1f}",
                after.written(1),
                column("painting"),
                f"{longest:.0f} {aim(longest, TASK_MS)}" if longest else f"< {TASK_MS:.0f} met",
                str(len(choices)),
            ]
        )
    columns = [
        "network",
        "chosen → painted, ms",
        "least–most",
        "upload without decoding",
        "server: decode",
        "POST /traces",
        "page between",
        "stream",
        "of it: preprocess",
        "of it: forward",
        "page: decode",
        "last layer → painted",
        "page: paint",
        "longest task",
        "n",
    ]
    notes = [
        "Milliseconds, medians (quartiles), from the `change` event of the page's file input to its measure "
        "`convscope:painted`; different JPEG files of 640 × 480, 1280 × 720 page, client and server on the same cores.",
        "*chosen → painted* = upload + decode + POST /traces + page between + stream + last layer → painted, roughly. "
        "*of it* is told by Server-Timing: all of the network, also what runs on after the first screen. *page: "
        "decode* is the reader alone on the same stream; *page: paint* the time inside animation frames.",
    ]
    return Report("Browser: from choosing a picture to its maps", columns, rows, notes)


_KINDS = {".js": "JavaScript", ".css": "CSS", ".json": "locale"}


def arrival_report(browser: Browser, address: str, times: int) -> Report:
    """Return the table of what a person waits for and loads who opens the page."""
    arrivals: list[dict[str, Any]] = []
    for _ in range(times):
        page = open_page(browser, f"{address}/")
        page.wait_for_load_state("networkidle")
        arrivals.append(page.evaluate(_ARRIVAL))
        page.context.close()
    sizes: dict[str, float] = {}
    for entry in arrivals[-1]["loaded"]:
        path = urlsplit(entry["name"]).path
        kind = "HTML" if path == "/" else next((k for end, k in _KINDS.items() if path.endswith(end)), "")
        sizes[kind] = sizes.get(kind, 0.0) + entry["sent"] / 1e3
    weight = sum(size for kind, size in sizes.items() if kind)
    maps = Spread.of([arrival["maps"] for arrival in arrivals])
    longest = max((task for arrival in arrivals for task in arrival["tasks"]), default=0.0)
    kinds = ", ".join(f"{kind} {size:.0f}" for kind, size in sizes.items() if kind)
    rows = [
        ["first maps, ms", maps.written(0), aim(maps.median, FIRST_MAPS_MS)],
        ["first contentful paint, ms", Spread.of([arrival["shown"] for arrival in arrivals]).written(0), ""],
        ["page's HTML, ms", Spread.of([arrival["page"] for arrival in arrivals]).written(0), ""],
        ["longest task, ms", f"{longest:.0f}" if longest else "none over 50", aim(longest, TASK_MS)],
        ["HTML + CSS + JS + locale, kB sent", f"{weight:.0f} ({kinds})", aim(weight, PAGE_KB)],
        ["maps and pictures, kB sent", f"{sizes.get('', 0.0):.0f}", ""],
        ["requests", str(len(arrivals[-1]["loaded"])), ""],
    ]
    notes = [f"Medians (quartiles) of {times} arrivals in a fresh context, server warm. 1 kB is 1,000 bytes."]
    return Report("Browser: arriving", ["what", "measured", "aim"], rows, notes)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", default=list(AIMS_MS))
    parser.add_argument("-n", type=int, default=20, help="pictures for each network")
    arguments = parser.parse_args()
    with server() as live, chromium() as browser:
        arriving = arrival_report(browser, live.address, 5)
        results = {}
        for seed, network in enumerate(arguments.networks):
            pictures = list(photographs(arguments.n + _WARM_UP, seed=seed))
            results[network] = chosen(browser, live.address, network, pictures)
    print(choices_report(results).markdown())
    print(arriving.markdown())


if __name__ == "__main__":
    main()
