"""The steps from a picture to a network's input."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.imaging.picture_edits import PictureEdit
from app.imaging.preprocess import Preprocessed
from model.preprocessing import Step, describe


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
        """Return a step and its result."""
        fields = step.model_dump() if isinstance(step, PictureEdit) else describe(step)
        return cls(**fields, **result)


class InputAnswer(BaseModel):
    """What went into the network, and the steps from the picture to there."""

    shape: list[int]
    preprocessing: list[StepAnswer]

    @classmethod
    def of(cls, preprocessed: Preprocessed) -> InputAnswer:
        """Return a network's input, and each step with the size of its result."""
        steps = []
        for recorded in preprocessed.steps:
            if recorded.image is not None:
                image = recorded.image
                result: dict[str, Any] = {"width": image.width, "height": image.height, "mode": image.mode}
            else:
                result = {"shape": list(recorded.tensor.shape) if recorded.tensor is not None else []}
            box = {"box": list(recorded.box)} if recorded.box is not None else {}
            steps.append(StepAnswer.of(recorded.step, result=result, **box))
        return cls(shape=list(preprocessed.tensor.shape), preprocessing=steps)
