"""The report that a benchmark prints: a heading, the machine, a markdown table, and notes."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark's result. ``notes`` say what a reader must know to trust or repeat the figures."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default=())

    def markdown(self) -> str:
        """Return the report as markdown, with padded columns so that it is readable in a terminal too."""
        lines = [f"## {self.title}", "", machine(), "", *table(self.columns, self.rows)]
        if self.notes:
            lines += ["", *(f"- {note}" for note in self.notes)]
        return "\n".join(lines) + "\n"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a markdown table: the first column left-aligned, the others right-aligned."""
    widths = [max(len(row[index]) for row in [columns, *rows]) for index in range(len(columns))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * width if index == 0 else "-" * (width - 1) + ":" for index, width in enumerate(widths)]
    return [line(columns), line(rule), *(line(row) for row in rows)]


def aim(measured: float, bound: float, *, at_least: bool = False) -> str:
    """Return the aim as text, with ``met`` or ``MISSED``."""
    met = measured >= bound if at_least else measured <= bound
    return f"{'≥' if at_least else '≤'} {bound:g} {'met' if met else 'MISSED'}"


def machine() -> str:
    """Return one line that describes the machine: processor, cores, load, Python, torch, threads."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{_processor()}, {os.cpu_count()} cores (load {load:.1f}), {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"{torch.get_num_threads()} torch threads here; the server has {Settings().worker_count} workers, "
        f"{server_threads()} torch threads"
    )


def server_threads() -> int:
    """Return the number of torch threads that the server uses."""
    return Settings().thread_count


def _processor() -> str:
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
    return next(names, platform.machine())
