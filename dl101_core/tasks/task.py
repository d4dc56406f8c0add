"""The contract between what is trained and everything else: the loop, the runner, the run book.

A task is two things. Its **config** is a frozen dataclass: all settings of a run, cheap to make, to
compare and to send. ``config.build()`` gives the **task** itself: data, model, loss and measures,
which only the process that trains needs.

A new task is a module with both, and one line in ``catalogue.py``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from dl101_core.export import Script
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.settings import Settings, by_address, whole
from dl101_core.training.events import Array, Details, Event

EVAL_BATCH = 250
"""Examples that are evaluated at once."""

Part = Literal["train", "test"]
Setting = int | float | str


@dataclass(frozen=True)
class Size:
    """The size of one model. ``activations`` and ``multiply_adds`` are those of one example.

    ``activations``: the output values of all layers, and the values that recurrent layers keep.
    """

    parameters: int
    activations: int
    multiply_adds: int


@dataclass(frozen=True)
class Looks:
    """Examples that pass through the model for one picture, and for a whole one besides."""

    small: int
    whole: int


@dataclass(frozen=True, kw_only=True)
class TaskConfig(Settings, ABC):
    """Everything that determines a run: the same config gives the same curve, bit for bit.

    ``train_size`` and ``val_size`` examples are taken from the start of a seeded shuffle of the
    training part; the test part stays untouched until the end.

    Raises ``ValueError``, which names the field, its value and the range.
    """

    STORED_AS: ClassVar[str]
    """The name in saved states and stores. It never changes, whatever the class is called."""
    MEASURES: ClassVar[tuple[str, ...]] = ()
    """The measures besides the loss, for instance ``accuracy``."""

    train_size: int = whole(4000, 10, 60_000, typed=True, step=1000, label="Training examples")
    val_size: int = whole(1000, 10, 10_000, typed=True, step=50, label="Validation")
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    batch_size: int = whole(64, 1, 1024, typed=True, step=16, label="Batch size")
    epochs: int = whole(5, 1, 100, typed=True, label="Epochs")
    seed: int = whole(0, 0, 2**31 - 1, typed=True, label="Seed")

    @property
    def steps_per_epoch(self) -> int:
        """Batches of ``train_size`` examples; the last may be smaller."""
        return math.ceil(self.train_size / self.batch_size)

    @property
    def total_steps(self) -> int:
        """Optimizer steps of the whole run."""
        return self.steps_per_epoch * self.epochs

    @property
    @abstractmethod
    def title(self) -> str:
        """A few words for learners on what is trained."""

    @property
    @abstractmethod
    def about(self) -> str:
        """A few words for the log."""

    @property
    def kind(self) -> str:
        """Runs of one kind share about one factor between their time and their arithmetic."""
        return self.STORED_AS

    @property
    @abstractmethod
    def test_size(self) -> int:
        """About how many examples the test at the end has: for estimates, without the data."""

    @abstractmethod
    def size(self) -> Size:
        """The model's size, computed without building a model that could be large."""

    def fault(self) -> str:
        """A sentence if settings are valid one by one but not together; else empty."""
        return ""

    @abstractmethod
    def settings(self) -> dict[str, Setting]:
        """The settings that matter, by the names of the page's controls, in their order."""

    def common_settings(self) -> dict[str, Setting]:
        """Settings of every task: those that its optimizer uses, then the course of the run."""
        used = ("name", *OPTIMIZERS[self.optimizer.name].settings)
        course = ("epochs", "batch_size", "train_size", "val_size", "seed")
        return by_address(self.optimizer, *used) | by_address(self, *course)

    @abstractmethod
    def script(self, events: Iterable[Event] = ()) -> Script:
        """Plain PyTorch that repeats the run; ``events`` of a run give what it prints."""

    @abstractmethod
    def make_model(self) -> nn.Module:
        """The model with its first weights, drawn from ``seed``."""

    @abstractmethod
    def build(self) -> Task:
        """The task, ready to train. Raises ``DataUnavailable`` and ``ValueError``."""


class Task(ABC):
    """Data, model, loss and measures of one run.

    ``available``: examples in the training part. ``tests``: examples in the test part.
    """

    explodes_at: float
    """No run recovers from a loss above this."""
    LOOKS: ClassVar[Looks | None] = None
    """What its pictures cost; None if next to nothing."""

    def __init__(self, model: nn.Module, available: int, tests: int) -> None:
        self.model, self.available, self.tests = model, available, tests

    @abstractmethod
    def examples(self, part: Part, index: Tensor) -> tuple[Tensor, Tensor]:
        """The examples at ``index``: inputs for the model, and targets."""

    @abstractmethod
    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean over the examples, as a scalar that can go backward."""

    def sums(self, outputs: Tensor, targets: Tensor) -> tuple[float, ...]:
        """For each of ``MEASURES`` its sum over the examples."""
        return ()

    def watch(self, index: Tensor) -> None:  # noqa: B027
        """Choose what pictures show; ``index``: the validation examples, before the first step."""

    def arrays(self, whole: bool = True) -> tuple[Array, ...]:
        """Arrays for a picture of the model now; empty if the task shows none in training.

        ``whole``: with those that cost more. They never change the model or a random state.
        """
        return ()

    def details(self, outputs: Tensor, targets: Tensor) -> Details | None:
        """Details of the test besides its measures."""
        return None


def array(name: str, values: Tensor) -> Array:
    """``values`` for an event: float32, row by row."""
    numbers = values.detach().to(torch.float32).contiguous()
    return Array(name, tuple(numbers.shape), numbers.numpy().tobytes())


def small_array(name: str, values: Tensor) -> Array:
    """Whole numbers from 0 to 255 for an event, one byte each, row by row."""
    numbers = values.detach().to(torch.uint8).contiguous()
    return Array(name, tuple(numbers.shape), numbers.numpy().tobytes(), "uint8")


def weights(model: nn.Module) -> tuple[Array, ...]:
    """All parameters of a small model, by their names."""
    return tuple(array(name, value) for name, value in model.named_parameters())
