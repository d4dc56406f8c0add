"""The events of a run: a closed union of small frozen records; readers ``match`` on it."""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal

from msgspec import Meta, Struct


class Message(Struct, frozen=True, tag_field="type", tag=True, forbid_unknown_fields=True):
    """A value for processes and stores, as ``{"type": "Progress", "step": 1, …}``."""


class Started(Message, frozen=True):
    """The data is loaded and the network is built."""

    total_steps: int
    steps_per_epoch: int
    parameters: int
    train_size: int
    val_size: int
    test_size: int


Measures = Annotated[tuple[tuple[str, float], ...], Meta(max_length=16)]
"""Numbers by name. ``loss`` comes first; a task says which others there are."""


class Measured:
    """An event with measures."""

    measures: Measures

    def measure(self, name: str) -> float:
        """The number of that name. Raises ``KeyError``."""
        return dict(self.measures)[name]

    @property
    def loss(self) -> float:
        return self.measure("loss")


class Progress(Measured, Message, frozen=True):
    """Mean training measures over the examples since the last ``Progress``."""

    step: int
    measures: Measures
    lr: float


class Evaluated(Measured, Message, frozen=True):
    """Measures on the whole validation set after ``step`` updates."""

    step: int
    measures: Measures


ArrayKind = Literal["float32", "uint8"]
WIDTHS: dict[ArrayKind, int] = {"float32": 4, "uint8": 1}
"""Bytes of one number."""


class Array(Message, frozen=True, omit_defaults=True):
    """Numbers for a picture: ``data`` is of that kind, little-endian, row by row.

    Raises ``ValueError`` if ``data`` does not fill ``shape``.
    """

    name: str
    shape: tuple[int, ...]
    data: bytes
    kind: ArrayKind = "float32"

    def __post_init__(self) -> None:
        full = WIDTHS[self.kind] * prod(self.shape)
        if any(size < 0 for size in self.shape) or full != len(self.data):
            raise ValueError(f"{len(self.data)} bytes do not fill the shape {self.shape}.")


class Snapshot(Message, frozen=True):
    """The arrays for a picture of the model after ``step`` updates."""

    step: int
    arrays: tuple[Array, ...]


class LearningRateChanged(Message, frozen=True):
    step: int
    lr: float


class Checkpointed(Message, frozen=True):
    """``state`` resumes the run; ``told``: number of events before it, without checkpoints."""

    step: int
    told: int
    state: bytes


class Details:
    """Details of a task's test besides measures; each such task has its own subclass."""


class Finished(Measured, Message, frozen=True):
    """Measures on the test set."""

    step: int
    stopped: bool
    measures: Measures
    details: Details | None = None


class Failed(Message, frozen=True):
    """The run ended without a result. ``safe_lr`` is offered when the loss diverged, else 0."""

    step: int
    message: str
    safe_lr: float = 0.0


Event = (
    Started
    | Progress
    | Evaluated
    | Snapshot
    | LearningRateChanged
    | Checkpointed
    | Finished
    | Failed
)


class SetLearningRate(Message, frozen=True):
    lr: float


class SaveCheckpoint(Message, frozen=True):
    """Ask for a ``Checkpointed`` at the next step boundary."""


class Stop(Message, frozen=True):
    """Ask the run to end here, with its test result."""


TrainerCommand = SetLearningRate | SaveCheckpoint | Stop
