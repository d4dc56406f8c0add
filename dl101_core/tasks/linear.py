"""Linear regression on a table: the last column as a weighted sum of the others, plus a bias."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.optim import OptimizerConfig
from dl101_core.settings import choice, redeclared
from dl101_core.tasks.task import Part, Setting, Size, Task, TaskConfig, weights
from dl101_core.training.events import Array

if TYPE_CHECKING:
    from dl101_core.export import Script
    from dl101_core.training.events import Event

HOUSES = ((2104.0, 399.9), (1600.0, 329.9), (2400.0, 369.0))
"""Living area in square feet, price in 1000 dollars: the first three of Ng's houses in Portland."""
MOST_ROWS, MOST_COLUMNS = 1000, 12
SCALINGS = ("none", "thousand", "standardise")


@dataclass(frozen=True, kw_only=True)
class LinearConfig(TaskConfig):
    """``ŷ = x·w + b`` with the mean squared error, from ``w = 0`` and ``b = 0`` on.

    ``rows``: numbers, the target last. ``scaling`` of the other columns: ``none``, ``thousand``
    (divided by 1000), or ``standardise`` (minus the mean, by the population standard deviation of
    the whole table). The test at the end measures the error on the whole table.
    """

    STORED_AS: ClassVar[str] = "LinearConfig"
    rows: tuple[tuple[float, ...], ...] = HOUSES
    scaling: str = choice("standardise", SCALINGS, label="Scaling")
    train_size: int = redeclared(TaskConfig, "train_size", 3, low=1, high=MOST_ROWS)
    val_size: int = redeclared(TaskConfig, "val_size", 0, low=0, high=MOST_ROWS)
    optimizer: OptimizerConfig = field(default_factory=lambda: OptimizerConfig(name="sgd", lr=0.1))
    epochs: int = redeclared(TaskConfig, "epochs", 50)

    def __post_init__(self) -> None:
        super().__post_init__()
        widths = {len(row) for row in self.rows}
        if len(widths) != 1 or not 2 <= min(widths) <= MOST_COLUMNS + 1:
            raise ValueError(
                f"rows must all have the same 2 to {MOST_COLUMNS + 1} columns, not "
                f"{', '.join(map(str, sorted(widths))) or 'none'}."
            )
        if len(self.rows) > MOST_ROWS:
            raise ValueError(f"rows (={len(self.rows)}) must be at most {MOST_ROWS}.")
        if not all(math.isfinite(value) for row in self.rows for value in row):
            raise ValueError("rows must hold nothing but numbers that are finite.")

    def fault(self) -> str:
        wanted = self.train_size + self.val_size
        if wanted <= len(self.rows):
            return ""
        return (
            f"train_size (={self.train_size}) and val_size (={self.val_size}) need {wanted} rows, "
            f"but the table has {len(self.rows)}; choose fewer."
        )

    @property
    def title(self) -> str:
        return "Linear regression"

    @property
    def about(self) -> str:
        return f"linear regression on {len(self.rows)} rows, {self.epochs} epochs"

    @property
    def test_size(self) -> int:
        return len(self.rows)

    def size(self) -> Size:
        columns = len(self.rows[0]) - 1
        return Size(columns + 1, 1, columns)

    def settings(self) -> dict[str, Setting]:
        return {"rows": len(self.rows), "scaling": self.scaling, **self.common_settings()}

    def script(self, events: Iterable[Event] = ()) -> Script:
        from dl101_core.tasks.scripts import linear_script

        return linear_script(self, events)

    def make_model(self) -> nn.Module:
        model = nn.Linear(len(self.rows[0]) - 1, 1)
        for parameter in model.parameters():
            nn.init.zeros_(parameter)
        return model

    def build(self) -> Linear:
        return Linear(self)


class Linear(Task):
    """The table as tensors; ``features`` are scaled."""

    explodes_at = 1e12

    def __init__(self, config: LinearConfig) -> None:
        super().__init__(config.make_model(), len(config.rows), len(config.rows))
        table = torch.tensor(config.rows, dtype=torch.float64)
        self.features = scaled(table[:, :-1], config.scaling).float()
        self.targets = table[:, -1:].float()

    def examples(self, part: Part, index: Tensor) -> tuple[Tensor, Tensor]:
        return self.features.index_select(0, index), self.targets.index_select(0, index)

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.mse_loss(outputs, targets)

    def arrays(self, whole: bool = True) -> tuple[Array, ...]:
        return weights(self.model)


def scaled(features: Tensor, scaling: str) -> Tensor:
    """``(N, columns)`` scaled column by column; a column that is constant becomes zero."""
    if scaling == "thousand":
        return features / 1000
    if scaling == "standardise":
        spread = features.std(0, correction=0)
        return (features - features.mean(0)) / torch.where(spread > 0, spread, 1)
    return features
