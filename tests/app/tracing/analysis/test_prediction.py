"""Logits and probabilities are those of the network's last layers, however it ends."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from app.tracing.analysis.prediction import Prediction, predict, scores
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import SetConvolution

ENDINGS = {
    "softmax": [nn.Linear(16, 3), nn.Softmax(1)],
    "sigmoids": [nn.Linear(16, 3), nn.Sigmoid()],
    "one sigmoid": [nn.Linear(16, 1), nn.Sigmoid()],
    "logits": [nn.Linear(16, 3)],
}


def program(ending: str) -> Program:
    torch.manual_seed(4)
    module = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Flatten(), *ENDINGS[ending])
    return Program(build(module, (1, 6, 6)), module)


@pytest.mark.parametrize("ending", ENDINGS)
def test_scores_are_the_networks_own(ending: str) -> None:
    run = program(ending)
    values = run.record(torch.rand(1, 6, 6))
    logits, probabilities = scores(run.graph, values)
    linear = values[next(layer.id for layer in run.graph.layers if layer.kind == "linear")]
    if ending == "one sigmoid":
        assert torch.equal(logits, torch.cat([-linear, linear]))
        assert torch.equal(probabilities, torch.cat([1 - linear.sigmoid(), linear.sigmoid()]))
        return
    assert torch.equal(logits, linear)
    function = torch.sigmoid if ending == "sigmoids" else lambda x: torch.softmax(x, 0)
    torch.testing.assert_close(probabilities, function(linear))


def test_a_batch_of_one_makes_no_difference_and_gradients_pass() -> None:
    run = program("softmax")
    values = run.record(torch.rand(1, 6, 6))
    batched = {layer_id: value[None].clone().requires_grad_() for layer_id, value in values.items()}
    logits, probabilities = scores(run.graph, batched)
    assert torch.equal(logits, values[run.graph.logits or ""])
    probabilities[0].backward()
    assert batched[run.graph.output].grad is not None


def test_classes_are_listed_from_the_most_probable_on() -> None:
    run = program("softmax")
    values = run.record(torch.rand(1, 6, 6))
    predictions = predict(run.graph, values, ["cat", "dog"])
    probabilities = [one.probability for one in predictions]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1)
    assert {one.index: one.label for one in predictions} == {0: "cat", 1: "dog", 2: "2"}


def test_equal_classes_keep_their_order() -> None:
    run = program("logits")
    values = {run.graph.output: torch.zeros(3)}
    assert predict(run.graph, values, "abc") == tuple(
        Prediction(index, label, 0.0, pytest.approx(1 / 3)) for index, label in enumerate("abc")
    )


def test_an_edited_network_that_ends_early_predicts_nothing() -> None:
    run = Editor(program("softmax")).edit({0: SetConvolution(layer="_0", stride=(2, 2))}, 1 << 30)
    assert run.graph.conflict is not None
    assert predict(run.graph, run.record(torch.rand(1, 6, 6)), ()) == ()
