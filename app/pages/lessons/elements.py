"""The public elements: what may be set of each, as a page's author, a teacher's link and another site may set it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from app import resources


@cache
def elements() -> dict[str, dict[str, Any]]:
    """Return ``{element: {"attributes": {name: {"type", "default", …}}, "events": […]}}``.

    The page's own code and ``embed.js`` read the same file. A type is ``integer`` or ``number`` (with ``low``, ``high``
    and, of a number, ``step``), ``choice`` (with ``choices``), ``switch`` (``on`` or ``off``), ``matrix`` (rows of
    numbers: ``1 0 -1/1 0 -1``), ``picture`` (a matrix, or the name of a sample), ``cell`` (``row,column``) or ``text``.
    ``control`` says that the element has a control for it in its bar.
    """
    path = resources.static_dir() / "js" / "learn" / "elements.json"
    catalog: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return catalog
