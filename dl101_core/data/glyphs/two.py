"""Ways to write a 2: angular, looped or almost a Z."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Points, Skeleton, Style, arc, path, turn


def _two_top(rng: np.random.Generator, width: float) -> Points:
    """The hook: from the left over the top to the right side, shape (points, 2)."""
    height = rng.uniform(0.2, 0.33)
    start = rng.uniform(-245, -130) if rng.random() < 0.4 else rng.uniform(-205, -130)
    return arc(0.5, height, width, height, start, rng.uniform(10, 45))


def two_plain(rng: np.random.Generator) -> Skeleton:
    top = _two_top(rng, rng.uniform(0.24, 0.45))
    left = rng.uniform(0.0, 0.22)
    right = rng.uniform(0.6, 1.2)
    end = rng.normal(0.97, 0.09)
    sharp = rng.random() < 0.7
    middle = (0.5 + rng.normal(0.02, 0.05), rng.uniform(0.6, 0.72))
    bend = ((left + right) / 2, (0.96 + end) / 2 + rng.normal(-0.01, 0.025))
    return [path(top, middle, turn(left, 0.96, sharp), bend, (right, end))]


def two_looped(rng: np.random.Generator) -> Skeleton:
    top = _two_top(rng, rng.uniform(0.24, 0.42))
    left = rng.uniform(0.02, 0.2)
    rise = rng.uniform(0.05, 0.24)
    right = rng.uniform(0.65, 1.25)
    return [
        path(
            top,
            (0.52 + rng.normal(0, 0.04), rng.uniform(0.62, 0.72)),
            (left + 0.16, 0.93),
            (left, 1.0 - 0.35 * rise),
            (left + rng.uniform(0.06, 0.14), 0.98 - rise),
            (left + rng.uniform(0.25, 0.36), 0.98 - 0.5 * rise),
            (0.5 * right + 0.2, rng.normal(0.94, 0.04)),
            (right, rng.normal(0.98, 0.1)),
        )
    ]


def two_big_loop(rng: np.random.Generator) -> Skeleton:
    """The stem swings far left into a wide loop, and a tail leaves it to the right."""
    small = rng.random() < 0.3
    top = _two_top(rng, rng.uniform(0.1, 0.2) if small else rng.uniform(0.2, 0.4))
    left = rng.uniform(-0.12, 0.15)
    high = rng.uniform(0.52, 0.72)
    reach = rng.uniform(0.3, 0.55)
    right = rng.uniform(0.8, 1.25)
    return [
        path(
            top,
            (0.62 + rng.normal(0, 0.05), rng.uniform(0.62, 0.76)),
            (0.45, 0.88),
            (left + 0.5 * reach, 0.99),
            (left, rng.uniform(0.8, 0.92)),
            (left + 0.45 * reach, high),
            (left + reach, high + rng.uniform(0.03, 0.14)),
            (0.5 * (left + reach + right) + 0.1, rng.uniform(0.86, 0.97)),
            (right, rng.normal(0.97, 0.09)),
        )
    ]


def two_round(rng: np.random.Generator) -> Skeleton:
    """A d with a hat: the lower half is one round loop, the tail a short flick."""
    left = rng.uniform(0.0, 0.15)
    right = rng.uniform(0.6, 0.8)
    high = rng.uniform(0.42, 0.6)
    end = right + rng.uniform(0.05, 0.35)
    return [
        path(
            (rng.uniform(0.05, 0.45), rng.uniform(0.05, 0.25)),
            (0.45, rng.uniform(0.0, 0.06)),
            (right - rng.uniform(-0.05, 0.1), rng.uniform(0.15, 0.3)),
            (right - 0.02, rng.uniform(0.55, 0.68)),
            (0.5 * (left + right) + 0.08, 0.95),
            (left + 0.12, 0.99),
            (left, rng.uniform(0.76, 0.88)),
            (left + 0.2, high + 0.06),
            (0.5 * (left + right) + 0.05, high + 0.08),
            (right - 0.02, rng.uniform(0.82, 0.9)),
            (end, rng.normal(0.98, 0.06)),
        )
    ]


def two_squat(rng: np.random.Generator) -> Skeleton:
    """Wider than high: a flat arch, a small turn or loop, a foot that trails off."""
    width = rng.uniform(1.0, 1.5)
    loop = rng.uniform(-0.02, 0.14)
    stroke = path(
        (rng.uniform(0.0, 0.2), rng.uniform(0.1, 0.3)),
        (0.4, rng.uniform(0.0, 0.08)),
        (rng.uniform(0.7, 0.9), rng.uniform(0.12, 0.28)),
        (rng.uniform(0.5, 0.65), 0.62),
        (0.28, 0.86),
        (rng.uniform(0.0, 0.18), 0.93),
        (0.25, 0.9 - loop),
        (0.55, 0.9),
        (rng.uniform(0.75, 1.15), rng.uniform(0.88, 1.1)),
    )
    return [stroke * np.array([width, 1.0])]


def two_slender(rng: np.random.Generator) -> Skeleton:
    """A small hook on a long stem, sometimes with a long low foot."""
    height = rng.uniform(0.12, 0.2)
    width = rng.uniform(0.14, 0.26)
    top = arc(0.5, height, width, height, rng.uniform(-200, -140), rng.uniform(5, 40))
    left = rng.uniform(0.1, 0.38)
    return [
        path(
            top,
            (0.5 + rng.normal(0.04, 0.05), 0.55),
            turn(left, rng.uniform(0.9, 0.98), rng.random() < 0.6),
            (0.6, rng.normal(0.95, 0.04)),
            (rng.uniform(0.75, 1.25), rng.normal(0.93, 0.08)),
        )
    ]


def two_zed(rng: np.random.Generator) -> Skeleton:
    """Almost a Z: flat top, pointed corner."""
    left = rng.uniform(0.0, 0.2)
    lift = rng.uniform(0.0, 0.16)
    sharp = rng.random() < 0.5
    return [
        path(
            (rng.uniform(0.0, 0.25), lift),
            (0.45, rng.uniform(-0.03, 0.05)),
            turn(rng.uniform(0.7, 0.9), rng.uniform(0.06, 0.2), sharp),
            (rng.uniform(0.42, 0.58), 0.58),
            turn(left, 0.96, rng.random() < 0.7),
            (0.5, rng.normal(0.95, 0.03)),
            (rng.uniform(0.8, 1.15), rng.normal(0.96, 0.06)),
        )
    ]


def two_swan(rng: np.random.Generator) -> Skeleton:
    """A tall hook and a short or drooping foot."""
    top = _two_top(rng, rng.uniform(0.22, 0.36))
    left = rng.uniform(0.12, 0.35)
    return [
        path(
            top,
            (0.56 + rng.normal(0, 0.04), 0.62),
            turn(left, rng.uniform(0.84, 0.96), rng.random() < 0.5),
            (0.5, rng.normal(0.92, 0.03)),
            (rng.uniform(0.62, 0.85), rng.normal(1.0, 0.06)),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (4, two_plain),
    (2.5, two_looped),
    (2.5, two_big_loop),
    (1.5, two_zed),
    (1, two_swan),
    (1, two_slender),
    (1.5, two_round),
    (1.2, two_squat),
)
