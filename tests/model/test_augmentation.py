from __future__ import annotations

import pytest
import torch

from model.augmentation import Affine, Augmentation, Crop, Flip


@pytest.fixture
def batch() -> torch.Tensor:
    return torch.rand(64, 2, 6, 5, generator=torch.Generator().manual_seed(3))


def seed(number: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def test_flip_mirrors_some_pictures_whole(batch: torch.Tensor) -> None:
    flipped = Flip().apply(batch, seed())
    mirrored = [torch.equal(new, old.flip(2)) for new, old in zip(flipped, batch, strict=True)]
    unchanged = [torch.equal(new, old) for new, old in zip(flipped, batch, strict=True)]
    assert all(m != k for m, k in zip(mirrored, unchanged, strict=True))
    assert 16 < sum(mirrored) < 48


def test_crop_moves_every_picture_by_its_own_whole_cells(batch: torch.Tensor) -> None:
    cropped = Crop(padding=2).apply(batch, seed())
    places = set()
    for new, old in zip(cropped, batch, strict=True):
        padded = torch.nn.functional.pad(old, (2, 2, 2, 2))
        offsets = [
            (top, left)
            for top in range(5)
            for left in range(5)
            if torch.equal(new, padded[:, top : top + 6, left : left + 5])
        ]
        assert len(offsets) == 1
        places.update(offsets)
    assert len(places) > 12


def test_affine_that_may_do_nothing_does_nothing(batch: torch.Tensor) -> None:
    torch.testing.assert_close(Affine(degrees=0, scale=0, shift=0).apply(batch, seed()), batch)


def test_affine_moves_a_stroke_by_at_most_its_shift() -> None:
    dots = torch.zeros(50, 1, 11, 11)
    dots[:, :, 5, 5] = 1
    moved = Affine(degrees=0, scale=0, shift=2).apply(dots, seed())
    rows = (moved.sum(dim=(1, 3)) * torch.arange(11)).sum(dim=1)
    columns = (moved.sum(dim=(1, 2)) * torch.arange(11)).sum(dim=1)
    for centre in (rows, columns):
        assert (centre - 5).abs().max() <= 2 + 1e-4
        assert (centre - 5).abs().max() > 1.5
    torch.testing.assert_close(moved.sum(dim=(1, 2, 3)), torch.ones(50))


@pytest.mark.parametrize("augmentation", [Flip(), Crop(2), Affine(10, 0.1, 1)])
def test_same_seed_same_pictures(augmentation: Augmentation, batch: torch.Tensor) -> None:
    first = augmentation.apply(batch, seed(1))
    assert first.shape == batch.shape
    assert torch.equal(first, augmentation.apply(batch, seed(1)))
    assert not torch.equal(first, augmentation.apply(batch, seed(2)))
