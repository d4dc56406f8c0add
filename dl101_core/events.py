"""What a training tells: a closed union of small frozen dataclasses; readers ``match`` on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Started:
    """The data is loaded and the network is built."""

    total_steps: int
    steps_per_epoch: int
    parameters: int
    train_size: int
    val_size: int
    test_size: int


@dataclass(frozen=True)
class Progress:
    """Mean training ``loss`` and ``accuracy`` over the examples since the last ``Progress``."""

    step: int
    loss: float
    accuracy: float
    lr: float


@dataclass(frozen=True)
class Evaluated:
    """``loss`` and ``accuracy`` on the whole validation set after ``step`` updates."""

    step: int
    loss: float
    accuracy: float


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
class Mistake:
    """A test image that the network reads wrongly. ``probability``: of the wrong class."""

    index: int
    label: int
    predicted: int
    probability: float


@dataclass(frozen=True)
class Finished:
    """Result on the test set. ``confusion[i][j]``: images of class i read as j."""

    step: int
    stopped: bool
    loss: float
    accuracy: float
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Failed:
    """The run ended without a result. ``safe_lr`` is offered when the loss diverged, else 0."""

    step: int
    message: str
    safe_lr: float = 0.0


Event = Started | Progress | Evaluated | LearningRateChanged | Checkpointed | Finished | Failed


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
