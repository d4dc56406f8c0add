"""Data sets load as torchvision reads them, and missing or damaged files become a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from dl101_core.data import DATASETS, DataUnavailable, is_available, load, vision
from dl101_core.data.idx import write_idx

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def write_data_set(root: Path, labels: list[int], side: int = 28) -> None:
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        write_idx(raw / f"{part}-images-idx3-ubyte", np.zeros((len(labels), side, side), np.uint8))
        write_idx(raw / f"{part}-labels-idx1-ubyte", np.array(labels, np.uint8))


@pytest.fixture
def data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    return tmp_path


def test_strokes_are_always_there_with_twenty_and_four_thousand_digits() -> None:
    strokes = load("strokes")
    assert (len(strokes.train), len(strokes.test)) == (20_000, 4_000)
    assert strokes.train.images.dtype == torch.uint8
    assert strokes.train.labels.dtype == torch.int64
    assert load("strokes") is strokes


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data sets are not beside the project")
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_files_are_read_as_torchvision_reads_them(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL101_DATA_DIR", str(SHARED))
    ours = load(name)
    theirs = getattr(vision.datasets(), DATASETS[name].torchvision_name)(SHARED, train=False)
    assert torch.equal(ours.test.images, theirs.data)
    assert torch.equal(ours.test.labels, theirs.targets)


def test_a_data_set_that_is_not_here_says_what_to_do(data_root: Path) -> None:
    assert not is_available("mnist")
    with pytest.raises(DataUnavailable, match="Download it, or go on with Strokes"):
        load("mnist")


@pytest.mark.parametrize(
    ("labels", "side", "reason"),
    [([1, 12], 28, "labels outside 0-9"), ([1, 2], 27, r"shape \(2, 27, 27\)"), ([], 28, "none")],
)
def test_files_with_the_wrong_content_are_refused(
    data_root: Path, labels: list[int], side: int, reason: str
) -> None:
    write_data_set(data_root, labels, side)
    with pytest.raises(DataUnavailable, match=f"MNIST are damaged .*{reason}"):
        load("mnist")


def test_an_unknown_name_is_named_with_the_choices() -> None:
    with pytest.raises(ValueError, match=r"data \(='cifar'\) must be one of strokes, mnist"):
        load("cifar")
