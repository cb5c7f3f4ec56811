from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.imaging.decode import Limits, encode_png
from app.resources import static_dir
from app.services.ownership import NotOwner
from app.services.pictures import Pictures, UnknownPicture
from app.services.store.sqlite_store import SqliteStore
from tests.app.api.pictures import png


def pictures(folder: Path, **limits: int) -> Pictures:
    return Pictures(SqliteStore(folder, 10**9), Limits(**limits), 60, static_dir() / "samples")


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_another_process_reads_the_very_same_pixels(tmp_path: Path, mode: str) -> None:
    stored = pictures(tmp_path).add(png((33, 17), mode=mode))
    found = pictures(tmp_path).get(stored.id)
    assert found.mode == mode
    assert np.array_equal(np.asarray(found.image), np.asarray(stored.picture.image))
    assert (found.original_width, found.original_height, found.format) == (33, 17, "PNG")


def test_owner_tokens_outlive_a_restart_and_open_one_picture_only(tmp_path: Path) -> None:
    first = pictures(tmp_path).add(png((9, 9), seed=1))
    second = pictures(tmp_path).add(png((9, 9), seed=2))
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
    stored = one.add(png((9, 9)))
    other.get(stored.id)
    assert stored.owner_token
    one.delete(stored.id, stored.owner_token)
    with pytest.raises(UnknownPicture):
        other.get(stored.id)


def test_a_large_picture_is_kept_reduced(tmp_path: Path) -> None:
    stored = pictures(tmp_path, max_side=100).add(png((400, 200)))
    assert (stored.picture.width, stored.picture.height) == (100, 50)
    assert (stored.picture.original_width, stored.picture.original_height) == (400, 200)


def test_each_upload_is_its_own_whoever_has_the_same_picture(tmp_path: Path) -> None:
    kept = pictures(tmp_path)
    mine, theirs = kept.add(png((9, 9))), kept.add(png((9, 9)))
    assert mine.id != theirs.id
    assert mine.owner_token
    assert theirs.owner_token
    with pytest.raises(NotOwner):
        kept.delete(theirs.id, mine.owner_token)
    kept.delete(mine.id, mine.owner_token)
    assert kept.get(theirs.id).image.tobytes() == mine.picture.image.tobytes()


def test_the_pixels_of_a_sample_are_that_sample_which_nobody_owns_and_nothing_is_kept(tmp_path: Path) -> None:
    kept = pictures(tmp_path)
    sample = kept.samples[next(iter(kept.samples))]
    stored = kept.add(encode_png(sample.picture))
    assert (stored.id, stored.owner_token, stored.expires_at) == (sample.id, None, None)
    with pytest.raises(NotOwner):
        kept.delete(stored.id, "")
    assert not (tmp_path / "index").exists()


def test_what_is_prepared_is_not_kept_yet(tmp_path: Path) -> None:
    kept = pictures(tmp_path)
    upload = kept.prepare(png((9, 9)))
    assert not kept.exists(upload.id)
    kept.keep(upload)
    assert kept.exists(upload.id)


def test_an_address_that_uploads_too_much_loses_its_own(tmp_path: Path) -> None:
    kept = Pictures(
        SqliteStore(tmp_path, 8 * 1024 * 1024, 1024 * 1024), Limits(), 60, static_dir() / "samples"
    )
    theirs = kept.add(png((300, 300)), "192.0.2.1")
    mine = [kept.add(png((300, 300)), "192.0.2.2") for _ in range(8)]
    assert kept.exists(theirs.id)
    assert [kept.exists(one.id) for one in mine] == [False] * 5 + [True] * 3
