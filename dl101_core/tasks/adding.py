"""One linear recurrent unit that reads digits one by one and learns to give their sum."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.optim import OptimizerConfig
from dl101_core.settings import redeclared, whole
from dl101_core.tasks.task import Part, Setting, Size, Task, TaskConfig, weights
from dl101_core.training.events import Array

if TYPE_CHECKING:
    from dl101_core.export import Script
    from dl101_core.training.events import Event

AVAILABLE, TESTS = 2000, 500
LONGEST = 20


class LinearUnit(nn.Module):
    """``h_t = W x_t + U h_{t-1} + b`` with one number each; its answer is the last state."""

    def __init__(self, w: float, u: float, b: float) -> None:
        super().__init__()
        self.W = nn.Parameter(torch.tensor(w))
        self.U = nn.Parameter(torch.tensor(u))
        self.b = nn.Parameter(torch.tensor(b))

    def forward(self, numbers: Tensor) -> Tensor:
        """``(N, T)`` -> ``(N,)``."""
        state = torch.zeros(len(numbers))
        for x in numbers.unbind(1):
            state = self.W * x + self.U * state + self.b
        return state


@dataclass(frozen=True, kw_only=True)
class AddingConfig(TaskConfig):
    """The sum of ``length`` digits, with the mean squared error. ``W = U = 1, b = 0`` solves it.

    ``start``: W, U and b before the first step; empty means three numbers from -1 to 1 that
    ``seed`` draws, as ``nn.RNN`` does for one unit.
    """

    STORED_AS: ClassVar[str] = "AddingConfig"
    length: int = whole(3, 1, LONGEST, label="Digits")
    start: tuple[float, ...] = ()
    train_size: int = redeclared(TaskConfig, "train_size", 1000, high=AVAILABLE - 10)
    val_size: int = redeclared(TaskConfig, "val_size", 200, high=AVAILABLE - 10)
    batch_size: int = redeclared(TaskConfig, "batch_size", 32)
    optimizer: OptimizerConfig = field(
        default_factory=lambda: OptimizerConfig(name="adam", lr=0.01)
    )
    epochs: int = redeclared(TaskConfig, "epochs", 20)

    def __post_init__(self) -> None:
        super().__post_init__()
        fine = all(math.isfinite(value) and abs(value) <= 100 for value in self.start)
        if len(self.start) not in (0, 3) or not fine:
            raise ValueError(
                f"start (={self.start}) must be empty, or W, U and b from -100 to 100."
            )

    def fault(self) -> str:
        wanted = self.train_size + self.val_size
        if wanted <= AVAILABLE:
            return ""
        return (
            f"train_size (={self.train_size}) and val_size (={self.val_size}) need {wanted} sums, "
            f"but there are {AVAILABLE}; choose fewer."
        )

    @property
    def title(self) -> str:
        return "One recurrent unit that adds"

    @property
    def about(self) -> str:
        return f"one recurrent unit that adds {self.length} digits, {self.epochs} epochs"

    @property
    def test_size(self) -> int:
        return TESTS

    def size(self) -> Size:
        return Size(3, 3 * self.length, 2 * self.length)

    def settings(self) -> dict[str, Setting]:
        start = " ".join(f"{value:g}" for value in self.start) or "drawn"
        return {"length": self.length, "start": start, **self.common_settings()}

    def script(self, events: Iterable[Event] = ()) -> Script:
        from dl101_core.tasks.scripts import adding_script

        return adding_script(self, events)

    def make_model(self) -> nn.Module:
        drawn = torch.rand(3, generator=torch.Generator().manual_seed(self.seed)) * 2 - 1
        return LinearUnit(*(self.start or drawn.tolist()))

    def build(self) -> Adding:
        return Adding(self)


class Adding(Task):
    """Rows of digits, and their sums."""

    explodes_at = 1e9

    def __init__(self, config: AddingConfig) -> None:
        super().__init__(config.make_model(), AVAILABLE, TESTS)
        generator = torch.Generator().manual_seed(config.seed)
        shape = (AVAILABLE + TESTS, config.length)
        digits = torch.randint(0, 10, shape, generator=generator).float()
        self.parts = {
            "train": (digits[:AVAILABLE], digits[:AVAILABLE].sum(1)),
            "test": (digits[AVAILABLE:], digits[AVAILABLE:].sum(1)),
        }

    def examples(self, part: Part, index: Tensor) -> tuple[Tensor, Tensor]:
        digits, sums = self.parts[part]
        return digits.index_select(0, index), sums.index_select(0, index)

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.mse_loss(outputs, targets)

    def arrays(self, whole: bool = True) -> tuple[Array, ...]:
        return weights(self.model)
