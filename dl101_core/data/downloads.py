"""MNIST and Fashion-MNIST on request: torchvision fetches them in a thread of the server.

torchvision verifies every file's checksum; ``fetch`` watches time, size and place. Files arrive in
a folder of their own and are moved into place when all are complete, so that nobody trains on half
a data set. After a failure only complete files stay there, for the next try.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dl101_core.data import fetch, vision
from dl101_core.data.datasets import DatasetInfo, DataUnavailable, dataset_info, load
from dl101_core.data.idx import read_idx
from dl101_core.environment import data_dir

log = logging.getLogger(__name__)

TOTAL_BYTES = {"mnist": 11_594_722, "fashion_mnist": 30_878_645}
"""The four gzip'd files of each data set."""

UNPACKED_BYTES = 55_000_000
"""Both data sets are 70,000 images of 28 × 28 bytes, and their labels."""

State = Literal["running", "done", "failed"]


@dataclass(frozen=True)
class DownloadStatus:
    """``received`` of ``total`` bytes are on the disk. ``message``: one sentence, if it failed."""

    name: str
    state: State
    received: int
    total: int
    message: str = ""

    @property
    def fraction(self) -> float:
        return min(1.0, self.received / self.total)


_lock = threading.Lock()
_statuses: dict[str, DownloadStatus] = {}


def start_download(name: str) -> DownloadStatus:
    """Begin to fetch the data set ``name``, or join the download that is under way.

    Raises ``ValueError`` for a data set that is built in or unknown.
    """
    if dataset_info(name).torchvision_name is None:
        raise ValueError(f"data (={name!r}) is built in and needs no download.")
    with _lock:
        known = _statuses.get(name)
        if known is None or known.state != "running":
            _statuses[name] = DownloadStatus(name, "running", 0, TOTAL_BYTES[name])
            worker = threading.Thread(
                target=_work, args=(name, data_dir()), name=f"download {name}", daemon=True
            )
            worker.start()
    status = download_status(name)
    assert status is not None
    return status


def download_status(name: str) -> DownloadStatus | None:
    """How far the download of ``name`` has come; None if nobody has asked for it."""
    with _lock:
        status = _statuses.get(name)
    if status is None or status.state != "running":
        return status
    return replace(status, received=_received(data_dir(), dataset_info(name)))


def _work(name: str, root: Path) -> None:
    info = dataset_info(name)
    total = TOTAL_BYTES[name]
    try:
        with _alone(root, info):
            _fetch(info, root)
        status = DownloadStatus(name, "done", total, total)
        log.info("%s was downloaded", info.title)
    except Exception as error:  # whatever happens here, the page must be able to say so
        log.warning("%s was not downloaded", info.title, exc_info=error)
        message = (
            f"{info.title} could not be downloaded: {_reason(error)}. "
            "Try again later, or go on with Strokes."
        )
        status = DownloadStatus(name, "failed", _received(root, info), total, message)
    with _lock:
        _statuses[name] = status


def _fetch(info: DatasetInfo, root: Path) -> None:
    if _is_complete(info.name):
        return
    dataset = getattr(vision.datasets(), str(info.torchvision_name))
    raw = _incoming(root, info)
    raw.mkdir(parents=True, exist_ok=True)
    _forget_incomplete(raw, dict(dataset.resources))
    _check_room(raw, TOTAL_BYTES[info.name] + UNPACKED_BYTES)
    urllib.request.install_opener(fetch.CarefulOpener())  # type: ignore[arg-type]
    try:
        dataset(str(raw.parents[1]), train=False, download=True)
        unpacked = sorted(raw.glob("*-ubyte"))
        for path in unpacked:
            read_idx(path)
        place = root / str(info.torchvision_name) / "raw"
        place.mkdir(parents=True, exist_ok=True)
        for path in unpacked:
            path.replace(place / path.name)
    except Exception as error:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        _forget_incomplete(raw, {} if full else dict(dataset.resources))
        raise
    shutil.rmtree(raw.parent, ignore_errors=True)


def _forget_incomplete(raw: Path, checksums: dict[str, str]) -> None:
    """Remove what is unpacked or does not have its checksum (MD5)."""
    for path in raw.iterdir():
        if not (path.is_file() and _md5(path) == checksums.get(path.name)):
            path.unlink()


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _check_room(folder: Path, needed: int) -> None:
    """Half a data set on a full disk would stop the store of runs as well."""
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Busy(RuntimeError):  # noqa: N818
    """Another process of this machine is downloading the same data set."""


@contextlib.contextmanager
def _alone(root: Path, info: DatasetInfo) -> Iterator[None]:
    """Several servers may share a data folder: only one of them may write at a time."""
    folder = root / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{info.torchvision_name}.lock").open("w") as lock:
        try:
            _take(lock.fileno())
        except BlockingIOError:
            raise Busy from None
        yield


def _take(descriptor: int) -> None:
    """The lock ends with its file, however the process ends; without ``fcntl`` there is none."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_complete(name: str) -> bool:
    try:
        load(name)
    except DataUnavailable:
        return False
    return True


def _incoming(root: Path, info: DatasetInfo) -> Path:
    return root / "incoming" / str(info.torchvision_name) / "raw"


def _received(root: Path, info: DatasetInfo) -> int:
    try:
        return sum(path.stat().st_size for path in _incoming(root, info).glob("*.gz"))
    except OSError:  # a file was moved into place between the two calls
        return 0


def _reason(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "torchvision is not installed on this server"
    if isinstance(error, Busy):
        return "another server on this machine is downloading it now"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk of this server is full"
    if isinstance(error, (PermissionError, FileExistsError, NotADirectoryError)) or (
        isinstance(error, OSError) and error.errno == errno.EROFS
    ):
        return "the data folder of this server cannot be written"
    # torchvision tells what every place that offers the file has answered, the best place first.
    said = str(error)
    named = [reason for reason in fetch.REASONS if reason in said]
    if named:
        return min(named, key=said.index)
    if "corrupted" in said or isinstance(error, (ValueError, EOFError)):
        return fetch.DAMAGED
    if "HTTP Error" in said:
        return "the servers that offer it answered with an error"
    return "the servers that offer it cannot be reached from here"
