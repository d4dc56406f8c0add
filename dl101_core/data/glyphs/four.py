"""Ways to write a 4: open, closed, or in one stroke."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Points, Skeleton, Style, path, turn


def _four_stem(rng: np.random.Generator, top: float, x: float) -> Points:
    foot = x - rng.normal(0.04, 0.05)
    return path((x, top), (0.5 * (x + foot) + rng.normal(0, 0.015), 0.5), (foot, 1.0))


def four_open(rng: np.random.Generator) -> Skeleton:
    """A left arm with a bar, and a stem that crosses it."""
    bar = rng.uniform(0.42, 0.66)
    x = rng.uniform(0.62, 0.84)
    arm = rng.uniform(0.0, 0.3)
    tilt = rng.normal(0.03, 0.05)
    stroke = path(
        (arm, rng.uniform(0.0, 0.18)),
        (arm - rng.uniform(0.0, 0.1), 0.55 * bar),
        turn(arm - rng.uniform(0.0, 0.14), bar, rng.random() < 0.6),
        (0.45, bar - 0.3 * tilt),
        (x + rng.uniform(-0.02, 0.3), bar - tilt),
    )
    return [stroke, _four_stem(rng, rng.uniform(-0.05, 0.25), x)]


def four_u(rng: np.random.Generator) -> Skeleton:
    """One stroke: down, a rounded u, up to the top right, back down the stem."""
    bar = rng.uniform(0.45, 0.62)
    x = rng.uniform(0.6, 0.85)
    left = rng.uniform(0.0, 0.15)
    top = rng.uniform(-0.05, 0.2)
    return [
        path(
            (left + rng.uniform(0.0, 0.18), rng.uniform(0.0, 0.2)),
            (left, 0.6 * bar),
            (left + 0.12, bar - 0.01),
            (left + 0.35, bar),
            (x - 0.08, bar - rng.uniform(0.08, 0.16)),
            turn(x + rng.normal(0, 0.03), top, True),
            (x - 0.02, 0.55),
            (x - rng.normal(0.05, 0.05), 1.0),
        )
    ]


def four_closed(rng: np.random.Generator) -> Skeleton:
    """The printed 4: a diagonal from the top of the stem, a bar, the stem."""
    bar = rng.uniform(0.52, 0.7)
    x = rng.uniform(0.5, 0.7)
    start = (x + rng.normal(0, 0.04), 0.0)
    diagonal = path(
        start,
        (0.5 * x + 0.02, 0.5 * bar),
        turn(0.0, bar, True),
        (0.5, bar + rng.normal(0, 0.02)),
        (x + rng.uniform(0.05, 0.3), bar - rng.normal(0.02, 0.04)),
    )
    return [diagonal, _four_stem(rng, rng.uniform(0.0, 0.35), x + rng.normal(0, 0.02))]


def four_looped(rng: np.random.Generator) -> Skeleton:
    """Written without lifting the pen: down, across, a loop back into the stem."""
    bar = rng.uniform(0.45, 0.62)
    x = rng.uniform(0.55, 0.75)
    return [
        path(
            (rng.uniform(0.12, 0.35), 0.0),
            (0.05, 0.75 * bar),
            (0.08, bar),
            (0.5, bar - 0.03),
            (x + rng.uniform(0.15, 0.35), bar - rng.uniform(0.1, 0.22)),
            (x + rng.uniform(0.1, 0.2), rng.uniform(0.05, 0.2)),
            (x, 0.5),
            (x - rng.uniform(0.02, 0.12), 1.0),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (5, four_open),
    (2, four_u),
    (1.5, four_closed),
    (1, four_looped),
)
