"""What server and worker may say to each other: a closed union each way.

A frame is hostile until it is read as one of these types (``codec.Unpacker``): the process at the
other end may be damaged, or another.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from dl101_core.jobs.slicer import EventReport, RunId, SlicerCommand, Whole
from dl101_core.jobs.workers.codec import BadMessage, from_text
from dl101_core.tasks.task import TaskConfig

Positive = Annotated[int, Meta(ge=1, lt=2**53)]
Seconds = Annotated[float, Meta(ge=0, lt=1e12)]
"""Nothing here takes 30,000 years."""


class Said(
    Struct,
    frozen=True,
    tag_field="kind",
    tag=str.lower,
    forbid_unknown_fields=True,
    rename={"run_id": "run"},
):
    """What one says to the other."""


class Hello(Said, frozen=True):
    """The worker has begun. ``threads``: how many torch uses."""

    # Process 1 and groups (below 1) must never come near a kill.
    pid: Annotated[int, Meta(ge=2, lt=2**53)]
    threads: Positive


class ToldBatch(Said, frozen=True, tag="told"):
    """What the runs told since the last batch, and the seconds that each has had so far."""

    items: Annotated[tuple[EventReport, ...], Meta(max_length=50_000)]
    spent: dict[RunId, Seconds]


class Turn(Said, frozen=True):
    """From now on the worker trains this run."""

    run_id: RunId


class Pong(Said, frozen=True):
    """The answer to ``Ping``."""


class Bye(Said, frozen=True):
    """All checkpoints are sent; the worker ends."""


class Settings(Said, frozen=True, tag="limits"):
    """Comes first: seconds between checkpoints, megabytes and bytes of a frame at most."""

    checkpoint_every: Seconds
    memory_mb: Whole
    max_frame: Positive


class Submit(Said, frozen=True):
    """Train this, from ``state`` on if there is one; see ``Slicer.submit``."""

    run_id: RunId
    text: str
    state: bytes | None
    told: Whole
    replay: Whole

    @property
    def config(self) -> TaskConfig:
        """What ``text`` says. Raises ``BadMessage``."""
        config = from_text(self.text)
        if not isinstance(config, TaskConfig):
            raise BadMessage("no run to train")
        return config


class Steer(Said, frozen=True, tag="command"):
    """Pass ``command`` on to the run."""

    run_id: RunId
    command: SlicerCommand


class Ping(Said, frozen=True):
    """A sign of life is asked for."""


class Close(Said, frozen=True):
    """Save every run, then end."""


FromWorker = Hello | ToldBatch | Turn | Pong | Bye
FromServer = Settings | Submit | Steer | Ping | Close
