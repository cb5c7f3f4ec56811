"""What a run may take is known before it begins: the bound holds against measured peaks, and is not far off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.services.edits import edits_of_network, parse_edits
from app.services.networks import Networks
from app.settings import Settings
from app.tracing.capture import memory
from app.tracing.capture.graph import LayerGraph
from app.tracing.editing.bounds import TooManyCells
from app.tracing.editing.edit_options import convolution_windows, edit_options_of, pooling_windows
from app.tracing.editing.edits import InvalidEdit
from model import registry
from tests.app.tracing import memory_probe
from tests.app.tracing.memory_probe import MEBIBYTE, Probe

pytestmark = pytest.mark.skipif(not memory_probe.SUPPORTED, reason="Linux measures a process's peak")

_OVERHEAD = 9 * MEBIBYTE  # of the bound, beside what it is a multiple of


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    with Probe() as running:
        yield running


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Settings(device="cpu"))


@st.composite
def window_edits(draw: st.DrawFn, graph: LayerGraph) -> dict[str, Any]:
    """Any permitted edit of one layer's window: each setting within the range that the others leave it."""
    options = {layer.id: edit_options_of(graph, layer.id) for layer in graph.layers}
    layer_id = draw(
        st.sampled_from([name for name, can in options.items() if can.convolution or can.pooling])
    )
    layer, offered = graph.by_id[layer_id], options[layer_id]
    hyperparameters = dict(layer.hyperparameters)
    source = graph.by_id[layer.inputs[0]].shape
    edit: dict[str, Any] = {"layer": layer_id, "kind": "convolution" if offered.convolution else "pooling"}
    for _ in range(3):
        if offered.convolution:
            windows = convolution_windows(hyperparameters, source)
            if windows.padding_modes and "padding_mode" not in edit:
                edit["padding_mode"] = draw(st.sampled_from(windows.padding_modes))
                hyperparameters["padding_mode"] = edit["padding_mode"]
                windows = convolution_windows(hyperparameters, source)
        else:
            windows = pooling_windows(layer.kind, hyperparameters, source)
            edit["pooling"] = draw(st.sampled_from(windows.poolings))
        remaining = [name for name in windows.ranges if name not in edit]
        if not remaining:
            break
        name = draw(st.sampled_from(remaining))
        ranges = windows.ranges[name]
        assume(all(within.low <= min(within.high, 4096) for within in ranges))
        edit[name] = [draw(st.integers(within.low, min(within.high, 4096))) for within in ranges]
        hyperparameters[name] = edit[name]
    return edit


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_permitted_edit_takes_more_than_was_said(
    data: st.DataObject, probe: Probe, networks: Networks
) -> None:
    network = data.draw(st.sampled_from(list(registry.NETWORKS)))
    edit = data.draw(window_edits(networks.graph(network)))
    try:
        program = networks.edited(network, "trained", edits_of_network(parse_edits([edit])))
    except (TooManyCells, InvalidEdit):
        assume(False)  # noqa: FBT003 - hypothesis's own way
    explained = program.graph.conflict is None and data.draw(st.booleans())
    bound = (memory.gradient_bytes if explained else memory.pass_bytes)(program.graph)
    measured = probe.peak(network, [edit], "saliency" if explained else "pass")
    assert measured <= bound, f"{measured / MEBIBYTE:.1f} of {bound / MEBIBYTE:.1f} MiB"
    assert bound <= 2 * measured + _OVERHEAD, f"{measured / MEBIBYTE:.1f} of {bound / MEBIBYTE:.1f} MiB"


@pytest.mark.parametrize("run", ["pass", "class_score", "grad_cam", "saliency"])
@pytest.mark.parametrize("network", list(registry.NETWORKS))
def test_no_run_takes_more_than_was_said(network: str, run: str, probe: Probe, networks: Networks) -> None:
    graph = networks.graph(network)
    bound = memory.gradient_bytes(graph) if run in {"grad_cam", "saliency"} else memory.pass_bytes(graph)
    measured = probe.peak(network, [], run)
    assert measured <= bound
    assert bound <= 2 * measured + _OVERHEAD
