from __future__ import annotations

from app.api.schemas.edits import ChoicesAnswer
from app.services.trace import Trace
from app.tracing.editing.edit_options import edit_options_of


def choices(trace: Trace, layer_id: str) -> dict[str, object]:
    return ChoicesAnswer.model_validate(edit_options_of(trace.graph, layer_id)).model_dump(mode="json")


def test_what_cannot_be_edited_is_nothing_empty_or_null(trace: Trace) -> None:
    assert choices(trace, "softmax") == {
        "channels": 0,
        "biases": 0,
        "weights": None,
        "convolution": None,
        "pooling": None,
        "activations": [],
    }


def test_ranges_go_along_height_and_width(trace: Trace) -> None:
    convolution = choices(trace, "conv1_1")["convolution"]
    assert isinstance(convolution, dict)
    ranges = convolution["ranges"]
    assert ranges.keys() == {"stride", "padding", "dilation"}
    assert all(len(axes) == 2 and {"low", "high"} == axis.keys() for axes in ranges.values() for axis in axes)
    assert convolution["padding_modes"] == ["zeros", "reflect", "replicate", "circular"]
    assert convolution["poolings"] == []


def test_a_dense_units_kernel_is_one_by_one(trace: Trace) -> None:
    weights = choices(trace, "fc")["weights"]
    assert isinstance(weights, dict)
    assert {name: weights[name] for name in ("filters", "channels", "height", "width")} == {
        "filters": 10,
        "channels": 250,
        "height": 1,
        "width": 1,
    }
