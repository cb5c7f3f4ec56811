"""Render the SVG digits of static/samples/, which we drew as strokes, to the PNG pictures that the page offers.

    python scripts/render_digits.py

Each SVG has one path of absolute ``M``, ``L`` and ``C`` commands and one stroke width, in a 280 × 280 view
box: ten pixels for each of MNIST's 28. Strokes are white on black, as in MNIST.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PIL import Image, ImageDraw

SAMPLES = Path(__file__).resolve().parent.parent / "static" / "samples"
SIDE = 280
SUPERSAMPLING = 4
POINTS_PER_CURVE = 96

Point = tuple[float, float]


def flatten(path: str) -> list[Point]:
    """Return the points of an SVG path of absolute M, L and C commands, 96 points per curve.

    Raises ValueError for any other command.
    """
    points: list[Point] = []
    for command, arguments in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", arguments)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command in "ML":
            points += pairs
        elif command == "C":
            points += _curve(points[-1], *pairs)
        else:
            raise ValueError(f"path command {command!r} is none of M, L, C")
    return points


def _curve(start: Point, control1: Point, control2: Point, end: Point) -> list[Point]:
    """Return a cubic Bézier curve's points after its start (Bernstein form)."""
    points = []
    for step in range(1, POINTS_PER_CURVE + 1):
        t = step / POINTS_PER_CURVE
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        corners = (start, control1, control2, end)
        points.append(
            (
                sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
                sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
            )
        )
    return points


def render(svg: Path) -> Image.Image:
    """Return a digit as a 280 × 280 grey picture (mode ``L``): round, antialiased strokes of 255 on 0."""
    path = ElementTree.parse(svg).getroot().find("{http://www.w3.org/2000/svg}path")
    if path is None:
        raise ValueError(f"{svg.name} has no path")
    radius = float(path.attrib["stroke-width"]) / 2 * SUPERSAMPLING
    points = [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in flatten(path.attrib["d"])]
    large = Image.new("L", (SIDE * SUPERSAMPLING, SIDE * SUPERSAMPLING), 0)
    pen = ImageDraw.Draw(large)
    pen.line(points, fill=255, width=round(2 * radius))
    for x, y in points:  # round caps and joins
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return large.resize((SIDE, SIDE), Image.Resampling.BOX)


def main() -> None:
    """Write a PNG beside every digit's SVG."""
    for svg in sorted(SAMPLES.glob("digit-*.svg")):
        render(svg).save(svg.with_suffix(".png"), optimize=True)
        print(f"{svg.with_suffix('.png').name}")


if __name__ == "__main__":
    main()
