"""Whether a worker that says nothing stands still, or is only slow.

On a host that hands out 0.08 of a core, one step of a large network takes a minute, and the worker
cannot answer meanwhile. So silence alone is not enough: the worker must have computed either next
to nothing (blocked, stopped), or for as long as nobody waits (an endless loop).
"""

from __future__ import annotations

from dataclasses import dataclass

import psutil

PINGS = 4
"""Signs of life asked for while patience lasts."""
RESTING = 0.01
"""Who computes for a smaller share of the time is taken to stand still."""


@dataclass
class Heartbeat:
    """Of one worker: when it was last heard and asked, and its computing seconds then."""

    heard: float = 0.0
    asked: float = 0.0
    worked: float | None = None
    noted: float = 0.0

    def stands_still(self, now: float, patience: float, worked: float | None) -> bool:
        """``worked``: its computing seconds so far, None where nobody tells."""
        if self.noted <= self.heard:
            self.noted, self.worked = now, worked
        silence = now - self.heard
        if silence <= patience or self.asked <= self.heard:
            return False
        if worked is None or self.worked is None:
            return True
        since = worked - self.worked
        return since > patience or since < RESTING * (now - self.noted)

    def due(self, now: float, patience: float) -> bool:
        """Whether to ask for a sign of life; if so, it is taken as asked."""
        if now - self.asked <= patience / PINGS:
            return False
        self.asked = now
        return True

    def shift(self, seconds: float) -> None:
        """Nobody listened for so long (the server stood still itself): that counts for nothing."""
        self.heard += seconds
        self.asked += seconds
        self.noted += seconds


def computing_seconds(pid: int) -> float | None:
    """What the process has computed so far; None where the system does not tell."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(times.user + times.system)
