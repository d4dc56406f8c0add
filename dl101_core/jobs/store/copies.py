"""Copies of runs that another server trains, kept fresh while somebody looks at them here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from dl101_core.jobs.record import RunRow, result_of, status_of
from dl101_core.jobs.runner import RunStatus
from dl101_core.jobs.store.leases import Shown
from dl101_core.jobs.store.runs import unbroken
from dl101_core.jobs.store.tables import events, runs
from dl101_core.training.events import Event

NEVER = float("-inf")


@dataclass
class Copy:
    """A run as the store shows it. ``shown``: what its server has told about it, if anything.

    ``asked_at``: when somebody last looked here; ``told_at``: when its server last heard of that.
    ``expected``: where a command that is on its way will lead, believed until ``believed_until``.
    """

    row: RunRow
    events: list[Event]
    asked_at: float
    shown: Shown | None = None
    told_at: float = NEVER
    expected: Shown | None = field(default=None)
    believed_until: float = NEVER

    def expect(self, shown: Shown, until: float) -> None:
        self.expected, self.believed_until = shown, until

    def status(self, now: float) -> RunStatus:
        shown = self.shown
        if self.expected and now < self.believed_until:
            shown = self.expected
        row = self.row
        if row.outcome:
            shown = Shown(row.outcome, message=row.message)
        elif shown is None:
            paused = row.wanted == "pause"
            shown = Shown("paused" if paused else "running" if row.step else "queued")
        return status_of(row, shown.state, shown.position, shown.message, shown)


def refresh(connection: sa.Connection, copies: Collection[Copy]) -> set[str]:
    """Bring all copies up to date with two queries; returns the runs that are gone.

    First the rows: what a row says has happened is then among the events.
    """
    known = {copy.row.run_id: copy for copy in copies}
    parts = (runs.c.run_id, runs.c.wanted, runs.c.outcome, runs.c.step, runs.c.message)
    rows = sa.select(*parts, runs.c.total_steps).where(runs.c.run_id.in_(list(known)))
    found = {row.run_id: row for row in connection.execute(rows)}
    for run_id, more in _news(connection, list(known.values())).items():
        copy = known[run_id]
        copy.events += unbroken(more, len(copy.events) + 1)
    for run_id, row in found.items():
        result = result_of(known[run_id].events) if row.outcome else None
        changes: dict[str, Any] = {**row._mapping, "result": result}
        known[run_id].row = replace(known[run_id].row, **changes)
    return set(known) - set(found)


def _news(connection: sa.Connection, copies: list[Copy]) -> dict[str, list[tuple[int, str]]]:
    later = [
        sa.and_(events.c.run_id == copy.row.run_id, events.c.seq > len(copy.events))
        for copy in copies
    ]
    if not later:
        return {}
    query = sa.select(events).where(sa.or_(*later)).order_by(events.c.run_id, events.c.seq)
    news: dict[str, list[tuple[int, str]]] = {}
    for run_id, seq, text in connection.execute(query):
        news.setdefault(run_id, []).append((seq, text))
    return news
