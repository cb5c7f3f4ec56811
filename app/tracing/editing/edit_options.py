"""Which edits a layer can take, and within which numbers, so that a page need not offer what is impossible.

Each range holds while the layer's other hyperparameters stay as they are: with N rows (or columns) in, a
kernel of F, dilation D and padding P, the window spans D(F − 1) + 1 and must fit into N + 2P.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.tracing.capture.graph import LayerGraph
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
from app.tracing.layer_kinds.layer_kind import CHANNEL_EDITS, FilterShape
from app.tracing.layer_kinds.registry import kind_named, options
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.shapes import Shape


@dataclass(frozen=True, slots=True)
class Windows:
    """How a window may slide: for each hyperparameter the ranges along (height, width)."""

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

    ``channels`` counts those that can be muted, scaled or kept alone, ``biases`` those that can be replaced.
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
    edits = edits_of(layer)
    source = graph.by_id[layer.inputs[0]].shape if layer.inputs else ()
    makes_result = _makes_result(graph, layer)
    return EditOptions(
        channels=layer.shape[0] if "mute" in edits and not makes_result else 0,
        biases=layer.shape[0] if "bias" in edits and layer.hyperparameters.get("bias") else 0,
        weights=_weights(layer) if "weight" in edits else None,
        convolution=convolution_windows(layer.hyperparameters, source) if "convolution" in edits else None,
        pooling=pooling_windows(layer.kind, layer.hyperparameters, source) if "pooling" in edits else None,
        activations=ACTIVATIONS if "activation" in edits and not makes_result else (),
    )


def edits_of(layer: Layer) -> tuple[str, ...]:
    """Return the names of the edits that a layer permits.

    If the network computes the layer's weights, the layer permits only the edits of its channels.
    """
    kind = kind_named(layer.kind)
    computes_weights = kind.filter_shape is not None and not layer.weight
    return tuple(name for name in kind.edits if not computes_weights or name in CHANNEL_EDITS)


def filter_shape_of(layer: Layer) -> FilterShape:
    """Return the extent of the weights of a layer that takes edits of them."""
    filter_shape = kind_named(layer.kind).filter_shape
    assert filter_shape  # noqa: S101 - kinds that take edits of weights say how many there are
    return filter_shape(layer.hyperparameters)


def _makes_result(graph: LayerGraph, layer: Layer) -> bool:
    """Whether a layer puts out the network's result; the last one before a conflict does not."""
    return layer.id == graph.output and graph.conflict is None


def _weights(layer: Layer) -> Weights:
    shape = filter_shape_of(layer)
    presets = kernel_presets.kernels(shape.height, shape.width) if "kernel" in edits_of(layer) else {}
    return Weights(shape.filters, shape.channels, shape.height, shape.width, presets)


def convolution_windows(hyperparameters: Hyperparameters, source: Shape) -> Windows:
    """Return how a convolution with these hyperparameters may slide over an input of shape (C, H, W)."""
    axes = [
        _convolution_axis(
            *(hyperparameters[name][axis] for name in ("kernel_size", "padding", "dilation")),
            mode=hyperparameters["padding_mode"],
            extent=source[-2:][axis],
        )
        for axis in (0, 1)
    ]
    ranges = {name: (axes[0][name], axes[1][name]) for name in axes[0]}
    if "padding_end" in hyperparameters:  # an odd cell of padding at the end is possible with stride 1 alone
        ranges = {name: _only(hyperparameters[name]) for name in ranges}
    # Reflected and circular padding repeats cells of the map, which has to be larger than the padding.
    room = min(
        extent - padding for extent, padding in zip(source[-2:], hyperparameters["padding"], strict=True)
    )
    needed: dict[PaddingMode, int] = {"reflect": 1, "circular": 0}
    modes = tuple(mode for mode in PADDING_MODES if room >= needed.get(mode, room))
    return Windows(ranges, padding_modes=modes)


def _only(pair: Sequence[int]) -> tuple[Range, Range]:
    """Return ranges that permit only the present numbers."""
    return Range(pair[0], pair[0]), Range(pair[1], pair[1])


def _convolution_axis(
    kernel: int, padding: int, dilation: int, *, mode: str, extent: int
) -> dict[str, Range]:
    span = dilation * (kernel - 1) + 1
    # Beyond span − 1 a window would see nothing but padding. Two cells are always offered, for trying them out.
    most = max(span - 1, 2)
    limit = {"reflect": extent - 1, "circular": extent}.get(mode, most)
    return {
        "stride": Range(1, _most_stride(span, extent + 2 * padding)),
        "padding": Range(_least_padding(span, extent), min(limit, most)),
        "dilation": Range(1, max(1, (extent + 2 * padding - 1) // (kernel - 1) if kernel > 1 else 1)),
    }


def pooling_windows(kind: str, hyperparameters: Hyperparameters, source: Shape) -> Windows:
    """Return how a pooling of a kind with these hyperparameters may slide, and what it may take of its windows.

    An adaptive pooling makes its own windows, so only the latter can be chosen.
    """
    poolings = poolings_instead_of(kind, hyperparameters)
    if "kernel_size" not in hyperparameters:
        return Windows({}, poolings=poolings)
    axes = [
        _pooling_axis(
            *(hyperparameters[name][axis] for name in ("kernel_size", "padding")),
            dilation=hyperparameters.get("dilation", [1, 1])[axis],
            extent=source[-2:][axis],
        )
        for axis in (0, 1)
    ]
    return Windows({name: (axes[0][name], axes[1][name]) for name in axes[0]}, poolings=poolings)


def poolings_instead_of(kind: str, hyperparameters: Hyperparameters) -> tuple[PoolingName, ...]:
    """Return the poolings that can stand in place of one with these hyperparameters: dilated ones for a dilated one."""
    option = kind_named(kind).option
    kinds = options(option.group) if option else {}
    dilated = hyperparameters.get("dilation", [1, 1]) != [1, 1]
    return tuple(
        name
        for name in POOLINGS
        if name in kinds and not (dilated and "dilation" not in kinds[name].hyperparameters)
    )


def _pooling_axis(kernel: int, padding: int, *, dilation: int, extent: int) -> dict[str, Range]:
    span = dilation * (kernel - 1) + 1
    return {
        "kernel_size": Range(max(1, 2 * padding), (extent + 2 * padding - 1) // dilation + 1),
        "stride": Range(1, _most_stride(span, extent + 2 * padding)),
        "padding": Range(_least_padding(span, extent), kernel // 2),  # PyTorch's own bound
    }


def _most_stride(span: int, extent: int) -> int:
    """Return the largest stride that leaves more than one position, or the window's span if that is larger."""
    return max(extent - span + 1, span)


def _least_padding(span: int, extent: int) -> int:
    """Return the padding with which the window just fits."""
    return max(0, -((extent - span) // 2))
