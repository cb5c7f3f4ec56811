"""What requests and answers look like. Field names are the contract of docs/rest.md; shapes are [C, H, W] or [N]."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.imaging.picture_edits import PictureEdit
from app.imaging.preprocess import Preprocessed
from app.services.edits import MOST_EDITS, Edits, edits_to_json
from app.services.networks import Networks
from app.services.pictures import Sample, StoredPicture
from app.services.trace import Trace
from app.tracing.capture.blocks import Block
from app.tracing.capture.graph import LayerGraph
from app.tracing.layers.layer import Layer
from model.card import Card
from model.preprocessing import Step, describe

MOST_CLASSES = 1000


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PictureAnswer(_Answer):
    """A picture that is kept here. ``width`` and ``height`` are those of the decoded, upright picture."""

    id: str
    width: int
    height: int
    mode: Literal["RGB", "L"]
    bytes: int = Field(description="Size of the upload.")
    original_width: int = Field(description="Upright width before a large picture was reduced.")
    original_height: int
    expires_at: datetime | None = Field(description="When it is forgotten; null for a sample.")
    owner_token: str | None = Field(description="Send it as X-Owner-Token to delete the picture.")

    @classmethod
    def of(cls, stored: StoredPicture) -> PictureAnswer:
        """Return what is said of a stored picture."""
        picture = stored.picture
        return cls(
            id=stored.id,
            width=picture.width,
            height=picture.height,
            mode=picture.mode,
            bytes=stored.bytes,
            original_width=picture.original_width,
            original_height=picture.original_height,
            expires_at=datetime.fromtimestamp(stored.expires_at, UTC) if stored.expires_at else None,
            owner_token=stored.owner_token,
        )


class SampleAnswer(_Answer):
    """A credited sample picture, which is used by its id like any other."""

    id: str
    name: str
    file: str = Field(description="Its name under /static/samples/.")
    width: int
    height: int
    mode: Literal["RGB", "L"]
    suits: list[str] = Field(
        description="Networks that it is meant for; empty for all that take photographs."
    )

    @classmethod
    def of(cls, sample: Sample) -> SampleAnswer:
        """Return what is said of a sample."""
        picture = sample.picture
        return cls(
            id=sample.id,
            name=sample.name,
            file=sample.file,
            width=picture.width,
            height=picture.height,
            mode=picture.mode,
            suits=list(sample.suits),
        )


class StepAnswer(BaseModel):
    """One preprocessing step: its kind and that kind's own fields; in a trace also its result."""

    model_config = ConfigDict(extra="allow")
    kind: Literal[
        "center_crop",
        "to_mode",
        "resize",
        "scale",
        "normalize",
        "shift",
        "rotate",
        "zoom",
        "flip",
        "blur",
        "noise",
        "grey",
        "cover",
    ]

    @classmethod
    def of(cls, step: Step | PictureEdit, **result: Any) -> StepAnswer:
        """Return a step, with what came of it."""
        fields = step.model_dump() if isinstance(step, PictureEdit) else describe(step)
        return cls(**fields, **result)


class AccuracyAnswer(_Answer):
    """Top-1 accuracy, a fraction, on ``count`` pictures of ``split``."""

    value: float
    count: int
    split: str


class NetworkAnswer(_Answer):
    """A network's card."""

    id: str
    title: str
    summary: str
    input_shape: list[int]
    labels: list[str]
    dataset: str
    accuracy: AccuracyAnswer | None
    parameters: int
    checkpoints: list[str]
    license: str
    source: str
    notes: list[str]

    @classmethod
    def fields_of(cls, card: Card, networks: Networks) -> dict[str, Any]:
        """Return a card's fields."""
        names = (
            "id",
            "title",
            "summary",
            "input_shape",
            "labels",
            "dataset",
            "checkpoints",
            "license",
            "source",
            "notes",
        )
        accuracy = AccuracyAnswer.model_validate(card.accuracy) if card.accuracy else None
        return {name: getattr(card, name) for name in names} | {
            "accuracy": accuracy,
            "parameters": networks.parameters(card.id),
        }


class ReceptiveFieldAnswer(_Answer):
    """In input pixels, [vertical, horizontal]: the cell (y, x) sees ``size`` from ``offset + (y, x)·stride``."""

    size: list[int]
    stride: list[int]
    offset: list[int]


class LayerAnswer(_Answer):
    """One operation of a network."""

    id: str
    kind: str
    name: str
    module: str
    shape: list[int]
    inputs: list[str]
    hyperparameters: dict[str, int | float | str | bool | list[int] | None]
    parameters: int
    multiply_adds: int | None
    receptive_field: ReceptiveFieldAnswer | None


class BlockAnswer(_Answer):
    """The lecture's three stages, as layer ids."""

    id: str
    feature: str
    activation: str | None
    pooled: str | None


class NetworkGraphAnswer(NetworkAnswer):
    """A network's card and its layers in the order in which they run."""

    layers: list[LayerAnswer]
    edges: list[tuple[str, str]]
    blocks: list[BlockAnswer]
    preprocessing: list[StepAnswer]

    @classmethod
    def of(cls, card: Card, networks: Networks) -> NetworkGraphAnswer:
        """Return a card with its graph, which is traced now if it was not."""
        graph = networks.graph(card.id)
        return cls(
            **NetworkAnswer.fields_of(card, networks),
            layers=[_layer(layer) for layer in graph.layers],
            edges=list(graph.edges),
            blocks=_blocks(graph.blocks),
            preprocessing=[StepAnswer.of(step) for step in card.preprocessing.steps],
        )


class TraceRequest(BaseModel):
    """What to trace."""

    model_config = ConfigDict(extra="forbid")
    picture: str = Field(description="A picture's id.", examples=["0f2a6c1e9b7d4f3a8c5e6d7f8a9b0c1d"])
    network: str = Field(examples=["tiny-vgg"])
    checkpoint: str = "trained"
    edits: Edits = Field(
        (), max_length=MOST_EDITS, description="Changes to the picture and to layers, in order."
    )
    wait: bool = Field(default=True, description="False answers 202 at once, before the network has run.")


class StopAnswer(_Answer):
    """Where an edited network can go no further: ``layer`` expects something else than it would get.

    ``reason`` is ``features``, ``window``, ``shapes`` or ``other``.
    """

    layer: str
    kind: str
    reason: str
    expects: list[int]
    gets: list[list[int]]
    detail: str


class TraceGraphAnswer(BaseModel):
    """The layers of a trace's network as its edits have left it."""

    layers: list[LayerAnswer]
    edges: list[tuple[str, str]]
    blocks: list[BlockAnswer]
    stop: StopAnswer | None

    @classmethod
    def of(cls, graph: LayerGraph) -> TraceGraphAnswer:
        """Return a graph."""
        return cls(
            layers=[_layer(layer) for layer in graph.layers],
            edges=list(graph.edges),
            blocks=_blocks(graph.blocks),
            stop=StopAnswer.model_validate(graph.conflict) if graph.conflict else None,
        )


class LayerValuesAnswer(BaseModel):
    """A layer's statistics over all its cells, in its own units; ``std`` divides by n."""

    id: str
    kind: str
    shape: list[int]
    min: float
    max: float
    mean: float
    std: float
    zero_fraction: float


class InputAnswer(BaseModel):
    """What went into the network, and the steps from the picture to there."""

    shape: list[int]
    preprocessing: list[StepAnswer]


class PredictionAnswer(_Answer):
    """One class."""

    index: int
    label: str
    logit: float
    probability: float


class TraceAcceptedAnswer(BaseModel):
    """A trace that is being made."""

    id: str
    links: dict[str, str]


class TraceAnswer(TraceAcceptedAnswer):
    """The manifest of a trace."""

    network: str
    checkpoint: str
    picture: str
    edits: list[dict[str, Any]]
    input: InputAnswer
    layers: list[LayerValuesAnswer]
    blocks: list[BlockAnswer]
    stop: StopAnswer | None = Field(
        description="Why there are no more layers, where edits have made one impossible."
    )
    prediction: list[PredictionAnswer]

    @classmethod
    def of(cls, trace: Trace) -> TraceAnswer:
        """Return the manifest; computes the statistics, so call this on a worker."""
        return cls(
            id=trace.id,
            network=trace.spec.network,
            checkpoint=trace.spec.checkpoint,
            picture=trace.spec.picture,
            edits=edits_to_json(trace.spec.edits),
            input=_input(trace.preprocessed),
            layers=[
                LayerValuesAnswer(
                    id=layer.id,
                    kind=layer.kind,
                    shape=list(layer.shape),
                    **{
                        name: getattr(trace.statistics[layer.id], name)
                        for name in ("min", "max", "mean", "std", "zero_fraction")
                    },
                )
                for layer in trace.graph.layers
            ],
            blocks=_blocks(trace.graph.blocks),
            stop=StopAnswer.model_validate(trace.graph.conflict) if trace.graph.conflict else None,
            prediction=[PredictionAnswer.model_validate(item) for item in trace.prediction[:MOST_CLASSES]],
            links=trace_links(trace.id),
        )


class UploadedTraceAnswer(TraceAnswer):
    """The manifest, and the picture that came along and is kept."""

    uploaded: PictureAnswer


class UploadedTraceAcceptedAnswer(TraceAcceptedAnswer):
    """A trace that is being made, and the picture that came along and is kept."""

    uploaded: PictureAnswer


class ColormapAnswer(_Answer):
    """256 colours, darkest value first."""

    name: str
    kind: Literal["sequential", "diverging"]
    colors: list[str]


class ProblemAnswer(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None


def trace_links(trace_id: str) -> dict[str, str]:
    """Return where a trace's parts are, relative to the server; `{…}` is to be filled in."""
    here = f"/api/v1/traces/{trace_id}"
    return {
        "self": here,
        "graph": f"{here}/graph",
        "maps": f"{here}/maps.safetensors",
        "atlas": f"{here}/layers/{{layer}}/atlas.png",
        "map": f"{here}/layers/{{layer}}/maps/{{channel}}.png",
        "values": f"{here}/layers/{{layer}}/values.npy",
        "parameters": f"{here}/layers/{{layer}}/parameters.safetensors",
        "cell": f"{here}/layers/{{layer}}/cells/{{channel}}/{{row}}/{{column}}",
        "unit": f"{here}/layers/{{layer}}/cells/{{index}}",
        "block": f"{here}/blocks/{{block}}/{{stage}}.png",
        "export": f"{here}/export.zip",
    }


def _layer(layer: Layer) -> LayerAnswer:
    return LayerAnswer.model_validate(layer)


def _blocks(blocks: tuple[Block, ...]) -> list[BlockAnswer]:
    return [BlockAnswer.model_validate(block) for block in blocks]


def _input(preprocessed: Preprocessed) -> InputAnswer:
    steps = []
    for recorded in preprocessed.steps:
        if recorded.image is not None:
            image = recorded.image
            result: dict[str, Any] = {"width": image.width, "height": image.height, "mode": image.mode}
        else:
            result = {"shape": list(recorded.tensor.shape) if recorded.tensor is not None else []}
        extra = {"box": list(recorded.box)} if recorded.box is not None else {}
        steps.append(StepAnswer.of(recorded.step, result=result, **extra))
    return InputAnswer(shape=list(preprocessed.tensor.shape), preprocessing=steps)
