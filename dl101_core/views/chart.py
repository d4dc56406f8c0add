"""A line chart that grows: losses and accuracies against the step, of one run or of many."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Point = tuple[float, float | None]
"""x and y; None stands for a value that is not finite."""


class ChartLine(Struct, frozen=True, kw_only=True):
    """``points``: in order of x. Lines of one name are of one kind in all curves.

    ``kind``: "thin" and solid; "thick" and dashed; "smooth" is solid and thick, over the thin raw
    line, which is then pale; "points" has rings and no line. ``marks``: whether each point has the
    mark of its curve.
    """

    name: str
    points: tuple[Point, ...]
    kind: Literal["thin", "thick", "smooth", "points"] = "thin"
    marks: bool = False


class ChartBand(Struct, frozen=True, kw_only=True):
    """A pale area. ``points``: x, lower and upper value, in order of x."""

    name: str
    points: tuple[tuple[float, float, float], ...]


class ChartBracket(Struct, frozen=True, kw_only=True):
    """Right of the lines, from ``low`` to ``high``, with ``words`` beside it."""

    low: float
    high: float
    words: str


class ChartMark(Struct, frozen=True, kw_only=True):
    """A dashed line upright at ``x``, as where the learning rate changed."""

    x: float
    words: str


class ChartLevel(Struct, frozen=True, kw_only=True):
    """A dotted line across at ``y``, as the loss of guessing."""

    y: float
    words: str


class ChartCurve(Struct, frozen=True, kw_only=True):
    """One run. ``place``: of its colour and mark in the palette.

    ``broke``: the x whose value ended the run. ``role``: the chart's sentence for screen readers
    tells the "main" curves; one "beside" them looks the same; a "faint" one is pale, has no values
    in the tip, and all of them share one entry of the legend.
    """

    name: str
    place: int
    lines: tuple[ChartLine, ...]
    band: ChartBand | None = None
    bracket: ChartBracket | None = None
    marks: tuple[ChartMark, ...] = ()
    broke: float | None = None
    role: Literal["main", "beside", "faint"] = "main"


class Chart(Struct, frozen=True, kw_only=True):
    """``y_label``: beside the title; may be empty. ``empty``: the sentence before the first point.

    ``values``: "percent" writes 0.5 as 50 %. ``start`` and ``total``: the ends of the x axis;
    without a total it ends at the last point. ``scale``: "log" has powers of ten; "auto" has them
    once a value is above ``wild`` or not finite. ``low`` and ``high``: fixed ends of the y axis.
    ``cursor``: the time of a scrubber, drawn as an upright line.
    """

    title: str
    x_label: str = "step"
    y_label: str = ""
    values: Literal["number", "percent"] = "number"
    empty: str = "No points yet"
    curves: tuple[ChartCurve, ...] = ()
    levels: tuple[ChartLevel, ...] = ()
    start: float = 0
    total: float | None = None
    scale: Literal["linear", "log", "auto"] = "auto"
    wild: float = 10
    low: float | None = None
    high: float | None = None
    cursor: float | None = None


def points(values: Iterable[float], start: float = 1, every: float = 1) -> tuple[Point, ...]:
    """Points at x = start, start + every, …; a value that is not finite becomes None."""
    return tuple(
        (start + every * i, value if math.isfinite(value) else None)
        for i, value in enumerate(values)
    )


def smoothed(values: Iterable[float], share: float = 0.9) -> list[float]:
    """Running mean with weight ``share`` on the past, corrected for its beginning.

    m_t = share * m_(t-1) + (1 - share) * v_t, and m_t / (1 - share^t) is given, as Adam does. A
    value that is not finite is given as it is, and does not enter the mean.
    """
    mean, weight, means = 0.0, 0.0, list[float]()
    for value in values:
        if math.isfinite(value):
            mean = share * mean + (1 - share) * value
            weight = share * weight + (1 - share)
        means.append(mean / weight if math.isfinite(value) else value)
    return means
