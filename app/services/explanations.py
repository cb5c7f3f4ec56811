"""Explanations of traces: computed once, kept for a while; occlusions as background jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from operator import attrgetter
from threading import Lock
from typing import Literal

import numpy as np
from cachetools import LRUCache, cachedmethod
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from app.imaging.preprocess import Box, Preprocessed
from app.services.content_id import digest
from app.services.jobs import Job, JobKind, Jobs, PartialResult
from app.services.memory_budget import MemoryBudget
from app.services.networks import Networks
from app.services.trace import Trace
from app.tracing.analysis import explanations as methods
from app.tracing.analysis.explanations import PatchPositions, Score, Unexplainable
from app.tracing.analysis.prediction import Prediction
from app.tracing.capture import memory
from app.tracing.capture.program import Program
from model.preprocessing import Preprocessing

Method = Literal["grad_cam", "saliency"]
Fill = Literal["black", "grey", "white", "mean"]

MOST_POSITIONS = 4096

_CACHE_BYTES = 16 * 1024 * 1024
_PIECE_SECONDS = 0.05
_Key = tuple[str, str, Method, int, str | None]  # picture, trace, method, class, layer
_LEVELS: dict[Fill, int] = {"black": 0, "grey": 128, "white": 255}


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """A map of where a class's score comes from: ``values`` float32 (H, W), of ``layer`` or else of the input."""

    method: Method
    layer: str | None
    prediction: Prediction
    values: Tensor


@dataclass(frozen=True, slots=True)
class Occlusion:
    """What to cover: a square of ``patch`` cells of the input, moved by ``stride``, in the colour ``fill``.

    ``score`` says whether the falls are those of the class's probability or of its logit.
    """

    class_index: int
    patch: int
    stride: int
    fill: Fill
    score: Score


@dataclass(frozen=True, slots=True, eq=False)
class OcclusionQuery:
    """What a job computes: an occlusion of a trace, with the trace's own prediction of the class.

    ``box`` is the part of the picture that the network sees, None if all of it.
    """

    trace_id: str
    occlusion: Occlusion
    positions: PatchPositions
    prediction: Prediction
    box: Box | None

    @property
    def baseline(self) -> float:
        """The class's score for the whole input, as the trace has it."""
        prediction = self.prediction
        return prediction.probability if self.occlusion.score == "probability" else prediction.logit


Falls = NDArray[np.float64]
"""By how much the score falls at each position of the patch, (rows, columns); NaN where it is not known yet."""

OCCLUSION: JobKind[OcclusionQuery, Falls] = JobKind("occlusion")


def _key(
    _explanations: Explanations, trace: Trace, method: Method, prediction: Prediction, layer: str | None
) -> _Key:
    return trace.spec.picture, trace.id, method, prediction.index, layer


class Explanations:
    """All explanations of this server."""

    def __init__(self, networks: Networks, jobs: Jobs, budget: MemoryBudget) -> None:
        """Keep the latest maps in memory; run occlusions as ``jobs``, whose passes wait for room in ``budget``."""
        self._networks = networks
        self._budget = budget
        self._jobs = jobs
        self._lock = Lock()
        self._cache: LRUCache[_Key, Explanation] = LRUCache(
            _CACHE_BYTES, getsizeof=lambda explanation: explanation.values.nbytes
        )

    def needed_bytes(
        self, trace: Trace, method: Method, class_index: int | None = None, layer: str | None = None
    ) -> int:
        """Return the most memory that `explain` takes for the same request: nothing for one that is known.

        Raises:
            Unexplainable: as `explain` does.
        """
        layer = (layer or methods.default_grad_cam_layer(trace.graph)) if method == "grad_cam" else None
        key = _key(self, trace, method, predicted(trace, class_index), layer)
        with self._lock:
            return 0 if key in self._cache else memory.gradient_bytes(trace.graph)

    def explain(
        self, trace: Trace, method: Method, class_index: int | None = None, layer: str | None = None
    ) -> Explanation:
        """Return an explanation; without a class that of the most probable, without a layer at the last maps.

        To be called on a worker.

        Raises:
            Unexplainable: no such class, a layer without maps, or a network that cannot be explained so.
        """
        layer = (layer or methods.default_grad_cam_layer(trace.graph)) if method == "grad_cam" else None
        return self._explain(trace, method, predicted(trace, class_index), layer)

    @cachedmethod(attrgetter("_cache"), _key, attrgetter("_lock"))
    def _explain(
        self, trace: Trace, method: Method, prediction: Prediction, layer: str | None
    ) -> Explanation:
        inputs = trace.preprocessed.tensor
        if layer is not None:
            values = methods.grad_cam(trace.program, inputs, prediction.index, layer)
        else:
            values = methods.saliency(trace.program, inputs, prediction.index)
        return Explanation(method, layer, prediction, values)

    def occlude(self, trace: Trace, occlusion: Occlusion) -> tuple[Job[OcclusionQuery, Falls], str | None]:
        """Return the job that covers the trace's input piece by piece, and the token that withdraws this request.

        The same request is the same job. To be called on the event loop.

        Raises:
            Unexplainable: no such class.
            Busy: too many jobs are waiting.
        """
        prediction = predicted(trace, occlusion.class_index)
        _, height, width = trace.preprocessed.tensor.shape
        positions = PatchPositions(occlusion.patch, occlusion.stride, height, width)
        query = OcclusionQuery(trace.id, occlusion, positions, prediction, kept_box(trace.preprocessed))
        job_id = digest(b"occlusion", trace.id.encode(), repr(sorted(asdict(occlusion).items())).encode())
        # The job holds only the parts of the trace that it needs: the trace's values are large.
        program, inputs = trace.program, trace.preprocessed.tensor
        preprocessing = self._networks.card(trace.spec.network).preprocessing
        return self._jobs.submit(
            OCCLUSION,
            job_id,
            trace.spec.picture,
            query,
            lambda: _partial_results(program, inputs, query, preprocessing, self._budget),
        )

    def forget_picture(self, picture_id: str) -> None:
        """Drop what was computed of a picture, and what is being computed. To be called on the event loop."""
        self._jobs.forget(picture_id)
        with self._lock:
            for key in [key for key in self._cache if key[0] == picture_id]:
                del self._cache[key]


def predicted(trace: Trace, class_index: int | None = None) -> Prediction:
    """Return what a trace says of a class, by default of the most probable one.

    Raises:
        Unexplainable: no such class, or a network that edits have cut short.
    """
    if trace.graph.conflict is not None:
        raise Unexplainable(f"with these edits the network ends at {trace.graph.output} and names no class")
    if class_index is None:
        return trace.prediction[0]
    for prediction in trace.prediction:
        if prediction.index == class_index:
            return prediction
    raise Unexplainable(f"there is no class {class_index}; there are 0 to {len(trace.prediction) - 1}")


def kept_box(preprocessed: Preprocessed) -> Box | None:
    """Return the part of the picture that the network sees, in its pixels; None if it sees all of it."""
    return next((step.box for step in preprocessed.steps if step.box is not None), None)


def fill_color(fill: Fill, inputs: Tensor, preprocessing: Preprocessing) -> Tensor:
    """Return a patch's colour in the units of a network's input, float32 (C,).

    ``mean`` is the mean of the input (C, H, W) itself; the others are what a picture of that grey becomes.
    """
    if fill == "mean":
        return inputs.mean(dim=(1, 2))
    channels, level = len(inputs), _LEVELS[fill]
    plain = Image.new("L" if channels == 1 else "RGB", (1, 1), (level,) * channels)
    steps = Preprocessing((), preprocessing.scale, preprocessing.tensor_steps)
    return steps.apply(plain)[:, 0, 0]


def _partial_results(
    program: Program,
    inputs: Tensor,
    query: OcclusionQuery,
    preprocessing: Preprocessing,
    budget: MemoryBudget,
) -> Iterator[PartialResult[Falls]]:
    """Yield the falls of the score that are known, about every 50 ms and at the end.

    While there is no room for another pass, the same is yielded again.
    """
    occlusion, positions = query.occlusion, query.positions
    fill = fill_color(occlusion.fill, inputs, preprocessing)
    falls = np.full(len(positions), np.nan)
    scores = methods.occlusion(program, inputs, occlusion.class_index, positions, fill, occlusion.score)
    needed, done = memory.pass_bytes(program.graph), 0
    while done < len(positions):
        reservation = budget.try_reserve(needed)
        if reservation is None:
            time.sleep(_PIECE_SECONDS)
        else:
            with reservation:
                began = time.perf_counter()
                for score in scores:
                    falls[done] = query.baseline - score
                    done += 1
                    if time.perf_counter() - began > _PIECE_SECONDS:
                        break
        if done < len(positions):
            yield PartialResult(done / len(positions), _grid(falls, positions))
    yield PartialResult(1.0, _grid(falls, positions))


def _grid(falls: Falls, positions: PatchPositions) -> Falls:
    return falls.reshape(positions.rows, positions.columns).copy()
