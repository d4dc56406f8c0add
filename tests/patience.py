"""Waiting for something to come true: the one place where a test sleeps.

A test waits for what it names and goes on at once when it is there; the time here is only the end
of what never comes. So nothing is won by speed, and a busy machine makes a test late, not red.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

PATIENCE = 200.0
"""Seconds after which it will not come any more."""
REST = 0.01


def looks_for(seconds: float = PATIENCE, vain: str = "waited in vain") -> Iterator[None]:
    """Comes round again and again, with a short rest between; fails when the time is up."""
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
    """Whether it comes true in time: for what is promised to learners in seconds."""
    try:
        for _ in looks_for(seconds):
            if condition():
                return True
    except AssertionError:
        return bool(condition())
    raise AssertionError  # looks_for never ends by itself
