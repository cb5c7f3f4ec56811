"""Measure how smoothly a window slides over a map in this machine's Chromium.

``python -m bench.sliding``
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from statistics import quantiles

from playwright.sync_api import Browser, Page

from bench.live import VIEWPORT, chromium, server, wait_until_painted
from bench.report import Report, aim
from bench.timing import Spread

NETWORK = "efficientnet-lite0"
LAYERS = ("_pad", "_conv_stem", "_blocks_1__expand_conv")
"""A copy of 225 × 225, the convolution that reads it, and a convolution whose input is 16 maps of 112 × 112."""

TASK_MS = 50.0
_WARM_UP_MS = 1000

_MEASURE = """async (seconds) => {
  const tasks = [];
  const watching = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  watching.observe({ type: "longtask" });
  const rest = document.querySelector("playback-controls input.scrub");
  const from = Number(rest.value);
  const times = [await new Promise(requestAnimationFrame)];
  while (times.at(-1) - times[0] < seconds * 1000) times.push(await new Promise(requestAnimationFrame));
  watching.disconnect();
  return { frames: times.slice(1).map((time, at) => time - times[at]), tasks, positions: Number(rest.value) - from };
}"""


@dataclass(frozen=True, slots=True)
class Playback:
    """One playback: milliseconds of every frame, milliseconds of every task over 50 ms, and the positions passed."""

    frames: list[float]
    tasks: list[float]
    positions: int

    @property
    def tail(self) -> float:
        """The 95th percentile of the frames, in milliseconds."""
        return quantiles(self.frames, n=20, method="inclusive")[-1]


def slide(page: Page, address: str, layer: str, seconds: float) -> Playback:
    """Open a layer's first map at its first cell, play at 60 positions per second, and measure it."""
    page.goto(f"{address}/?network={NETWORK}&layer={layer}&channel=0&cell=0,0&lang=en")
    wait_until_painted(page)
    controls = page.locator("playback-controls").first
    controls.get_by_role("slider", name="Speed").fill("6")
    controls.get_by_role("button", name="Play").click()
    page.wait_for_timeout(_WARM_UP_MS)
    return Playback(**page.evaluate(_MEASURE, seconds))


def report(browser: Browser, address: str, layers: list[str], seconds: float) -> Report:
    """Return the table with one row per layer."""
    rows = []
    page = browser.new_context(viewport=VIEWPORT).new_page()
    for layer in layers:
        playback = slide(page, address, layer, seconds)
        per_second = 1000 * len(playback.frames) / sum(playback.frames)
        longest = max(playback.tasks, default=0.0)
        rows.append(
            [
                layer,
                f"{per_second:.1f}",
                Spread.of(playback.frames).text(1),
                f"{playback.tail:.1f}",
                f"{max(playback.frames):.0f}",
                f"{longest:.0f} {aim(longest, TASK_MS)}" if longest else f"< {TASK_MS:.0f} met",
                f"{playback.positions / seconds:.0f}",
            ]
        )
    columns = [
        "layer",
        "frames per second",
        "frame, ms",
        "95 %",
        "worst",
        "longest task, ms",
        "positions per second",
    ]
    notes = [
        f"{seconds:.0f} s of playback at 60 positions per second, {NETWORK}, 1280 × 720 page, after one second of "
        "warm-up; medians (quartiles). Chromium without a GPU paints on the cores that run the page.",
    ]
    return Report("Browser: sliding the window", columns, rows, notes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layers", nargs="*", default=list(LAYERS))
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    with server() as live, chromium() as browser:
        print(report(browser, live.address, arguments.layers, arguments.seconds).markdown())


if __name__ == "__main__":
    main()
