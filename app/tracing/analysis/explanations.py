"""Why the network predicts a class: where in the picture its score comes from, by three methods.

Grad-CAM follows Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks", ICCV 2017; saliency
follows Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks", ICLR workshop 2014; occlusion
follows Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014. The first two are
computed by captum. A class's score is that of `prediction.scores`: of a single sigmoid unit z, class 1 has the logit z
and class 0 the logit −z.

Gradients are computed for inputs, never for weights, which do not change, so any number of threads may compute
explanations at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from app.tracing.analysis.prediction import scores
from app.tracing.capture.fx_trace import FX_PATCHES_MODULES
from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.program import Program
from app.tracing.layer_kinds.layer_kind import Role
from app.tracing.layer_kinds.registry import kind_named
from app.tracing.layers.layer import INPUT, Layer

Score = Literal["probability", "logit"]


class Unexplainable(ValueError):
    """A class, layer or network that a method cannot explain; the message says which it can."""


def grad_cam_layers(graph: LayerGraph) -> tuple[str, ...]:
    """Return the layers for which Grad-CAM is defined: maps of more than one cell on the way to the logits."""
    upstream = {graph.logits or graph.output}
    for layer in reversed(graph.layers):
        if layer.id in upstream:
            upstream.update(layer.inputs)
    return tuple(layer.id for layer in graph.layers if layer.id in upstream and _has_cells(layer))


def default_grad_cam_layer(graph: LayerGraph) -> str:
    """Return the layer for which Grad-CAM is usually computed: the last convolution or activation with maps.

    Raises:
        Unexplainable: the network has none.
    """
    for layer_id in reversed(grad_cam_layers(graph)):
        if {Role.CONVOLUTION, Role.ACTIVATION} & kind_named(graph.by_id[layer_id].kind).roles:
            return layer_id
    raise Unexplainable("this network has no convolution or activation with maps of more than one cell")


def grad_cam(program: Program, picture: Tensor, class_index: int, layer_id: str) -> Tensor:
    """Return the Grad-CAM of a class for a layer, float32 (H, W) of the layer, none below 0.

    With the layer's maps A_k and the class's logit y: ReLU(Σ_k α_k A_k), where α_k is the mean of ∂y/∂A_k over the
    map's cells. ``picture`` is the network's input (C, H, W).

    Raises:
        Unexplainable: no such class; the layer has no maps of more than one cell, or the logits do not depend on
            it; or the network does something through which no gradient passes.
    """
    _check_class(program, class_index)
    if layer_id not in grad_cam_layers(program.graph):
        raise Unexplainable(
            f"{layer_id!r} has no maps of more than one cell that lead to the classes; "
            f"layers that have: {', '.join(grad_cam_layers(program.graph))}"
        )
    from captum.attr import LayerGradCam  # takes half a second

    with torch.inference_mode():
        cells = next(value for step, value in program.walk(picture) if step.layer_id == layer_id)
    tap = nn.Identity()

    def logits(maps: Tensor) -> Tensor:
        with FX_PATCHES_MODULES:  # captum's hook needs the module's call, which torch.fx patches
            tapped = tap(maps)
        return _class_scores(program, picture, {layer_id: tapped[0]})[0][None]

    with _gradients(program.graph):
        maps = cells.clone().requires_grad_()  # a tensor of inference mode can have no gradient
        attributions = LayerGradCam(logits, tap).attribute(maps, target=class_index, relu_attributions=True)
    return _without_gradient(attributions[0, 0])


def saliency(program: Program, picture: Tensor, class_index: int) -> Tensor:
    """Return the saliency of the input's pixels for a class, float32 (H, W) of the input, none below 0.

    The largest of |∂y/∂x| over a pixel's channels, y being the class's logit: how much the logit changes with a small
    change of that value of the input (C, H, W), per unit of the input.

    Raises:
        Unexplainable: no such class, or something through which no gradient passes.
    """
    _check_class(program, class_index)
    from captum.attr import Saliency  # takes half a second

    def logits(inputs: Tensor) -> Tensor:
        return _class_scores(program, inputs[0], {})[0][None]

    with _gradients(program.graph):
        inputs = picture[None].clone().requires_grad_()
        attributions = Saliency(logits).attribute(inputs, target=class_index)
    return _without_gradient(attributions[0].amax(dim=0))


# ---- occlusion --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatchPositions:
    """The positions of a square patch, in cells of the input: row by row, ``stride`` apart, up to the far edges.

    At the last row and column the patch may hang over the edge, so every cell is covered if the stride is no larger
    than the patch. A patch is no larger than the input.
    """

    patch: int
    stride: int
    height: int
    width: int

    @property
    def rows(self) -> int:
        """Positions from top to bottom."""
        return self._count(self.height)

    @property
    def columns(self) -> int:
        """Positions from left to right."""
        return self._count(self.width)

    def __len__(self) -> int:
        """Return the number of positions."""
        return self.rows * self.columns

    def __iter__(self) -> Iterator[tuple[slice, slice]]:
        """Yield what the patch covers at each position: rows and columns of the input."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield self._span(row, self.height), self._span(column, self.width)

    def _count(self, extent: int) -> int:
        # Until the last cell is covered; a stride larger than the patch must not go beyond it.
        return min(1 + math.ceil((extent - self.patch) / self.stride), math.ceil(extent / self.stride))

    def _span(self, index: int, extent: int) -> slice:
        start = index * self.stride
        return slice(start, min(start + self.patch, extent))


@torch.inference_mode()
def class_score(program: Program, picture: Tensor, class_index: int, of: Score) -> float:
    """Return a class's logit or probability for an input (C, H, W), the same number as in a trace of that input.

    Raises:
        Unexplainable: no such class.
    """
    _check_class(program, class_index)
    logits, probabilities = _class_scores(program, picture, {})
    return float((probabilities if of == "probability" else logits)[class_index])


def occlusion(
    program: Program, picture: Tensor, class_index: int, positions: PatchPositions, fill: Tensor, of: Score
) -> Iterator[float]:
    """Yield a class's score for the input with a patch put on it, position by position.

    ``picture`` is (C, H, W), ``fill`` (C,) the patch's colour in the input's own units.

    Raises:
        Unexplainable: no such class.
    """
    for rows, columns in positions:
        occluded = picture.clone()
        occluded[:, rows, columns] = fill[:, None, None]
        yield class_score(program, occluded, class_index, of)


# ---- shared by all methods --------------------------------------------------------------------------------------


def _class_scores(program: Program, picture: Tensor, known: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the classes' logits and probabilities, (N,) each; ``known`` outputs of layers are not computed."""
    graph = program.graph
    values: dict[str, Tensor] = {}
    for step, value in program.walk(picture, known):
        if step.layer_id and step.layer_id in {graph.output, graph.logits}:
            values[step.layer_id] = value.clone() if step.name in graph.overwritten else value
    return scores(graph, values)


def class_count(graph: LayerGraph) -> int:
    """Return how many classes a network tells apart: two of a single sigmoid unit."""
    count = math.prod(graph.by_id[graph.output].shape)
    return 2 if count == 1 and graph.logits is not None else count


def _check_class(program: Program, class_index: int) -> None:
    count = class_count(program.graph)
    if not 0 <= class_index < count:
        raise Unexplainable(f"there is no class {class_index}; there are 0 to {count - 1}")


def _has_cells(layer: Layer) -> bool:
    return layer.id != INPUT and len(layer.shape) == 3 and math.prod(layer.shape[1:]) > 1


def _without_gradient(values: Tensor) -> Tensor:
    return values.detach().to("cpu", torch.float32).contiguous()


@contextmanager
def _gradients(graph: LayerGraph) -> Iterator[None]:
    """Enable gradients, through in-place operations too.

    Raises:
        Unexplainable: no gradient passes through an operation of the block.
    """
    # The backward pass may need values that an in-place operation overwrites, so autograd saves copies.
    copies = torch.autograd.graph.saved_tensors_hooks(torch.clone, lambda copy: copy)
    try:
        with torch.enable_grad(), copies if graph.overwritten else nullcontext():
            yield
    except RuntimeError as error:
        raise Unexplainable(f"no gradient passes through this network: {error}") from error
