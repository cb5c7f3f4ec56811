"""Which cells of a map one output cell reads along one axis: the geometry of sliding and adaptive windows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlidingAxis:
    """A window that slides along ``extent`` cells; ``padding`` counts the positions before the first cell.

    ``mode`` says what is in the padding, in PyTorch's words. ``cut`` says that the window ends at the edge of the
    padding, as a pooling's does where it rounds up (``ceil_mode``).
    """

    extent: int
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    mode: str = "zeros"
    cut: bool = False

    def positions(self, output: int) -> list[int]:
        """Return the positions that an output cell reads, in order; some may lie in the padding."""
        first = output * self.stride - self.padding
        positions = range(first, first + self.kernel * self.dilation, self.dilation)
        end = self.extent + self.padding
        return [position for position in positions if position < end] if self.cut else list(positions)

    def cell_at(self, position: int) -> int | None:
        """Return the cell whose value stands at a position: itself, the one that padding repeats, or None for zeros."""
        if 0 <= position < self.extent:
            return position
        match self.mode:
            case "reflect":
                return -position if position < 0 else 2 * (self.extent - 1) - position
            case "replicate":
                return 0 if position < 0 else self.extent - 1
            case "circular":
                return position % self.extent
            case _:
                return None

    @property
    def common(self) -> SlidingAxis | None:
        """The one window that describes what all outputs read; None where padding brings in cells from elsewhere.

        Reflected and replicated padding repeats cells that the window covers anyway, if the window is long enough.
        """
        covers = (
            self.mode in {"reflect", "replicate"} and self.dilation * (self.kernel - 1) >= 2 * self.padding
        )
        return self if self.mode == "zeros" or covers else None


@dataclass(frozen=True, slots=True)
class AdaptiveAxis:
    """Windows that divide ``extent`` cells among ``outputs``; they overlap where the division leaves a remainder.

    The i-th window goes from ⌊i·extent/outputs⌋ to ⌈(i + 1)·extent/outputs⌉, exclusive, as in PyTorch.
    """

    extent: int
    outputs: int

    def positions(self, output: int) -> list[int]:
        """Return the positions that an output cell reads, in order; all of them are cells."""
        return list(
            range(output * self.extent // self.outputs, -(-(output + 1) * self.extent // self.outputs))
        )

    def cell_at(self, position: int) -> int:
        """Return the position itself: there is no padding."""
        return position

    @property
    def common(self) -> SlidingAxis | None:
        """The one window that describes what all outputs read; None where windows differ in size or distance."""
        if self.extent % self.outputs:
            return None
        step = self.extent // self.outputs
        return SlidingAxis(self.extent, kernel=step, stride=step)


Axis = SlidingAxis | AdaptiveAxis
Axes = tuple[Axis, Axis]  # rows and columns
