"""What a training tells: a closed union of small frozen dataclasses; readers ``match`` on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Started:
    """The data is loaded and the network is built."""

    total_steps: int
    steps_per_epoch: int
    parameters: int
    train_size: int
    val_size: int
    test_size: int


Measures = tuple[tuple[str, float], ...]
"""Numbers by name. ``loss`` comes first; a task says which others there are."""


class Measured:
    """What has measures."""

    measures: Measures

    def measure(self, name: str) -> float:
        """The number of that name. Raises ``KeyError``."""
        return dict(self.measures)[name]

    @property
    def loss(self) -> float:
        return self.measure("loss")


@dataclass(frozen=True)
class Progress(Measured):
    """Mean training measures over the examples since the last ``Progress``."""

    step: int
    measures: Measures
    lr: float


@dataclass(frozen=True)
class Evaluated(Measured):
    """Measures on the whole validation set after ``step`` updates."""

    step: int
    measures: Measures


@dataclass(frozen=True)
class Array:
    """Numbers for a picture: ``data`` is float32, little-endian, row by row.

    Raises ``ValueError`` if ``data`` does not fill ``shape``.
    """

    name: str
    shape: tuple[int, ...]
    data: bytes

    def __post_init__(self) -> None:
        if any(size < 0 for size in self.shape) or 4 * prod(self.shape) != len(self.data):
            raise ValueError(f"{len(self.data)} bytes do not fill the shape {self.shape}.")


@dataclass(frozen=True)
class Snapshot:
    """What a picture of the model needs after ``step`` updates."""

    step: int
    arrays: tuple[Array, ...]


@dataclass(frozen=True)
class LearningRateChanged:
    step: int
    lr: float


@dataclass(frozen=True)
class Checkpointed:
    """``state`` resumes the run; ``told`` counts the events before it, without checkpoints."""

    step: int
    told: int
    state: bytes


@dataclass(frozen=True)
class Details:
    """What a task tells of its test besides measures; each task that does has its own kind."""


@dataclass(frozen=True)
class Finished(Measured):
    """Measures on the test set."""

    step: int
    stopped: bool
    measures: Measures
    details: Details | None = None


@dataclass(frozen=True)
class Failed:
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


@dataclass(frozen=True)
class SetLearningRate:
    lr: float


@dataclass(frozen=True)
class SaveCheckpoint:
    """Ask for a ``Checkpointed`` at the next step boundary."""


@dataclass(frozen=True)
class Stop:
    """Ask the run to end here, with its test result."""


TrainerCommand = SetLearningRate | SaveCheckpoint | Stop
