"""Traces: the request for one, and its manifest."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.graphs import BlockAnswer, StopAnswer
from app.api.schemas.layer_kinds import LayerKindName
from app.api.schemas.pictures import PictureAnswer
from app.api.schemas.predictions import PredictionAnswer
from app.api.schemas.preprocessing import InputAnswer
from app.services.edits import MOST_EDITS, Edits, edits_to_json
from app.services.trace import Trace


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


class LayerValuesAnswer(BaseModel):
    """A layer's statistics over all its cells, in its own units; ``std`` divides by n."""

    id: str
    kind: LayerKindName
    shape: list[int]
    min: float
    max: float
    mean: float
    std: float
    zero_fraction: float


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
            input=InputAnswer.of(trace.preprocessed),
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
            blocks=BlockAnswer.listed(trace.graph),
            stop=StopAnswer.of(trace.graph),
            prediction=PredictionAnswer.listed(trace.prediction),
            links=trace_links(trace.id),
        )


class UploadedTraceAnswer(TraceAnswer):
    """The manifest, and the picture that came along and is kept."""

    uploaded: PictureAnswer


class UploadedTraceAcceptedAnswer(TraceAcceptedAnswer):
    """A trace that is being made, and the picture that came along and is kept."""

    uploaded: PictureAnswer


def trace_links(trace_id: str) -> dict[str, str]:
    """Return the addresses of a trace's parts, relative to the server; a client fills in `{…}`."""
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
