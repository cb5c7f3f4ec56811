"""Measure the time from choosing a picture to the last visible map, and from opening the page, in Chromium.

``python -m bench.browser``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
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
const requestFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => requestFrame((time) => {
  const began = performance.now();
  try { callback(time); } finally { window.watch.frames += performance.now() - began; }
});
addEventListener("change", ({ target }) => {
  if (target?.type === "file") performance.mark("bench:chosen");
}, { capture: true });
"""

_START = """async () => {
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
      session.addEventListener("manifest", function onManifest() {
        if (session.manifest === before) return;
        session.removeEventListener("manifest", onManifest);
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
    painted: since(painted.startTime + painted.duration),
    layers: since(window.watch.layers), frames: window.watch.framesAtPaint, entries,
    tasks: window.watch.tasks.map(({ duration }) => duration),
  };
}"""

_DECODE = """async (address) => {
  const { SafetensorsReader } = await import("/static/js/codecs/safetensors.js");
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const durations = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const began = performance.now();
    const reader = new SafetensorsReader(() => {});
    reader.push(bytes);
    reader.end();
    durations.push(performance.now() - began);
  }
  return durations;
}"""

_OPENING = """() => {
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
    """One picture's timings: moments in milliseconds since it was chosen, and durations in milliseconds."""

    painted: float
    uploaded: float
    decoding: float
    trace_request: float
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
        """Return the timings from the page's report of one choice."""
        entries: dict[str, list[dict[str, Any]]] = {"pictures": [], "traces": [], "maps": [], "manifest": []}
        for entry in sorted(outcome["entries"], key=lambda entry: entry["start"]):
            last = urlsplit(entry["name"]).path.rpartition("/")[2]
            kind = {"pictures": "pictures", "traces": "traces", "maps.safetensors": "maps"}.get(last)
            if kind or "/traces/" in entry["name"]:
                entries[kind or "manifest"].append(entry)
        upload, trace = entries["pictures"][0], entries["traces"][0]
        streams = [entry for entry in entries["maps"] if entry["start"] < outcome["painted"]]
        server_timing: dict[str, float] = next(
            (entry["server"] for entry in entries["manifest"] if entry["server"]), {}
        )
        return cls(
            painted=outcome["painted"],
            uploaded=upload["end"],
            decoding=upload["server"].get("decode", 0.0),
            trace_request=trace["end"] - trace["start"],
            streaming=streams[0]["start"],
            streamed=max(entry["end"] for entry in streams),
            last_layer=outcome["layers"],
            preprocessing=server_timing.get("preprocess", 0.0),
            forward=server_timing.get("forward", 0.0),
            painting=outcome["frames"],
            longest_task=max(outcome["tasks"], default=0.0),
            stream=streams[0]["name"],
        )


def choose(page: Page, picture: bytes, index: int) -> Choice:
    """Choose a picture as a person does; wait until its maps are painted and its manifest has arrived."""
    file = FilePayload(name=f"photograph-{index}.jpg", mimeType="image/jpeg", buffer=picture)
    page.evaluate(_START)
    page.locator("picture-column input[type=file]").set_input_files(file)
    return Choice.of(page.evaluate(_OUTCOME))


def open_page(browser: Browser, address: str) -> Page:
    """Open Explore in a new browser context, with nothing cached, and wait for its first maps."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    wait_until_painted(page)
    return page


def measure_choices(
    browser: Browser, address: str, network: str, pictures: Sequence[bytes]
) -> tuple[list[Choice], float]:
    """Choose all pictures one after another; return their timings, and the page's milliseconds of decoding."""
    page = open_page(browser, f"{address}/?network={network}")
    page.wait_for_timeout(500)
    choices = [choose(page, picture, index) for index, picture in enumerate(pictures)]
    decode_ms: list[float] = page.evaluate(_DECODE, choices[-1].stream)
    page.context.close()
    return choices[_WARM_UP:], Spread.of(decode_ms).median


def choices_report(results: dict[str, tuple[list[Choice], float]]) -> Report:
    """Return the table of waiting times after choosing a picture."""
    rows = []
    for network, (choices, decode) in results.items():

        def column(name: str, choices: Sequence[Choice] = choices) -> str:
            return Spread.of([getattr(choice, name) for choice in choices]).text(1)

        painted = Spread.of([choice.painted for choice in choices])
        upload_rest = Spread.of([choice.uploaded - choice.decoding for choice in choices])
        between = Spread.of([choice.streaming - choice.uploaded - choice.trace_request for choice in choices])
        stream = Spread.of([choice.streamed - choice.streaming for choice in choices])
        after = Spread.of([choice.painted - choice.last_layer for choice in choices])
        longest = max(choice.longest_task for choice in choices)
        rows.append(
            [
                network,
                f"{painted.text(0)} {aim(painted.median, AIMS_MS.get(network, 65.0))}",
                f"{min(choice.painted for choice in choices):.0f}–{max(choice.painted for choice in choices):.0f}",
                upload_rest.text(1),
                column("decoding"),
                column("trace_request"),
                between.text(1),
                stream.text(1),
                column("preprocessing"),
                column("forward"),
                f"{decode:.1f}",
                after.text(1),
                column("painting"),
                f"{longest:.0f} {aim(longest, TASK_MS)}" if longest else f"< {TASK_MS:.0f} met",
                str(len(choices)),
            ]
        )
    columns = [
        "network",
        "chosen → painted, ms",
        "min–max",
        "upload without decoding",
        "server: decode",
        "POST /traces",
        "page: before stream",
        "stream",
        "server: preprocess",
        "server: forward",
        "page: decode",
        "last layer → painted",
        "page: paint",
        "longest task",
        "n",
    ]
    notes = [
        "Milliseconds, medians (quartiles), from the `change` event of the page's file input to its measure "
        "`convscope:painted`; different JPEG files of 640 × 480, 1280 × 720 page, client and server on the same cores.",
        "*chosen → painted* = upload + decode + POST /traces + page: before stream + stream + last layer → painted, "
        "roughly. *server* columns come from Server-Timing; they cover the whole network, also what runs after the "
        "first screen. *page: decode* is the reader alone on the same stream; *page: paint* is the time inside "
        "animation frames.",
    ]
    return Report("Browser: from choosing a picture to its maps", columns, rows, notes)


_KINDS = {".js": "JavaScript", ".css": "CSS", ".json": "locale"}


def opening_report(browser: Browser, address: str, times: int) -> Report:
    """Return the table of waiting times and bytes when somebody opens the page."""
    visits: list[dict[str, Any]] = []
    for _ in range(times):
        page = open_page(browser, f"{address}/")
        page.wait_for_load_state("networkidle")
        visits.append(page.evaluate(_OPENING))
        page.context.close()
    sizes: dict[str, float] = {}
    for entry in visits[-1]["loaded"]:
        path = urlsplit(entry["name"]).path
        kind = "HTML" if path == "/" else _KINDS.get(PurePosixPath(path).suffix, "")
        sizes[kind] = sizes.get(kind, 0.0) + entry["sent"] / 1e3
    weight = sum(size for kind, size in sizes.items() if kind)
    maps = Spread.of([visit["maps"] for visit in visits])
    longest = max((task for visit in visits for task in visit["tasks"]), default=0.0)
    kinds = ", ".join(f"{kind} {size:.0f}" for kind, size in sizes.items() if kind)
    rows = [
        ["first maps, ms", maps.text(0), aim(maps.median, FIRST_MAPS_MS)],
        ["first contentful paint, ms", Spread.of([visit["shown"] for visit in visits]).text(0), ""],
        ["page's HTML, ms", Spread.of([visit["page"] for visit in visits]).text(0), ""],
        ["longest task, ms", f"{longest:.0f}" if longest else "none above 50", aim(longest, TASK_MS)],
        ["HTML + CSS + JS + locale, kB sent", f"{weight:.0f} ({kinds})", aim(weight, PAGE_KB)],
        ["maps and pictures, kB sent", f"{sizes.get('', 0.0):.0f}", ""],
        ["requests", str(len(visits[-1]["loaded"])), ""],
    ]
    notes = [
        f"Medians (quartiles) of {times} visits, each in a new browser context, server warm. 1 kB is 1,000 bytes."
    ]
    return Report("Browser: opening the page", ["what", "measured", "aim"], rows, notes)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", default=list(AIMS_MS))
    parser.add_argument("-n", type=int, default=20, help="number of pictures for each network")
    arguments = parser.parse_args()
    with server() as live, chromium() as browser:
        opening = opening_report(browser, live.address, 5)
        results = {}
        for seed, network in enumerate(arguments.networks):
            pictures = list(photographs(arguments.n + _WARM_UP, seed=seed))
            results[network] = measure_choices(browser, live.address, network, pictures)
    print(choices_report(results).markdown())
    print(opening.markdown())


if __name__ == "__main__":
    main()
