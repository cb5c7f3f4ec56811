"""Which edits a layer can take, and between which numbers, so that nobody need try what cannot be.

Each range holds while the layer's other hyperparameters stay as they are: with N rows (or columns) in, a
kernel of F, dilation D and padding P, the window spans D(F − 1) + 1 and must find that much in N + 2P.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.tracing.capture import layer_kinds
from app.tracing.capture.graph import Layer, LayerGraph
from app.tracing.editing import kernel_presets
from app.tracing.editing.edits import (
    ACTIVATIONS,
    PADDING_MODES,
    POOLINGS,
    Activation,
    PaddingMode,
    PoolingName,
    Range,
)
from app.tracing.editing.kernel_presets import Kernel

Shape = tuple[int, ...]

# Kinds whose output no factor may touch: probabilities would no longer be what they say.
_FINAL = frozenset({"softmax"})
POOLING_KINDS: Mapping[PoolingName, str] = {"max": "max_pool2d", "average": "avg_pool2d", "min": "min_pool2d"}
_ADAPTIVE = frozenset({"adaptive_max_pool2d", "adaptive_avg_pool2d"})


@dataclass(frozen=True, slots=True)
class Windows:
    """How a window may slide: for each hyperparameter the range along (height, width)."""

    ranges: Mapping[str, tuple[Range, Range]]
    padding_modes: tuple[PaddingMode, ...] = ()
    poolings: tuple[PoolingName, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """A convolution's filters (or a linear layer's rows, 1×1 each): how many, over how many channels, how large."""

    filters: int
    channels: int
    height: int
    width: int
    presets: Mapping[str, Kernel]


@dataclass(frozen=True, slots=True)
class EditOptions:
    """What can be changed at a layer; what cannot is 0, None or empty.

    ``channels`` can be muted, scaled or heard alone; ``biases`` can be replaced.
    """

    channels: int
    biases: int
    weights: Weights | None
    convolution: Windows | None
    pooling: Windows | None
    activations: tuple[Activation, ...]


def edit_options_of(graph: LayerGraph, layer_id: str) -> EditOptions:
    """Return what can be changed at a layer of a graph.

    Raises:
        KeyError: the graph has no such layer.
    """
    layer = graph.by_id[layer_id]
    source = graph.by_id[layer.inputs[0]].shape if layer.inputs else ()
    return EditOptions(
        channels=0 if layer.kind in _FINAL or _ends(graph, layer) else layer.shape[0],
        biases=layer.shape[0] if has_editable_weights(layer) and layer.hyperparameters.get("bias") else 0,
        weights=weights_of(layer) if has_editable_weights(layer) else None,
        convolution=convolution_windows(layer.hyperparameters, source) if layer.kind == "conv2d" else None,
        pooling=pooling_windows(layer.kind, layer.hyperparameters, source)
        if layer.kind in layer_kinds.POOLINGS
        else None,
        activations=ACTIVATIONS if can_be_activation(graph, layer) else (),
    )


def has_editable_weights(layer: Layer) -> bool:
    """Whether a layer's weights are its own, one set for each output channel or unit, and not computed."""
    return layer.kind in {"conv2d", "linear"} and bool(layer.weight)


def can_be_activation(graph: LayerGraph, layer: Layer) -> bool:
    """Whether another activation may stand here: not at the end, where a sigmoid makes a probability."""
    return layer.kind in layer_kinds.ACTIVATIONS and not _ends(graph, layer)


def _ends(graph: LayerGraph, layer: Layer) -> bool:
    """Whether a layer puts out the network's result; the last one before a stop does not."""
    return layer.id == graph.output and graph.stop is None


def weights_of(layer: Layer) -> Weights:
    """Return the extent of a convolution's or a linear layer's weights."""
    found: Mapping[str, Any] = layer.hyperparameters
    if layer.kind == "linear":
        return Weights(found["out_features"], found["in_features"], 1, 1, {})
    height, width = found["kernel_size"]
    per_filter = found["in_channels"] // found["groups"]
    return Weights(found["out_channels"], per_filter, height, width, kernel_presets.kernels(height, width))


def convolution_windows(found: Mapping[str, Any], source: Shape) -> Windows:
    """Return how a convolution with these hyperparameters may slide over an input of shape (C, H, W)."""
    same = "padding_end" in found  # an odd cell of padding at the end goes with stride 1 alone
    axes = [
        _convolution_axis(
            *(found[key][axis] for key in ("kernel_size", "padding", "dilation")),
            mode=found["padding_mode"],
            extent=source[-2:][axis],
        )
        for axis in (0, 1)
    ]
    ranges = {key: (axes[0][key], axes[1][key]) for key in axes[0]}
    if same:
        ranges = {
            key: tuple(Range(found[key][axis], found[key][axis]) for axis in (0, 1))  # type: ignore[misc]
            for key in ranges
        }
    # Reflected and circular padding is made of cells that have to be there.
    room = min(extent - padding for extent, padding in zip(source[-2:], found["padding"], strict=True))
    needed: dict[PaddingMode, int] = {"reflect": 1, "circular": 0}
    modes = tuple(mode for mode in PADDING_MODES if room >= needed.get(mode, room))
    return Windows(ranges, padding_modes=modes)


def _convolution_axis(
    kernel: int, padding: int, dilation: int, *, mode: str, extent: int
) -> dict[str, Range]:
    span = dilation * (kernel - 1) + 1
    # Beyond span − 1 a window would see nothing but padding; two cells are always offered, to try what they do.
    most = max(span - 1, 2)
    limit = {"reflect": extent - 1, "circular": extent}.get(mode, most)
    return {
        "stride": Range(1, _most_stride(span, extent + 2 * padding)),
        "padding": Range(_least_padding(span, extent), min(limit, most)),
        "dilation": Range(1, max(1, (extent + 2 * padding - 1) // (kernel - 1) if kernel > 1 else 1)),
    }


def pooling_windows(kind: str, found: Mapping[str, Any], source: Shape) -> Windows:
    """Return how a pooling may slide; an adaptive one makes its own windows, and only its value is to be chosen."""
    if kind in _ADAPTIVE:
        return Windows({}, poolings=("max", "average"))
    axes = [
        _pooling_axis(
            *(found[key][axis] for key in ("kernel_size", "padding")),
            dilation=found.get("dilation", [1, 1])[axis],
            extent=source[-2:][axis],
        )
        for axis in (0, 1)
    ]
    dilated = found.get("dilation", [1, 1]) != [1, 1]
    poolings = tuple(name for name in POOLINGS if not (dilated and name == "average"))
    return Windows({key: (axes[0][key], axes[1][key]) for key in axes[0]}, poolings=poolings)


def _pooling_axis(kernel: int, padding: int, *, dilation: int, extent: int) -> dict[str, Range]:
    span = dilation * (kernel - 1) + 1
    return {
        "kernel_size": Range(max(1, 2 * padding), (extent + 2 * padding - 1) // dilation + 1),
        "stride": Range(1, _most_stride(span, extent + 2 * padding)),
        "padding": Range(_least_padding(span, extent), kernel // 2),  # PyTorch's own bound
    }


def _most_stride(span: int, extent: int) -> int:
    """Up to here a stride makes a difference, or at least is no longer than the window."""
    return max(extent - span + 1, span)


def _least_padding(span: int, extent: int) -> int:
    return max(0, -((extent - span) // 2))
