"""How often: a limit per minute for each learner, and one for everybody together.

A bucket holds as many tokens as a minute allows and is filled evenly; each act takes one. So a
burst is welcome, and a flood is not.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

MOST_OWNERS = 10_000
PACE_SECONDS = 3.0
"""Over which the pace is averaged."""


class TooOften(ValueError):  # noqa: N818
    """The limit is reached; the sentence names it and says how long to wait."""


@dataclass
class _Bucket:
    tokens: float
    filled_at: float
    told_at: float = -math.inf


class Rate:
    """``what`` (a plural: "pictures") at most ``per_owner`` and ``in_all`` times a minute."""

    def __init__(
        self,
        what: str,
        per_owner: int,
        in_all: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._per_owner, self._in_all, self._clock = what, per_owner, in_all, clock
        self._lock = threading.Lock()
        self._owners: dict[str, _Bucket] = {}
        self._all = _Bucket(in_all, clock())
        self._pace, self._pace_at = 0.0, clock()

    def take(self, owner: str) -> None:
        """Count one act of ``owner``. Raises ``TooOften`` if it is one too many; then it is not
        counted."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            own = self._owners.setdefault(owner, _Bucket(self._per_owner, now))
            _fill(own, self._per_owner, now)
            _fill(self._all, self._in_all, now)
            _check(own, self._per_owner, f"You may send {self._per_owner:,} {self._what}")
            _check(self._all, self._in_all, f"This server takes {self._in_all:,} {self._what}")
            own.tokens -= 1
            self._all.tokens -= 1
            self._pace, self._pace_at = self._pace_now(now) + 1 / PACE_SECONDS, now

    def pace(self) -> float:
        """Acts a second of everybody, over the last seconds."""
        with self._lock:
            return self._pace_now(self._clock())

    def _pace_now(self, now: float) -> float:
        return self._pace * math.exp(-(now - self._pace_at) / PACE_SECONDS)

    def _forget(self, now: float) -> None:
        """Let go of learners who have been quiet for a minute, once there are very many."""
        if len(self._owners) >= MOST_OWNERS:
            self._owners = {k: b for k, b in self._owners.items() if now - b.filled_at < 60}


def _check(bucket: _Bucket, per_minute: int, says: str) -> None:
    if bucket.tokens >= 1:
        return
    if bucket.filled_at - bucket.told_at >= 60:  # a flood must not become one of the log
        bucket.told_at = bucket.filled_at
        log.info("limit reached: %s a minute", says)
    wait = math.ceil((1 - bucket.tokens) * 60 / per_minute)
    raise TooOften(f"{says} a minute. Try again in {wait} s.")


def _fill(bucket: _Bucket, per_minute: int, now: float) -> None:
    bucket.tokens = min(per_minute, bucket.tokens + (now - bucket.filled_at) * per_minute / 60)
    bucket.filled_at = now
