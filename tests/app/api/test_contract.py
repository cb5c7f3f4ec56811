"""The served OpenAPI document against the server: whatever the document allows is answered as it says."""

from __future__ import annotations

import copy
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
