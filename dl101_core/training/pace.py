"""How often a run reports and shows a picture: by its cost in arithmetic, never by the clock.

So the same config gives the same events, on whatever machine it runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dl101_core.tasks.task import Looks, TaskConfig

FEW_POINTS, POINTS = 60, 400
# Nominal speed of one slow core, in multiply-adds a second; sets how often a run reports.
NOMINAL_SPEED = 3e9
# Seconds of a step, and of a picture, beyond the arithmetic, on such a core.
STEP_OVERHEAD, PICTURE_OVERHEAD = 4e-4, 5e-4
SMALL_SHARE, WHOLE_SHARE = 0.035, 0.015
"""Of the time of the steps between two pictures: a picture, and what a whole one costs besides."""
MOST_PICTURES, MOST_WHOLE = 400, 100
"""Of one run, in the store and in the memory of browsers."""


@dataclass(frozen=True)
class Pace:
    """Steps between two reports, two pictures, and two whole pictures."""

    report: int
    picture: int = 1
    whole: int = 1


def pace_of(config: TaskConfig, looks: Looks | None = None) -> Pace:
    """``looks``: what a picture costs; without them, each report comes with a whole one."""
    cost = config.size().multiply_adds
    report = report_every(config, cost, config.total_steps)
    if looks is None:
        return Pace(report)
    step = STEP_OVERHEAD + 3 * cost * config.batch_size / NOMINAL_SPEED
    small = _every(step, SMALL_SHARE, cost * looks.small)
    picture = _multiple(report, max(small, config.total_steps / MOST_PICTURES))
    large = _every(step, WHOLE_SHARE, cost * looks.whole)
    return Pace(report, picture, _multiple(picture, max(large, config.total_steps / MOST_WHOLE)))


def report_every(config: TaskConfig, multiply_adds: int, total_steps: int) -> int:
    """Steps between two ``Progress``: about 0.1 s of a slow core.

    A run has at most ``POINTS`` of them, and at least ``FEW_POINTS`` if it has so many steps.
    """
    seconds = 3 * multiply_adds * config.batch_size / NOMINAL_SPEED
    by_cost = max(1, int(0.1 / seconds))
    seldom, often = math.ceil(total_steps / FEW_POINTS), math.ceil(total_steps / POINTS)
    return max(1, min(by_cost, seldom), often)


def _every(step: float, share: float, multiply_adds: float) -> float:
    """Steps of ``step`` seconds, of whose time a picture of that cost is ``share``."""
    return (PICTURE_OVERHEAD + multiply_adds / NOMINAL_SPEED) / (share * step)


def _multiple(of: int, least: float) -> int:
    """The smallest multiple of ``of`` from ``least`` on."""
    return of * math.ceil(least / of)
