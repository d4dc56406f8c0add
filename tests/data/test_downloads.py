"""Downloads through torchvision, from a mirror in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from dl101_core.data import fetch, is_available, load
from dl101_core.data.downloads import DownloadStatus, start_download
from tests.data.mirror import PARTS, Mirror, wait_for_the_end

# torchvision leaves the sockets of refused answers to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def test_a_download_makes_the_data_set_available(mirror: Mirror, tmp_path: Path) -> None:
    assert not is_available("mnist")
    start_download("mnist")
    assert wait_for_the_end() == DownloadStatus("mnist", "done", 11_594_722, 11_594_722)
    assert is_available("mnist")
    data = load("mnist")
    assert data.train.images.shape == (12, 28, 28)
    assert data.test.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert not (tmp_path / "data" / "incoming" / "MNIST").exists()


def test_nothing_is_available_before_all_has_arrived(mirror: Mirror) -> None:
    mirror.gate.clear()
    status = start_download("mnist")
    assert status.state == "running"
    assert status.fraction == 0
    assert not is_available("mnist")
    mirror.gate.set()
    assert wait_for_the_end().state == "done"


def test_two_requests_share_one_download(mirror: Mirror) -> None:
    mirror.gate.clear()
    start_download("mnist")
    start_download("mnist")
    mirror.gate.set()
    assert wait_for_the_end().state == "done"
    assert set(mirror.asked.values()) == {1}


def test_asking_again_keeps_the_files_that_are_complete(mirror: Mirror) -> None:
    lost = "t10k-labels-idx1-ubyte.gz"
    content = mirror.files.pop(lost)
    start_download("mnist")
    first = wait_for_the_end()
    assert first.state == "failed"
    assert first.received == sum(map(len, mirror.files.values()))
    assert not is_available("mnist")
    mirror.files[lost] = content
    start_download("mnist")
    assert wait_for_the_end().state == "done"
    assert mirror.asked["train-images-idx3-ubyte.gz"] == 1


@pytest.mark.parametrize("damage", [lambda b: b"garbage", lambda b: b[:-20], lambda b: b""])
def test_damaged_files_are_refused_in_one_sentence(mirror: Mirror, damage: object) -> None:
    name = "train-images-idx3-ubyte.gz"
    mirror.files[name] = damage(mirror.files[name])  # type: ignore[operator]
    start_download("mnist")
    status = wait_for_the_end()
    assert status.state == "failed"
    assert status.message == (
        "MNIST could not be downloaded: what arrived is damaged. "
        "Try again later, or go on with Strokes."
    )
    assert not is_available("mnist")


def test_a_server_that_is_not_there_is_named(mirror: Mirror) -> None:
    mirror.close()
    start_download("mnist")
    status = wait_for_the_end()
    assert status.state == "failed"
    assert "cannot be reached from here" in status.message


def test_a_folder_that_cannot_be_written_is_named(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path / "file"))
    start_download("mnist")
    assert "folder of this server cannot be written" in wait_for_the_end().message
    assert load("strokes").info.name == "strokes"


def test_a_server_that_falls_silent_does_not_hold_the_download_for_ever(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SILENCE", 0.2)
    mirror.gate.clear()
    start_download("mnist")
    status = wait_for_the_end()
    assert status.state == "failed"
    assert "Try again later" in status.message


def test_damaged_files_in_place_are_replaced(mirror: Mirror, tmp_path: Path) -> None:
    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in PARTS:
        (raw / f"{part}-ubyte").write_bytes(b"half a file")
    assert is_available("mnist")
    start_download("mnist")
    assert wait_for_the_end().state == "done"
    assert len(load("mnist").train) == 12


def test_a_complete_data_set_is_not_fetched_again(mirror: Mirror) -> None:
    start_download("mnist")
    wait_for_the_end()
    asked = mirror.asked.total()
    start_download("mnist")
    assert wait_for_the_end().state == "done"
    assert mirror.asked.total() == asked


def test_built_in_data_is_never_downloaded() -> None:
    with pytest.raises(ValueError, match="built in"):
        start_download("strokes")
    with pytest.raises(ValueError, match="must be one of"):
        start_download("cats")
