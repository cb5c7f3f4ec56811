"""What is covered with, and what an explanation is of."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from app.services.container import Services
from app.services.explanations import (
    Explanations,
    Occlusion,
    OcclusionQuery,
    fill_color,
    predicted,
)
from app.services.trace import Trace
from app.tracing.analysis.explanations import PatchPositions, Unexplainable
from model import registry


@pytest.mark.parametrize(
    ("network", "fill", "expected"),
    [
        ("tiny-vgg", "black", [0, 0, 0]),
        ("tiny-vgg", "grey", [128 / 255] * 3),
        ("lenet", "white", None),
        ("efficientnet-lite0", "black", [-127 / 128] * 3),
        ("efficientnet-lite0", "white", [1, 1, 1]),
    ],
)
def test_a_colour_is_what_the_networks_own_preprocessing_makes_of_it(
    network: str, fill: Any, expected: list[float] | None
) -> None:
    card = registry.get(network).card
    color = fill_color(fill, torch.rand(card.input_shape), card.preprocessing)
    assert color.shape == card.input_shape[:1]
    assert color.tolist() == pytest.approx(expected or [1])


def test_the_mean_is_the_inputs_own() -> None:
    picture = torch.rand(3, 5, 7)
    color = fill_color("mean", picture, registry.get("tiny-vgg").card.preprocessing)
    assert color.tolist() == pytest.approx([float(channel.mean()) for channel in picture])


def test_without_a_class_it_is_the_best_ones_and_the_same_question_is_answered_from_memory(
    services: Services, trace: Trace
) -> None:
    explanations = services.explanations
    best = explanations.explain(trace, "saliency")
    assert best.prediction == trace.prediction[0]
    assert explanations.explain(trace, "saliency", trace.prediction[0].index) is best
    assert explanations.explain(trace, "saliency", trace.prediction[1].index) is not best
    assert explanations.explain(trace, "saliency", layer="conv1_1") is best  # saliency is of the input


def test_with_a_picture_its_explanations_are_forgotten(services: Services, trace: Trace) -> None:
    explanations = Explanations(services.networks, services.jobs)
    known = explanations.explain(trace, "grad_cam")
    assert known.layer == "relu2_2"
    explanations.forget_picture("f" * 32)
    assert explanations.explain(trace, "grad_cam") is known
    explanations.forget_picture(trace.spec.picture)
    again = explanations.explain(trace, "grad_cam")
    assert again is not known
    assert torch.equal(again.values, known.values)


def test_a_class_that_there_is_not_is_refused_with_those_that_there_are(trace: Trace) -> None:
    with pytest.raises(Unexplainable, match="there are 0 to 9"):
        predicted(trace, 10)


def test_a_querys_baseline_is_the_score_that_is_told(trace: Trace) -> None:
    prediction = trace.prediction[0]
    for score in ("probability", "logit"):
        occlusion = Occlusion(prediction.index, 4, 4, "grey", score)  # type: ignore[arg-type]
        query = OcclusionQuery(trace.id, occlusion, PatchPositions(4, 4, 32, 32), prediction, None)
        assert query.baseline == getattr(prediction, score)
