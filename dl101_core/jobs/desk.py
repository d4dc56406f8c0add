"""The desk: the bookkeeping that every runner shares. Who waits, who runs where, who is looking.

The desk implements the interface of ``runner.Runner`` on top of an ``Engine`` (something that hosts
slicers) and a ``Journal`` (something that keeps what was told). It starts no thread and no process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from dl101_core.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    SetLearningRate,
    Started,
    Stop,
)
from dl101_core.jobs.limits import Limits
from dl101_core.jobs.runner import (
    Command,
    Pause,
    Resume,
    RunSpec,
    RunState,
    RunStatus,
    UnknownRun,
    check_command,
    is_run_id,
)
from dl101_core.jobs.slicer import Parked, SlicerCommand, Told
from dl101_core.training import TrainConfig

log = logging.getLogger(__name__)

Wanted = Literal["run", "pause", "stop"]
MAX_DEATHS = 4
KEPT_IN_MEMORY = 50
NEVER = float("-inf")

AWAY = "Paused because nobody was looking; it goes on when somebody opens it."
CAPPED = "Waits until one of your other runs ends or pauses: {} may run at a time."
UNBEGUN = "Stopped before it began."
KILLED = (
    "The computer ended this training several times, probably for lack of memory: "
    "choose a smaller network or a smaller batch."
)


@dataclass(frozen=True)
class RunRow:
    """One run as the journal keeps it. ``outcome`` is empty while the run has not ended."""

    run_id: str
    owner: str
    config: TrainConfig
    created: float
    wanted: Wanted = "run"
    outcome: RunState | Literal[""] = ""
    step: int = 0
    total_steps: int = 0
    message: str = ""
    result: Finished | Failed | None = None


@dataclass(frozen=True)
class Saved:
    """Everything the journal knows of one run; ``events[i]`` has seq i + 1."""

    row: RunRow
    events: tuple[Event, ...]
    checkpoint: Checkpointed | None


class Journal(Protocol):
    """Keeps runs beyond the life of the server. Saving returns at once and never raises.

    ``load`` raises ``UnknownRun`` with its own sentence if the store does not answer.
    ``settled``: everything is saved. ``lasting``: ``load`` gives back what was saved.
    """

    lasting: bool

    def save_run(self, row: RunRow) -> None: ...
    def save_event(self, run_id: str, seq: int, event: Event) -> None: ...
    def save_checkpoint(self, run_id: str, checkpoint: Checkpointed) -> None: ...
    def load(self, run_id: str) -> Saved | None: ...
    def recent(self, owner: str | None, limit: int) -> list[RunRow]: ...
    @property
    def settled(self) -> bool: ...
    @property
    def notice(self) -> str: ...
    def close(self) -> None: ...


class Engine(Protocol):
    """Hosts one slicer per worker; ``worker`` is any number that it has handed out."""

    def pick(self, loads: Counter[int]) -> int | None: ...
    def submit(
        self,
        worker: int,
        run_id: str,
        config: TrainConfig,
        checkpoint: Checkpointed | None,
        replay_until: int,
    ) -> None: ...
    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None: ...


@dataclass
class _Record:
    """A run in memory. ``asked_at``: when somebody last looked."""

    spec: RunSpec
    created: float
    wanted: Wanted = "run"
    events: list[Event] = field(default_factory=list)
    checkpoint: Checkpointed | None = None
    outcome: RunState | Literal[""] = ""
    step: int = 0
    total_steps: int = 0
    message: str = ""
    worker: int | None = None
    parking: bool = False
    asked_at: float = NEVER
    rates: list[SetLearningRate] = field(default_factory=list)
    deaths: int = 0

    @property
    def result(self) -> Finished | Failed | None:
        last = self.events[-1] if self.events else None
        return last if isinstance(last, Finished | Failed) else None

    def row(self) -> RunRow:
        return RunRow(
            self.spec.run_id,
            self.spec.owner,
            self.spec.config,
            self.created,
            self.wanted,
            self.outcome,
            self.step,
            self.total_steps,
            self.message,
            self.result,
        )


def _record_of(saved: Saved) -> _Record:
    row = saved.row
    record = _Record(
        RunSpec(row.run_id, row.owner, row.config),
        row.created,
        row.wanted,
        list(saved.events),
        saved.checkpoint,
        row.outcome,
        row.step,
        row.total_steps,
        row.message,
    )
    if not record.outcome and record.result is not None:  # the last event was kept, the row not
        _conclude(record, record.result)
    return record


def _conclude(record: _Record, result: Finished | Failed) -> None:
    record.step = result.step
    if isinstance(result, Failed):
        record.outcome, record.message = "failed", result.message
    else:
        record.outcome = "stopped" if result.stopped else "finished"


class Desk:
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
        self._records: dict[str, _Record] = {}
        self._last_created = 0.0

    # ------------------------------------------------------------ what pages call

    def submit(self, spec: RunSpec) -> str:
        with self._lock:
            try:
                known = self._known(spec.run_id)
            except UnknownRun:  # a store that does not answer must not keep anyone from starting
                known = None
            if known is None:
                self._last_created = max(time.time(), self._last_created + 1e-6)
                known = self._records[spec.run_id] = _Record(spec, self._last_created)
                self._journal.save_run(known.row())
            elif known.spec.config != spec.config:
                raise ValueError("run_id already stands for a run with other settings.")
            self._look(known)
            return spec.run_id

    def events(self, run_id: str, after: int = 0) -> list[tuple[int, Event]]:
        with self._lock:
            record = self._find(run_id)
            self._look(record)
            first = max(0, after)
            return list(enumerate(record.events[first:], first + 1))

    def command(self, run_id: str, command: Command) -> None:
        with self._lock:
            record = self._find(run_id)
            check_command(command, record.spec.config)
            if record.outcome:
                return
            self._obey(record, command)
            self._look(record)

    def status(self, run_id: str) -> RunStatus:
        with self._lock:
            record = self._find(run_id)
            self._look(record)
            return self._status(record, self._line())

    def runs(self, owner: str | None = None, limit: int = 20) -> list[RunStatus]:
        with self._lock:
            line = self._line()
            mine = {
                run_id: self._status(record, line)
                for run_id, record in self._records.items()
                if owner is None or record.spec.owner == owner
            }
        kept = [r for r in self._journal.recent(owner, limit) if r.run_id not in mine]
        both = [*mine.values(), *map(_status_of_row, kept)]
        return sorted(both, key=lambda status: status.created, reverse=True)[:limit]

    def checkpoint(self, run_id: str) -> bytes | None:
        with self._lock:
            saved = self._find(run_id).checkpoint
            return saved.state if saved else None

    def touch(self, run_id: str) -> None:
        with self._lock:
            self._look(self._find(run_id))

    @property
    def notice(self) -> str:
        return self._journal.notice

    def close(self) -> None:
        self._journal.close()

    # ------------------------------------------------------------ what the engine calls

    def told(self, worker: int, told: Told) -> None:
        """Take in what a worker told; what is known already (a replay) changes nothing."""
        with self._lock:
            record = self._records.get(told.run_id)
            if record is None or record.worker != worker:
                return
            match told.event:
                case Parked():
                    record.worker, record.parking = None, False
                    self._place()
                case Checkpointed():
                    self._keep(record, told.event)
                case event:
                    self._append(record, told.seq, event)

    def lost(self, worker: int) -> None:
        """A worker died: its runs go back into the line, to resume from their checkpoints."""
        with self._lock:
            for record in list(self._records.values()):
                if record.worker == worker:
                    record.worker, record.parking = None, False
                    record.deaths += 1
                    if record.deaths >= MAX_DEATHS:
                        failed = Failed(record.step, KILLED)
                        self._append(record, len(record.events) + 1, failed)
            self._place()

    def tick(self) -> None:
        """Pause the runs that nobody looks at, and fill free places. Call about once a second."""
        with self._lock:
            for record in self._records.values():
                runs = record.worker is not None and record.wanted == "run"
                if runs and not record.parking and not self._leased(record):
                    self._park(record)
            self._place()
            self._forget()

    # ------------------------------------------------------------ inside, under the lock

    def _known(self, run_id: str) -> _Record | None:
        if run_id not in self._records:
            saved = self._journal.load(run_id) if is_run_id(run_id) else None
            if saved is None:
                return None
            self._records[run_id] = _record_of(saved)
        return self._records[run_id]

    def _find(self, run_id: str) -> _Record:
        record = self._known(run_id)
        if record is None:
            raise UnknownRun
        return record

    def _leased(self, record: _Record) -> bool:
        # Who pressed Stop need not wait for the end.
        return record.wanted == "stop" or self._clock() - record.asked_at <= self._limits.lease

    def _look(self, record: _Record) -> None:
        record.asked_at = self._clock()
        if not record.outcome and record.worker is None:
            self._place()

    def _obey(self, record: _Record, command: Command) -> None:
        match command:
            case Pause() if record.wanted == "run":
                record.wanted = "pause"
                self._park(record)
            case Resume() if record.wanted == "pause":
                record.wanted = "run"
            case Stop() if record.wanted != "stop":
                record.wanted = "stop"
                if record.worker is not None:
                    self._engine.command(record.worker, record.spec.run_id, command)
                elif not record.events:
                    record.outcome, record.message = "stopped", UNBEGUN
            case SetLearningRate():
                record.rates.append(command)
                if record.worker is not None:
                    self._engine.command(record.worker, record.spec.run_id, command)
            case _:
                return
        self._journal.save_run(record.row())

    def _park(self, record: _Record) -> None:
        if record.worker is not None:
            record.parking = True
            self._engine.command(record.worker, record.spec.run_id, Pause())

    def _keep(self, record: _Record, checkpoint: Checkpointed) -> None:
        known = record.checkpoint
        if known is None or checkpoint.step > known.step or checkpoint.told > known.told:
            record.checkpoint, record.deaths = checkpoint, 0
            self._journal.save_checkpoint(record.spec.run_id, checkpoint)

    def _append(self, record: _Record, seq: int, event: Event) -> None:
        if record.outcome or seq <= len(record.events):
            return
        if seq > len(record.events) + 1:
            log.error("run %s skipped an event: %d", record.spec.run_id, seq)
            return
        record.events.append(event)
        self._journal.save_event(record.spec.run_id, seq, event)
        match event:
            case Started():
                record.total_steps = event.total_steps
            case Finished() | Failed():
                _conclude(record, event)
                record.worker, record.parking = None, False
                self._place()
            case LearningRateChanged():
                record.step = event.step
                # Delivered in order, so the first waiting one is done.
                del record.rates[:1]
            case _:
                record.step = event.step
        self._journal.save_run(record.row())

    def _line(self) -> list[_Record]:
        """The runs that wait for a place, first come first."""
        waiting = (
            record
            for record in self._records.values()
            if not record.outcome
            and record.worker is None
            and record.wanted != "pause"
            and self._leased(record)
        )
        return sorted(waiting, key=lambda record: record.created)

    def _place(self) -> None:
        """Give waiting runs to workers while there is room."""
        line = self._line()
        if not line:
            return
        placed = [record for record in self._records.values() if record.worker is not None]
        loads = Counter(record.worker for record in placed if record.worker is not None)
        owners = Counter(record.spec.owner for record in placed)
        for record in line:
            if owners[record.spec.owner] >= self._limits.per_owner:
                continue
            worker = self._engine.pick(loads)
            if worker is None:
                return
            loads[worker] += 1
            owners[record.spec.owner] += 1
            self._hand_over(record, worker)

    def _hand_over(self, record: _Record, worker: int) -> None:
        run_id = record.spec.run_id
        record.worker = worker
        self._engine.submit(
            worker, run_id, record.spec.config, record.checkpoint, len(record.events)
        )
        for rate in record.rates:
            self._engine.command(worker, run_id, rate)
        if record.wanted == "stop":
            self._engine.command(worker, run_id, Stop())

    def _status(self, record: _Record, line: list[_Record]) -> RunStatus:
        position = 0
        state: RunState
        message = record.message
        if record.outcome:
            state = record.outcome
        elif record.wanted == "pause":
            state = "paused"
        elif record.worker is not None:
            state = "running"
        elif record in line:
            state, position = "queued", line.index(record) + 1
            mine = [r for r in self._records.values() if r.spec.owner == record.spec.owner]
            if sum(r.worker is not None for r in mine) >= self._limits.per_owner:
                message = CAPPED.format(self._limits.per_owner)
        else:
            state, message = "paused", AWAY
        row = record.row()
        return _status_of_row(row, state, position, message)

    def _forget(self) -> None:
        """Let go of what nobody looks at (checkpoints are large): the next look loads it again."""
        if not self._journal.settled:
            return
        ended = [run_id for run_id, record in self._records.items() if record.outcome]
        away = [run_id for run_id, record in self._records.items() if self._is_away(record)]
        for run_id in {*ended[:-KEPT_IN_MEMORY], *(away if self._journal.lasting else ())}:
            del self._records[run_id]

    def _is_away(self, record: _Record) -> bool:
        """Whether it is at rest, unwatched, and holds nothing that the journal does not."""
        waits_to_stop = record.wanted == "stop" and not record.outcome
        busy = record.worker is not None or bool(record.rates) or waits_to_stop
        return not busy and self._clock() - record.asked_at > self._limits.lease


def _status_of_row(
    row: RunRow, state: RunState | None = None, position: int = 0, message: str | None = None
) -> RunStatus:
    if state is None:
        state = row.outcome or "paused"
        message = row.message or ("" if row.outcome or row.wanted == "pause" else AWAY)
    return RunStatus(
        row.run_id,
        row.owner,
        row.config,
        state,
        position,
        row.step,
        row.total_steps,
        row.message if message is None else message,
        row.result,
        row.created,
    )
