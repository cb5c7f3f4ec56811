"""Why a class: where in the picture its score comes from, by three methods that need only the network itself.

Grad-CAM follows Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks", ICCV 2017; saliency
follows Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks", ICLR workshop 2014; occlusion
follows Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014. The first two are
computed by captum. All are of a class's score as `prediction.scores` gives it: of a single sigmoid unit z, class 1
has the logit z and class 0 the logit −z.

Gradients are taken to what is put in, never to weights, which stay as they are; any number of threads may ask.
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
    """A class, layer or network that a method cannot speak of; the message says what it can."""


def grad_cam_layers(graph: LayerGraph) -> tuple[str, ...]:
    """Return the layers that Grad-CAM can be taken at: maps of more than one cell that lead to the logits."""
    leading = {graph.logits or graph.output}
    for layer in reversed(graph.layers):
        if layer.id in leading:
            leading.update(layer.inputs)
    return tuple(layer.id for layer in graph.layers if layer.id in leading and _has_cells(layer))


def default_grad_cam_layer(graph: LayerGraph) -> str:
    """Return the layer that Grad-CAM is usually taken at: the last convolution or activation with maps.

    Raises:
        Unexplainable: the network has none.
    """
    for layer_id in reversed(grad_cam_layers(graph)):
        if {Role.CONVOLUTION, Role.ACTIVATION} & kind_named(graph.by_id[layer_id].kind).roles:
            return layer_id
    raise Unexplainable("this network has no convolution or activation with maps of more than one cell")


def grad_cam(program: Program, picture: Tensor, class_index: int, layer_id: str) -> Tensor:
    """Return the Grad-CAM of a class at a layer, float32 (H, W) of the layer, none below 0.

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
        with FX_PATCHES_MODULES:  # captum's hook hangs on the module's call, which torch.fx patches
            tapped = tap(maps)
        return _class_scores(program, picture, {layer_id: tapped[0]})[0][None]

    with _gradients(program.graph):
        maps = cells.clone().requires_grad_()  # the recorded one cannot take part in a gradient
        found = LayerGradCam(logits, tap).attribute(maps, target=class_index, relu_attributions=True)
    return _plain(found[0, 0])


def saliency(program: Program, picture: Tensor, class_index: int) -> Tensor:
    """Return the saliency of the input's pixels for a class, float32 (H, W) of the input, none below 0.

    The largest of |∂y/∂x| over a pixel's channels, y being the class's logit: by how much the logit would move if
    that value of the input (C, H, W) moved by a little, per unit of the input.

    Raises:
        Unexplainable: no such class, or something through which no gradient passes.
    """
    _check_class(program, class_index)
    from captum.attr import Saliency  # takes half a second

    def logits(inputs: Tensor) -> Tensor:
        return _class_scores(program, inputs[0], {})[0][None]

    with _gradients(program.graph):
        inputs = picture[None].clone().requires_grad_()
        found = Saliency(logits).attribute(inputs, target=class_index)
    return _plain(found[0].amax(dim=0))


# ---- occlusion --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatchPositions:
    """Where a square patch stands, in cells of the input: row by row, ``stride`` apart, until the far edges.

    At the last row and column the patch may hang over the edge, so that every cell is covered where the stride is
    no larger than the patch; a patch is no larger than the input.
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
        # Until the last cell is covered, and never beyond it, which a stride larger than the patch might go.
        return min(1 + math.ceil((extent - self.patch) / self.stride), math.ceil(extent / self.stride))

    def _span(self, index: int, extent: int) -> slice:
        start = index * self.stride
        return slice(start, min(start + self.patch, extent))


@torch.inference_mode()
def class_score(program: Program, picture: Tensor, class_index: int, of: Score) -> float:
    """Return a class's logit or probability for an input (C, H, W): the very number that a trace of it has.

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
        covered = picture.clone()
        covered[:, rows, columns] = fill[:, None, None]
        yield class_score(program, covered, class_index, of)


# ---- what they share --------------------------------------------------------------------------------------


def _class_scores(program: Program, picture: Tensor, given: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The classes' logits and probabilities, (N,) each; ``given`` stand in for layers' outputs."""
    graph = program.graph
    values: dict[str, Tensor] = {}
    for step, value in program.walk(picture, given):
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


def _plain(found: Tensor) -> Tensor:
    return found.detach().to("cpu", torch.float32).contiguous()


@contextmanager
def _gradients(graph: LayerGraph) -> Iterator[None]:
    """Let gradients be taken, through operations that work in place too; tell where none passes.

    Raises:
        Unexplainable: the block failed for want of a gradient.
    """
    # What an in-place operation overwrites may be needed on the way back, so a copy is kept of what is saved.
    saved = torch.autograd.graph.saved_tensors_hooks(torch.clone, lambda kept: kept)
    try:
        with torch.enable_grad(), saved if graph.overwritten else nullcontext():
            yield
    except RuntimeError as error:
        raise Unexplainable(f"no gradient passes through this network: {error}") from error
