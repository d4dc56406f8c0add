"""Memory and computing time of a process and all that descend from it, from ``/proc`` (Linux)."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

PROC = Path("/proc")
GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


def family(pid: int) -> list[int]:
    """``pid`` and all its descendants that live now."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(*GONE):
                children.setdefault(_fields(int(entry.name))[1], []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def _fields(pid: int) -> list[int]:
    """The fields of ``/proc/<pid>/stat`` after the name: state as 0, parent, ..."""
    text = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return [0, *map(int, text[1:20])]


def proportional_mb(pid: int) -> float:
    """Megabytes (2**20) of the family: a page that n processes share counts 1/n for each (PSS)."""
    total = 0
    for one in family(pid):
        with contextlib.suppress(*GONE):
            for line in (PROC / str(one) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def cpu_seconds(pid: int, whole_family: bool = True) -> float:
    """Computing time so far, without that of descendants that have ended and were not waited for.

    Field 11 to 14 after the name: user and system time, own and of children waited for.
    """
    ticks = 0
    for one in family(pid) if whole_family else [pid]:
        with contextlib.suppress(*GONE):
            fields = _fields(one)
            ticks += fields[11] + fields[12]
    return ticks / os.sysconf("SC_CLK_TCK")


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
