"""The store: runs, events and checkpoints in a database, by SQLAlchemy Core.

SQLite in WAL mode by default; any other database by its URL. Everything here is synchronous and may
raise ``SQLAlchemyError``; ``journal`` puts a patient thread in front of it.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from dl101_core.events import Checkpointed, Event
from dl101_core.jobs.codec import BadMessage, from_text, to_text
from dl101_core.jobs.record import RunRow, Saved
from dl101_core.limits import Limits

log = logging.getLogger(__name__)

BUSY_MS = 5000

metadata = sa.MetaData()
runs = sa.Table(
    "dl101_runs",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(128), nullable=False, index=True),
    sa.Column("created", sa.Double, nullable=False, index=True),
    sa.Column("wanted", sa.String(8), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("total_steps", sa.Integer, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("config", sa.Text, nullable=False),
    sa.Column("result", sa.Text),
)
events = sa.Table(
    "dl101_events",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("event", sa.Text, nullable=False),
)
checkpoints = sa.Table(
    "dl101_checkpoints",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("state", sa.LargeBinary(2**30), nullable=False),
)


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
    """The database at ``url``. ``notice``: a sentence if it had to be begun anew, or empty."""

    def __init__(self, url: str, kept_runs: int = Limits.kept_runs) -> None:
        self._kept_runs = kept_runs
        address = sa.make_url(url)
        self.notice = ""
        if address.get_backend_name() == "sqlite" and address.database:
            self.notice = _make_room(Path(address.database))
        self._engine = sa.create_engine(address)
        if address.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _tune_sqlite)
        metadata.create_all(self._engine)
        self._prune()

    def write(self, batch: Batch) -> None:
        """Save all of ``batch`` or nothing. Events that are there already stay as they are."""
        with self._engine.begin() as connection:
            for row in batch.rows.values():
                _replace(connection, runs, _columns(row))
            _add_events(connection, batch.events)
            for run_id, checkpoint in batch.checkpoints.items():
                values = {
                    "run_id": run_id,
                    "step": checkpoint.step,
                    "told": checkpoint.told,
                    "state": checkpoint.state,
                }
                _replace(connection, checkpoints, values)
            for table in (events, checkpoints, runs) if batch.deleted else ():
                connection.execute(sa.delete(table).where(table.c.run_id.in_(batch.deleted)))

    def load(self, run_id: str) -> Saved | None:
        """The run, or None if there is no such run or it cannot be read."""
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(runs).where(runs.c.run_id == run_id)).first()
            if found is None or (row := _row(found)) is None:
                return None
            told = connection.execute(
                sa.select(events.c.seq, events.c.event)
                .where(events.c.run_id == run_id)
                .order_by(events.c.seq)
            ).all()
            kept = connection.execute(
                sa.select(checkpoints).where(checkpoints.c.run_id == run_id)
            ).first()
        curve = _unbroken([(seq, text) for seq, text in told])
        # A checkpoint beyond the curve would leave a gap: begin again, the curve comes out equal.
        usable = kept is not None and kept.told <= len(curve)
        checkpoint = Checkpointed(kept.step, kept.told, kept.state) if kept and usable else None
        return Saved(row, curve, checkpoint)

    def recent(self, owner: str | None, limit: int) -> list[RunRow]:
        """The latest runs (of ``owner``), newest first."""
        query = sa.select(runs).order_by(runs.c.created.desc()).limit(limit)
        if owner is not None:
            query = query.where(runs.c.owner == owner)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        return [row for item in found if (row := _row(item)) is not None]

    def close(self) -> None:
        self._engine.dispose()

    def _prune(self) -> None:
        """Forget all but the latest runs: checkpoints are large."""
        with self._engine.begin() as connection:
            newest = sa.select(runs.c.created).order_by(runs.c.created.desc())
            edge = connection.execute(newest.offset(self._kept_runs).limit(1)).scalar()
            if edge is None:
                return
            old = sa.select(runs.c.run_id).where(runs.c.created <= edge).scalar_subquery()
            for table in (events, checkpoints):
                connection.execute(sa.delete(table).where(table.c.run_id.in_(old)))
            connection.execute(sa.delete(runs).where(runs.c.created <= edge))


def _tune_sqlite(connection: sqlite3.Connection, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _make_room(path: Path) -> str:
    """Make the folder; put a damaged file aside, and say so in a sentence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or not _is_damaged(path):
        return ""
    mark = time.strftime("%Y%m%d-%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(f"{path.name}.damaged-{mark}{suffix}"))
    log.error("%s was damaged; it is kept as %s.damaged-%s", path, path.name, mark)
    return "The file with earlier runs was damaged. It was put aside, and a new one was begun."


def _is_damaged(path: Path) -> bool:
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError:  # locked, or not ours to read: no damage
        return False
    except sqlite3.DatabaseError:
        return True
    finally:
        connection.close()


def _replace(connection: sa.Connection, table: sa.Table, values: dict[str, object]) -> None:
    """Insert, or overwrite the row of the same run; every database can do this."""
    changed = connection.execute(
        sa.update(table).where(table.c.run_id == values["run_id"]).values(values)
    )
    if not changed.rowcount:
        connection.execute(sa.insert(table).values(values))


def _add_events(connection: sa.Connection, told: list[tuple[str, int, Event]]) -> None:
    last: dict[str, int] = {}
    for run_id in {run_id for run_id, _, _ in told}:
        query = sa.select(sa.func.max(events.c.seq)).where(events.c.run_id == run_id)
        last[run_id] = connection.execute(query).scalar() or 0
    new = [
        {"run_id": run_id, "seq": seq, "event": to_text(event)}
        for run_id, seq, event in told
        if seq > last[run_id]
    ]
    if new:
        connection.execute(sa.insert(events), new)


def _columns(row: RunRow) -> dict[str, object]:
    return {
        "run_id": row.run_id,
        "owner": row.owner,
        "created": row.created,
        "wanted": row.wanted,
        "outcome": row.outcome,
        "step": row.step,
        "total_steps": row.total_steps,
        "message": row.message,
        "config": to_text(row.config),
        "result": to_text(row.result) if row.result else None,
    }


def _row(found: sa.Row[tuple[object, ...]]) -> RunRow | None:
    try:
        result = from_text(found.result) if found.result else None
        config = from_text(found.config)
    except BadMessage as error:
        log.warning("run %s cannot be read: %s", found.run_id, error)
        return None
    return RunRow(
        found.run_id,
        found.owner,
        config,
        found.created,
        found.wanted,
        found.outcome,
        found.step,
        found.total_steps,
        found.message,
        result,
    )


def _unbroken(told: list[tuple[int, str]]) -> tuple[Event, ...]:
    """The events up to the first that is missing or cannot be read."""
    curve: list[Event] = []
    for place, (seq, text) in enumerate(told, 1):
        if seq != place:
            break
        try:
            curve.append(from_text(text))
        except BadMessage:
            break
    return tuple(curve)
