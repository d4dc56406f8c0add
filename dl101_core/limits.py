"""The limits of a server in one table, by default for a class of thirty on two cores.

Every field can be set by an environment variable: ``DL101_`` and its name in capitals.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path

PREFIX = "DL101_"
CGROUP_MEMORY = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
MEMORY_SHARE = 0.85
# With less memory, the server has one worker: a second one would take memory from the runs.
ONE_WORKER_BELOW_MB = 1000


def fork_is_safe() -> bool:
    """Linux only: macOS has ``fork``, but its system libraries do not survive it."""
    return sys.platform == "linux"


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_mb() -> int:
    """Memory of the container, else of the machine, less a reserve; 4096 if unknown."""
    sizes = [int(text) for path in CGROUP_MEMORY if (text := _read(path)).isdigit()]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return int(min(sizes) * MEMORY_SHARE / 2**20) if sizes else 4096


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True)
class Limits:
    """Training
    ``workers``: processes, one core each (0: as many as cores, one if memory is short).
    ``live_per_worker``: runs that share one process.
    ``running_per_owner``, ``waiting_per_owner``: runs of one learner that train, and that wait.
    ``waiting_in_all``: length of the whole queue.
    ``starts_per_minute``, ``starts_per_minute_in_all``: runs that one learner, and all learners
    together, may start.
    ``max_epochs``, ``max_parameters``, ``max_seconds``: of one run; seconds of computing.
    ``memory_mb``: the server with all its processes (0: what the container or machine has).
    ``lease``: seconds without a look after which a run pauses.
    ``hang_seconds``: a worker that is silent for so long is ended and replaced.
    ``checkpoint_every``: seconds between two checkpoints of a run.
    ``kept_runs``, ``kept_runs_in_all``: finished and unfinished runs that the store keeps, of one
    learner and of all learners.
    ``start_method``: "fork" or "spawn".

    Uploads and drawings, of one learner and (``…_in_all``) of all learners
    ``upload_mb``, ``upload_megapixels``: of one picture.
    ``uploads_held_mb``, ``uploads_held_mb_in_all``: of pictures that an open page, and all of them,
    keep in memory (in all, 0: an eighth of ``memory_mb``, or four pages' worth if that is more).
    ``uploads_per_minute``, ``drawings_per_minute``: pictures sent, messages of the drawing pad.

    Streams
    ``streams_per_address``, ``streams_in_all``: curves that are sent live at a time, to one address
    (a class behind one router) and to all. A browser beyond the limit polls.
    """

    workers: int = 0
    live_per_worker: int = 15
    running_per_owner: int = 1
    waiting_per_owner: int = 3
    waiting_in_all: int = 200
    starts_per_minute: int = 20
    starts_per_minute_in_all: int = 600
    max_epochs: int = 100
    max_parameters: int = 2_000_000
    max_seconds: float = 900.0
    memory_mb: int = 0
    lease: float = 300.0
    hang_seconds: float = 30.0
    checkpoint_every: float = 5.0
    kept_runs: int = 20
    kept_runs_in_all: int = 300
    start_method: str = field(default_factory=lambda: "fork" if fork_is_safe() else "spawn")
    upload_mb: int = 10
    upload_megapixels: int = 40
    uploads_held_mb: int = 30
    uploads_held_mb_in_all: int = 0
    uploads_per_minute: int = 12
    uploads_per_minute_in_all: int = 120
    drawings_per_minute: int = 400
    drawings_per_minute_in_all: int = 20_000
    streams_per_address: int = 100
    streams_in_all: int = 400

    def __post_init__(self) -> None:
        for name in (
            "workers",
            "waiting_per_owner",
            "waiting_in_all",
            "memory_mb",
            "uploads_held_mb_in_all",
        ):
            self._at_least(name, 0)
        for name in (
            "live_per_worker",
            "running_per_owner",
            "max_epochs",
            "max_parameters",
            "starts_per_minute",
            "starts_per_minute_in_all",
            "kept_runs",
            "kept_runs_in_all",
            "upload_mb",
            "upload_megapixels",
            "uploads_held_mb",
            "uploads_per_minute",
            "uploads_per_minute_in_all",
            "drawings_per_minute",
            "drawings_per_minute_in_all",
            "streams_per_address",
            "streams_in_all",
        ):
            self._at_least(name, 1)
        for name in ("max_seconds", "lease", "hang_seconds", "checkpoint_every"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} (={getattr(self, name)}) must be above 0 seconds.")
        if self.start_method not in ("fork", "spawn"):
            raise ValueError(f"start_method (={self.start_method!r}) must be fork or spawn.")
        # Defaults that depend on the machine are set here, so that all readers get one value.
        if self.memory_mb == 0:
            object.__setattr__(self, "memory_mb", _memory_mb())
        if self.uploads_held_mb_in_all == 0:
            in_all = max(self.memory_mb // 8, 4 * self.uploads_held_mb)
            object.__setattr__(self, "uploads_held_mb_in_all", in_all)
        if self.workers == 0:
            short = self.memory_mb < ONE_WORKER_BELOW_MB
            object.__setattr__(self, "workers", 1 if short else _cores())

    def _at_least(self, name: str, low: int) -> None:
        if getattr(self, name) < low:
            raise ValueError(f"{name} (={getattr(self, name)}) must be at least {low}.")


def limits_from_environment() -> Limits:
    """``Limits`` with every ``DL101_…`` that is set. Raises ``ValueError`` naming a bad one."""
    kinds = {"int": int, "float": float, "str": str}
    values = {}
    for item in fields(Limits):
        name = PREFIX + item.name.upper()
        text = os.environ.get(name, "").strip()
        if not text:
            continue
        try:
            values[item.name] = kinds[str(item.type)](text)
        except ValueError:
            kind = "a whole number" if item.type == "int" else "a number"
            raise ValueError(f"{name} (={text!r}) must be {kind}.") from None
    return Limits(**values)
