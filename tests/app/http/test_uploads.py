"""What comes in with a request: the picture's bytes, however they are sent."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from app.http import errors, uploads


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    errors.install(app)

    @app.post("/")
    async def echo(request: Request) -> Response:
        return Response(await uploads.picture_bytes(request))

    return TestClient(app)


@pytest.mark.parametrize("media_type", ["image/png", "IMAGE/JPEG; name=a.jpg", "image/x-anything"])
def test_a_raw_body_of_an_image_type_is_the_file(client: TestClient, media_type: str) -> None:
    assert client.post("/", content=b"pixels", headers={"content-type": media_type}).content == b"pixels"


def test_a_forms_field_named_file_is_the_file(client: TestClient) -> None:
    assert client.post("/", files={"file": ("a.png", b"pixels")}).content == b"pixels"


@pytest.mark.parametrize(
    "form", [{"files": {"picture": ("a.png", b"pixels")}}, {"files": {"file": (None, "text")}}]
)
def test_a_form_without_such_a_file_names_the_field(
    client: TestClient, form: dict[str, dict[str, object]]
) -> None:
    answer = client.post("/", **form)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"loc": ["body", "file"], "msg": "a picture file is required in the multipart field 'file'"}
    ]


@pytest.mark.parametrize(
    ("media_type", "named"), [("text/html; charset=utf-8", "text/html"), ("", "unknown")]
)
def test_another_type_is_refused_by_its_name(client: TestClient, media_type: str, named: str) -> None:
    answer = client.post("/", content=b"<html>", headers={"content-type": media_type})
    assert answer.status_code == 415
    assert answer.json()["detail"].startswith(f"A body of type {named} is no picture.")
