"""Ways to write a 5: a hat, a short stem and a belly."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Points, Skeleton, Style, path, turn


def _five_bowl(rng: np.random.Generator, left: float, waist: float) -> Points:
    """From the foot of the short stem round the belly to the tail."""
    right = rng.uniform(0.62, 0.92)
    return path(
        (0.5 * (left + right), waist - rng.uniform(-0.03, 0.1)),
        (right, rng.uniform(0.62, 0.76)),
        (0.5 * (right + 0.45), 0.94),
        (0.38, 1.0),
        (rng.uniform(-0.05, 0.25), rng.uniform(0.82, 1.0)),
    )


def five_two_strokes(rng: np.random.Generator) -> Skeleton:
    left = rng.uniform(0.15, 0.35)
    waist = rng.uniform(0.38, 0.52)
    top = rng.uniform(0.0, 0.08)
    body = path(
        (left + rng.normal(0.04, 0.04), top),
        turn(left, waist, rng.random() < 0.6),
        _five_bowl(rng, left, waist),
    )
    begin = left + rng.normal(0.05, 0.07)
    reach = rng.uniform(0.65, 1.2)
    lift = rng.normal(0.05, 0.06)
    hat = path(
        (begin, top + rng.normal(0, 0.03)),
        ((begin + reach) / 2, top - 0.4 * lift),
        (reach, top - lift),
    )
    return [body, hat]


def five_one_stroke(rng: np.random.Generator) -> Skeleton:
    left = rng.uniform(0.12, 0.4)
    waist = rng.uniform(0.35, 0.52)
    reach = rng.uniform(0.65, 1.25)
    lift = rng.normal(0.05, 0.06)
    return [
        path(
            (reach, -lift),
            (0.5 * (left + reach), -0.3 * lift + rng.normal(0.0, 0.015)),
            turn(left + rng.normal(0.05, 0.03), 0.03, rng.random() < 0.7),
            turn(left, waist, rng.random() < 0.5),
            _five_bowl(rng, left, waist),
        )
    ]


def five_curled(rng: np.random.Generator) -> Skeleton:
    """A deep belly whose tail rises on the left; the hat starts anywhere on the stem."""
    left = rng.uniform(0.15, 0.35)
    waist = rng.uniform(0.4, 0.55)
    right = rng.uniform(0.7, 0.95)
    top = rng.uniform(0.0, 0.12)
    body = path(
        (left + rng.normal(0.06, 0.05), top),
        turn(left, waist, rng.random() < 0.6),
        (0.5 * (left + right), waist - rng.uniform(-0.04, 0.06)),
        (right, rng.uniform(0.64, 0.76)),
        (0.5 * (right + 0.45), 0.95),
        (0.36, 1.0),
        (rng.uniform(0.02, 0.18), rng.uniform(0.86, 0.96)),
        (rng.uniform(0.0, 0.15), rng.uniform(0.7, 0.84)),
    )
    start = top + rng.uniform(-0.05, 0.1)
    lift = rng.normal(0.06, 0.06)
    reach = rng.uniform(0.6, 1.1)
    hat = path(
        (left + 0.05, start), (0.5 * (left + reach), start - 0.5 * lift), (reach, start - lift)
    )
    return [body, hat]


def five_narrow(rng: np.random.Generator) -> Skeleton:
    """A small belly under a long stem, or a long hat over a small body."""
    left = rng.uniform(0.2, 0.35)
    waist = rng.uniform(0.25, 0.6)
    right = rng.uniform(0.5, 0.7)
    reach = rng.uniform(0.6, 1.35)
    lift = rng.uniform(0.0, 0.2)
    return [
        path(
            (reach, -lift),
            turn(left + rng.uniform(0.0, 0.15), rng.uniform(0.0, 0.06), rng.random() < 0.5),
            turn(left, waist, rng.random() < 0.5),
            (0.5 * (left + right) + 0.03, waist + rng.uniform(-0.04, 0.05)),
            (right, 0.5 * (waist + 1.0) - 0.02),
            (0.5 * right + 0.12, 0.96),
            (rng.uniform(-0.1, 0.2), rng.uniform(0.92, 1.02)),
        )
    ]


def five_ess(rng: np.random.Generator) -> Skeleton:
    """Nearly an S, with no corner at all."""
    reach = rng.uniform(0.7, 1.1)
    return [
        path(
            (reach, rng.uniform(-0.08, 0.06)),
            (0.5, rng.uniform(0.0, 0.05)),
            (rng.uniform(0.15, 0.3), rng.uniform(0.18, 0.26)),
            (rng.uniform(0.28, 0.45), rng.uniform(0.4, 0.46)),
            (rng.uniform(0.62, 0.85), rng.uniform(0.58, 0.7)),
            (rng.uniform(0.5, 0.7), 0.9),
            (0.32, 1.0),
            (rng.uniform(-0.05, 0.2), rng.uniform(0.85, 0.98)),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (4, five_two_strokes),
    (3, five_one_stroke),
    (2, five_ess),
    (2.5, five_curled),
    (1.2, five_narrow),
)
