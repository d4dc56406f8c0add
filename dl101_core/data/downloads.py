"""MNIST and Fashion-MNIST on request: torchvision fetches them in a thread of the server.

torchvision verifies every file's checksum. Files arrive in a folder of their own and are moved into
place when all are complete, so that nobody trains on half a data set. Asking again after a failure
keeps what is complete.
"""

from __future__ import annotations

import errno
import logging
import shutil
import socket
import threading
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dl101_core.data import vision
from dl101_core.data.datasets import DatasetInfo, DataUnavailable, dataset_info, load
from dl101_core.data.idx import read_idx
from dl101_core.settings import data_dir

log = logging.getLogger(__name__)

TOTAL_BYTES = {"mnist": 11_594_722, "fashion_mnist": 30_878_645}
"""The four gzip'd files of each data set."""

SILENCE = 30.0
"""Seconds without a byte after which a server counts as gone."""

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
        _fetch(info, root)
        status = DownloadStatus(name, "done", total, total)
    except Exception as error:  # whatever happens here, the page must be able to say so
        log.warning("%s was not downloaded: %s", info.title, error)
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
    datasets = vision.datasets()
    urllib.request.install_opener(_ImpatientOpener())  # type: ignore[arg-type]
    raw = _incoming(root, info)
    raw.mkdir(parents=True, exist_ok=True)
    # What an interrupted call unpacked may be half a file; the packed ones have checksums.
    for path in raw.glob("*-ubyte"):
        path.unlink()
    dataset = getattr(datasets, str(info.torchvision_name))
    dataset(str(raw.parents[1]), train=False, download=True)
    unpacked = sorted(raw.glob("*-ubyte"))
    for path in unpacked:
        read_idx(path)
    place = root / str(info.torchvision_name) / "raw"
    place.mkdir(parents=True, exist_ok=True)
    for path in unpacked:
        path.replace(place / path.name)
    shutil.rmtree(raw.parent, ignore_errors=True)


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
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk of this server is full"
    if isinstance(error, TimeoutError):
        return "the other side stopped answering"
    if isinstance(error, (PermissionError, FileExistsError, NotADirectoryError)) or (
        isinstance(error, OSError) and error.errno == errno.EROFS
    ):
        return "the data folder of this server cannot be written"
    if "corrupted" in str(error) or isinstance(error, (ValueError, EOFError)):
        return "what arrived is damaged"
    return "the servers that offer it cannot be reached from here"


class _ImpatientOpener:
    """The usual opener of urllib, which by default waits for ever, with a limit."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener()

    def open(
        self, request: urllib.request.Request, data: bytes | None = None, timeout: object = None
    ) -> object:
        unset = timeout is None or timeout is socket._GLOBAL_DEFAULT_TIMEOUT  # type: ignore[attr-defined]
        return self._opener.open(request, data, SILENCE if unset else timeout)  # type: ignore[arg-type]
