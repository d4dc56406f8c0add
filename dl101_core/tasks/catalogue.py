"""``TASKS``: everything that can be trained, and what of it travels to workers and into stores."""

from __future__ import annotations

from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.adding import AddingConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import ImageDetails, Mistake
from dl101_core.tasks.linear import LinearConfig
from dl101_core.tasks.points import PointsConfig
from dl101_core.tasks.task import TaskConfig

TASKS: tuple[type[TaskConfig], ...] = (ImageConfig, LinearConfig, PointsConfig, AddingConfig)
PARTS: tuple[type, ...] = (OptimizerConfig, ModelConfig, ImageDetails, Mistake)
"""What stands inside a config, or inside the details of a result."""
