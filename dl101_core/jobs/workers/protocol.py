"""What server and worker may say to each other, read from frames: a closed union each way.

A frame is hostile until it is read here: the process at the other end may be damaged, or another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from dl101_core.jobs.slicer import EventReport, Parked, SlicerCommand
from dl101_core.jobs.workers.codec import BadMessage, Message, decode
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Event

LONGEST_ID = 100
LONGEST = 1e12
"""Seconds; nothing here takes 30,000 years."""
_EVENTS = (*get_args(Event), Parked)
_COMMANDS = get_args(SlicerCommand)


@dataclass(frozen=True)
class Hello:
    """The worker has begun. ``threads``: how many torch uses."""

    pid: int
    threads: int


@dataclass(frozen=True)
class ToldBatch:
    """What the runs told since the last batch, and the seconds that each has had so far."""

    items: tuple[EventReport, ...]
    spent: dict[str, float]


@dataclass(frozen=True)
class Turn:
    """From now on the worker trains this run."""

    run_id: str


@dataclass(frozen=True)
class Pong:
    """The answer to ``Ping``."""


@dataclass(frozen=True)
class Bye:
    """All checkpoints are sent; the worker ends."""


@dataclass(frozen=True)
class Settings:
    """Comes first: seconds between checkpoints, megabytes and bytes of a frame at most."""

    checkpoint_every: float
    memory_mb: int
    max_frame: int


@dataclass(frozen=True)
class Submit:
    """Train this, from ``state`` on if there is one; see ``Slicer.submit``."""

    run_id: str
    config: TaskConfig
    state: bytes | None
    told: int
    replay: int


@dataclass(frozen=True)
class Steer:
    """Pass ``command`` on to the run."""

    run_id: str
    command: SlicerCommand


@dataclass(frozen=True)
class Ping:
    """A sign of life is asked for."""


@dataclass(frozen=True)
class Close:
    """Save every run, then end."""


FromWorker = Hello | ToldBatch | Turn | Pong | Bye
FromServer = Settings | Submit | Steer | Ping | Close


def from_worker(message: Message, blobs: list[bytes]) -> FromWorker:
    """What a worker says. Raises ``BadMessage`` for anything else."""
    match message.get("kind"):
        case "hello":
            # Process 1 and groups (below 1) must never come near a kill.
            return Hello(_whole(message, "pid", 2), _whole(message, "threads", 1))
        case "told":
            items = _list(message, "items")
            return ToldBatch(tuple(_told(item, blobs) for item in items), _spent(message))
        case "turn":
            return Turn(_run(message.get("run")))
        case "pong":
            return Pong()
        case "bye":
            return Bye()
    raise BadMessage("no message of a worker")


def from_server(message: Message, blobs: list[bytes]) -> FromServer:
    """What the server says. Raises ``BadMessage`` for anything else."""
    match message.get("kind"):
        case "limits":
            return Settings(
                _seconds(message.get("checkpoint_every")),
                _whole(message, "memory_mb", 0),
                _whole(message, "max_frame", 1),
            )
        case "submit":
            config = decode(message.get("config"))
            if not isinstance(config, TaskConfig) or len(blobs) > 1:
                raise BadMessage("no run to train")
            told, replay = _whole(message, "told", 0), _whole(message, "replay", 0)
            state = blobs[0] if blobs else None
            return Submit(_run(message.get("run")), config, state, told, replay)
        case "command":
            command = decode(message.get("command"))
            if not isinstance(command, _COMMANDS):
                raise BadMessage("no command")
            return Steer(_run(message.get("run")), command)
        case "ping":
            return Ping()
        case "close":
            return Close()
    raise BadMessage("no message of a server")


def _whole(message: Message, name: str, low: int) -> int:
    value = message.get(name)
    if type(value) is not int or not low <= value < 2**53:
        raise BadMessage(f"{name} is no number from {low}")
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < LONGEST:
        raise BadMessage("no seconds")
    return float(value)


def _run(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise BadMessage("no name of a run")
    return value


def _list(message: Message, name: str) -> list[object]:
    value = message.get(name)
    if not isinstance(value, list):
        raise BadMessage(f"{name} are no list")
    return value


def _told(item: object, blobs: list[bytes]) -> EventReport:
    if not isinstance(item, list) or len(item) != 3:
        raise BadMessage("nothing told")
    run_id, seq, data = item
    event = decode(data, blobs)
    if not isinstance(event, _EVENTS):
        raise BadMessage("no event")
    return EventReport(_run(run_id), _whole({"seq": seq}, "seq", 0), event)


def _spent(message: Message) -> dict[str, float]:
    spent = message.get("spent")
    if not isinstance(spent, dict):
        raise BadMessage("no seconds spent")
    return {_run(run_id): _seconds(seconds) for run_id, seconds in spent.items()}
