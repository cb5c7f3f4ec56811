"""One trace: its specification, its id, its values, and how it is computed.

A trace is named by the digest of what determines it (pixels, preprocessing, network, weights, edits, our own version,
PyTorch's, the device and its threads), so it can be found again, cached by a browser as long as it likes, and
recomputed by any process of that kind that can read the picture.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from torch import Tensor

from app import __version__
from app.imaging.decode import Picture
from app.imaging.preprocess import Preprocessed, preprocess
from app.services.content_id import digest
from app.services.edits import Edits, edits_of_network, edits_of_picture, edits_to_json, parse_edits
from app.services.networks import Networks
from app.tracing.analysis.prediction import Prediction, predict
from app.tracing.analysis.statistics import Statistics, compute_statistics
from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.program import OnLayer, Program
from app.tracing.editing.unchanged_layers import unchanged_layers
from model.preprocessing import describe


class Overflow(ValueError):
    """Edits that make values too large for a float32; the message says at which layer."""

    def __init__(self, layer_id: str) -> None:
        super().__init__(
            f"With these edits {layer_id} puts out numbers too large for a float32. Use smaller ones."
        )


@dataclass(frozen=True, slots=True)
class TraceSpec:
    """What a trace is of: a picture's id, a network, one of its checkpoints, and edits of both."""

    picture: str
    network: str
    checkpoint: str = "trained"
    edits: Edits = ()

    def to_json(self) -> bytes:
        """Return the canonical form, which is stored and goes into the trace's id."""
        fields = {
            "checkpoint": self.checkpoint,
            "edits": edits_to_json(self.edits),
            "network": self.network,
            "picture": self.picture,
        }
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> TraceSpec:
        """Return the specification that `to_json` wrote."""
        fields = json.loads(data)
        return cls(fields["picture"], fields["network"], fields["checkpoint"], parse_edits(fields["edits"]))


@dataclass(frozen=True)
class Trace:
    """The record of one forward pass: ``values`` are float32 on the CPU, (C, H, W) or (N,), by layer id.

    ``timings`` are in seconds, by the name under which `Server-Timing` reports them. ``known`` are statistics
    of layers that were taken over from another trace.
    """

    id: str
    spec: TraceSpec
    program: Program
    labels: tuple[str, ...]
    preprocessed: Preprocessed
    values: Mapping[str, Tensor]
    timings: Mapping[str, float]
    known: Mapping[str, Statistics] = field(default_factory=dict, repr=False)

    @property
    def graph(self) -> LayerGraph:
        """The layers that were run."""
        return self.program.graph

    @cached_property
    def statistics(self) -> dict[str, Statistics]:
        """Every layer's statistics; the first caller computes them, so call this on a worker."""
        return {
            layer_id: self.known.get(layer_id) or compute_statistics(value)
            for layer_id, value in self.values.items()
        }

    def computed_statistics(self, layer_ids: Collection[str]) -> dict[str, Statistics]:
        """Return the statistics of layers as far as they have been computed."""
        done = self.__dict__.get("statistics", self.known)
        return {layer_id: done[layer_id] for layer_id in layer_ids if layer_id in done}

    @cached_property
    def prediction(self) -> tuple[Prediction, ...]:
        """The classes, best first."""
        return predict(self.graph, self.values, self.labels)

    @cached_property
    def nbytes(self) -> int:
        """Memory that the values, the preprocessing's steps and edited weights take, each counted once."""
        tensors = [step.tensor for step in self.preprocessed.steps if step.tensor is not None]
        storages = {
            value.untyped_storage().data_ptr(): value.untyped_storage().nbytes()
            for value in [*self.values.values(), *tensors]
        }
        images = {id(step.image): step.image for step in self.preprocessed.steps if step.image is not None}
        pixels = sum(image.width * image.height * len(image.mode) for image in images.values())
        return sum(storages.values()) + pixels + self.program.nbytes


def compute_trace_id(networks: Networks, spec: TraceSpec) -> str:
    """Return the id of a trace: the digest of all that determines its numbers.

    Raises:
        UnknownNetwork, UnknownCheckpoint: the specification names something that does not exist.
    """
    fingerprint = networks.fingerprint(spec.network, spec.checkpoint)
    steps = json.dumps([describe(step) for step in networks.card(spec.network).preprocessing.steps])
    versions = f"{__version__} {networks.arithmetic}"
    return digest(spec.to_json(), fingerprint.encode(), steps.encode(), versions.encode())


def compute(
    networks: Networks,
    picture: Callable[[], Picture],
    spec: TraceSpec,
    trace_id: str = "",
    on_layer: OnLayer | None = None,
    timings: Mapping[str, float] | None = None,
    similar: Sequence[Trace] = (),
) -> Trace:
    """Preprocess a picture and run a network on it, here and now.

    ``similar`` are traces of the same input and weights with other edits of the network: what they share with this
    one is taken from the one that shares most, and the pass begins at the first layer that differs.

    Raises:
        UnknownNetwork, UnknownCheckpoint: the specification names something that does not exist.
        InvalidEdit, TooManyCells: the edits cannot be applied.
        Overflow: the edits make values too large for a float32.
    """
    card = networks.card(spec.network)
    program = networks.edited(spec.network, spec.checkpoint, edits_of_network(spec.edits))
    began = time.perf_counter()
    if similar:
        shared = {trace.id: unchanged_layers(trace.graph, program.graph) for trace in similar}
        nearest = max(similar, key=lambda trace: len(shared[trace.id]))
        preprocessed = nearest.preprocessed
        reused = {layer_id: nearest.values[layer_id] for layer_id in shared[nearest.id]}
        reused_statistics = nearest.computed_statistics(reused)
    else:
        preprocessed = preprocess(picture(), card.preprocessing, edits_of_picture(spec.edits))
        reused, reused_statistics = {}, {}
    prepared = time.perf_counter()
    if spec.edits:
        on_layer = _refuse_overflow(on_layer, reused)
    values = program.record(preprocessed.tensor, on_layer, reused)
    done = time.perf_counter()
    all_timings = {**(timings or {}), "preprocess": prepared - began, "forward": done - prepared}
    return Trace(trace_id, spec, program, card.labels, preprocessed, values, all_timings, reused_statistics)


def _refuse_overflow(on_layer: OnLayer | None, checked: Collection[str]) -> OnLayer:
    """Return an observer that refuses what is not finite, except in layers that another pass has checked."""

    def check(layer_id: str, value: Tensor) -> None:
        # The extremes tell, NaN included, at a third of what it costs to ask every cell.
        if layer_id not in checked and not all(map(math.isfinite, map(float, value.aminmax()))):
            raise Overflow(layer_id)
        if on_layer:
            on_layer(layer_id, value)

    return check


def shares_input(one: TraceSpec, other: TraceSpec) -> bool:
    """Whether two traces begin with the same numbers and the same weights."""
    same = (one.picture, one.network, one.checkpoint) == (other.picture, other.network, other.checkpoint)
    return same and edits_of_picture(one.edits) == edits_of_picture(other.edits)
