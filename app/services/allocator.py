"""Let the C library's allocator keep the memory of large arrays for reuse instead of returning it to the system.

Every trace allocates and frees arrays of megabytes. glibc returns such memory to the system at once and asks for it
again, page by page, for the next trace; for a deep network that costs as much as the pass itself.
"""

from __future__ import annotations

import ctypes
import sys

# mallopt's parameters, from glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MEBIBYTE = 1 << 20

KEPT_BYTES = 256 * _MEBIBYTE
"""The most free memory at the end of the heap that the process keeps for the next trace."""

_LARGEST_ON_HEAP = 32 * _MEBIBYTE  # glibc permits no more; what is larger is mapped and returned


def keep_freed_memory() -> bool:
    """Let the C library keep up to `KEPT_BYTES` of freed memory; return whether it can.

    Threads then share one heap, so that one reuses what another frees. Call this before the first thread starts.
    Only glibc has these settings; elsewhere nothing changes.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _LARGEST_ON_HEAP), (_M_TRIM_THRESHOLD, KEPT_BYTES))
    return all(mallopt(parameter, value) == 1 for parameter, value in settings)
