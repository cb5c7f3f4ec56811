"""Which JavaScript modules a page needs at once: those it imports, and those that they import."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath

from app import resources

_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STATIC = re.compile(r'^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"(\.[^"]+)"', re.MULTILINE)
_DYNAMIC = re.compile(r'\bimport\("(\.[^"]+)"\)')


@lru_cache
def modules_to_preload(entry: str, listing: str) -> tuple[str, ...]:
    """Return the modules that an entry needs before the page is whole, as paths below the static files, sorted.

    ``listing`` is the module whose dynamic imports are all made on arrival; elsewhere such an import means that
    a module is fetched when it is asked for.
    """
    root = resources.static_dir()
    found: set[str] = set()
    waiting = [entry, listing, *_imported(root, listing, _DYNAMIC)]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _imported(root, module, _STATIC)
    return tuple(sorted(found))


def _imported(root: Path, module: str, pattern: re.Pattern[str]) -> list[str]:
    code = _COMMENT.sub("", (root / module).read_text(encoding="utf-8"))
    folder = root / PurePosixPath(module).parent
    paths = ((folder / address).resolve() for address in pattern.findall(code))
    return [path.relative_to(root.resolve()).as_posix() for path in paths]
