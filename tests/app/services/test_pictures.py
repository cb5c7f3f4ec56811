from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.imaging.decode import Limits
from app.resources import static_dir
from app.services.pictures import NotOwner, Pictures, UnknownPicture
from app.services.store import DirectoryStore
from tests.app.api.pictures import png


def pictures(folder: Path, **limits: int) -> Pictures:
    return Pictures(DirectoryStore(folder, 10**9), Limits(**limits), 60, static_dir() / "samples")


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_another_process_reads_the_very_same_pixels(tmp_path: Path, mode: str) -> None:
    stored, new = pictures(tmp_path).add(png((33, 17), mode=mode))
    assert new
    picture = pictures(tmp_path).get(stored.id)
    assert picture.mode == mode
    assert np.array_equal(np.asarray(picture.image), np.asarray(stored.picture.image))
    assert (picture.original_width, picture.original_height, picture.format) == (33, 17, "PNG")


def test_owner_tokens_outlive_a_restart_and_open_one_picture_only(tmp_path: Path) -> None:
    first, _ = pictures(tmp_path).add(png((9, 9), seed=1))
    second, _ = pictures(tmp_path).add(png((9, 9), seed=2))
    assert first.owner_token
    with pytest.raises(NotOwner):
        pictures(tmp_path).delete(second.id, first.owner_token)
    restarted = pictures(tmp_path)
    restarted.delete(first.id, first.owner_token)
    with pytest.raises(UnknownPicture):
        restarted.get(first.id)
    assert restarted.exists(second.id)


def test_a_deleted_picture_is_gone_for_a_process_that_remembers_it(tmp_path: Path) -> None:
    one, other = pictures(tmp_path), pictures(tmp_path)
    stored, _ = one.add(png((9, 9)))
    other.get(stored.id)
    assert stored.owner_token
    one.delete(stored.id, stored.owner_token)
    with pytest.raises(UnknownPicture):
        other.get(stored.id)


def test_a_large_picture_is_kept_reduced(tmp_path: Path) -> None:
    stored, _ = pictures(tmp_path, max_side=100).add(png((400, 200)))
    assert (stored.picture.width, stored.picture.height) == (100, 50)
    assert (stored.picture.original_width, stored.picture.original_height) == (400, 200)
