"""The pictures that excite a channel, over REST: what is kept, as pictures that can be looked at and traced."""

from __future__ import annotations

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from model import exemplars


def test_the_five_strongest_come_with_what_their_cells_see(client: TestClient) -> None:
    answer = client.get("/api/v1/networks/tiny-vgg/layers/conv1_2/exemplars", params={"channel": 3}).json()
    strongest = exemplars.strongest("tiny-vgg", "conv1_2", 3)
    assert (answer["checkpoint"], answer["count"], answer["input"]) == ("trained", 200, [32, 32])
    assert [one["index"] for one in answer["pictures"]] == [one.index for one in strongest]
    assert [one["value"] for one in answer["pictures"]] == sorted(
        (one.value for one in strongest), reverse=True
    )
    for one in answer["pictures"]:
        row, column = one["cell"]
        # Two 3×3 convolutions without padding see 5×5 pixels.
        assert one["field"] == {"left": column, "top": row, "right": column + 5, "bottom": row + 5}


def test_a_picture_of_the_set_is_a_picture(client: TestClient) -> None:
    answer = client.get("/api/v1/networks/lenet/layers/fc3/exemplars", params={"channel": 7}).json()
    best = answer["pictures"][0]
    small = client.get(best["url"])
    assert small.headers["content-type"] == "image/png"
    pixels = np.asarray(Image.open(io.BytesIO(small.content)))
    assert (pixels == np.asarray(exemplars.pictures("mnist")[best["index"]])).all()
    assert best["label"] == "7"
    assert client.get(f"/api/v1/pictures/{best['picture']}.png").status_code == 200
    trace = client.post("/api/v1/traces", json={"picture": best["picture"], "network": "lenet"}).json()
    (prediction,) = [one for one in trace["prediction"] if one["index"] == 7]
    assert prediction["logit"] == pytest.approx(best["value"], rel=1e-4)
    assert (
        client.delete(f"/api/v1/pictures/{best['picture']}", headers={"X-Owner-Token": "0" * 64}).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("tiny-vgg/layers/conv1_1/exemplars?channel=10", "it has 0 to 9"),
        ("tiny-vgg/layers/conv1_1/exemplars?channel=-1", "it has 0 to 9"),
        ("tiny-vgg/layers/galaxy/exemplars", "there are input, conv1_1"),
        ("efficientnet-lite0/exemplars/0.png", "trained by others"),
        ("galaxy/layers/conv1_1/exemplars", "there are lecture-cnn"),
        ("lenet/exemplars/100.png", "there are 0 to 99"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(client: TestClient, path: str, message: str) -> None:
    response = client.get(f"/api/v1/networks/{path}")
    assert response.status_code == 404
    assert message in response.json()["detail"]


@pytest.mark.parametrize(
    ("network", "layer"), [("tiny-vgg", "flatten"), ("tiny-vgg", "input"), ("efficientnet-lite0", "_fc")]
)
def test_where_there_are_none_the_list_is_empty(client: TestClient, network: str, layer: str) -> None:
    response = client.get(f"/api/v1/networks/{network}/layers/{layer}/exemplars")
    assert response.status_code == 200
    assert response.json()["pictures"] == []
    assert (response.json()["source"] is None) == (network == "efficientnet-lite0")


def test_a_field_is_what_the_cell_sees_cut_off_at_the_inputs_edges(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def field(layer: str, cell: tuple[int, int] | None) -> object:
        one = exemplars.Exemplar(0, 1.0, cell)
        monkeypatch.setattr(exemplars, "strongest", lambda *_: (one,))
        return client.get(f"/api/v1/networks/lenet/layers/{layer}/exemplars").json()["pictures"][0]["field"]

    assert field("conv1", (0, 0)) == {"left": 0, "top": 0, "right": 3, "bottom": 3}
    assert field("conv1", (10, 12)) == {"left": 10, "top": 8, "right": 15, "bottom": 13}
    assert field("fc1", None) == {"left": 0, "top": 0, "right": 28, "bottom": 28}
