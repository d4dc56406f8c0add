"""Rate limits: one per minute for each learner, and one for all learners together.

Each limit is a token bucket: it holds the tokens of one minute and is filled evenly; each request
takes one. So bursts pass and floods do not. When the common bucket is empty and several addresses
compete, an address below its equal share may still borrow from the bucket. Addresses above their
share wait until the debt is paid back. A single address has the whole bucket.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

MOST_OWNERS = 10_000
"""Most learners, and most addresses, with a bucket of their own: the latest ones."""
PACE_SECONDS = 3.0
"""Seconds over which the pace is averaged."""
BORROWED = 0.5
"""Largest debt of the common bucket, as a share of a minute's tokens."""


class TooOften(ValueError):  # noqa: N818
    """The limit is reached; the sentence names it and says how long to wait."""


@dataclass
class _Bucket:
    tokens: float
    filled_at: float
    told_at: float = -math.inf

    def fill(self, per_minute: float, now: float) -> None:
        self.tokens += (now - self.filled_at) * per_minute / 60
        self.tokens, self.filled_at = min(per_minute, self.tokens), now

    def wait(self, per_minute: float) -> float:
        """Seconds until the bucket holds a token."""
        return max(0.0, 1 - self.tokens) * 60 / per_minute


class Rate:
    """``what`` at most ``per_owner`` and ``in_all`` times a minute.

    ``what``: a verb and a plural, "send pictures".
    """

    def __init__(
        self,
        what: str,
        per_owner: int,
        in_all: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._verb, _, self._what = what.partition(" ")
        self._per_owner, self._in_all, self._clock = per_owner, in_all, clock
        self._lock = threading.Lock()
        self._owners: OrderedDict[str, _Bucket] = OrderedDict()
        self._addresses: OrderedDict[str, _Bucket] = OrderedDict()
        self._all = _Bucket(in_all, clock())
        self._pace, self._pace_at = 0.0, clock()

    def take(self, owner: str, address: str = "") -> None:
        """Count one request of ``owner``, who is at ``address`` (a mark of ``addresses``).

        Raises ``TooOften`` for a request above a limit, which is not counted.
        """
        with self._lock:
            now = self._clock()
            own = _bucket(self._owners, owner, self._per_owner, now)
            own.fill(self._per_owner, now)
            _check(
                own,
                own.wait(self._per_owner),
                f"You may {self._verb} {self._per_owner:,} {self._what}",
            )
            share, per_minute = self._share(address, now)
            self._all.fill(self._in_all, now)
            waits = self._all.wait(self._in_all)
            if self._all.tokens >= 1 - BORROWED * self._in_all:
                waits = min(waits, share.wait(per_minute))
            _check(self._all, waits, f"This server takes {self._in_all:,} {self._what}")
            own.tokens -= 1
            share.tokens = max(0.0, share.tokens - 1)
            self._all.tokens -= 1
            self._pace, self._pace_at = self._pace_now(now) + 1 / PACE_SECONDS, now

    def pace(self) -> float:
        """Requests a second of all learners, over the last seconds."""
        with self._lock:
            return self._pace_now(self._clock())

    def _pace_now(self, now: float) -> float:
        return self._pace * math.exp(-(now - self._pace_at) / PACE_SECONDS)

    def _share(self, address: str, now: float) -> tuple[_Bucket, float]:
        """The bucket of the address's equal share, and that share per minute."""
        while self._addresses and now - next(iter(self._addresses.values())).filled_at >= 60:
            self._addresses.popitem(last=False)
        rivals = len(self._addresses) + (address not in self._addresses)
        per_minute = self._in_all / rivals
        share = _bucket(self._addresses, address, per_minute, now)
        share.fill(per_minute, now)
        return share, per_minute


class Counted:
    """Requests that were counted on one way, and need not be counted again on another.

    Each owner has ``most`` of them at a time, so that nobody saves them up.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._owners: OrderedDict[str, int] = OrderedDict()

    def add(self, owner: str) -> None:
        """A request of ``owner`` was counted."""
        with self._lock:
            self._owners[owner] = min(self._most, self._owners.pop(owner, 0) + 1)
            while len(self._owners) > MOST_OWNERS:
                self._owners.popitem(last=False)

    def use(self, owner: str) -> bool:
        """Whether a request of ``owner`` was counted already; each counts for one."""
        with self._lock:
            if not self._owners.get(owner):
                return False
            self._owners[owner] -= 1
            return True


def _bucket(
    buckets: OrderedDict[str, _Bucket], name: str, per_minute: float, now: float
) -> _Bucket:
    """The bucket of ``name``, a full one if it is new. The least recently used ones are dropped."""
    bucket = buckets.setdefault(name, _Bucket(per_minute, now))
    buckets.move_to_end(name)
    while len(buckets) > MOST_OWNERS:
        buckets.popitem(last=False)
    return bucket


def _check(bucket: _Bucket, wait: float, says: str) -> None:
    if wait <= 0:
        return
    if bucket.filled_at - bucket.told_at >= 60:  # a flood of requests must not flood the log
        bucket.told_at = bucket.filled_at
        log.info("limit reached: %s a minute", says)
    raise TooOften(f"{says} a minute. Try again in {math.ceil(wait)} s.")
