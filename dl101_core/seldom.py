"""Limits how often something is said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Seldom:
    """``seldom()`` is true at most once in ``seconds``; ``reset`` makes the next one true."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._said_at = float("-inf")

    def __call__(self) -> bool:
        with self._lock:
            now = self._clock()
            due = now - self._said_at >= self._seconds
            if due:
                self._said_at = now
            return due

    def reset(self) -> None:
        self._said_at = float("-inf")
