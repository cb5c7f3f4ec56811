"""The server reuses freed memory instead of asking the system for it again."""

from __future__ import annotations

import json
import platform
import subprocess
import sys

import pytest

# Page faults of allocating what a deep network's trace holds, a second time, after it was freed: on the main thread
# and on a worker.
FAULTS = """
import json, resource, sys
from concurrent.futures import ThreadPoolExecutor
from app.services.allocator import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
import numpy

def faults():
    counts = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        arrays = [numpy.ones(1 << 20, numpy.float32) for _ in range(24)]
        del arrays
        counts.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return counts[-1]

with ThreadPoolExecutor(1) as pool:
    print(json.dumps([faults(), pool.submit(faults).result()]))
"""


def page_faults(case: str) -> list[int]:
    command = [sys.executable, "-c", FAULTS, case]
    counts: list[int] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return counts


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_memory_that_was_freed_is_reused_without_page_faults() -> None:
    kept, returned = page_faults("kept"), page_faults("returned")
    assert max(kept) < 1000, kept  # 24 arrays of 4 MiB are 24,576 pages
    assert max(returned) > 10_000, returned


RETURNED = """
from pathlib import Path
from app.services import allocator
assert allocator.keep_freed_memory()
import numpy

def resident():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024

arrays = [numpy.ones(1 << 20, numpy.float32) for _ in range(24)]
del arrays[::2]  # holes between arrays in use
print(allocator.freed_bytes() >> 20)
before = resident()
allocator.return_freed_memory()
print(before - resident(), allocator.freed_bytes() >> 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_freed_memory_is_counted_and_goes_back_to_the_system() -> None:
    answer = subprocess.run([sys.executable, "-c", RETURNED], capture_output=True, text=True, check=True)
    freed, returned, _ = map(int, answer.stdout.split())
    assert freed >= 48
    assert returned >= 40


PAUSE = """
import gc, json, sys, time
import app.main
from app.services.allocator import exempt_loaded_objects
gc.collect()
if sys.argv[1] == "exempt":
    exempt_loaded_objects()
start = time.process_time()
gc.collect()
print(json.dumps(time.process_time() - start))
"""


def test_a_collection_does_not_examine_what_was_loaded() -> None:
    pauses = {}
    for mode in ("exempt", "examined"):
        done = subprocess.run([sys.executable, "-c", PAUSE, mode], check=True, capture_output=True, text=True)
        pauses[mode] = json.loads(done.stdout)
    assert pauses["exempt"] < pauses["examined"] / 5
