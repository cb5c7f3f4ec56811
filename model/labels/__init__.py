"""Class names that are too many to write into a network's own file."""

from __future__ import annotations

import json
from pathlib import Path


def imagenet() -> tuple[str, ...]:
    """Return ImageNet-1k's 1,000 class names in output order.

    Each is the first synonym, with another added where two classes share it, so that all are unique.
    """
    text = (Path(__file__).parent / "imagenet.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))
