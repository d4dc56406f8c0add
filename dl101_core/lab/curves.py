"""Training events -> the points of a curve, and those that a browser has not drawn yet.

Snapshots go with them to a browser that counts them, too.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dl101_core.training.events import (
    Array,
    Evaluated,
    Event,
    Failed,
    LearningRateChanged,
    Progress,
    Snapshot,
    Started,
)

Point = tuple[int, float | None, *tuple[float | None, ...]]
Rate = tuple[int, float]
Drawn = tuple[str, tuple[int, ...], str, *tuple[str, ...]]
"""An array: name, shape, numbers in base64; then their kind, unless it is float32."""
Shot = tuple[int, tuple[Drawn, ...]]
"""A snapshot: the step, and the arrays."""
Counts = tuple[int, ...]
"""Of train, val and rates that a browser has; of snapshots, too, if it shows them."""
MOST_SHOTS = 1_000_000
"""Characters of the snapshots in one message; the others come with the next ones."""

DIVERGED = 10.0
"""Above this loss the chart has a logarithmic axis (guessing among ten classes costs 2.3)."""


@dataclass
class Curve:
    """The points of one run so far.

    ``train``, ``val``: the step, then the measures of the task, the loss first.
    ``rates``: where the learning rate changed. ``shots``: the snapshots. ``broke``: the step whose
    loss ended the run.
    """

    total_steps: int = 0
    train: list[Point] = field(default_factory=list)
    val: list[Point] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    broke: int | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Append the points of further ``events``; those without a point change nothing."""
        for event in events:
            match event:
                case Started():
                    self.total_steps = event.total_steps
                case Progress():
                    self.train.append(_point(event))
                case Evaluated():
                    self.val.append(_point(event))
                case LearningRateChanged():
                    self.rates.append((event.step, event.lr))
                case Snapshot():
                    self.shots.append(_shot(event))
                case Failed() if event.safe_lr:
                    self.broke = event.step

    def news(self, seen: Sequence[int]) -> dict[str, object]:
        """The points after the first ``seen`` of train, val and rates, and their first indices.

        A count in ``seen`` beyond the end counts as the end. With a fourth count come the next
        snapshots, at least one and at most ``MOST_SHOTS`` characters of them.
        """
        begin = [min(max(0, n), size) for n, size in zip(seen, self.sizes, strict=False)]
        shots = {"snapshots": _first(self.shots[begin[3] :])} if len(begin) > 3 else {}
        return {
            "total": self.total_steps,
            "broke": self.broke,
            "from": begin,
            "train": self.train[begin[0] :],
            "val": self.val[begin[1] :],
            "rates": self.rates[begin[2] :],
            **shots,
        }

    @property
    def sizes(self) -> Counts:
        return len(self.train), len(self.val), len(self.rates), len(self.shots)


def storm_sentence(curve: Curve) -> str:
    """A sentence on where the training loss left the usual range, and on its peak; else empty."""
    points = [(step, loss) for step, loss, *_ in curve.train if loss is not None]
    wild = next((step for step, loss in points if loss > DIVERGED), None)
    if wild is None:
        return ""
    highest, peak = max((loss, step) for step, loss in points)
    return (
        f"The training loss began at {points[0][1]:.3g}, was above {DIVERGED:g} by step {wild:,} "
        f"and reached {_count(highest)} by step {peak:,}."
    )


def _count(value: float) -> str:
    return f"{value:,.0f}" if value < 1e7 else f"{value:.1e}"


def _point(event: Progress | Evaluated) -> Point:
    loss, *others = (_short(value) for _, value in event.measures)
    return event.step, loss, *others


def _shot(event: Snapshot) -> Shot:
    return event.step, tuple(map(_drawn, event.arrays))


def _drawn(one: Array) -> Drawn:
    kind = () if one.kind == "float32" else (one.kind,)
    return one.name, one.shape, b64encode(one.data).decode(), *kind


def _first(shots: Sequence[Shot]) -> list[Shot]:
    """The first ones, at most ``MOST_SHOTS`` characters, at least one."""
    room = MOST_SHOTS
    for count, (_, arrays) in enumerate(shots):
        room -= sum(len(one[2]) for one in arrays)
        if room < 0:
            return list(shots[: max(1, count)])
    return list(shots)


def _short(value: float) -> float | None:
    """``value`` with six digits, more than the eye sees; None if it is not finite."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
