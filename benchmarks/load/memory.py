"""Memory and computing time of a process and all its descendants (Linux)."""

from __future__ import annotations

import contextlib
import threading

import psutil


def family(pid: int) -> list[psutil.Process]:
    """``pid`` and all its descendants that run now."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def proportional_mb(pid: int) -> float:
    """Megabytes (2**20) of the family: a page that n processes share counts 1/n for each (PSS)."""
    total = 0
    for one in family(pid):
        with contextlib.suppress(psutil.Error):
            total += one.memory_full_info().pss
    return total / 2**20


def cpu_seconds(pid: int, whole_family: bool = True) -> float:
    """Computing time so far, without descendants that have ended."""
    total = 0.0
    for one in family(pid) if whole_family else [psutil.Process(pid)]:
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system
    return total


class Peak:
    """The largest proportional memory of a family between ``start`` and ``stop``."""

    def __init__(self, pid: int, every: float = 1.0) -> None:
        self.pid, self.every = pid, every
        self.mb = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.mb = max(self.mb, proportional_mb(self.pid))
            if self._done.wait(self.every):
                return
