"""Measures what a run takes of memory, in a process of its own that has a limit.

The process reads a line of JSON for each run and answers with the bytes of its peak.
"""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor

from app.services.edits import edits_of_network, parse_edits
from app.services.networks import Networks
from app.settings import Settings
from app.tracing.analysis import explanations
from app.tracing.capture.program import Program

MEBIBYTE = 1 << 20
_LIMIT = 1536 * MEBIBYTE  # PyTorch itself takes a third of it

SUPPORTED = Path("/proc/self/clear_refs").exists()


class Probe:
    """A process that makes passes, explanations and occlusions, and says what each took."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def peak(self, network: str, edits: Sequence[dict[str, Any]], run: str = "pass") -> int:
        """Return the bytes of one run's peak, above what the process had before."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([network, list(edits), run]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process is gone"
        return int(answer)


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) * 1024


def _peak_of(run: Callable[[], object]) -> int:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    result = run()
    peak = _memory("VmHWM") - before
    del result
    return peak


def _serve() -> None:
    libc = ctypes.CDLL(None)
    for parameter, value in ((-3, 1 << 16), (-1, 0)):  # arrays are mapped, and unmapped when they are freed
        libc.mallopt(parameter, value)
    resource.setrlimit(resource.RLIMIT_DATA, (_LIMIT, _LIMIT))
    networks = Networks(Settings(device="cpu", workers=1, torch_threads=1, trace_bytes=1 << 30))
    for line in sys.stdin:
        network, edits, kind = json.loads(line)
        program = networks.edited(network, "trained", edits_of_network(parse_edits(edits)))
        run = partial(_RUNS[kind], program, torch.rand(program.graph.input_shape[-3:]))
        run()  # the first run of a kind also loads code
        sys.stdout.write(f"{_peak_of(run)}\n")
        sys.stdout.flush()


def _grad_cam(program: Program, picture: Tensor) -> Tensor:
    layer = explanations.default_grad_cam_layer(program.graph)
    return explanations.grad_cam(program, picture, 0, layer)


_RUNS: dict[str, Callable[[Program, Tensor], object]] = {
    "pass": Program.record,
    "grad_cam": _grad_cam,
    "saliency": lambda program, picture: explanations.saliency(program, picture, 0),
    "class_score": lambda program, picture: explanations.class_score(program, picture, 0, "logit"),
}


if __name__ == "__main__":
    _serve()
