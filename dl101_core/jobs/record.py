"""What is kept of a run: in memory while it matters, in the journal beyond the server's life."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Literal, Protocol

from dl101_core.jobs.messages import AWAY, UNSOUND
from dl101_core.jobs.runner import RunState, RunStatus
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.checkpoints import resumes
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    SetLearningRate,
)

log = logging.getLogger(__name__)

Wanted = Literal["run", "pause", "stop"]
NEVER = float("-inf")
LAST = 1_000_000


@dataclass
class RunRow:
    """One run as the journal keeps it. ``outcome`` is empty while the run has not ended.

    ``result``: its last event, once it has ended. ``address``: a mark of where the learner is,
    empty if that is not known (see ``addresses``).
    """

    run_id: str
    owner: str
    config: TaskConfig
    created: float
    wanted: Wanted = "run"
    outcome: RunState | Literal[""] = ""
    step: int = 0
    total_steps: int = 0
    message: str = ""
    result: Finished | Failed | None = None
    address: str = ""


@dataclass(frozen=True)
class Saved:
    """Everything the journal knows of one run; ``events[i]`` has seq i + 1."""

    row: RunRow
    events: tuple[Event, ...]
    checkpoint: Checkpointed | None


class Journal(Protocol):
    """Keeps runs beyond the life of the server. Saving returns at once and never raises.

    ``load`` raises ``UnknownRun`` with its own sentence if the store does not answer.
    ``begun_anew``: since the last call the store has lost everything, and what is in memory is to
    be saved again. ``has_saved``: nothing about this run waits to be saved. ``lasting``: ``load``
    gives back what was saved.
    """

    lasting: bool

    def save_run(self, row: RunRow) -> None: ...
    def save_event(self, run_id: str, seq: int, event: Event) -> None: ...
    def save_checkpoint(self, run_id: str, checkpoint: Checkpointed) -> None: ...
    def delete(self, run_id: str) -> None: ...
    def load(self, run_id: str) -> Saved | None: ...
    def recent(self, owner: str | None, limit: int) -> list[RunRow]: ...
    def has_saved(self, run_id: str) -> bool: ...
    def begun_anew(self) -> bool: ...
    @property
    def notice(self) -> str: ...
    def close(self) -> None: ...


@dataclass(eq=False)
class Record(RunRow):
    """A run in memory: its row, its curve, and what the queue must know of it.

    ``asked_at``: when somebody last looked. ``note``: a sentence of passing interest, shown until
    ``note_until``. ``spent``: seconds of computing by earlier workers, ``spent_here`` by this one.
    ``rank``: its place in the worker's order. ``away``: it rests because nobody looked.
    ``parking``: why its worker was asked to let go of it. ``crowded``: it waits for memory.
    ``moving``: another worker is to have it. ``yielded``: it gave its place to a run of another
    address. ``factor``: how much slower than by arithmetic it runs, as of ``learned_step``.
    """

    events: list[Event] = field(default_factory=list)
    checkpoint: Checkpointed | None = None
    worker: int | None = None
    parking: str = ""
    asked_at: float = NEVER
    loaded_at: float = NEVER
    rates: list[SetLearningRate] = field(default_factory=list)
    deaths: int = 0
    away: bool = False
    note: str = ""
    note_until: float = NEVER
    spent: float = 0.0
    spent_here: float = 0.0
    crowded: bool = False
    moving: bool = False
    yielded: bool = False
    rank: int = LAST
    factor: float | None = None
    learned_step: int = 0
    learned_spent: float = 0.0

    # Two rows are equal if they say the same; a run in memory is itself.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def row(self) -> RunRow:
        """The row as it is now."""
        return RunRow(**{one.name: getattr(self, one.name) for one in fields(RunRow)})

    def conclude(self, result: Finished | Failed) -> None:
        """The run has ended with ``result``."""
        self.step = result.step
        if isinstance(result, Failed):
            self.outcome, self.message = "failed", result.message
        else:
            self.outcome = "stopped" if result.stopped else "finished"

    def leave_worker(self) -> None:
        """No worker holds the run any more."""
        self.worker, self.parking = None, ""
        self.spent, self.spent_here = self.spent + self.spent_here, 0.0
        self.learned_step, self.learned_spent = 0, 0.0
        self.rank = LAST

    def say(self, note: str, until: float) -> None:
        self.note, self.note_until = note, until


def result_of(events: Sequence[Event]) -> Finished | Failed | None:
    """The last event, if with it the run has ended."""
    last = events[-1] if events else None
    return last if isinstance(last, Finished | Failed) else None


def record_of(saved: Saved) -> Record:
    """The run as it comes back from the journal.

    Without a sound checkpoint it begins anew, and the curve comes out equal; not so if its learning
    rate was changed on the way, so such a run ends here.
    """
    row, checkpoint = saved.row, saved.checkpoint
    if checkpoint and not resumes(row.config, checkpoint.state):
        log.warning("run has a damaged checkpoint", extra={"run": row.run_id})
        checkpoint = None
    record = Record(**vars(row), events=list(saved.events), checkpoint=checkpoint)
    record.result = result_of(record.events)
    if not record.outcome and record.result is not None:  # the last event was kept, the row not
        record.conclude(record.result)
    steered = any(isinstance(event, LearningRateChanged) for event in saved.events)
    if not record.outcome and not checkpoint and steered:
        record.conclude(Failed(record.step, UNSOUND))
    return record


def log_run(record: Record, message: str, level: int = logging.INFO) -> None:
    """One line in the log about a run."""
    log.log(level, "%s", message, extra={"run": record.run_id})


def log_end(record: Record) -> None:
    """The line about a run that has ended."""
    if record.outcome == "failed":
        log_run(record, f"run failed at step {record.step}: {record.message}", logging.WARNING)
    else:
        log_run(record, f"run {record.outcome} at step {record.step}")


class Expected(Protocol):
    """Seconds until a run begins and ends, where they can be told."""

    @property
    def starts_in(self) -> float | None: ...
    @property
    def ends_in(self) -> float | None: ...


def status_of(
    row: RunRow,
    state: RunState | None = None,
    position: int = 0,
    message: str | None = None,
    when: Expected | None = None,
) -> RunStatus:
    """What pages are told; without ``state``, of a run that only the journal knows."""
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
        when.starts_in if when else None,
        when.ends_in if when else None,
    )
