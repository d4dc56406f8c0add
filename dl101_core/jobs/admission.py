"""Limits on admission: the size of one run, and the memory of all."""

from __future__ import annotations

from dl101_core.jobs.runner import Refused
from dl101_core.limits import Limits
from dl101_core.models.network import FLOAT
from dl101_core.tasks.task import EVAL_BATCH, TaskConfig

MB = 2**20
# Weights, gradients and two moments of Adam; then two copies of a checkpoint in transit.
COPIES = 4 + 2 * 3
# An activation, its gradient, and a layer's working memory.
PER_ACTIVATION = 3
# Multiply-adds of one step, about five seconds: in a longer step all other runs stand still.
MAX_STEP = 30e9
# Memory of the server with its pages, torch and one idle worker, before any run.
BASE_MB = 450


def kept_mb(config: TaskConfig) -> float:
    """Megabytes that a run holds until its end, without its data set."""
    return FLOAT * config.size().parameters * COPIES / MB


def need_mb(config: TaskConfig) -> float:
    """Most megabytes of a run: those that it holds, and those of one step or test."""
    activations = config.size().activations
    trained = config.batch_size * activations * PER_ACTIVATION
    tested = EVAL_BATCH * activations
    return kept_mb(config) + FLOAT * max(trained, tested) / MB


def step_multiply_adds(config: TaskConfig) -> int:
    """Those of the longest uninterrupted part: a training step (three passes) or a test batch."""
    return config.size().multiply_adds * max(3 * config.batch_size, EVAL_BATCH)


def check_size(config: TaskConfig, limits: Limits) -> None:
    """Raise ``Refused`` if the run alone is more than this server allows."""
    if config.epochs > limits.max_epochs:
        raise Refused(
            f"This server trains at most {limits.max_epochs} epochs a run, not {config.epochs}: "
            "choose fewer."
        )
    parameters = config.size().parameters
    if parameters > limits.max_parameters:
        raise Refused(
            f"This network has {parameters:,} parameters; this server trains at most "
            f"{limits.max_parameters:,}. Choose fewer units, filters or layers."
        )
    step = step_multiply_adds(config)
    if step > MAX_STEP:
        raise Refused(
            f"One step of this training takes {step / 1e9:,.0f} billion multiply-adds; this server "
            f"takes on at most {MAX_STEP / 1e9:.0f} billion. Choose a smaller batch or a smaller "
            "network."
        )
    need, room = need_mb(config), largest_mb(limits)
    if need > room:
        raise Refused(
            f"This training needs about {need:,.0f} MB of memory; this server gives a run at most "
            f"{room:,.0f} MB. Choose a smaller batch or a smaller network."
        )


def largest_mb(limits: Limits) -> float:
    """Megabytes that one run may take: half of the server's memory beyond its base."""
    return max(64.0, (limits.memory_mb - BASE_MB) / 2)
