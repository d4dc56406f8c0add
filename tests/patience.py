"""Waits for conditions: the only module where a test sleeps.

A test waits for a condition and goes on as soon as it is true; the time here is only a timeout. So
no test depends on speed: on a busy machine a test is late, but does not fail.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

PATIENCE = 200.0
"""Timeout in seconds."""
REST = 0.01


def looks_for(seconds: float = PATIENCE, vain: str = "waited in vain") -> Iterator[None]:
    """Yields again and again, with a short sleep between; fails at the timeout."""
    end = time.monotonic() + seconds
    while True:
        yield
        assert time.monotonic() < end, vain
        time.sleep(REST)


def wait_for(condition: Callable[[], object], vain: str = "waited in vain") -> None:
    """Return once ``condition()`` is true."""
    for _ in looks_for(vain=vain):
        if condition():
            return


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Whether ``condition`` is true in time: for promises to learners in seconds."""
    try:
        for _ in looks_for(seconds):
            if condition():
                return True
    except AssertionError:
        return bool(condition())
    raise AssertionError  # looks_for never ends by itself
