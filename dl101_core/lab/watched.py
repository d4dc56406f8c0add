"""A run as all its watchers see it: one curve for all, and one text for all at one position."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from dl101_core.jobs.runner import ENDED, Runner, RunState, RunStatus
from dl101_core.lab.curves import Counts, Curve
from dl101_core.lab.run_words import Line, line_of
from dl101_core.training.events import Event

NOTHING: Counts = (0, 0, 0)


@dataclass(frozen=True)
class Found:
    """What the runner told at one look: its new events and the run's status."""

    events: list[Event]
    status: RunStatus


@dataclass(eq=False)
class Watched:
    """``version`` counts the changes. ``bell`` rings at a change, and when a beat is due.

    ``gone``: the run was deleted, or cannot be read any more.
    """

    run_id: str
    curve: Curve = field(default_factory=Curve)
    state: RunState | None = None
    line: Line = field(default_factory=lambda: Line(""))
    gone: bool = False
    version: int = 0
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    _events: int = 0
    _texts: dict[Counts, tuple[str, Counts]] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether nothing more can come."""
        return self.gone or self.state in ENDED

    def look(self, runner: Runner) -> Found:
        """Ask the runner, which renews the lease; changes nothing here, so any thread may do it.

        The status comes first: the events that follow an end are all of them.
        """
        status = runner.status(self.run_id)
        return Found([event for _, event in runner.events(self.run_id, self._events)], status)

    def take(self, found: Found) -> None:
        line = line_of(found.status)
        if not found.events and (found.status.state, line) == (self.state, self.line):
            return
        self._events += len(found.events)
        self.curve.take(found.events)
        self.state, self.line = found.status.state, line
        self._changed()

    def behind(self, seen: Counts) -> bool:
        """Whether a browser at this position lacks something."""
        return seen != self.curve.sizes[: len(seen)]

    def lose(self) -> None:
        self.gone = True
        self._changed()

    def ring(self) -> None:
        """Wake all who wait for the bell."""
        self.bell.set()
        self.bell.clear()

    def text(self, seen: Counts) -> tuple[str, Counts]:
        """What is new after ``seen`` as JSON, and the position after it."""
        if seen not in self._texts:
            self._texts[seen] = self._text(seen)
        return self._texts[seen]

    def _text(self, seen: Counts) -> tuple[str, Counts]:
        share = self.line.share
        news = {
            "state": self.state,
            "line": self.line.text,
            "share": None if share is None else round(share, 4),
            **curve_news(self.run_id, self.curve, seen),
        }
        return json.dumps(news, separators=(",", ":")), self._after(seen, news)

    def _after(self, seen: Counts, news: dict[str, object]) -> Counts:
        """The browser's position after ``news``."""
        begin, shots = news["from"], news.get("snapshots", [])
        assert isinstance(begin, list)
        assert isinstance(shots, list)
        last = (begin[3] + len(shots),) if len(seen) > 3 else ()
        return *self.curve.sizes[:3], *last

    def _changed(self) -> None:
        self.version += 1
        self._texts.clear()
        self.ring()


def curve_news(run_id: str, curve: Curve, seen: Counts) -> dict[str, object]:
    """The points of a run after ``seen``: the same for the stream and for the answer to a poll."""
    return {"id": run_id, **curve.news(seen)}
