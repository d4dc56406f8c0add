"""The store: runs, events and checkpoints in a database, by SQLAlchemy Core.

SQLite in WAL mode by default; any other database by its URL. Everything here is synchronous and may
raise ``SQLAlchemyError``; ``journal`` puts a patient thread in front of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from dl101_core.jobs.record import RunRow, Saved
from dl101_core.jobs.store.database import Database, insert, now
from dl101_core.jobs.store.quotas import Kept, surplus
from dl101_core.jobs.store.tables import (
    OF_A_RUN,
    checkpoints,
    events,
    leases,
    origins,
    runs,
    servers,
)
from dl101_core.jobs.workers.codec import BadMessage, from_text, to_text
from dl101_core.limits import Limits
from dl101_core.training.events import Checkpointed, Event

log = logging.getLogger(__name__)

IDS_PER_STATEMENT = 500
MOST_MARKED = 10_000


@dataclass
class Batch:
    """What is to be saved in one transaction. Of rows and checkpoints only the latest counts.

    What is in ``deleted`` goes, whatever else stands here about it.
    """

    rows: dict[str, RunRow] = field(default_factory=dict)
    events: list[tuple[str, int, Event]] = field(default_factory=list)
    checkpoints: dict[str, Checkpointed] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.rows or self.events or self.checkpoints or self.deleted)

    def run_ids(self) -> set[str]:
        """Whom it is about."""
        told = {run_id for run_id, _, _ in self.events}
        return told | set(self.rows) | set(self.checkpoints) | self.deleted

    def forget(self, run_id: str) -> None:
        """Delete the run, and do not save it first."""
        self.rows.pop(run_id, None)
        self.checkpoints.pop(run_id, None)
        self.events = [item for item in self.events if item[0] != run_id]
        self.deleted.add(run_id)

    def only(self, run_ids: Iterable[str]) -> Batch:
        """What it says about these runs."""
        wanted = set(run_ids)
        return Batch(
            {run_id: row for run_id, row in self.rows.items() if run_id in wanted},
            [item for item in self.events if item[0] in wanted],
            {run_id: kept for run_id, kept in self.checkpoints.items() if run_id in wanted},
            self.deleted & wanted,
        )

    def then(self, later: Batch) -> Batch:
        """This batch and what came after it, as one."""
        both = Batch(
            self.rows | later.rows,
            self.events + later.events,
            self.checkpoints | later.checkpoints,
        )
        for run_id in self.deleted | later.deleted:
            both.forget(run_id)
        return both


class Store:
    """The database at ``url``, as ``Database`` opens it; ``notice`` is its notice.

    ``guard``: what other servers allow of a batch, asked in the transaction that saves it.
    ``kept_runs``, ``kept_in_all``: so many runs of one learner, and of everybody, are kept.
    """

    def __init__(
        self,
        url: str,
        kept_runs: int = Limits.kept_runs,
        kept_in_all: int = Limits.kept_runs_in_all,
    ) -> None:
        self._kept_runs, self._kept_in_all = kept_runs, kept_in_all
        self._marked: set[tuple[int, str]] = set()
        self.database = Database(url)
        self.guard: Callable[[sa.Connection, Batch], Batch] = lambda _, batch: batch
        if self.database.ready:
            self.prune()

    @property
    def notice(self) -> str:
        return self.database.notice

    def write(self, batch: Batch) -> None:
        """Save all of ``batch`` or nothing. Events that are there already stay as they are."""
        with self.database.begin() as connection:
            batch = self.guard(connection, batch)
            rows = [_columns(row) for row in batch.rows.values()]
            insert(connection, runs, rows, overwrite=True)
            marked = self._mark(connection, batch)
            told = {(run_id, seq): event for run_id, seq, event in reversed(batch.events)}
            new = [
                {"run_id": run_id, "seq": seq, "event": to_text(event)}
                for (run_id, seq), event in told.items()
            ]
            insert(connection, events, new, overwrite=False)
            for run_id, checkpoint in batch.checkpoints.items():
                values = {
                    "run_id": run_id,
                    "step": checkpoint.step,
                    "told": checkpoint.told,
                    "state": checkpoint.state,
                }
                insert(connection, checkpoints, [values], overwrite=True)
            for table in OF_A_RUN if batch.deleted else ():
                connection.execute(sa.delete(table).where(table.c.run_id.in_(batch.deleted)))
        self._marked = marked

    def _mark(self, connection: sa.Connection, batch: Batch) -> set[tuple[int, str]]:
        """Save where new runs were started; what is then known to be saved."""
        known = self._marked if len(self._marked) < MOST_MARKED else set()
        renewals = self.database.renewals
        new = {
            run_id: row.address
            for run_id, row in batch.rows.items()
            if row.address and (renewals, run_id) not in known
        }
        rows = [{"run_id": run_id, "address": address} for run_id, address in new.items()]
        insert(connection, origins, rows, overwrite=False)
        return known | {(renewals, run_id) for run_id in new} if new else known

    def load(self, run_id: str, with_checkpoint: bool = True) -> Saved | None:
        """The run, or None if there is no such run or it cannot be read."""
        return self.database.read(lambda connection: _load(connection, run_id, with_checkpoint))

    def checkpoint(self, run_id: str) -> bytes | None:
        """The latest saved state."""
        query = sa.select(checkpoints.c.state).where(checkpoints.c.run_id == run_id)
        found = self.database.read(lambda connection: connection.execute(query).scalar())
        return bytes(found) if found is not None else None

    def recent(self, owner: str | None, limit: int) -> list[RunRow]:
        """The latest runs (of ``owner``), newest first."""
        query = sa.select(runs).order_by(runs.c.created.desc()).limit(limit)
        if owner is not None:
            query = query.where(runs.c.owner == owner)
        found = self.database.read(lambda connection: connection.execute(query).all())
        return [row for item in found if (row := _row(item)) is not None]

    def prune(self) -> None:
        """Forget what is beyond the quotas: checkpoints are large. What a server trains stays."""
        try:
            with self.database.begin() as connection:
                _prune(connection, self._kept_runs, self._kept_in_all)
        except SQLAlchemyError:  # two servers at once, or a full disk: there is a next time
            if self.database.complain():
                log.warning("old runs could not be removed", exc_info=True)

    def close(self) -> None:
        self.database.close()


def _load(connection: sa.Connection, run_id: str, with_checkpoint: bool) -> Saved | None:
    found = connection.execute(sa.select(runs).where(runs.c.run_id == run_id)).first()
    if found is None or (row := _row(found)) is None:
        return None
    told = connection.execute(
        sa.select(events.c.seq, events.c.event)
        .where(events.c.run_id == run_id)
        .order_by(events.c.seq)
    ).all()
    latest = sa.select(checkpoints).where(checkpoints.c.run_id == run_id)
    kept = connection.execute(latest).first() if with_checkpoint else None
    curve = unbroken([(seq, text) for seq, text in told])
    # A checkpoint beyond the curve would leave a gap: begin again, the curve comes out equal.
    usable = kept is not None and kept.told <= len(curve)
    checkpoint = Checkpointed(kept.step, kept.told, kept.state) if kept and usable else None
    return Saved(row, curve, checkpoint)


def _prune(connection: sa.Connection, per_owner: int, in_all: int) -> None:
    alive = sa.select(servers.c.server).where(servers.c.expires > now(connection))
    busy = sa.and_(leases.c.held, leases.c.server.in_(alive))
    query = (
        sa.select(
            runs.c.run_id,
            runs.c.owner,
            runs.c.created,
            sa.func.coalesce(origins.c.address, ""),
            sa.func.coalesce(busy, sa.false()),
        )
        .outerjoin(origins, origins.c.run_id == runs.c.run_id)
        .outerjoin(leases, leases.c.run_id == runs.c.run_id)
    )
    aged = surplus((Kept(*found) for found in connection.execute(query)), per_owner, in_all)
    for first in range(0, len(aged), IDS_PER_STATEMENT):
        part = aged[first : first + IDS_PER_STATEMENT]
        # First the leases: whoever takes one at the same moment keeps it, and with it the run.
        connection.execute(sa.delete(leases).where(leases.c.run_id.in_(part), sa.not_(busy)))
        taken = connection.execute(sa.select(leases.c.run_id).where(leases.c.run_id.in_(part)))
        gone = set(part) - set(taken.scalars())
        for table in OF_A_RUN:
            connection.execute(sa.delete(table).where(table.c.run_id.in_(gone)))


def _columns(row: RunRow) -> dict[str, object]:
    content = {name: value for name, value in vars(row).items() if name in runs.c}
    result = to_text(row.result) if row.result else None
    return {**content, "config": to_text(row.config), "result": result}


def _row(found: sa.Row[tuple[object, ...]]) -> RunRow | None:
    try:
        result = from_text(found.result) if found.result else None
        content = {**found._mapping, "config": from_text(found.config), "result": result}
    except BadMessage as error:
        log.warning("run cannot be read: %s", error, extra={"run": found.run_id})
        return None
    return RunRow(**content)


def unbroken(told: Iterable[tuple[int, str]], first: int = 1) -> tuple[Event, ...]:
    """The events from ``first`` on, up to one that is missing or cannot be read."""
    curve: list[Event] = []
    for place, (seq, text) in enumerate(told, first):
        if seq != place:
            break
        try:
            curve.append(from_text(text))
        except BadMessage:
            break
    return tuple(curve)
