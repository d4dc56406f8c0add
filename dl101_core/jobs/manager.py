"""The bookkeeping that every runner shares: runs that wait, runs in workers, and leases.

It implements ``runner.Runner`` on top of an ``Engine`` (something that hosts slicers) and a
``Journal`` (something that keeps what was reported). It starts no thread and no process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable

from dl101_core.addresses import Whereabouts
from dl101_core.jobs import messages
from dl101_core.jobs.admission import check_size
from dl101_core.jobs.engine import Engine
from dl101_core.jobs.queue import RunQueue
from dl101_core.jobs.record import Journal, Record, log_end, log_run, record_of, status_of
from dl101_core.jobs.runner import (
    Command,
    NotYours,
    Pause,
    Refused,
    Resume,
    RunSpec,
    RunState,
    RunStatus,
    Summary,
    UnknownRun,
    WorkerInfo,
    check_command,
    is_run_id,
    opens,
)
from dl101_core.jobs.slicer import Drop, EventReport, Parked
from dl101_core.limits import Limits
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    SetLearningRate,
    Started,
    Stop,
)

log = logging.getLogger(__name__)

MAX_DEATHS = 3
KEPT_IN_MEMORY = 50
NOTE_SECONDS = 20.0


class Manager:
    """A ``Runner`` over an engine and a journal. Safe to call from any thread."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._journal, self._limits, self._clock = engine, journal, limits, clock
        self._lock = threading.RLock()
        self._records: dict[str, Record] = {}
        self._gone: set[str] = set()
        self._whereabouts = Whereabouts()
        self._queue = RunQueue(self._records, engine, limits, clock)
        self._last_created = 0.0

    # ------------------------------------------------------------ called by pages

    def visit(self, owner: str, address: str) -> None:
        with self._lock:
            self._whereabouts.note(owner, address)
            for record in self._records.values():
                if record.owner == owner:
                    record.address = address

    def submit(self, spec: RunSpec) -> str:
        try:
            return self._submit(spec)
        except Refused as limit:
            log.info("limit reached: %s", limit)
            raise

    def _submit(self, spec: RunSpec) -> str:
        known = self._fetch_or_none(spec.run_id)
        if known is None:
            check_size(spec.config, self._limits)
        with self._lock:
            known = self._records.get(spec.run_id)
            if known is None:
                created = max(time.time(), self._last_created + 1e-6)
                address = self._whereabouts.of(spec.owner)
                known = Record(spec.run_id, spec.owner, spec.config, created, address=address)
                self._queue.check(known)
                self._records[spec.run_id], self._last_created = known, created
                self._journal.save_run(known.row())
                log_run(known, f"run submitted: {spec.config.about}")
            elif known.config != spec.config:
                raise ValueError("run_id already stands for a run with other settings.")
            self._look(known)
            return spec.run_id

    def events(self, run_id: str, after: int = 0) -> list[tuple[int, Event]]:
        self._fetch(run_id)
        with self._lock:
            record = self._find(run_id)
            self._look(record)
            first = max(0, after)
            return list(enumerate(record.events[first:], first + 1))

    def command(self, run_id: str, command: Command, key: str) -> None:
        self._fetch(run_id)
        with self._lock:
            self._steer(self._find_own(run_id, key), command)

    def delete(self, run_id: str, key: str) -> None:
        self._fetch(run_id)
        with self._lock:
            log_run(self._find_own(run_id, key), "run deleted")
            self._gone.add(run_id)
            self._journal.delete(run_id)
            self.forget({run_id})

    def status(self, run_id: str) -> RunStatus:
        self._fetch(run_id)
        with self._lock:
            record = self._find(run_id)
            self._look(record)
            return self._queue.status(record, self._queue.waiting())

    def runs(self, owner: str | None = None, limit: int = 20) -> list[RunStatus]:
        with self._lock:
            waiting = self._queue.waiting()
            mine = {
                run_id: self._queue.status(record, waiting)
                for run_id, record in self._records.items()
                if owner is None or record.owner == owner
            }
        kept = [r for r in self._journal.recent(owner, limit) if r.run_id not in mine]
        both = [*mine.values(), *map(status_of, kept)]
        return sorted(both, key=lambda status: status.created, reverse=True)[:limit]

    def checkpoint(self, run_id: str) -> bytes | None:
        self._fetch(run_id)
        with self._lock:
            saved = self._find(run_id).checkpoint
            return saved.state if saved else None

    def touch(self, run_id: str) -> None:
        self._fetch(run_id)
        with self._lock:
            self._look(self._find(run_id))

    def summary(self) -> Summary:
        with self._lock:
            waiting = self._queue.waiting()
            known = [self._queue.status(record, waiting) for record in self._records.values()]
            placed = {record.run_id for record in self._queue.placed()}
        # A worker reports the start of a turn, but not that no turn is left.
        workers = tuple(
            WorkerInfo(worker.pid, worker.turn if worker.turn in placed else "")
            for worker in self._engine.workers()
        )
        states: Counter[RunState] = Counter(status.state for status in known)
        line_up = sorted((s for s in known if s.position), key=lambda status: status.position)
        return Summary(
            dict(states),
            tuple(line_up),
            workers,
            self._engine.memory_mb(),
            self.notice,
        )

    @property
    def notice(self) -> str:
        return self._engine.trouble or self._journal.notice

    def close(self) -> None:
        self._journal.close()

    # ------------------------------------------------------------ for servers that share a store

    def holds(self, run_id: str) -> bool:
        """Whether the run is in this server's memory."""
        with self._lock:
            return run_id in self._records

    def loaded(self) -> dict[str, bool]:
        """The runs in memory, and whether they have ended."""
        with self._lock:
            return {run_id: bool(record.outcome) for run_id, record in self._records.items()}

    def statuses(self, run_ids: Iterable[str]) -> dict[str, RunStatus]:
        """The statuses of those runs that are in memory. Renews no lease."""
        with self._lock:
            waiting = self._queue.waiting()
            known = {run_id: self._records.get(run_id) for run_id in run_ids}
            return {i: self._queue.status(record, waiting) for i, record in known.items() if record}

    def obey(self, run_id: str, command: Command) -> None:
        """Carry out a command whose key another server has checked. Raises as ``command`` does."""
        self._fetch(run_id)
        with self._lock:
            self._steer(self._find(run_id), command)

    def adopt(self, run_id: str, note: str = "") -> None:
        """Load a run that this server trains from now on. ``note``: shown for a while."""
        if self._fetch(run_id, note) is None:
            raise UnknownRun

    def forget(self, run_ids: Iterable[str]) -> None:
        """Drop runs at once, here and in the workers; their saved data stays."""
        with self._lock:
            for run_id in run_ids:
                record = self._records.pop(run_id, None)
                if record is not None and record.worker is not None:
                    self._engine.command(record.worker, run_id, Drop())
            self._queue.place()

    # ------------------------------------------------------------ called by the engine

    def reported(self, worker: int, report: EventReport) -> None:
        """Record a worker's report; an event that is known already (a replay) changes nothing."""
        with self._lock:
            record = self._records.get(report.run_id)
            if record is None or record.worker != worker:
                return
            match report.event:
                case Parked():
                    why = record.parking or "the server ends"
                    record.leave_worker()
                    log_run(record, f"run paused at step {record.step}: {why}")
                    self._queue.place()
                case Checkpointed():
                    self._keep(record, report.event)
                case event:
                    self._append(record, report.seq, event)

    def spent(self, worker: int, seconds: dict[str, float]) -> None:
        with self._lock:
            for rank, (run_id, so_far) in enumerate(seconds.items()):
                record = self._records.get(run_id)
                if record is None or record.worker != worker:
                    continue
                record.spent_here, record.rank = so_far, rank
                self._queue.learn(record)
                too_long = record.spent + so_far > self._limits.max_seconds
                if too_long and record.wanted == "run":
                    record.message = messages.time_is_up(self._limits.max_seconds)
                    log_run(record, f"limit reached: {self._limits.max_seconds:g} s of computing")
                    self._obey(record, Stop())

    def lost(self, worker: int, suspect: str, hung: bool = False) -> None:
        """A worker died: its runs go back into the queue, to resume from their checkpoints."""
        with self._lock:
            held = [record for record in self._records.values() if record.worker == worker]
            level = logging.WARNING if held else logging.INFO
            log.log(level, "worker %d is gone; runs in it: %d", worker, len(held))
            for record in held:
                record.leave_worker()
                if record.run_id == suspect:
                    self._count_death(record, hung)
                if record.wanted == "stop" and not record.events:
                    self._stop_unbegun(record)
            self._queue.place()

    def tick(self) -> None:
        """Pause runs without a lease or without room, then fill free places."""
        with self._lock:
            self._queue.measure()
            for record in self._records.values():
                if not record.outcome and record.wanted == "run" and not self._queue.leased(record):
                    record.away = True
                    self._queue.park(record, "nobody looks")
            self._queue.make_room()
            self._queue.place()
            self._queue.balance()
            if self._journal.begun_anew():
                self._save_all()
            self._forget()

    # ------------------------------------------------------------ inside, without the lock

    def _fetch_or_none(self, run_id: str) -> Record | None:
        try:
            return self._fetch(run_id)
        except UnknownRun:  # a store that does not answer must not keep anyone from starting
            return None

    def _fetch(self, run_id: str, note: str = "") -> Record | None:
        """The run, loaded if necessary. A slow store delays only the callers of this run."""
        with self._lock:
            if run_id in self._records or not is_run_id(run_id):
                return self._records.get(run_id)
        saved = self._journal.load(run_id)
        with self._lock:
            if saved and run_id not in self._records and run_id not in self._gone:
                self._records[run_id] = record = record_of(saved)
                record.loaded_at = self._clock()
                record.address = self._whereabouts.of(record.owner)
                record.away = not record.outcome and record.wanted == "run"
                if record.away and note:  # a page is watching: do not mark it as away
                    record.away, record.asked_at = False, self._clock()
                    record.say(note, self._clock() + NOTE_SECONDS)
            return self._records.get(run_id)

    # ------------------------------------------------------------ inside, under the lock

    def _find(self, run_id: str) -> Record:
        record = self._records.get(run_id)
        if record is None:
            raise UnknownRun
        return record

    def _find_own(self, run_id: str, key: str) -> Record:
        record = self._find(run_id)
        if not opens(key, record.owner):
            raise NotYours
        return record

    def _look(self, record: Record) -> None:
        now = self._clock()
        if record.away:
            record.away = False
            record.say(messages.welcome_back(record.step), now + NOTE_SECONDS)
        record.asked_at = now
        if not record.outcome and record.worker is None:
            self._queue.place()

    def _steer(self, record: Record, command: Command) -> None:
        check_command(command, record.config)
        if not record.outcome:
            self._obey(record, command)
            self._look(record)

    def _obey(self, record: Record, command: Command) -> None:
        match command:
            case Pause() if record.wanted == "run":
                record.wanted = "pause"
                self._queue.park(record, "its owner asked")
            case Resume() if record.wanted == "pause":
                record.wanted = "run"
            case Stop() if record.wanted != "stop":
                record.wanted = "stop"
                if not record.events and (record.worker is None or self._engine.trouble):
                    self._stop_unbegun(record)
                elif record.worker is not None:
                    self._engine.command(record.worker, record.run_id, command)
            case SetLearningRate():
                record.rates.append(command)
                if record.worker is not None:
                    self._engine.command(record.worker, record.run_id, command)
            case _:
                return
        self._journal.save_run(record.row())

    def _stop_unbegun(self, record: Record) -> None:
        """Stop a run without a started worker at once, instead of waiting for a worker."""
        if record.worker is not None:
            self._engine.command(record.worker, record.run_id, Drop())
            record.leave_worker()
        record.outcome, record.message = "stopped", messages.UNBEGUN
        log_run(record, "run stopped before it began")
        self._journal.save_run(record.row())

    def _keep(self, record: Record, checkpoint: Checkpointed) -> None:
        known = record.checkpoint
        if known is None or checkpoint.step > known.step or checkpoint.told > known.told:
            record.checkpoint, record.deaths = checkpoint, 0
            self._journal.save_checkpoint(record.run_id, checkpoint)

    def _append(self, record: Record, seq: int, event: Event) -> None:
        if record.outcome or seq <= len(record.events):
            return
        if seq > len(record.events) + 1:
            log_run(record, f"run skipped an event: {seq}", logging.ERROR)
            return
        record.events.append(event)
        self._journal.save_event(record.run_id, seq, event)
        match event:
            case Started():
                record.total_steps = event.total_steps
            case Finished() | Failed():
                record.result = event
                record.conclude(event)
                log_end(record)
                record.leave_worker()
                self._queue.place()
                self._queue.balance()
            case LearningRateChanged():
                record.step = event.step
                # Commands are delivered in order, so this event is for the first waiting rate.
                del record.rates[:1]
            case _:
                record.step = event.step
        self._journal.save_run(record.row())

    def _count_death(self, record: Record, hung: bool) -> None:
        record.deaths += 1
        if record.deaths >= MAX_DEATHS:
            why = messages.hung(self._limits.hang_seconds) if hung else messages.KILLED
            self._append(record, len(record.events) + 1, Failed(record.step, why))

    def _save_all(self) -> None:
        """Save all runs into a store that was created again."""
        for run_id, record in self._records.items():
            self._journal.save_run(record.row())
            for seq, event in enumerate(record.events, 1):
                self._journal.save_event(run_id, seq, event)
            if record.checkpoint:
                self._journal.save_checkpoint(run_id, record.checkpoint)

    def _forget(self) -> None:
        """Drop runs that nobody watches (checkpoints are large); the next look loads them again."""
        ended = [run_id for run_id, record in self._records.items() if record.outcome]
        away = [run_id for run_id, record in self._records.items() if self._is_away(record)]
        for run_id in {*ended[:-KEPT_IN_MEMORY], *(away if self._journal.lasting else ())}:
            if self._journal.has_saved(run_id):
                del self._records[run_id]

    def _is_away(self, record: Record) -> bool:
        """Whether the run is idle, unwatched, and complete in the journal."""
        waits_to_stop = record.wanted == "stop" and not record.outcome
        busy = record.worker is not None or bool(record.rates) or waits_to_stop
        last = max(record.asked_at, record.loaded_at)
        return not busy and self._clock() - last > self._limits.lease
