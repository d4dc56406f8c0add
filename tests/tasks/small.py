"""One small run of every task, for the tests of the contract: add each new task here."""

from __future__ import annotations

import pytest

from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.adding import AddingConfig
from dl101_core.tasks.catalogue import TASKS
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.linear import LinearConfig
from dl101_core.tasks.points import PointsConfig
from dl101_core.tasks.task import TaskConfig

SMALL: tuple[TaskConfig, ...] = (
    ImageConfig(
        train_size=300,
        val_size=50,
        batch_size=20,
        epochs=3,
        model=ModelConfig(name="mlp", hidden_size=16, dropout=0.2),
    ),
    LinearConfig(epochs=40, batch_size=2),
    PointsConfig(train_size=100, val_size=40, batch_size=20, epochs=8),
    AddingConfig(train_size=100, val_size=40, batch_size=20, epochs=8),
)
assert {type(config) for config in SMALL} == set(TASKS)

ENDLESS: tuple[TaskConfig, ...] = (
    ImageConfig(train_size=15_000, epochs=100, model=ModelConfig(name="mlp", hidden_size=16)),
    LinearConfig(
        rows=tuple((float(x), 2.0 * x) for x in range(1000)),
        train_size=1000,
        batch_size=1,
        epochs=100,
        optimizer=OptimizerConfig(name="momentum", lr=0.001),
    ),
    PointsConfig(train_size=1000, batch_size=1, epochs=100),
    AddingConfig(train_size=1900, val_size=100, batch_size=1, epochs=100),
)
"""Runs that only a ``Stop`` ends in a test."""

every_task = pytest.mark.parametrize("config", SMALL, ids=lambda config: config.STORED_AS)
every_endless_task = pytest.mark.parametrize(
    "endless", ENDLESS, ids=lambda config: config.STORED_AS
)
momentum = OptimizerConfig(name="momentum", lr=0.001)
