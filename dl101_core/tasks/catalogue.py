"""``TASKS``: everything that can be trained, and the types that go to workers and stores."""

from __future__ import annotations

from dl101_core.tasks.adding import AddingConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import ImageDetails
from dl101_core.tasks.linear import LinearConfig
from dl101_core.tasks.points import PointsConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Details

TASKS: tuple[type[TaskConfig], ...] = (ImageConfig, LinearConfig, PointsConfig, AddingConfig)
DETAILS: tuple[type[Details], ...] = (ImageDetails,)
"""Types inside the results of tasks with more than measures."""
