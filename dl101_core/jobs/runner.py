"""The runner: the one interface through which pages start, watch and steer training runs.

A page keeps only the ``run_id``. The id is enough to read the run's events from any position, so a
refresh, another tab or another device shows the same curve. Steering or deleting the run requires
the key of its learner. Runs, links and stores hold only a hash of this key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Event, Failed, Finished, Message, SetLearningRate, Stop

RUN_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
MAX_OWNER = 128

RunState = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
ENDED: tuple[RunState, ...] = ("finished", "stopped", "failed")


class UnknownRun(LookupError):  # noqa: N818
    """No run has this id: a mistyped or hostile address, or the server's memory was cleared."""

    def __init__(
        self, message: str = "There is no such run here any more. Start a new one."
    ) -> None:
        super().__init__(message)


class Refused(ValueError):  # noqa: N818
    """A limit of this server forbids the run; the sentence names the limit and what to do."""


class NotYours(PermissionError):  # noqa: N818
    """The run was started with another learner's key."""

    def __init__(self) -> None:
        super().__init__(
            "Only who started this run can pause, change or delete it. "
            "Take over its settings and start your own."
        )


def new_run_id() -> str:
    """A run id that nobody can guess, because the id is enough to watch the run."""
    return secrets.token_urlsafe(16)


def new_key() -> str:
    """A learner's secret key, which is enough to steer the learner's runs."""
    return secrets.token_urlsafe(24)


def owner_of(key: str) -> str:
    """The SHA-256 hash of a learner's ``key``. Runs and stores keep this hash, not the key."""
    return hashlib.sha256(key.encode()).hexdigest()


def opens(key: str, owner: str) -> bool:
    """Whether ``owner`` is the hash of ``key``."""
    return hmac.compare_digest(owner_of(key), owner)


def is_run_id(text: object) -> bool:
    """Whether ``text`` has the form of a run id; true says nothing about whether it exists."""
    return isinstance(text, str) and RUN_ID.fullmatch(text) is not None


@dataclass(frozen=True)
class RunSpec:
    """A run as a page submits it. ``owner``: ``owner_of`` the learner's key."""

    run_id: str
    owner: str
    config: TaskConfig

    def __post_init__(self) -> None:
        if not is_run_id(self.run_id):
            raise ValueError("run_id must be 16 to 64 letters, digits, - or _; use new_run_id().")
        if len(self.owner) > MAX_OWNER or not self.owner.isascii():
            raise ValueError(f"owner must have at most {MAX_OWNER} ASCII letters.")


class Pause(Message, frozen=True):
    """Pause the run; it takes no computing time until ``Resume``."""


class Resume(Message, frozen=True):
    """Resume a paused run."""


Command = Pause | Resume | Stop | SetLearningRate


def check_command(command: Command, config: TaskConfig) -> None:
    """Raise the ``ValueError`` of the optimizer's config if a new learning rate is impossible."""
    if isinstance(command, SetLearningRate):
        replace(config.optimizer, lr=command.lr)


@dataclass(frozen=True)
class RunStatus:
    """The status of a run.

    ``position``: 0 if it need not wait, n if it is the n-th in the queue. ``step`` of
    ``total_steps``: optimizer steps as of the last event (both 0 before the first). ``message``: a
    sentence for the learner, or empty. ``result``: the last event of a run that has ended.
    ``created``: seconds since 1970. ``starts_in``, ``ends_in``: estimates in seconds, None if
    unknown.
    """

    run_id: str
    owner: str
    config: TaskConfig
    state: RunState
    position: int = 0
    step: int = 0
    total_steps: int = 0
    message: str = ""
    result: Finished | Failed | None = None
    created: float = 0.0
    starts_in: float | None = None
    ends_in: float | None = None

    @property
    def ended(self) -> bool:
        """Whether no further event can come."""
        return self.state in ENDED


@dataclass(frozen=True)
class WorkerInfo:
    """A process that trains. ``turn``: the run that it is training now, or empty."""

    pid: int
    turn: str = ""


@dataclass(frozen=True)
class Summary:
    """The operator's view. ``memory_mb`` of all processes; None if unknown."""

    states: dict[RunState, int]
    waiting: tuple[RunStatus, ...]
    workers: tuple[WorkerInfo, ...]
    memory_mb: float | None
    notice: str


class Runner(Protocol):
    """All methods may be called from any thread and return at once.

    Methods that take a ``run_id`` raise ``UnknownRun`` for one that was never submitted.
    ``events``, ``status`` and ``touch`` renew the run's lease. A run whose lease expires pauses; it
    resumes when the lease is renewed.
    """

    def visit(self, owner: str, address: str) -> None:
        """``owner`` is at ``address`` now (a mark of ``addresses``); other owners are unchanged.

        When several addresses compete, places are shared among addresses first, then learners.
        """

    def submit(self, spec: RunSpec) -> str:
        """Start a run, or put it in the queue. The same spec again changes nothing.

        Raises ``Refused`` if a limit forbids the run, and ``ValueError`` if ``run_id`` already
        belongs to another config.
        """

    def events(self, run_id: str, after: int = 0) -> list[tuple[int, Event]]:
        """``(seq, event)`` for every event with ``seq > after``; seq counts 1, 2, 3, … per run.

        ``Checkpointed`` is never among them. Keep the last seq as the cursor of the next call.
        """

    def command(self, run_id: str, command: Command, key: str) -> None:
        """Steer a run with the key of its owner. On a run that has ended this does nothing.

        Raises ``NotYours``, and ``ValueError`` for an impossible learning rate.
        """

    def delete(self, run_id: str, key: str) -> None:
        """End and forget a run, its curve and its weights. Raises ``NotYours``."""

    def status(self, run_id: str) -> RunStatus:
        """The status of the run now."""

    def runs(self, owner: str | None = None, limit: int = 20) -> list[RunStatus]:
        """The latest runs (of ``owner``), newest first. Renews no lease."""

    def checkpoint(self, run_id: str) -> bytes | None:
        """The latest saved state, for ``training.trained_model``; None before the first."""

    def touch(self, run_id: str) -> None:
        """Renew the lease without reading anything."""

    def summary(self) -> Summary:
        """The state of the whole runner, for the operator. Renews no lease."""

    @property
    def notice(self) -> str:
        """A sentence for the learner about trouble with saving runs, or empty."""

    def close(self) -> None:
        """End all work. Unfinished runs can be resumed from their last checkpoints."""
