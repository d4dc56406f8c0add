"""Retries of workers that do not start: when, in which way, and the message meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

from dl101_core.jobs import messages

MAX_FALSE_STARTS = 3
FIRST_DELAY, MAX_DELAY = 0.5, 5.0
FORK_AGAIN, FORK_AGAIN_AT_LAST = 60.0, 960.0
PATIENCE = 5.0
"""Seconds that a run waits for a worker to report before the learner is told."""


class Starts:
    """The rules of one pool; ``clock`` in seconds.

    ``forks``: whether the next worker is forked. After ``MAX_FALSE_STARTS`` in a row, no worker is
    forked for a while; then one worker retries, and after a failure the next retry comes after
    twice the time. ``trouble``: a sentence for learners, or empty.
    """

    def __init__(self, can_fork: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._can_fork, self._clock = can_fork, clock
        self.forks = can_fork
        self.trouble = ""
        self._failures = 0
        self._not_before = float("-inf")
        self._pause = FORK_AGAIN
        self._fork_at = float("inf")
        self._trying = False

    def due(self) -> bool:
        """Whether the next worker may be started; ``forks`` then says how."""
        now = self._clock()
        if now >= self._fork_at and not self.forks:
            self.forks = self._trying = True
        return now >= self._not_before

    def worked(self) -> None:
        """A worker has reported."""
        self._failures, self.trouble = 0, ""
        if self.forks:
            self._trying, self._pause = False, FORK_AGAIN

    def waited(self, seconds: float) -> None:
        """A run has waited ``seconds`` for a worker that seems to be starting."""
        if seconds >= PATIENCE and not self.trouble:
            self.trouble = messages.STILL_STARTING

    def failed(self, reason: str) -> None:
        """A worker has ended, or its start has timed out, before it reported."""
        now = self._clock()
        self.trouble = messages.no_workers(reason)
        if now < self._not_before:
            return  # they died together, with their zygote
        self._failures += 1
        self._not_before = now + min(MAX_DELAY, FIRST_DELAY * 2 ** (self._failures - 1))
        if self.forks and (self._trying or self._failures >= MAX_FALSE_STARTS):
            self.forks = self._trying = False
            self._fork_at = now + self._pause
            self._pause = min(FORK_AGAIN_AT_LAST, 2 * self._pause)
