"""The journal: saves to the store from a thread of its own, so that nobody waits for a disk.

What cannot be saved now (disk full, database locked) stays in memory and is tried again.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from dl101_core.environment import state_dir
from dl101_core.jobs.record import Journal, RunRow, Saved
from dl101_core.jobs.runner import UnknownRun
from dl101_core.jobs.store.database import NoAnswer, is_hopeless
from dl101_core.jobs.store.migrations import NewerStore
from dl101_core.jobs.store.runs import Batch, Store
from dl101_core.limits import Limits
from dl101_core.training.events import Checkpointed, Event

log = logging.getLogger(__name__)

FILE = "runs.sqlite"
WRITE_EVERY = 0.2
FIRST_DELAY = 0.5
LONGEST_DELAY = 5.0
FAREWELL = 5.0

UNSAVED = (
    "Runs cannot be saved at the moment: the disk is full or the database does not answer. "
    "They go on, and are kept in memory until the server ends."
)
UNREADABLE = "Earlier runs cannot be read at the moment. Try again in a minute."
NO_STORE = "Runs cannot be saved on this server: they are gone when it ends."


class StoreJournal:
    """A ``Journal`` in front of ``store``; its methods return at once and never raise."""

    lasting = True

    def __init__(self, store: Store) -> None:
        self.store = store
        self._pending = Batch()
        self._writing: set[str] = set()
        self._renewals = 0
        self._trouble = "" if store.database.ready else UNSAVED
        self._closing = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="dl101-journal", daemon=True)
        self._thread.start()

    def save_run(self, row: RunRow) -> None:
        with self._change:
            self._pending.rows[row.run_id] = row
            self._change.notify_all()

    def save_event(self, run_id: str, seq: int, event: Event) -> None:
        with self._change:
            self._pending.events.append((run_id, seq, event))
            self._change.notify_all()

    def save_checkpoint(self, run_id: str, checkpoint: Checkpointed) -> None:
        with self._change:
            self._pending.checkpoints[run_id] = checkpoint
            self._change.notify_all()

    def delete(self, run_id: str) -> None:
        with self._change:
            self._pending.forget(run_id)
            self._change.notify_all()

    def load(self, run_id: str) -> Saved | None:
        with self._change:
            if run_id in self._pending.deleted:
                return None
        try:
            return self.store.database.ask(lambda: self.store.load(run_id))
        except NoAnswer:
            raise UnknownRun(UNREADABLE) from None
        except SQLAlchemyError:
            if self.store.database.complain():
                log.exception("run cannot be loaded", extra={"run": run_id})
            raise UnknownRun(UNREADABLE) from None

    def recent(self, owner: str | None, limit: int) -> list[RunRow]:
        try:
            return self.store.database.ask(lambda: self.store.recent(owner, limit))
        except NoAnswer:
            return []
        except SQLAlchemyError:
            if self.store.database.complain():
                log.exception("earlier runs cannot be listed")
            return []

    @property
    def settled(self) -> bool:
        """Whether everything is saved."""
        with self._change:
            return not self._pending and not self._writing

    def has_saved(self, run_id: str) -> bool:
        with self._change:
            return run_id not in self._writing and run_id not in self._pending.run_ids()

    def begun_anew(self) -> bool:
        known, self._renewals = self._renewals, self.store.database.renewals
        return known != self._renewals

    @property
    def notice(self) -> str:
        return self._trouble or self.store.notice

    def close(self) -> None:
        """Save what is left, waiting for a few seconds at most."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join(FAREWELL)
        if not self._thread.is_alive():
            self.store.close()

    def _work(self) -> None:
        while (batch := self._take()) is not None:
            delay = FIRST_DELAY
            while not self._try(batch):
                ending = self._pause(delay)
                delay = min(LONGEST_DELAY, 2 * delay)
                batch = batch.then(self._swap())
                if ending:
                    self._try(batch)
                    return
            with self._change:
                self._writing = set()
            self._pause(WRITE_EVERY)

    def _take(self) -> Batch | None:
        """Wait for something to save; None at the end.

        Meanwhile a store that cannot be used yet is tried again: its trouble must not be told for
        longer than it lasts, only because nobody trains.
        """
        with self._change:
            while not (self._pending or self._closing):
                self._change.wait(LONGEST_DELAY if self._trouble else None)
                if not (self._pending or self._closing):
                    return Batch()
            return self._swap() if self._pending else None

    def _swap(self) -> Batch:
        with self._change:
            batch, self._pending = self._pending, Batch()
            self._writing |= batch.run_ids()
            return batch

    def _pause(self, seconds: float) -> bool:
        """Wait; True at once if the server is ending."""
        with self._change:
            return self._change.wait_for(lambda: self._closing, seconds)

    def _try(self, batch: Batch) -> bool:
        try:
            self.store.write(batch)
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and not is_hopeless(error):
                first, self._trouble = not self._trouble, getattr(error, "notice", UNSAVED)
                if self.store.database.complain() or first:
                    log.warning("runs cannot be saved; trying again", exc_info=first)
                return False
            return self._try_apart(batch)
        if self._trouble:
            log.info("runs can be saved again")
            self.store.database.complain.reset()
        self._trouble = ""
        return True

    def _try_apart(self, batch: Batch) -> bool:
        """No database can take the whole: drop what is about one run rather than everything."""
        ids = batch.run_ids()
        if len(ids) == 1:
            lost = len(batch.events)
            log.exception("%d events could not be saved", lost, extra={"run": next(iter(ids))})
            return True
        return all(self._try(batch.only({run_id})) for run_id in ids)


class NoJournal:
    """Keeps nothing. ``settled``: whether runs that have ended may be forgotten."""

    def __init__(self, notice: str = "", settled: bool = False) -> None:
        self.notice, self.settled = notice, settled
        self.lasting = False

    def save_run(self, row: RunRow) -> None: ...

    def save_event(self, run_id: str, seq: int, event: Event) -> None: ...

    def save_checkpoint(self, run_id: str, checkpoint: Checkpointed) -> None: ...

    def delete(self, run_id: str) -> None: ...

    def load(self, run_id: str) -> Saved | None:
        return None

    def recent(self, owner: str | None, limit: int) -> list[RunRow]:
        return []

    def begun_anew(self) -> bool:
        return False

    def has_saved(self, run_id: str) -> bool:
        return self.settled

    def close(self) -> None: ...


def database_url() -> str:
    """``DATABASE_URL``, or a file in ``state_dir()``."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{state_dir() / FILE}"
    # Hosting services still hand out the short name that SQLAlchemy has dropped.
    return url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url


def open_journal(
    url: str | None = None,
    kept_runs: int = Limits.kept_runs,
    kept_in_all: int = Limits.kept_runs_in_all,
) -> Journal:
    """The journal at ``url`` (default: ``database_url()``), or one in memory that says so."""
    began = time.monotonic()
    try:
        return StoreJournal(Store(url or database_url(), kept_runs, kept_in_all))
    except NewerStore as error:
        log.exception("the store is of a newer version; runs are kept in memory")
        return NoJournal(error.notice, settled=True)
    except (SQLAlchemyError, OSError, ImportError):
        log.exception("no store after %.1f s; runs are kept in memory", time.monotonic() - began)
        return NoJournal(NO_STORE, settled=True)
