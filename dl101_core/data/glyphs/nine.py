"""Ways to write a 9: a head, open or closed, on a stem."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Points, Skeleton, Style, arc, path, turn


def _nine_loop(rng: np.random.Generator) -> tuple[Points, float, float]:
    """The head, counter-clockwise from the top right; also its right edge and its height."""
    rx, ry = rng.uniform(0.17, 0.38), rng.uniform(0.14, 0.29)
    start = rng.normal(-35, 25)
    stop = rng.normal(-355, 20)
    return arc(0.42, ry, rx, ry, start, stop, rng.normal(0.0, 0.08)), 0.42 + rx, ry


def nine_straight(rng: np.random.Generator) -> Skeleton:
    loop, right, height = _nine_loop(rng)
    foot = right - rng.normal(0.14, 0.12)
    x = right + rng.normal(0.0, 0.03)
    corner_at = turn(x, rng.uniform(0.0, height), rng.random() < 0.7)
    return [path(loop, corner_at, (0.5 * (x + foot), 0.55), (foot, 1.0))]


def nine_curved(rng: np.random.Generator) -> Skeleton:
    """The stem bends to the left at its foot, sometimes into a hook."""
    loop, right, height = _nine_loop(rng)
    hook = rng.uniform(0.05, 0.5)
    x = right + rng.normal(0.0, 0.02)
    return [
        path(
            loop,
            (x, height + 0.05),
            (x - 0.01, 0.6),
            (x - 0.25 * hook, 0.88),
            (x - 0.6 * hook, 1.0),
            (x - 1.3 * hook, rng.uniform(0.84, 1.0)),
        )
    ]


def nine_two_strokes(rng: np.random.Generator) -> Skeleton:
    """A ring, then a stem beside it that may start above."""
    rx, ry = rng.uniform(0.2, 0.36), rng.uniform(0.17, 0.29)
    start = rng.uniform(-90, 20)
    ring = arc(0.42, ry, rx, ry, start, start - rng.uniform(270, 385))
    x = 0.42 + rx + rng.normal(0.01, 0.03)
    foot = x - rng.normal(0.08, 0.09)
    stem = path((x, rng.uniform(-0.1, 0.2)), (0.5 * (x + foot), 0.5), (foot, 1.0))
    return [ring, stem]


def nine_big_head(rng: np.random.Generator) -> Skeleton:
    """A wide round head, like an a, on a short stem."""
    rx, ry = rng.uniform(0.3, 0.5), rng.uniform(0.24, 0.36)
    start = rng.normal(-35, 25)
    loop = arc(0.42, ry, rx, ry, start, rng.normal(-365, 25), rng.normal(0.0, 0.08))
    x = 0.42 + rx
    foot = x - rng.normal(0.06, 0.12)
    up = turn(x + rng.normal(0.0, 0.03), rng.uniform(0.02, ry + 0.1), rng.random() < 0.6)
    return [path(loop, up, (0.5 * (x + foot), 0.7), (foot, 1.0))]


def nine_open(rng: np.random.Generator) -> Skeleton:
    """The head does not close, or its end hangs free."""
    rx, ry = rng.uniform(0.22, 0.36), rng.uniform(0.18, 0.28)
    loop = arc(0.42, ry, rx, ry, rng.uniform(-75, -15), rng.uniform(-300, -235))
    x = 0.42 + rx + rng.normal(0.02, 0.03)
    foot = x - rng.normal(0.1, 0.1)
    stem = path(turn(x, rng.uniform(-0.05, 0.3), True), (0.5 * (x + foot), 0.55), (foot, 1.0))
    return [path(loop, stem)] if rng.random() < 0.6 else [loop, stem]


def nine_angular(rng: np.random.Generator) -> Skeleton:
    """A narrow, pointed head, near to a closed 4."""
    right = rng.uniform(0.6, 0.85)
    low = rng.uniform(0.36, 0.5)
    foot = right - rng.normal(0.12, 0.1)
    return [
        path(
            (right, rng.uniform(0.0, 0.12)),
            (0.45, rng.uniform(0.0, 0.06)),
            (0.15, 0.55 * low),
            (0.12, low - 0.03),
            (0.35, low),
            (right - 0.06, 0.55 * low),
            turn(right + 0.02, rng.uniform(0.03, 0.15), True),
            (0.5 * (right + foot), 0.55),
            (foot, 1.0),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (5, nine_straight),
    (2.5, nine_curved),
    (1.5, nine_two_strokes),
    (2.5, nine_angular),
    (2, nine_big_head),
    (1.5, nine_open),
)
