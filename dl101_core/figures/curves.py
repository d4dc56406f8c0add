"""Training events -> ECharts options, for a chart that grows in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dl101_core.events import Evaluated, Event, LearningRateChanged, Progress, Started
from dl101_core.figures.palette import CLASSES, DASHES

Option = dict[str, object]
Point = tuple[int, float]

LINE_ICON = "path://M0,8h18v2h-18z"
DIVERGED = 10.0
"""A loss above this (guessing among ten classes costs 2.3) leaves the chart at the top."""


@dataclass(frozen=True)
class Curve:
    """One run as it is drawn. Points are ``(step, value)``; ``place`` fixes colour and line."""

    name: str
    place: int
    total_steps: int
    train_loss: tuple[Point, ...]
    val_loss: tuple[Point, ...]
    train_accuracy: tuple[Point, ...]
    val_accuracy: tuple[Point, ...]
    lr_changes: tuple[tuple[int, float], ...]

    @property
    def short(self) -> str:
        """``Run 2`` of ``Run 2: lr 0.1``: what fits into a legend."""
        return self.name.partition(":")[0]


def read_curve(name: str, place: int, events: Iterable[Event]) -> Curve:
    """The points that ``events`` tell; events without a point are skipped."""
    total = 0
    train: list[Progress] = []
    val: list[Evaluated] = []
    changes: list[tuple[int, float]] = []
    for event in events:
        match event:
            case Started():
                total = event.total_steps
            case Progress():
                train.append(event)
            case Evaluated():
                val.append(event)
            case LearningRateChanged():
                changes.append((event.step, event.lr))
    return Curve(
        name,
        place,
        total,
        tuple((e.step, e.loss) for e in train),
        tuple((e.step, e.loss) for e in val),
        tuple((e.step, e.accuracy) for e in train),
        tuple((e.step, e.accuracy) for e in val),
        tuple(changes),
    )


def loss_option(curves: Sequence[Curve]) -> Option:
    """Training and validation loss of every curve against the step."""
    series = [s for c in curves for s in _pair(c, c.train_loss, c.val_loss, len(curves) > 1)]
    highest = max((y for c in curves for _, y in (*c.train_loss, *c.val_loss)), default=0.0)
    axis: Option = {"type": "value", "min": 0}
    if not highest:
        axis["max"] = 2.5
    elif highest > DIVERGED:
        axis["max"] = DIVERGED
    return _option("Loss", curves, series, axis)


def accuracy_option(curves: Sequence[Curve]) -> Option:
    """Training and validation accuracy, from 0 to 1, against the step."""
    series = [
        s for c in curves for s in _pair(c, c.train_accuracy, c.val_accuracy, len(curves) > 1)
    ]
    return _option("Accuracy", curves, series, {"type": "value", "min": 0, "max": 1})


def spoken(what: str, curve: Curve | None) -> str:
    """The chart in a sentence, for those who cannot see it."""
    if curve is None or not curve.train_loss:
        return f"{what} against the training step: no points yet."
    loss = what == "Loss"
    train = curve.train_loss if loss else curve.train_accuracy
    val = curve.val_loss if loss else curve.val_accuracy
    text = f"{what} of {curve.name}: training {train[-1][1]:.3f} at step {train[-1][0]}"
    return f"{text}, validation {val[-1][1]:.3f} at step {val[-1][0]}." if val else f"{text}."


def _pair(
    curve: Curve, train: Sequence[Point], val: Sequence[Point], several: bool
) -> list[Option]:
    color = CLASSES[curve.place % len(CLASSES)]
    line = DASHES[curve.place % len(DASHES)]
    names = (f"{curve.short}, training", curve.short) if several else ("training", "validation")
    return [
        {
            "type": "line",
            "name": names[0],
            "data": [list(point) for point in train],
            "symbol": "circle" if len(train) == 1 else "none",  # one point alone has no line
            "symbolSize": 4,
            "lineStyle": {"width": 1.2, "type": line, "opacity": 0.8},
            "itemStyle": {"color": color},
            "markLine": {
                "symbol": "none",
                "silent": True,
                "animation": False,
                "lineStyle": {"type": "dotted", "color": color},
                "data": [
                    {"xAxis": step, "label": {"formatter": f"lr {lr:g}"}}
                    for step, lr in curve.lr_changes
                ],
            },
        },
        {
            "type": "line",
            "name": names[1],
            "data": [list(point) for point in val],
            "symbol": "circle",
            "showSymbol": True,
            "symbolSize": 6,
            "lineStyle": {"width": 2.2, "type": line},
            "itemStyle": {"color": color},
        },
    ]


def _option(title: str, curves: Sequence[Curve], series: list[Option], axis: Option) -> Option:
    steps = max((curve.total_steps for curve in curves), default=0)
    return {
        "animation": False,
        "title": {"text": title, "left": 0, "top": 6, "textStyle": {"fontSize": 15}},
        "legend": {
            "type": "scroll",
            "data": [_legend_entry(s) for s in (series if len(curves) == 1 else series[1::2])],
            "right": 0,
            "left": 90,
            "top": 4,
            "itemWidth": 18,
        },
        "grid": {"left": 4, "right": 14, "top": 38, "bottom": 4},
        "tooltip": {"trigger": "axis", "valueFormatter": "%.4f", "confine": True},
        "xAxis": {
            "type": "value",
            "name": "step",
            "nameLocation": "middle",
            "nameGap": 24,
            "min": 0,
            "max": steps or 100,
        },
        "yAxis": axis,
        "series": series,
    }


def _legend_entry(series: Option) -> Option:
    """A plain line for a curve without dots, which ECharts would show with one."""
    entry: Option = {"name": series["name"]}
    return entry | {"icon": LINE_ICON} if series["symbol"] == "none" else entry
