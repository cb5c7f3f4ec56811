"""Time several cases in turn within one run, so that a disturbance affects all of them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

Case = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and quartiles of some figures."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """Return the spread of one or more figures."""
        if len(figures) < 2:
            return cls(figures[0], figures[0], figures[0], 1)
        low, middle, high = quantiles(figures, n=4, method="inclusive")
        return cls(middle, low, high, len(figures))

    def text(self, digits: int = 2, *, factor: float = 1.0) -> str:
        """Return ``median (low–high)``, each times ``factor``."""
        low, middle, high = (f"{value * factor:,.{digits}f}" for value in (self.low, self.median, self.high))
        return f"{middle} ({low}–{high})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of every case, one figure per round: figures at the same index come from the same round."""

    seconds: Mapping[str, Sequence[float]]

    def spread(self, case: str) -> Spread:
        """Return the spread of a case's seconds."""
        return Spread.of(self.seconds[case])

    def ratio(self, case: str, base: str) -> Spread:
        """Return the case's time divided by the base's time, round by round."""
        pairs = zip(self.seconds[case], self.seconds[base], strict=True)
        return Spread.of([case_time / base_time for case_time, base_time in pairs])

    def fastest_ratio(self, case: str, base: str) -> float:
        """Return the ratio of the 10th percentiles, which other work on the machine disturbs least."""
        return _tenth_percentile(self.seconds[case]) / _tenth_percentile(self.seconds[base])


def alternate(
    cases: Mapping[str, Case],
    *,
    seconds: float,
    min_rounds: int = 5,
    repeats: Mapping[str, int] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Run all cases in turn for about ``seconds``; the order rotates and reverses from round to round.

    At least ``min_rounds`` rounds are counted. Every case runs once before them as a warm-up, unless
    ``min_rounds`` is 1. A case with ``repeats`` runs that many times per round, and its figure is the mean.
    This keeps a short case from being measured only with caches that a much longer one has just emptied.
    ``clock`` gives the seconds to compare; `time.process_time` counts the computing time of our own threads
    and not their waiting.
    """
    names = list(cases)
    seconds_by_case: dict[str, list[float]] = {name: [] for name in names}
    for name in names if min_rounds > 1 else ():
        cases[name]()
    end = time.perf_counter() + seconds
    for turn in itertools.count():
        if turn >= min_rounds and time.perf_counter() > end:
            break
        for name in _order(names, turn):
            times = (repeats or {}).get(name, 1)
            start = clock()
            for _ in range(times):
                cases[name]()
            seconds_by_case[name].append((clock() - start) / times)
    return Comparison(seconds_by_case)


def _order(names: list[str], turn: int) -> list[str]:
    start = turn // 2 % len(names)
    rotated = names[start:] + names[:start]
    return rotated[::-1] if turn % 2 else rotated


def _tenth_percentile(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 10]
