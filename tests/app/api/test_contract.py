"""The served OpenAPI document against the server: whatever the document allows is answered as it says."""

from __future__ import annotations

import copy
import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.main import create_app
from app.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what schemathesis imports is not ours to mend
    import schemathesis
    from schemathesis.specs.openapi.checks import positive_data_acceptance


def _operations() -> dict[str, Any]:
    """Every operation; one that takes several kinds of body stands there once for each of them."""
    document = create_app(Settings(data_dir=Path(tempfile.gettempdir()), device="cpu")).openapi()
    operation_by_label: dict[str, Any] = {}
    for kind in (None, "application/json", "multipart/form-data", "image/*"):
        chosen = copy.deepcopy(document)
        for operations in chosen["paths"].values():
            for method, operation in list(operations.items()):
                content = operation.get("requestBody", {}).get("content", {})
                if (kind is None) is bool(content) or (kind and kind not in content):
                    del operations[method]
                elif kind:
                    operation["requestBody"]["content"] = {kind: content[kind]}
        for result in schemathesis.openapi.from_dict(chosen).get_all_operations():
            operation = result.ok()
            operation_by_label[f"{operation.label} {kind}" if kind else operation.label] = operation
    return operation_by_label


OPERATIONS = _operations()
ROOT = Path(__file__).resolve().parents[3]

# Names that exist, so that more than the answer to an unknown one is seen.
CONFIGURATION = """
[parameters]
"path.network_id" = "tiny-vgg"
"path.layer_id" = "conv1_1"
"path.block_id" = "block2"
{ids}
"""
# Every request of this run is about one trace; in the stateful run, requests are about what others before made.
REAL_IDS = """
"path.trace_id" = "{trace}"
"path.other_id" = "{trace}"
"path.picture_id" = "{picture}"
"""

# An address of more than 64 kB is refused before it is known whom it asks.
HOOKS = """
import schemathesis

@schemathesis.hook
def filter_case(context, case):
    return len(str(case.query)) < 4_000
"""
# What the document cannot say, or Starlette does not do.
EXCLUDED_CHECKS = (
    "positive_data_acceptance",  # which bytes are a picture: it allows some that are refused
    "use_after_free",  # to withdraw a request for an occlusion deletes nothing
    "allow_header_conformance",  # a 405 names the methods of one route of an address, not of all
)


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server as it is started, with an empty store."""
    folder = tmp_path_factory.mktemp("contract")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "CONVSCOPE_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    with (
        (folder / "log.txt").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            deadline = time.monotonic() + 90
            while not _is_ready(address):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield address
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(30)
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8", errors="replace")


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(("phases", "seconds"), [("examples,coverage,fuzzing", 20), ("stateful", 12)])
def test_every_phase_of_schemathesis(live_server: str, tmp_path: Path, phases: str, seconds: int) -> None:
    """Examples of the document, every bound that it states, random values, and requests about answers before."""
    picture = httpx.get(f"{live_server}/api/v1/samples").json()[0]["id"]
    request = {"picture": picture, "network": "tiny-vgg"}
    trace = httpx.post(f"{live_server}/api/v1/traces", json=request, timeout=60).json()["id"]
    ids = "" if phases == "stateful" else REAL_IDS.format(trace=trace, picture=picture)
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.format(ids=ids))
    options = ["--phases", phases, "--max-time", str(seconds), "--max-examples", "5", "--no-color"]
    checks = ["--checks", "all", "--exclude-checks", ",".join(EXCLUDED_CHECKS)]
    hooks = tmp_path / "hooks.py"
    hooks.write_text(HOOKS)
    program = ["-W", "ignore", "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    run = subprocess.run(
        [
            *(sys.executable, *program, "--config-file", str(configuration), "run"),
            *(f"{live_server}/openapi.json", "--continue-on-failure", *options, *checks),
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr[-2000:]


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_operation_answers_as_documented(
    client: TestClient, manifest: dict[str, Any], samples: dict[str, str], label: str
) -> None:
    there = {
        "trace_id": manifest["id"],
        "other_id": manifest["id"],
        "picture_id": samples["coffee"],
        "network_id": "tiny-vgg",
        "layer_id": "conv1_1",
        "block_id": "block2",
    }

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        case=OPERATIONS[label].as_strategy(),
        real=st.sampled_from([(), tuple(there), ("trace_id", "network_id")]),
    )
    def answers(case: Any, real: tuple[str, ...]) -> None:
        for name in set(real) & set(case.path_parameters or {}):
            case.path_parameters[name] = there[name]
        prepared = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        response = client.request(
            prepared.method, prepared.url, headers=dict(prepared.headers), content=prepared.body
        )
        assert response.status_code < 500, response.text
        # The document cannot say which bytes are a picture, so it allows some that are refused.
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    answers()


def test_every_kind_of_body_is_sent() -> None:
    assert {label for label in OPERATIONS if label.startswith("POST")} == {
        "POST /api/v1/pictures multipart/form-data",
        "POST /api/v1/pictures image/*",
        "POST /api/v1/traces application/json",
        "POST /api/v1/traces multipart/form-data",
        "POST /api/v1/traces/{trace_id}/occlusions application/json",
    }


def test_operation_ids_are_stable() -> None:
    assert {operation.definition.raw["operationId"] for operation in OPERATIONS.values()} == {
        "upload_picture",
        "get_picture",
        "delete_picture",
        "list_samples",
        "list_networks",
        "get_network",
        "get_filters_npy",
        "get_filters_png",
        "create_trace",
        "get_trace",
        "get_trace_graph",
        "get_choices",
        "get_differences",
        "stream_maps",
        "export_trace",
        "get_atlas",
        "get_block_stage",
        "get_map_png",
        "get_map_npy",
        "get_map_csv",
        "get_values_npy",
        "get_cell",
        "get_unit",
        "get_parameters",
        "get_preprocessing_step",
        "get_exemplars",
        "get_exemplar_png",
        "get_explanation",
        "get_explanation_npy",
        "get_explanation_png",
        "create_occlusion",
        "get_occlusion",
        "cancel_occlusion",
        "list_colormaps",
        "healthz",
        "readyz",
        "metrics",
    }
