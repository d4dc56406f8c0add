"""``SharedRunner``: a manager among others that share its store, one per app server.

A run that this server's manager holds is asked there. Any other is looked up in the store: if it
has ended, or if nobody trains it, the manager takes it in (an unfinished one only with a lease, see
``leases``). If another server trains it, this one keeps a copy that a thread brings up to date, and
passes on looks and commands. What pages ask is then answered from memory.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from dl101_core.jobs import messages
from dl101_core.jobs.manager import Manager
from dl101_core.jobs.record import Journal
from dl101_core.jobs.runner import (
    Command,
    NotYours,
    Pause,
    Refused,
    Resume,
    Runner,
    RunSpec,
    RunStatus,
    Summary,
    UnknownRun,
    check_command,
    is_run_id,
    opens,
)
from dl101_core.jobs.store.copies import Copy, refresh
from dl101_core.jobs.store.database import takes_nothing
from dl101_core.jobs.store.journal import UNREADABLE, StoreJournal
from dl101_core.jobs.store.leases import (
    EXPIRY,
    LOOK,
    NOBODY,
    Lease,
    Leases,
    Order,
    Shown,
    command_of,
    order_of,
    shown_of,
)
from dl101_core.limits import Limits
from dl101_core.training.events import Event

log = logging.getLogger(__name__)

TALK_EVERY = 0.4
PRUNE_EVERY = 600.0
# A copy that nobody asks about is dropped, and a server at which nobody looks falls silent.
ACTIVE = 5.0
LOOK_EVERY = 5.0
BELIEVE = 3.0


class SharedRunner:
    """A ``Runner`` in front of ``manager``, whose ``journal`` other servers may share."""

    def __init__(
        self,
        manager: Manager,
        journal: StoreJournal,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.manager, self._journal, self._limits, self._clock = manager, journal, limits, clock
        self._database = journal.store.database
        self._leases = Leases(self._database)
        journal.store.guard = self._leases.guard
        self._look_every = min(LOOK_EVERY, limits.lease / 6)
        self._lock = threading.Lock()
        self._copies: dict[str, Copy] = {}
        self._outbox: list[tuple[str, str]] = []
        self._adopting: set[str] = set()
        self._gone: set[str] = set()
        self._asked_at = clock()
        # Of the thread alone: what others look at here, orders obeyed, since when all is well.
        self._watched: dict[str, float] = {}
        self._published: dict[str, Shown] = {}
        self._obeyed: set[int] = set()
        self._well_since = float("-inf")
        self._holds_any = False
        self._pruned_at = clock()
        self._trouble = ""
        self._bell = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="dl101-shared", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    # ------------------------------------------------------------ what pages call

    def visit(self, owner: str, address: str) -> None:
        self.manager.visit(owner, address)

    def submit(self, spec: RunSpec) -> str:
        try:
            copy = self._open(spec.run_id)
        except UnknownRun:
            self._check_owner(spec)
            copy = None
        if copy is None:
            return self.manager.submit(spec)
        if copy.row.config != spec.config:
            raise ValueError("run_id already stands for a run with other settings.")
        return spec.run_id

    def events(self, run_id: str, after: int = 0) -> list[tuple[int, Event]]:
        copy = self._open(run_id)
        if copy is None:
            return self.manager.events(run_id, after)
        first = max(0, after)
        return list(enumerate(copy.events[first:], first + 1))

    def command(self, run_id: str, command: Command, key: str) -> None:
        copy = self._open(run_id)
        if copy is None:
            self.manager.command(run_id, command, key)
            return
        self._check_key(copy, key)
        check_command(command, copy.row.config)
        now = self._clock()
        if isinstance(command, Pause):
            copy.expect(Shown("paused"), now + BELIEVE)
        if isinstance(command, Resume):
            copy.expect(Shown("running"), now + BELIEVE)
        with self._lock:
            self._outbox.append((run_id, order_of(command)))
        self._bell.set()

    def delete(self, run_id: str, key: str) -> None:
        copy = self._open(run_id)
        if copy is None:
            self.manager.delete(run_id, key)
        else:
            self._check_key(copy, key)
            # Whoever trains it finds its lease gone, and lets go of it.
            self._journal.delete(run_id)
        with self._lock:
            self._gone.add(run_id)
            self._copies.pop(run_id, None)

    def status(self, run_id: str) -> RunStatus:
        copy = self._open(run_id)
        return self.manager.status(run_id) if copy is None else copy.status(self._clock())

    def runs(self, owner: str | None = None, limit: int = 20) -> list[RunStatus]:
        self._wake()
        found = self.manager.runs(owner, limit)
        strange = [s.run_id for s in found if not s.ended and not self.manager.holds(s.run_id)]
        elsewhere = self._elsewhere(strange) if strange else {}
        return [self._as_shown(s, elsewhere) for s in found if s.run_id not in self._gone]

    def checkpoint(self, run_id: str) -> bytes | None:
        if self._open(run_id) is None:
            return self.manager.checkpoint(run_id)
        try:
            return self._database.ask(lambda: self._journal.store.checkpoint(run_id))
        except SQLAlchemyError:
            return None

    def touch(self, run_id: str) -> None:
        if self._open(run_id) is None:
            self.manager.touch(run_id)

    def summary(self) -> Summary:
        return replace(self.manager.summary(), notice=self.notice)

    @property
    def notice(self) -> str:
        return self.manager.notice or self._trouble

    def close(self) -> None:
        """Save every run and let go of it; twice is harmless."""
        atexit.unregister(self.close)
        with self._lock:
            first, self._closing = not self._closing, True
        self._bell.set()
        if not first:
            return
        self._thread.join(ACTIVE)
        self.manager.close()
        try:
            self._database.ask(self._leases.leave)
        except SQLAlchemyError:
            log.info("leases could not be given back: they end by themselves")
        self._database.close()

    # ------------------------------------------------------------ inside, in a page's thread

    def _open(self, run_id: str) -> Copy | None:
        """The copy of a run that another server trains; None if the manager is to be asked.

        Raises ``UnknownRun``, also if the store does not answer.
        """
        self._wake()
        if run_id in self._gone:
            raise UnknownRun
        if self.manager.holds(run_id):
            return None
        with self._lock:
            copy = self._copies.get(run_id)
        if copy is None:
            if not is_run_id(run_id):
                raise UnknownRun
            try:
                copy = self._database.ask(lambda: self._fetch(run_id))
            except SQLAlchemyError:
                if self._database.complain():
                    log.warning("run cannot be opened", exc_info=True, extra={"run": run_id})
                raise UnknownRun(UNREADABLE) from None
        if copy is not None:
            copy.asked_at = self._clock()
        return copy

    def _fetch(self, run_id: str) -> Copy | None:
        """Take the run in, or a copy of it."""
        saved = self._journal.store.load(run_id, with_checkpoint=False)
        if saved is None:
            raise UnknownRun
        if saved.row.outcome:
            self.manager.adopt(run_id)
            return None
        try:
            if self._adopt(run_id):
                return None
            resting = None
        except SQLAlchemyError as error:
            if not takes_nothing(error):
                raise
            resting = Shown("paused", message=messages.NO_ROOM)  # until its lease is free
        # Once more: until the lease was seen, it may have gone on, or ended.
        saved = self._journal.store.load(run_id, with_checkpoint=False)
        if saved is None:
            raise UnknownRun
        fresh = Copy(saved.row, list(saved.events), self._clock(), resting)
        with self._lock:
            copy = self._copies.setdefault(run_id, fresh)
        self._bell.set()
        return copy

    def _adopt(self, run_id: str, was_live: bool = False) -> bool:
        """Train the run here from now on, if nobody else does.

        ``was_live``: somebody here has just seen it running elsewhere.
        """
        with self._lock:
            self._adopting.add(run_id)
        try:
            taken = self._leases.take(run_id, self._is_patient())
            if taken != "refused":
                moved = was_live or taken == "orphaned"
                self.manager.adopt(run_id, messages.INTERRUPTED if moved else "")
            return taken != "refused"
        finally:
            with self._lock:
                self._adopting.discard(run_id)

    def _is_patient(self) -> bool:
        """Whether the database was away: the other servers need a moment to renew their rows."""
        return self._clock() - self._well_since < EXPIRY

    def _elsewhere(self, run_ids: list[str]) -> dict[str, Shown | None]:
        """Those of the runs that other servers train, and what these tell about them."""

        def look() -> dict[str, Shown | None]:
            with self._database.begin() as connection:
                found = self._leases.find(connection, run_ids)
                told = self._leases.shown(connection, run_ids)
            return {i: told.get(i) for i, lease in found.items() if not self._leases.is_free(lease)}

        try:
            return self._database.ask(look)
        except SQLAlchemyError:
            return {}

    def _as_shown(self, status: RunStatus, elsewhere: dict[str, Shown | None]) -> RunStatus:
        with self._lock:
            copy = self._copies.get(status.run_id)
        if copy is not None:
            return copy.status(self._clock())
        if status.run_id not in elsewhere:
            return status
        shown = elsewhere[status.run_id]
        if shown is None:
            shown = Shown("running" if status.step else "queued")
        return replace(status, **vars(shown))

    def _check_key(self, copy: Copy, key: str) -> None:
        if not opens(key, copy.row.owner):
            raise NotYours

    def _check_owner(self, spec: RunSpec) -> None:
        """Raise ``Refused`` if the owner's runs on other servers are as many as allowed."""

        def count() -> int:
            with self._database.begin() as connection:
                return self._leases.unfinished_elsewhere(connection, spec.owner)

        try:
            unfinished = self._database.ask(count)
        except SQLAlchemyError:  # a store that does not answer must not keep anyone from starting
            return
        here = self.manager.statuses(i for i, ended in self.manager.loaded().items() if not ended)
        unfinished += sum(
            status.owner == spec.owner and status.state != "paused" for status in here.values()
        )
        if unfinished >= self._limits.running_per_owner + self._limits.waiting_per_owner:
            raise Refused(messages.too_many(unfinished))

    def _wake(self) -> None:
        """Somebody is there: see what the other servers do."""
        if self._clock() - self._asked_at > TALK_EVERY:
            self._asked_at = self._clock()
            self._bell.set()

    # ------------------------------------------------------------ inside, in the thread

    def _work(self) -> None:
        while not self._closing:
            try:
                self._talk()
                self._trouble = ""
                if self._well_since == float("inf"):
                    self._well_since = self._clock()
            except SQLAlchemyError as error:
                if self._database.complain():
                    log.warning("the other servers cannot be heard: %s", type(error).__name__)
                # A full disk is the journal's to tell, and nobody trains elsewhere meanwhile.
                apart = self._copies and not takes_nothing(error)
                self._trouble = messages.CUT_OFF if apart else ""
                self._well_since = float("inf")
                self._leases.forget_beat()
            except Exception:
                log.exception("the talk with other servers goes on after an error")
            self._rest()

    def _rest(self) -> None:
        self._bell.clear()
        now = self._clock()
        busy = self._copies or self._holds_any or not all(self.manager.loaded().values())
        if now - self._asked_at > ACTIVE and not (busy or self._closing):
            self._bell.wait()
            return
        end = now + TALK_EVERY
        while not self._closing and not self._outbox and (left := end - self._clock()) > 0:
            self._bell.wait(left)
            self._bell.clear()

    def _talk(self) -> None:
        """One exchange with the other servers, through the store."""
        now = self._clock()
        with self._lock:
            for run_id in [i for i, c in self._copies.items() if now - c.asked_at > ACTIVE]:
                del self._copies[run_id]
            copies, outgoing = dict(self._copies), list(self._outbox)
        looks = [
            run_id
            for run_id, copy in copies.items()
            if copy.asked_at > copy.told_at and now - copy.told_at >= self._look_every
        ]
        loaded = self.manager.loaded()
        with self._database.begin() as connection:
            self._leases.beat(connection)
            self._leases.send(connection, [*outgoing, *((run_id, LOOK) for run_id in looks)])
            if self._obeyed:
                self._leases.done(connection, self._obeyed)
            gone = refresh(connection, copies.values()) if copies else set()
            told = self._leases.shown(connection, copies) if copies else {}
            found = self._leases.find(connection, {*loaded, *copies})
            held = self._leases.held(connection)
            received = self._leases.receive(connection) if held else []
            self._publish(connection, held)
            self._release(connection, held)
        with self._lock:
            del self._outbox[: len(outgoing)]
        for run_id in looks:
            copies[run_id].told_at = now
        # Numbers may come again once their rows are gone.
        self._obeyed = {order.number for order in received if order.number in self._obeyed}
        self._let_go(loaded, found)
        self._settle(copies, gone, told, found)
        for order in received:
            self._obey(order)
        if now - self._pruned_at > PRUNE_EVERY:
            self._pruned_at = now
            # Apart: while it lasts, this server must renew its row.
            threading.Thread(target=self._journal.store.prune, daemon=True).start()

    def _publish(self, connection: sa.Connection, held: set[str]) -> None:
        """Tell where those runs stand that somebody looks at on another server."""
        now = self._clock()
        for run_id, seen_at in list(self._watched.items()):
            if now - seen_at > 3 * max(self._look_every, TALK_EVERY) or run_id not in held:
                del self._watched[run_id]
        # Not an end: its row tells of it, and is saved together with the last of the curve.
        known = self.manager.statuses(self._watched).items()
        shown = {i: shown_of(status) for i, status in known if not status.ended}
        news = {i: s for i, s in shown.items() if self._published.get(i) != s}
        self._leases.publish(connection, news, set(self._published) - set(shown))
        self._published = shown

    def _release(self, connection: sa.Connection, held: set[str]) -> None:
        """Let go of what this server no longer trains, once all about it is saved."""
        with self._lock:
            keep = set(self._adopting)
        keep |= {run_id for run_id, ended in self.manager.loaded().items() if not ended}
        free = {i for i in held - keep if self._journal.has_saved(i)}
        if free:
            self._leases.release(connection, free)
        self._holds_any = bool(held - free)

    def _let_go(self, loaded: dict[str, bool], found: dict[str, Lease]) -> None:
        """Forget what another server has taken, or deleted."""
        mine = self._leases.server
        deleted = {i for i, lease in found.items() if lease.server == NOBODY}
        taken = {i for i, lease in found.items() if lease.server not in (mine, NOBODY)}
        lost = (deleted & set(loaded)) | {i for i in taken if loaded.get(i) is False}
        if lost:
            log.info("%d runs were taken over or deleted by another server", len(lost))
            self.manager.forget(lost)

    def _settle(
        self,
        copies: dict[str, Copy],
        gone: set[str],
        told: dict[str, Shown],
        found: dict[str, Lease],
    ) -> None:
        """Drop the copies of runs that have ended; take over those that nobody trains now."""
        over = gone | {run_id for run_id, copy in copies.items() if copy.row.outcome}
        for run_id, copy in copies.items():
            was_live = copy.shown is not None and copy.shown.state in ("queued", "running")
            copy.shown = told.get(run_id)
            lease = found.get(run_id)
            free = lease is None or self._leases.is_free(lease, self._is_patient())
            if run_id not in over and free and self._adopt(run_id, was_live):
                self.manager.touch(run_id)
                over.add(run_id)
        with self._lock:
            for run_id in over:
                self._copies.pop(run_id, None)

    def _obey(self, order: Order) -> None:
        if order.number in self._obeyed:
            return
        try:
            if order.text == LOOK:
                self._watched[order.run_id] = self._clock()
                self.manager.touch(order.run_id)
            elif command := command_of(order.text):
                self.manager.obey(order.run_id, command)
        except (UnknownRun, ValueError) as error:
            log.info("an order was not obeyed: %s", error, extra={"run": order.run_id})
        self._obeyed.add(order.number)


def share(manager: Manager, journal: Journal, limits: Limits) -> Runner:
    """``manager`` as one of several servers on a store; alone if it has no store."""
    return SharedRunner(manager, journal, limits) if isinstance(journal, StoreJournal) else manager
