"""One trace: named by all that decides its numbers, and built upon another that shares most of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from app import resources
from app.imaging.decode import Picture, decode
from app.services import edits
from app.services import trace as traced
from app.services.networks import Networks
from app.services.trace import Overflow, Trace, TraceSpec, compute, compute_trace_id, shares_input
from app.settings import Settings

pytestmark = pytest.mark.numbers

SPEC = TraceSpec("0" * 32, "tiny-vgg")


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Settings(device="cpu", torch_threads=1))


@pytest.fixture(scope="module")
def picture() -> Picture:
    return decode((resources.static_dir() / "samples" / "chelsea.jpg").read_bytes())


def with_edits(*listed: dict[str, object]) -> TraceSpec:
    return replace(SPEC, edits=edits.parse_edits(list(listed)))


def test_a_specification_reads_back_what_it_wrote() -> None:
    spec = with_edits({"kind": "blur", "sigma": 1.5}, {"kind": "mute", "layer": "conv1_1", "channel": 1})
    assert TraceSpec.from_json(spec.to_json()) == spec


def test_an_id_changes_with_whatever_changes_the_numbers(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [compute_trace_id(networks, SPEC)]
    names.append(compute_trace_id(networks, with_edits({"kind": "grey"})))
    names.append(compute_trace_id(networks, replace(SPEC, checkpoint="initial")))
    names.append(compute_trace_id(networks, replace(SPEC, picture="1" * 32)))
    monkeypatch.setattr(traced, "__version__", "another")
    names.append(compute_trace_id(networks, SPEC))
    monkeypatch.setattr(networks, "arithmetic", "torch 2.13.0 cpu 2")
    names.append(compute_trace_id(networks, SPEC))
    assert len(set(names)) == len(names)


def test_a_trace_is_built_upon_the_one_that_shares_most(networks: Networks, picture: Picture) -> None:
    def of(spec: TraceSpec, name: str, *alike: Trace) -> Trace:
        return compute(networks, lambda: picture, spec, name, similar=alike)

    early = {"kind": "mute", "layer": "conv1_2", "channel": 0}
    late = {"kind": "mute", "layer": "conv2_2", "channel": 0}
    plain, near = of(SPEC, "plain"), of(with_edits(early), "near")
    both = of(with_edits(early, late), "both", plain, near)
    whole = of(with_edits(early, late), "whole")
    assert all(torch.equal(both.values[layer], whole.values[layer]) for layer in whole.values)
    assert both.values["relu2_1"] is near.values["relu2_1"]
    assert both.values["conv2_2"] is not near.values["conv2_2"]
    assert both.preprocessed is near.preprocessed


def test_only_traces_of_the_same_input_and_weights_are_alike() -> None:
    layer = {"kind": "mute", "layer": "conv1_1", "channel": 1}
    assert shares_input(SPEC, with_edits(layer))
    assert shares_input(with_edits({"kind": "grey"}), with_edits(layer, {"kind": "grey"}))
    assert not shares_input(SPEC, with_edits({"kind": "grey"}))
    assert not shares_input(SPEC, replace(SPEC, checkpoint="initial"))
    assert not shares_input(SPEC, replace(SPEC, picture="1" * 32))


def test_numbers_that_outgrow_a_float_end_the_pass_at_their_layer(
    networks: Networks, picture: Picture
) -> None:
    convolutions = ("conv1_1", "conv1_2", "conv2_1", "conv2_2")
    before = ("conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1", "relu2_1", "conv2_2")
    heavy: list[dict[str, object]] = [
        {"kind": "kernel", "layer": layer, "filter": 0, "values": [[1000.0] * 3] * 3}
        for layer in convolutions
    ]
    scaled: list[dict[str, object]] = [
        {"kind": "scale", "layer": layer, "channel": 0, "factor": factor}
        for layer in before
        for factor in (100, 10)
    ]
    with pytest.raises(Overflow, match="conv2_2 puts out"):
        compute(networks, lambda: picture, with_edits(*heavy, *scaled))
