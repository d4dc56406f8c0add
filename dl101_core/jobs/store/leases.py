"""Leases: of the servers that share a store, each run has at most one that trains it.

A server lives as long as it renews its row. Its leases hold until it lets go of them, or dies; then
the next server that is asked about such a run takes it. A lease also guards what is written: what a
server tells of a run that another one has taken since is not saved. Everything here is synchronous
and may raise ``SQLAlchemyError``.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from dl101_core.jobs.runner import ENDED, Command, Pause, Resume, RunState, RunStatus
from dl101_core.jobs.store.database import Database, insert, now
from dl101_core.jobs.store.host import has_died, new_server_name
from dl101_core.jobs.store.runs import Batch
from dl101_core.jobs.store.tables import leases, orders, runs, servers, statuses
from dl101_core.training.events import SetLearningRate, Stop

log = logging.getLogger(__name__)

EXPIRY = 10.0
BEAT_EVERY = 2.0
NOBODY = ""
"""Who holds the lease of a deleted run: nothing more is saved of it."""
LOOK = "look"
Taken = Literal["refused", "given back", "orphaned"]
STATES: tuple[RunState, ...] = ("queued", "running", "paused", *ENDED)


@dataclass(frozen=True)
class Lease:
    """``server`` trains the run if ``held``; ``alive``: it has renewed its row lately."""

    server: str
    held: bool
    alive: bool


@dataclass(frozen=True)
class Order:
    """What another server's learners want of a run here: a look, or a command."""

    number: int
    run_id: str
    text: str


@dataclass(frozen=True)
class Shown:
    """What the server that holds the lease says about a run, as far as its row does not."""

    state: RunState
    position: int = 0
    message: str = ""
    starts_in: float | None = None
    ends_in: float | None = None


class Leases:
    """The leases of ``server``, which is this one, and what it must know of the others'."""

    def __init__(self, database: Database, server: str = "") -> None:
        self._database = database
        self.server = server or new_server_name()
        self._beat_at = float("-inf")

    # ------------------------------------------------------------ this server lives

    def beat(self, connection: sa.Connection, every: float = BEAT_EVERY) -> None:
        """Renew this server's row, if that was not done lately."""
        began = time.monotonic()
        if began - self._beat_at < every:
            return
        mine = {"server": self.server, "expires": now(connection) + EXPIRY}
        insert(connection, servers, [mine], overwrite=True)
        self._beat_at = began

    def forget_beat(self) -> None:
        """The last renewal may not have been saved."""
        self._beat_at = float("-inf")

    def leave(self) -> None:
        """Let go of everything: this server ends."""
        with self._database.begin() as connection:
            connection.execute(
                sa.update(leases)
                .where(leases.c.server == self.server, leases.c.held)
                .values(held=False)
            )
            connection.execute(
                sa.delete(servers).where(
                    sa.or_(
                        servers.c.server == self.server,
                        servers.c.expires < now(connection) - 100 * EXPIRY,
                    )
                )
            )

    # ------------------------------------------------------------ whose run is it

    def find(self, connection: sa.Connection, run_ids: Iterable[str]) -> dict[str, Lease]:
        """The leases on these runs, as far as there are any."""
        wanted = list(run_ids)
        if not wanted:
            return {}
        alive = sa.func.coalesce(servers.c.expires > now(connection), sa.false())
        query = (
            sa.select(leases.c.run_id, leases.c.server, leases.c.held, alive.label("alive"))
            .outerjoin(servers, servers.c.server == leases.c.server)
            .where(leases.c.run_id.in_(wanted))
        )
        return {
            found.run_id: Lease(found.server, found.held, bool(found.alive))
            for found in connection.execute(query)
        }

    def is_free(self, lease: Lease, patient: bool = False) -> bool:
        """Whether this server may take the run. ``patient``: who is only silent may still live."""
        if lease.server in (self.server, NOBODY):
            return lease.server == self.server
        return not lease.held or has_died(lease.server) or not (lease.alive or patient)

    def take(self, run_id: str, patient: bool = False) -> Taken:
        """Take the lease on the run, if nobody else trains it."""
        with self._database.begin() as connection:
            self.beat(connection)
            known = self.find(connection, [run_id]).get(run_id)
            if known is None:
                mine = {"run_id": run_id, "server": self.server, "held": True}
                new = insert(connection, leases, [mine], overwrite=False)
                return "given back" if new else "refused"
            if not self.is_free(known, patient):
                return "refused"
            taken = connection.execute(
                sa.update(leases)
                .where(
                    leases.c.run_id == run_id,
                    leases.c.server == known.server,
                    leases.c.held == known.held,
                )
                .values(server=self.server, held=True)
            )
            if not taken.rowcount:  # somebody was faster, this very moment
                return "refused"
            orphaned = known.held and known.server != self.server
            return "orphaned" if orphaned else "given back"

    def held(self, connection: sa.Connection) -> set[str]:
        """The runs that this server holds."""
        query = sa.select(leases.c.run_id).where(leases.c.server == self.server, leases.c.held)
        return set(connection.execute(query).scalars())

    def release(self, connection: sa.Connection, run_ids: Iterable[str]) -> None:
        """Let go of runs: the next server that is asked about them takes them."""
        wanted = list(run_ids)
        connection.execute(sa.delete(statuses).where(statuses.c.run_id.in_(wanted)))
        connection.execute(
            sa.update(leases)
            .where(leases.c.run_id.in_(wanted), leases.c.server == self.server)
            .values(held=False)
        )

    def guard(self, connection: sa.Connection, batch: Batch) -> Batch:
        """What of ``batch`` may be saved. Takes leases on the runs that are new."""
        buried = [{"run_id": i, "server": NOBODY, "held": False} for i in batch.deleted]
        insert(connection, leases, buried, overwrite=True)
        ids = batch.run_ids() - batch.deleted
        if not ids:
            return batch
        self.beat(connection, EXPIRY / 2)
        new = [{"run_id": run_id, "server": self.server, "held": True} for run_id in ids]
        insert(connection, leases, new, overwrite=False)
        # Locked until all is saved: who takes a run meanwhile waits, and then reads everything.
        query = (
            sa.select(leases.c.run_id)
            .where(leases.c.run_id.in_(ids), leases.c.server == self.server)
            .with_for_update(read=True)
        )
        mine = set(connection.execute(query).scalars())
        if mine != ids:
            log.info("%d runs belong to another server by now", len(ids - mine))
        return batch.only(mine | batch.deleted)

    # ------------------------------------------------------------ servers talk

    def send(self, connection: sa.Connection, sent: Sequence[tuple[str, str]]) -> None:
        """Orders, as (run id, text), to whoever holds the runs."""
        if sent:
            rows = [{"run_id": run_id, "text": text} for run_id, text in sent]
            connection.execute(sa.insert(orders).values(rows))

    def receive(self, connection: sa.Connection) -> list[Order]:
        """The orders to this server, oldest first. They stay until ``done``."""
        query = (
            sa.select(orders.c.number, orders.c.run_id, orders.c.text)
            .join(leases, leases.c.run_id == orders.c.run_id)
            .where(leases.c.server == self.server, leases.c.held)
            .order_by(orders.c.number)
        )
        return [Order(*found) for found in connection.execute(query)]

    def done(self, connection: sa.Connection, numbers: Iterable[int]) -> None:
        connection.execute(sa.delete(orders).where(orders.c.number.in_(list(numbers))))

    def publish(
        self, connection: sa.Connection, shown: Mapping[str, Shown], hidden: Iterable[str]
    ) -> None:
        """Tell the other servers where runs stand; no longer about ``hidden``."""
        rows = [{"run_id": run_id, "status": _text(status)} for run_id, status in shown.items()]
        insert(connection, statuses, rows, overwrite=True)
        gone = list(hidden)
        if gone:
            connection.execute(sa.delete(statuses).where(statuses.c.run_id.in_(gone)))

    def shown(self, connection: sa.Connection, run_ids: Iterable[str]) -> dict[str, Shown]:
        """What the servers that hold these runs have told about them."""
        query = sa.select(statuses).where(statuses.c.run_id.in_(list(run_ids)))
        told = [(found.run_id, _shown(found.status)) for found in connection.execute(query)]
        return {run_id: shown for run_id, shown in told if shown}

    def unfinished_elsewhere(self, connection: sa.Connection, owner: str) -> int:
        """How many runs of ``owner`` other servers have that have not ended."""
        query = (
            sa.select(sa.func.count())
            .select_from(runs)
            .join(leases, leases.c.run_id == runs.c.run_id)
            .join(servers, servers.c.server == leases.c.server)
            .where(
                runs.c.owner == owner,
                runs.c.outcome == "",
                runs.c.wanted == "run",
                leases.c.held,
                leases.c.server != self.server,
                servers.c.expires > now(connection),
            )
        )
        return int(connection.execute(query).scalar() or 0)


def order_of(command: Command) -> str:
    """A command as the text of an order."""
    match command:
        case Pause():
            return "pause"
        case Resume():
            return "resume"
        case Stop():
            return "stop"
        case SetLearningRate():
            return f"rate {command.lr!r}"


def command_of(text: str) -> Command | None:
    """Undo ``order_of``; None for anything else."""
    plain: dict[str, Command] = {"pause": Pause(), "resume": Resume(), "stop": Stop()}
    word, _, number = text.partition(" ")
    if word != "rate":
        return plain.get(text)
    try:
        return SetLearningRate(float(number))
    except ValueError:
        return None


def shown_of(status: RunStatus) -> Shown:
    """What goes to the other servers, estimates rounded so that they seldom change."""
    starts, ends = (None if s is None else round(s, 1) for s in (status.starts_in, status.ends_in))
    return Shown(status.state, status.position, status.message, starts, ends)


def _text(shown: Shown) -> str:
    return json.dumps(vars(shown), separators=(",", ":"))


def _shown(text: str) -> Shown | None:
    try:
        shown = Shown(**json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return None
    return shown if shown.state in STATES else None
