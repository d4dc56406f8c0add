"""``LocalRunner``: trains in worker processes of this machine and keeps everything in a store."""

from __future__ import annotations

import atexit
import os

from dl101_core.jobs.manager import Manager
from dl101_core.jobs.record import Journal
from dl101_core.jobs.runner import Runner
from dl101_core.jobs.store.journal import open_journal
from dl101_core.jobs.store.shared import share
from dl101_core.jobs.workers.pool import GOODBYE, Pool
from dl101_core.limits import Limits, limits_from_environment


class LocalRunner(Manager):
    """A manager in front of a pool. Make one per server and ``close`` it at the end."""

    def __init__(
        self, journal: Journal, limits: Limits | None = None, pool: Pool | None = None
    ) -> None:
        limits = limits or Limits()
        self.pool = pool or Pool(limits)
        super().__init__(self.pool, journal, limits)
        self.pool.open(self)
        atexit.register(self.close)

    def close(self, goodbye: float = GOODBYE) -> None:
        """Save every run and end every process in ``goodbye`` s. A second call is harmless."""
        atexit.unregister(self.close)
        self.pool.close(goodbye)
        super().close()


def local_runner() -> Runner:
    """The runner that the environment asks for: ``DL101_RUNNER``, then ``limits``, ``settings``."""
    kind = os.environ.get("DL101_RUNNER", "").strip() or "local"
    if kind not in ("local", "ray"):
        raise ValueError(f"DL101_RUNNER (={kind!r}) must be local or ray.")
    limits = limits_from_environment()
    manager: type[LocalRunner] = LocalRunner
    if kind == "ray":
        from dl101_core.jobs.ray.engine import RayRunner  # Ray is an optional extra

        manager = RayRunner
    journal = open_journal(None, limits.kept_runs, limits.kept_runs_in_all)
    return share(manager(journal, limits), journal, limits)
