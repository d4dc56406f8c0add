"""``RayRunner``: the same manager and pool as ``LocalRunner``, with Ray actors as workers.

Chosen by ``DL101_RUNNER=ray``. ``RAY_ADDRESS`` names the cluster; without it a small one starts on
this machine, bound to 127.0.0.1, with a random token. docs/scaling.md says when Ray is useful.
"""

from __future__ import annotations

import importlib.util
import math
import socket
from collections import Counter

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.messages import STILL_STARTING
from dl101_core.jobs.ray.launcher import LOST, RayLauncher
from dl101_core.jobs.record import Journal
from dl101_core.jobs.workers.pool import Link, Pool
from dl101_core.limits import Limits

MISSING = "DL101_RUNNER=ray needs Ray: pip install -r requirements-ray.txt, or unset DL101_RUNNER."


class RayPool(Pool):
    """A pool whose workers are actors. A run waits in the queue until an actor has reported."""

    start_within = math.inf

    def __init__(self, limits: Limits) -> None:
        if importlib.util.find_spec("ray") is None:
            raise ValueError(MISSING)
        super().__init__(limits)
        self._launcher.close()
        self._launcher = self.ray = RayLauncher(limits.workers)
        for link in self._links.values():
            link.wanted = True

    @property
    def trouble(self) -> str:
        """``LOST`` instead of a sentence about processes of this machine, which would mislead."""
        told = super().trouble
        return LOST if told and told != STILL_STARTING else told

    def pick(self, loads: Counter[int]) -> int | None:
        with self._lock:
            up = [link.number for link in self._links.values() if link.pid and not self._closing]
            best = min(up, key=loads.__getitem__, default=None)
            return best if best is not None and loads[best] < self._limits.live_per_worker else None

    def _worked(self, link: Link) -> None:
        # The worker may be on another machine.
        return None

    def _kill(self, link: Link) -> None:
        # The worker may be on another machine; the bridge ends the actor of a closed socket.
        if link.sock is not None:
            link.sock.shutdown(socket.SHUT_RDWR)


class RayRunner(LocalRunner):
    """A manager in front of Ray actors. Make one per server and ``close`` it at the end."""

    def __init__(self, journal: Journal, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self.pool: RayPool
        super().__init__(journal, limits, RayPool(limits))

    @property
    def notice(self) -> str:
        return self.pool.ray.notice or super().notice
