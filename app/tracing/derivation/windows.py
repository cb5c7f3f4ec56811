"""Which cells of a map one output cell reads, along one axis: the geometry of every sliding or adaptive window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.tracing.capture.graph import Layer


@dataclass(frozen=True, slots=True)
class SlidingAxis:
    """A window that slides along ``extent`` cells; ``padding`` counts the positions before the first.

    ``mode`` says what is found in the padding, in PyTorch's words. A pooling's window is ``cut`` at the edge of
    the padding, over which it can hang where the pooling rounds up (``ceil_mode``).
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
        found = range(first, first + self.kernel * self.dilation, self.dilation)
        end = self.extent + self.padding
        return [position for position in found if position < end] if self.cut else list(found)

    def real(self, position: int) -> int | None:
        """Return the cell whose value is found at a position: itself, the one it repeats, or None for zeros."""
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


@dataclass(frozen=True, slots=True)
class AdaptiveAxis:
    """Windows that divide ``extent`` cells among ``outputs``, overlapping where it does not come out even.

    The i-th is from ⌊i·extent/outputs⌋ to ⌈(i + 1)·extent/outputs⌉, exclusive, as in PyTorch.
    """

    extent: int
    outputs: int

    def positions(self, output: int) -> list[int]:
        """Return the positions that an output cell reads, in order; all are cells."""
        return list(
            range(output * self.extent // self.outputs, -(-(output + 1) * self.extent // self.outputs))
        )

    def real(self, position: int) -> int:
        """Return the position itself: there is no padding."""
        return position


Axis = SlidingAxis | AdaptiveAxis


def axes(layer: Layer, extent: tuple[int, int]) -> tuple[Axis, Axis] | None:
    """Return how a layer reads the rows and columns of a map with that many; None where it has no windows."""
    found: Mapping[str, Any] = layer.hyperparameters
    match layer.kind:
        case "conv2d" | "max_pool2d" | "min_pool2d" | "avg_pool2d":
            rows, columns = (
                SlidingAxis(
                    extent[axis],
                    kernel=found["kernel_size"][axis],
                    stride=found["stride"][axis],
                    padding=found["padding"][axis],
                    dilation=found.get("dilation", (1, 1))[axis],
                    mode=found.get("padding_mode", "zeros"),
                    cut=layer.kind != "conv2d",
                )
                for axis in (0, 1)
            )
            return rows, columns
        case "adaptive_max_pool2d" | "adaptive_avg_pool2d":
            return AdaptiveAxis(extent[0], layer.shape[-2]), AdaptiveAxis(extent[1], layer.shape[-1])
        case "zero_pad2d":
            return SlidingAxis(extent[0], padding=int(found["top"])), SlidingAxis(
                extent[1], padding=int(found["left"])
            )
        case _:
            return None


@lru_cache(maxsize=4096)
def cells_read(axis: Axis, outputs: int) -> int:
    """Return the cells that some outputs read. Sets of cells are bit masks: bit i stands for cell i."""
    cells = 0
    for output in bits(outputs):
        cells |= _cells_read_by(axis, output)
    return cells


@lru_cache(maxsize=65536)
def _cells_read_by(axis: Axis, output: int) -> int:
    return mask(cell for cell in map(axis.real, axis.positions(output)) if cell is not None)


def mask(cells: Any) -> int:
    """Return the bit mask of some cells."""
    found = 0
    for cell in cells:
        found |= 1 << cell
    return found


def every(extent: int) -> int:
    """Return the bit mask of all of ``extent`` cells."""
    return (1 << extent) - 1


def bits(cells: int) -> list[int]:
    """Return the cells of a bit mask, ascending."""
    return [index for index, bit in enumerate(reversed(f"{cells:b}")) if bit == "1"]
