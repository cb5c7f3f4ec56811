"""Let the C library's allocator keep the memory of large arrays for reuse instead of returning it to the system.

Every trace allocates and frees arrays of megabytes. glibc returns such memory to the system at once and asks for it
again, page by page, for the next trace; for a deep network that costs as much as the pass itself.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any

# mallopt's parameters, from glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MEBIBYTE = 1 << 20

KEPT_BYTES = 256 * _MEBIBYTE
"""The most free memory at the end of the heap that the process keeps for the next trace."""

_LARGEST_ON_HEAP = 32 * _MEBIBYTE  # glibc permits no more; what is larger is mapped and returned


_USE = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks"),
    *("fordblks", "keepcost"),
)


class _Use(ctypes.Structure):
    """The heap's use in bytes: glibc's ``struct mallinfo2``."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _USE)


def freed_bytes() -> int:
    """Return how much freed memory the process keeps; 0 where that cannot be told."""
    mallinfo = _function("mallinfo2")
    if mallinfo is None:
        return 0
    mallinfo.restype = _Use
    return int(mallinfo().fordblks)


def return_freed_memory() -> None:
    """Give all freed memory back to the system, between arrays in use too. Takes some milliseconds."""
    trim = _function("malloc_trim")
    if trim is not None:
        trim(0)


def _function(name: str) -> Any:
    """Return a function of glibc, or None where there is none."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None


def keep_freed_memory() -> bool:
    """Let the C library keep up to `KEPT_BYTES` of freed memory; return whether it can.

    Threads then share one heap, so that one reuses what another frees. Call this before the first thread starts.
    Only glibc has these settings; elsewhere nothing changes.
    """
    mallopt = _function("mallopt")
    if mallopt is None:
        return False
    settings = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _LARGEST_ON_HEAP), (_M_TRIM_THRESHOLD, KEPT_BYTES))
    return all(mallopt(parameter, value) == 1 for parameter, value in settings)


def exempt_loaded_objects() -> None:
    """Let the garbage collector no longer examine the objects that exist now.

    Loaded modules, PyTorch's above all, are some hundred thousand objects that never become garbage. Examining them
    stops every thread, the event loop's too, for a tenth of a second or more. Call this when something large is loaded.
    """
    gc.freeze()
