"""Downloads through torchvision, from a mirror in this process."""

from __future__ import annotations

import gc
import gzip
import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from dl101_core.data import downloads, is_available, load, vision
from dl101_core.data.downloads import DownloadStatus, download_status, start_download

# torchvision leaves the sockets of refused answers to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


def idx_file(part: str) -> bytes:
    shape = (12, 28, 28) if "idx3" in part else (12,)
    values = np.arange(np.prod(shape)).reshape(shape) % 10
    header = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
    return gzip.compress(header + values.astype(np.uint8).tobytes())


class Mirror:
    """Files by name; ``gate`` holds every answer back until it is set."""

    def __init__(self) -> None:
        self.files = {f"{part}-ubyte.gz": idx_file(part) for part in PARTS}
        self.asked: Counter[str] = Counter()
        self.gate = threading.Event()
        self.gate.set()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.gate.wait(20)
                name = self.path.rpartition("/")[2]
                content = mirror.files.get(name)
                if self.headers.get("Method") != "HEAD":
                    mirror.asked[name] += 1
                self.send_response(200 if content is not None else 404)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mirror]:
    mirror = Mirror()
    mnist = vision.datasets().MNIST
    checksums = [
        (name, hashlib.md5(content, usedforsecurity=False).hexdigest())
        for name, content in mirror.files.items()
    ]
    monkeypatch.setattr(mnist, "mirrors", [mirror.url])
    monkeypatch.setattr(mnist, "resources", checksums)
    monkeypatch.setattr(downloads, "_statuses", {})
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path / "data"))
    yield mirror
    mirror.close()
    gc.collect()


def wait_for_the_end(name: str = "mnist") -> DownloadStatus:
    deadline = time.monotonic() + 30
    while (status := download_status(name)) is not None and status.state == "running":
        assert time.monotonic() < deadline, "the download never ended"
        time.sleep(0.01)
    assert status is not None
    return status


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


def test_a_full_disk_is_named(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(vision.datasets(), "MNIST", full)
    start_download("mnist")
    assert "the disk of this server is full" in wait_for_the_end().message


def test_a_server_that_falls_silent_does_not_hold_the_download_for_ever(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "SILENCE", 0.2)
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
