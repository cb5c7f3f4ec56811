"""The served OpenAPI document against the server: whatever the document allows is answered as it says."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

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
    document = create_app(Settings(data_dir=Path(tempfile.gettempdir()), device="cpu")).openapi()
    listed = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    return {operation.label: operation for operation in listed}


OPERATIONS = _operations()


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_operation_answers_as_documented(
    client: TestClient, manifest: dict[str, Any], samples: dict[str, str], label: str
) -> None:
    there = {
        "trace_id": manifest["id"],
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
        made = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        response = client.request(made.method, made.url, headers=dict(made.headers), content=made.body)
        assert response.status_code < 500, response.text
        # The document cannot say which bytes are a picture, so it allows some that are refused.
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    answers()


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
        "stream_maps",
        "export_trace",
        "get_atlas",
        "get_block_stage",
        "get_map_png",
        "get_map_npy",
        "get_map_csv",
        "get_values_npy",
        "get_preprocessing_step",
        "list_colormaps",
        "healthz",
        "readyz",
        "metrics",
    }
