"""The sets of pictures that come with ConvScope, and what is kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import exemplars
from model.exemplars import Exemplar
from model.registry import UnknownNetwork


@pytest.mark.parametrize("name", exemplars.SETS)
def test_a_sheet_is_cut_into_its_pictures(name: str) -> None:
    picture_set = exemplars.SETS[name]
    pictures = exemplars.pictures(name)
    assert len(pictures) == len(picture_set)
    assert {picture.size for picture in pictures} == {(picture_set.side, picture_set.side)}
    assert {picture.mode for picture in pictures} == {"L" if name == "mnist" else "RGB"}
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)
    labels = [picture_set.label(index) for index in range(len(picture_set))]
    assert [labels.count(label) for label in picture_set.labels] == [picture_set.columns] * 10


def test_a_network_that_others_trained_is_shown_nothing() -> None:
    assert exemplars.picture_set_of("efficientnet-lite0") is None
    assert exemplars.picture_indices("efficientnet-lite0") == ()
    assert exemplars.layers("efficientnet-lite0") == {}
    with pytest.raises(UnknownNetwork):
        exemplars.picture_set_of("nothing")


def test_what_is_written_reads_back_as_the_same_float32(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exemplars, "FOLDER", tmp_path)
    exemplars._computed.cache_clear()
    third = 0.3333333432674408  # a float32
    exemplars_by_layer = {
        "conv": [[Exemplar(3, third, (1, 2))], []],
        "fc": [[Exemplar(0, -1.5, None), Exemplar(9, -2.0, None)]],
    }
    try:
        path = exemplars.write("tiny-vgg", exemplars_by_layer)
        assert path == tmp_path / "tiny-vgg.json"
        assert exemplars.layers("tiny-vgg") == {"conv": 2, "fc": 1}
        (one,) = exemplars.strongest("tiny-vgg", "conv", 0)
        assert (one.index, one.cell) == (3, (1, 2))
        assert one.value == pytest.approx(third, abs=1e-8)
        assert exemplars.strongest("tiny-vgg", "conv", 1) == ()
        assert exemplars.strongest("tiny-vgg", "fc", 0) == tuple(exemplars_by_layer["fc"][0])
        assert exemplars.strongest("tiny-vgg", "relu", 0) == ()
        with pytest.raises(IndexError):
            exemplars.strongest("tiny-vgg", "conv", 2)
    finally:
        exemplars._computed.cache_clear()
