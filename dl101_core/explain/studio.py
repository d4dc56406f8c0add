"""One background thread runs the gradient ascents of all sessions, one step of each in turn.

An ascent needs no process of its own: a step takes a few milliseconds, mostly without Python's
lock (GIL). After each step the thread sleeps ``REST`` times as long. So all ascents together leave
most of one core to the server, and no ascent runs on the thread of a page.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import torch

from dl101_core.explain.ascent import Dreamt

log = logging.getLogger(__name__)

REST = 3.0
"""Seconds of sleep for a second of work: the thread takes a quarter of a core at most."""
LEASE = 6.0
"""Seconds without a look after which an ascent pauses, so that it takes no turn from the others.
A busy machine and a hidden tab look late, too: at the next look the ascent resumes."""
KEEP = 1800.0
"""Seconds without a look after which an ascent is deleted."""
MOST = 64
"""Most ascents that take turns at the same time."""
KEPT = 4 * MOST
"""Most ascents kept, running or not; beyond, those without a look for longest are deleted."""

State = Literal["climbing", "finished", "cancelled", "failed"]
Climb = Iterator[Dreamt | None]


@dataclass(frozen=True)
class Progress:
    """``shown``: all pictures so far, oldest first. ``problem``: a sentence if it failed."""

    state: State
    shown: tuple[Dreamt, ...] = ()
    problem: str = ""

    @property
    def last(self) -> Dreamt | None:
        return self.shown[-1] if self.shown else None


class Busy(RuntimeError):  # noqa: N818
    """Too many ascents run; the message says what to do."""


@dataclass
class _Work:
    climb: Climb
    looked_at: float
    progress: Progress = field(default_factory=lambda: Progress("climbing"))


class Studio:
    """``start``, ``look``, ``cancel``: one ascent for each session, named by a key."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._works: dict[str, _Work] = {}
        self._thread: threading.Thread | None = None

    def start(self, key: str, climb: Climb) -> None:
        """Start an ascent; an earlier one of ``key`` is abandoned. Raises ``Busy``."""
        with self._lock:
            self._works.pop(key, None)
            if len(self._awake()) >= MOST:
                raise Busy(f"{MOST} pictures are being made at the moment. Try again in a minute.")
            self._works[key] = _Work(climb, self._clock())
            self._forget()
            self._go_on()

    def look(self, key: str) -> Progress | None:
        """The progress of the ascent, which resumes if it paused. ``None``: none, or deleted."""
        with self._lock:
            work = self._works.get(key)
            if work is None:
                return None
            work.looked_at = self._clock()
            self._go_on()
            return work.progress

    def cancel(self, key: str) -> None:
        """Stop the ascent; its pictures so far are kept."""
        with self._lock:
            work = self._works.get(key)
            if work is not None and work.progress.state == "climbing":
                work.progress = replace(work.progress, state="cancelled")

    def waiting(self) -> int:
        """Number of ascents that run now, without paused ones."""
        with self._lock:
            return len(self._awake())

    def _awake(self) -> list[_Work]:
        """The ascents that run and whose lease has not expired."""
        since = self._clock() - LEASE
        works = self._works.values()
        return [w for w in works if w.progress.state == "climbing" and w.looked_at >= since]

    def _go_on(self) -> None:
        """Start the thread if there is work and none runs. The caller holds the lock."""
        if self._thread is None and self._awake():
            self._thread = threading.Thread(target=self._run, name="studio", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        torch.set_num_threads(1)
        while works := self._turn():
            for work in works:
                began = self._clock()
                self._step(work)
                self._sleep(REST * (self._clock() - began) + 0.001)

    def _turn(self) -> list[_Work]:
        """The ascents that need a step; empty when the thread ends."""
        with self._lock:
            self._forget()
            works = self._awake()
            if not works:
                self._thread = None
            return works

    def _forget(self) -> None:
        """Delete ascents without a look for ``KEEP`` seconds, and the oldest beyond ``KEPT``."""
        unseen = sorted(self._works, key=lambda key: self._works[key].looked_at)
        too_many, long_ago = len(unseen) - KEPT, self._clock() - KEEP
        for number, key in enumerate(unseen):
            if number < too_many or self._works[key].looked_at < long_ago:
                del self._works[key]

    def _step(self, work: _Work) -> None:
        shown: tuple[Dreamt, ...] = ()
        state: State = "climbing"
        problem = ""
        try:
            reached = next(work.climb, "top")
        except (ValueError, RuntimeError) as error:
            log.warning("an ascent failed: %s", type(error).__name__)
            state, problem = "failed", str(error)
        else:
            if isinstance(reached, Dreamt):
                shown = (reached,)
            elif reached == "top":
                state = "finished"
        with self._lock:
            before = work.progress
            if before.state == "climbing":  # it may have been cancelled meanwhile
                work.progress = Progress(state, before.shown + shown, problem)
