"""Timing things against one another in one run, so that what disturbs one disturbs all of them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

Case = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with its quartiles, of whatever was measured."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, measured: Sequence[float]) -> Spread:
        """Return the spread of at least one figure."""
        if len(measured) < 2:
            return cls(measured[0], measured[0], measured[0], 1)
        low, middle, high = quantiles(measured, n=4, method="inclusive")
        return cls(middle, low, high, len(measured))

    def written(self, digits: int = 2, *, factor: float = 1.0) -> str:
        """Return ``median (low–high)``, each times ``factor``."""
        low, middle, high = (f"{value * factor:,.{digits}f}" for value in (self.low, self.median, self.high))
        return f"{middle} ({low}–{high})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of every case, round by round: the figures at one index come from one round."""

    seconds: Mapping[str, Sequence[float]]

    def spread(self, case: str) -> Spread:
        """Return a case's seconds."""
        return Spread.of(self.seconds[case])

    def ratio(self, case: str, base: str) -> Spread:
        """Return how many times as long as the base the case takes, compared within each round."""
        pairs = zip(self.seconds[case], self.seconds[base], strict=True)
        return Spread.of([one / other for one, other in pairs])

    def undisturbed(self, case: str, base: str) -> float:
        """Return the ratio of the fastest tenths: what remains where other work comes between most rounds."""
        return _fast(self.seconds[case]) / _fast(self.seconds[base])


def alternate(
    cases: Mapping[str, Case],
    *,
    seconds: float,
    least: int = 5,
    repeats: Mapping[str, int] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Run all cases in turn for about ``seconds``, in an order that turns round and moves on every round.

    At least ``least`` rounds are counted; every case has run once before them, unless ``least`` is 1. A case
    with ``repeats`` runs so many times a round, and its figure is the mean: what takes a thousandth of the
    time of another case would else be measured in the cold that the other leaves behind. ``clock`` gives the
    seconds that are compared; `time.process_time` counts what our own threads computed and not what they waited.
    """
    names = list(cases)
    spent: dict[str, list[float]] = {name: [] for name in names}
    for name in names if least > 1 else ():
        cases[name]()
    end = time.perf_counter() + seconds
    for turn in itertools.count():
        if turn >= least and time.perf_counter() > end:
            break
        for name in _order(names, turn):
            times = (repeats or {}).get(name, 1)
            began = clock()
            for _ in range(times):
                cases[name]()
            spent[name].append((clock() - began) / times)
    return Comparison(spent)


def _order(names: list[str], turn: int) -> list[str]:
    start = turn // 2 % len(names)
    turned = names[start:] + names[:start]
    return turned[::-1] if turn % 2 else turned


def _fast(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 10]
