from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.settings import Settings
from tests.app.api.pictures import png


def test_each_upload_is_kept_under_an_id_of_its_own(client: TestClient) -> None:
    data = png((30, 20), seed=1)
    form = client.post("/api/v1/pictures", files={"file": ("a.png", data)})
    assert form.status_code == 201
    picture = form.json()
    assert (picture["width"], picture["height"], picture["mode"], picture["bytes"]) == (
        30,
        20,
        "RGB",
        len(data),
    )
    assert datetime.fromisoformat(picture["expires_at"]) > datetime.now(UTC)
    raw = client.post("/api/v1/pictures", content=data, headers={"content-type": "image/png"})
    assert raw.status_code == 201
    assert raw.json()["id"] != picture["id"]
    assert raw.json()["owner_token"] != picture["owner_token"]
    shown = client.get(form.headers["location"])
    assert shown.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).tobytes() == Image.open(io.BytesIO(data)).tobytes()


def test_exif_turns_the_picture_and_is_not_kept(client: TestClient) -> None:
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x8825] = {1: "N", 2: (37.0, 33.0, 59.0)}
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif)
    picture = client.post("/api/v1/pictures", files={"file": ("a.jpg", target.getvalue())}).json()
    assert (picture["width"], picture["height"]) == (20, 40)
    content = client.get(f"/api/v1/pictures/{picture['id']}.png").content
    stored_image = Image.open(io.BytesIO(content))
    assert not stored_image.getexif()
    assert stored_image.info == {}
    assert not any(chunk in content for chunk in (b"eXIf", b"tEXt", b"iTXt", b"zTXt"))


def test_only_the_owner_deletes_and_every_trace_goes_with_it(client: TestClient) -> None:
    picture = client.post("/api/v1/pictures", files={"file": ("a.png", png((50, 50), seed=2))}).json()
    trace = client.post("/api/v1/traces", json={"picture": picture["id"], "network": "tiny-vgg"}).json()
    path = f"/api/v1/pictures/{picture['id']}"
    assert client.delete(path).status_code == 403
    assert client.delete(path, headers={"X-Owner-Token": "guess"}).status_code == 403
    assert client.delete(path, headers={b"X-Owner-Token": b"\xff"}).status_code == 403
    assert client.get(f"/api/v1/traces/{trace['id']}").status_code == 200
    assert client.delete(path, headers={"X-Owner-Token": picture["owner_token"]}).status_code == 204
    assert client.get(f"{path}.png").status_code == 404
    for part in ("", "/layers/conv1_1/atlas.png", "/maps.safetensors"):
        assert client.get(f"/api/v1/traces/{trace['id']}{part}").status_code == 404
    assert client.delete(path, headers={"X-Owner-Token": picture["owner_token"]}).status_code == 404


def test_a_stranger_with_the_same_picture_learns_nothing_and_deletes_nothing(client: TestClient) -> None:
    mine, theirs, again = (
        client.post("/api/v1/pictures", files={"file": ("a.png", png((50, 50), seed=3))}) for _ in range(3)
    )
    assert mine.status_code == theirs.status_code == again.status_code == 201
    same = ("width", "height", "mode", "bytes", "original_width", "original_height")
    for answer in (theirs, again):
        assert {name: answer.json()[name] for name in same} == {name: mine.json()[name] for name in same}
        assert answer.json()["id"] != mine.json()["id"]
    token = {"X-Owner-Token": theirs.json()["owner_token"]}
    assert client.delete(f"/api/v1/pictures/{mine.json()['id']}", headers=token).status_code == 403
    bodies = [{"picture": answer.json()["id"], "network": "lenet"} for answer in (mine, theirs)]
    traces = [client.post("/api/v1/traces", json=body) for body in bodies]
    assert [trace.status_code for trace in traces] == [201, 201]
    assert traces[0].json()["id"] != traces[1].json()["id"]
    assert traces[0].json()["layers"] == traces[1].json()["layers"]
    assert client.delete(f"/api/v1/pictures/{theirs.json()['id']}", headers=token).status_code == 204
    assert client.get(f"/api/v1/traces/{traces[0].json()['id']}").status_code == 200
    assert client.get(f"/api/v1/traces/{traces[1].json()['id']}").status_code == 404


def test_a_sample_uploaded_is_the_sample(client: TestClient, samples: dict[str, str]) -> None:
    content = client.get(f"/api/v1/pictures/{samples['chelsea']}.png").content
    answer = client.post("/api/v1/pictures", files={"file": ("cat.png", content)})
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["owner_token"]) == (samples["chelsea"], None)


def test_a_sample_belongs_to_nobody(client: TestClient, samples: dict[str, str]) -> None:
    path = f"/api/v1/pictures/{samples['chelsea']}"
    assert client.delete(path, headers={"X-Owner-Token": "x"}).status_code == 403
    assert client.get(f"{path}.png").status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "image/png", 415),
        (b"GIF89a", "image/gif", 415),
        (b"<svg/>", "image/svg+xml", 415),
        (png((300, 300))[:500], "image/png", 415),
        (b"hello", "text/plain", 415),
        (b"hello", "", 415),
    ],
)
def test_what_is_no_picture_is_refused_with_what_is_allowed(
    client: TestClient, content: bytes, kind: str, status: int
) -> None:
    response = client.post("/api/v1/pictures", content=content, headers={"content-type": kind})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "PNG" in response.json()["detail"] or "image/png" in response.json()["detail"]


def test_a_form_without_a_file_names_the_field(client: TestClient) -> None:
    response = client.post("/api/v1/pictures", files={"photo": ("a.png", png((5, 5)))})
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["body", "file"]


def test_too_many_bytes_are_refused_without_being_kept(client: TestClient, settings: Settings) -> None:
    for extra in (1, 1_000_000):
        data = png((4, 4)) + bytes(settings.max_upload_bytes + extra)
        raw = client.post("/api/v1/pictures", content=data, headers={"content-type": "image/png"})
        form = client.post("/api/v1/pictures", files={"file": ("a.png", data)})
        assert (raw.status_code, form.status_code) == (413, 413)
        assert "20.0 MiB" in raw.json()["detail"]
        assert "20.0 MiB" in form.json()["detail"]


def test_too_many_pixels_are_refused_before_they_are_decoded(client: TestClient) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert bomb.tell() < 100_000
    response = client.post("/api/v1/pictures", files={"file": ("bomb.png", bomb.getvalue())})
    assert response.status_code == 413


@pytest.mark.parametrize("picture_id", ["0" * 32, "nonsense", "%2e%2e", "A" * 32])
def test_an_unknown_picture_is_not_found(client: TestClient, picture_id: str) -> None:
    assert client.get(f"/api/v1/pictures/{picture_id}.png").status_code == 404
    assert client.delete(f"/api/v1/pictures/{picture_id}").status_code == 404


def test_samples_are_pictures(client: TestClient, samples: dict[str, str]) -> None:
    assert {"chelsea", "coffee", "camera", "astronaut", "rocket"} <= set(samples)
    for picture_id in samples.values():
        assert client.get(f"/api/v1/pictures/{picture_id}.png").status_code == 200
