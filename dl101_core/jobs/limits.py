"""How much a server takes on, with defaults for a class of thirty on two cores."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

from dl101_core.jobs.slicer import CHECKPOINT_EVERY


def fork_is_safe() -> bool:
    """Linux only: macOS has ``fork``, but its system libraries do not survive it."""
    return sys.platform == "linux"


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Limits:
    """``workers``: processes, one core each. ``live_per_worker``: runs that share one process.
    ``per_owner``: runs of one owner at a time; the rest wait. ``lease``: seconds without a look
    after which a run pauses. ``checkpoint_every``: seconds between two checkpoints of a run.
    ``start``: "fork" or "spawn".
    """

    workers: int = field(default_factory=_cores)
    live_per_worker: int = 15
    per_owner: int = 2
    lease: float = 300.0
    checkpoint_every: float = CHECKPOINT_EVERY
    start: str = "fork" if fork_is_safe() else "spawn"

    def __post_init__(self) -> None:
        for name in ("workers", "live_per_worker", "per_owner"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} (={getattr(self, name)}) must be at least 1.")
        for name in ("lease", "checkpoint_every"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} (={getattr(self, name)}) must be above 0 seconds.")
        if self.start not in ("fork", "spawn"):
            raise ValueError(f"start (={self.start!r}) must be fork or spawn.")


def limits_from_environment() -> Limits:
    """``DL101_WORKERS``, ``DL101_RUNS_PER_OWNER``, ``DL101_JOBS_START``; the rest by default."""
    default = Limits()
    return Limits(
        workers=_number("DL101_WORKERS", default.workers),
        per_owner=_number("DL101_RUNS_PER_OWNER", default.per_owner),
        start=os.environ.get("DL101_JOBS_START") or default.start,
    )


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name} (={text!r}) must be a whole number.") from None
