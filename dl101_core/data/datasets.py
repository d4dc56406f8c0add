"""One table of data sets; each loads into memory once, as uint8 images and int64 labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from dl101_core.data.idx import CorruptData, read_idx
from dl101_core.environment import data_dir

STROKES_DIR = Path(__file__).resolve().parents[2] / "assets" / "strokes"
DIGITS = tuple(str(digit) for digit in range(10))
CLOTHES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Boot",
)


class DataUnavailable(RuntimeError):  # noqa: N818
    """The data set is missing here, or its files are damaged; the message says what to do."""


@dataclass(frozen=True)
class Split:
    """``images``: uint8 ``(N, 28, 28)``, 0 is paper and 255 ink. ``labels``: int64 ``(N,)``."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class DatasetInfo:
    """What a menu shows of a data set before it is loaded."""

    name: str
    title: str
    classes: tuple[str, ...]
    torchvision_name: str | None


@dataclass(frozen=True)
class Dataset:
    info: DatasetInfo
    train: Split
    test: Split


DATASETS: dict[str, DatasetInfo] = {
    "strokes": DatasetInfo("strokes", "Strokes (built in)", DIGITS, None),
    "mnist": DatasetInfo("mnist", "MNIST", DIGITS, "MNIST"),
    "fashion_mnist": DatasetInfo("fashion_mnist", "Fashion-MNIST", CLOTHES, "FashionMNIST"),
}


def dataset_info(name: str) -> DatasetInfo:
    """The entry of ``DATASETS``; ``ValueError`` names the value and the choices."""
    if name not in DATASETS:
        raise ValueError(f"data (={name!r}) must be one of {', '.join(DATASETS)}.")
    return DATASETS[name]


def is_available(name: str) -> bool:
    """Whether ``load(name)`` can find its files (their content is checked on loading)."""
    info = dataset_info(name)
    if info.torchvision_name is None:
        return True
    raw = data_dir() / info.torchvision_name / "raw"
    stems = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    return all((raw / f"{stem}-ubyte").is_file() for stem in stems)


def load(name: str) -> Dataset:
    """The data set ``name``, kept in memory after the first call.

    Raises ``DataUnavailable`` with one sentence for a learner when files are missing or damaged.
    """
    info = dataset_info(name)
    if not is_available(name):
        raise DataUnavailable(
            f"{info.title} is not on this machine yet. Download it, or go on with Strokes."
        )
    return _load(name, data_dir())


@lru_cache(maxsize=4)
def _load(name: str, root: Path) -> Dataset:
    info = dataset_info(name)
    raw = STROKES_DIR if info.torchvision_name is None else root / info.torchvision_name / "raw"
    suffix = ".gz" if info.torchvision_name is None else ""
    try:
        return Dataset(info, _read_split(raw, "train", suffix), _read_split(raw, "t10k", suffix))
    except (CorruptData, OSError) as error:
        raise DataUnavailable(
            f"The files of {info.title} are damaged ({error}). "
            "Download them again, or go on with Strokes."
        ) from error


def _read_split(raw: Path, part: str, suffix: str) -> Split:
    images = torch.from_numpy(read_idx(raw / f"{part}-images-idx3-ubyte{suffix}"))
    labels = torch.from_numpy(read_idx(raw / f"{part}-labels-idx1-ubyte{suffix}")).long()
    if images.shape[1:] != (28, 28) or len(images) != len(labels):
        raise CorruptData(
            f"{part} has images of shape {tuple(images.shape)} and {len(labels)} labels"
        )
    if len(labels) == 0 or int(labels.max()) > 9:
        raise CorruptData(f"{part} has labels outside 0-9, or none")
    return Split(images, labels)
