"""The digits on offer are the rendering of their vectors, and nothing else."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "static" / "samples"

_spec = importlib.util.spec_from_file_location("render_digits", ROOT / "scripts" / "render_digits.py")
assert _spec is not None
assert _spec.loader is not None
render_digits = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(render_digits)


@pytest.mark.parametrize("svg", sorted(SAMPLES.glob("digit-*.svg")), ids=lambda svg: svg.stem)
def test_committed_png_is_the_svg_rendered(svg: Path) -> None:
    with Image.open(svg.with_suffix(".png")) as committed:
        assert committed.mode == "L"
        assert committed.size == (280, 280)
        rendered = np.asarray(render_digits.render(svg), dtype=int)
        difference = np.abs(np.asarray(committed, dtype=int) - rendered)
    assert difference.mean() < 0.5  # of 255: an antialiased edge may differ between Pillow versions


def test_strokes_fit_mnists_box() -> None:
    """MNIST's digits lie in the middle 20 of 28 rows; a digit beyond them is not what lenet learnt from."""
    for svg in SAMPLES.glob("digit-*.svg"):
        rows, columns = np.nonzero(np.asarray(render_digits.render(svg)) > 127)
        assert rows.min() >= 35
        assert rows.max() <= 245
        assert columns.min() >= 35
        assert columns.max() <= 245


def test_unknown_path_command_is_refused() -> None:
    with pytest.raises(ValueError, match="'Q'"):
        render_digits.flatten("M 0 0 Q 1 1 2 2")


def test_index_names_every_picture_once() -> None:
    index = json.loads((SAMPLES / "samples.json").read_text())
    files = [entry["file"] for entry in index]
    on_disk = {path.name for path in SAMPLES.iterdir() if path.suffix in {".jpg", ".png"}}
    assert len(files) == len(set(files))
    assert set(files) == on_disk
    credited = (SAMPLES / "CREDITS.md").read_text()
    assert all(entry["name"] in credited for entry in index)
    assert all((SAMPLES / "thumbs" / f"{entry['name']}.jpg").is_file() for entry in index)
