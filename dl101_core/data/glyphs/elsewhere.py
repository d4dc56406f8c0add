"""Styles that MNIST's American writers seldom use: for training the shipped networks only.

The built-in data set is not drawn with them, so it stays as it was measured. In Europe a 1 has a
long flag and a 7 a hook and a bar; a quick 9 has a small loop that the pen fills, and a quick 4
is one stroke with a short stem.
"""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Skeleton, Style, arc, path, turn


def one_long_flag(rng: np.random.Generator) -> Skeleton:
    """A flag from a third of the height to the ground, as on European number plates."""
    top = (0.6 + rng.normal(0, 0.04), 0.0)
    reach, drop = rng.uniform(0.25, 0.7), rng.uniform(0.22, 0.75)
    start = (top[0] - reach, drop)
    middle = (top[0] - 0.5 * reach + rng.normal(0, 0.02), 0.5 * drop + rng.normal(0, 0.03))
    foot = top[0] - rng.uniform(-0.05, 0.2)
    stem = path((0.5 * (top[0] + foot) + rng.normal(0, 0.015), 0.5), (foot, 1.0))
    if rng.random() < 0.15:  # the pen was lifted at the top
        return [path(start, middle, top), path(top, stem)]
    return [path(start, middle, turn(*top, sharp=rng.random() < 0.7), stem)]


def one_long_flag_with_base(rng: np.random.Generator) -> Skeleton:
    strokes = one_long_flag(rng)
    foot = strokes[-1][-1, 0]
    left, right = rng.uniform(0.12, 0.35, 2)
    return [*strokes, path((foot - left, 1.0), (foot, 1.0), (foot + right, 1.0))]


def seven_hooked(rng: np.random.Generator) -> Skeleton:
    """A hook down at the left end of a waved top; often a bar, which may lie low."""
    left, right = rng.uniform(0.0, 0.15), rng.uniform(0.6, 0.9)
    top = rng.uniform(0.02, 0.14)
    foot = rng.uniform(0.2, 0.6)
    stem = path((0.5 * (right + foot) + rng.normal(0.02, 0.04), 0.5), (foot, 1.0))
    hook = path(
        (left + rng.normal(0.02, 0.04), top + rng.uniform(0.08, 0.3)),
        turn(left + rng.uniform(0.0, 0.1), top, sharp=rng.random() < 0.5),
        (0.4, top + rng.uniform(-0.04, 0.08)),
        turn(right, rng.uniform(0.0, 0.1), sharp=rng.random() < 0.6),
    )
    return [path(hook, stem), *_bar(rng, right, foot)]


def seven_rolled(rng: np.random.Generator) -> Skeleton:
    """A round top that rolls into the stem, and a bar: near to a 2 whose foot is cut."""
    right, foot = rng.uniform(0.55, 0.85), rng.uniform(0.25, 0.5)
    stroke = path(
        (rng.uniform(0.0, 0.15), rng.uniform(0.08, 0.3)),
        (0.2, rng.uniform(0.0, 0.1)),
        (0.5, rng.uniform(0.0, 0.08)),
        (right, rng.uniform(0.1, 0.24)),
        (0.55 * right + 0.45 * foot, 0.55),
        (foot, 1.0),
    )
    return [stroke, *_bar(rng, right, foot)]


def _bar(rng: np.random.Generator, right: float, foot: float) -> Skeleton:
    if rng.random() < 0.12:
        return []
    y = rng.uniform(0.4, 0.8)
    x = right + (foot - right) * (0.15 + 0.85 * y)
    left, reach = rng.uniform(0.1, 0.35), rng.uniform(0.15, 0.5)
    tilt = rng.normal(0.02, 0.05)
    return [path((x - left, y + tilt), (x, y), (x + reach, y - tilt))]


def nine_small_loop(rng: np.random.Generator) -> Skeleton:
    """A loop so small that the pen fills it, on a stem that bends to the left at its foot."""
    rx, ry = rng.uniform(0.06, 0.2), rng.uniform(0.05, 0.13)
    loop = arc(0.4, ry + 0.03, rx, ry, rng.normal(-40, 25), rng.normal(-370, 30))
    x = 0.4 + rx + rng.uniform(0.02, 0.2)
    hook = rng.uniform(0.0, 0.45)
    return [
        path(
            loop,
            turn(x, rng.uniform(0.0, 0.12), sharp=rng.random() < 0.5),
            (x + rng.uniform(-0.08, 0.08), 0.5),
            (x - 0.2 * hook - rng.uniform(0.0, 0.08), 0.85),
            (x - 0.6 * hook, 1.0),
            (x - 1.3 * hook - 0.02, rng.uniform(0.86, 1.0)),
        )
    ]


def nine_curled(rng: np.random.Generator) -> Skeleton:
    """From the top right to the left and back in a flat curl, then the stem: near to an S."""
    right, low = rng.uniform(0.55, 0.8), rng.uniform(0.28, 0.48)
    left = rng.uniform(0.05, 0.25)
    foot = right - rng.normal(0.1, 0.12)
    return [
        path(
            (right, rng.uniform(0.02, 0.12)),
            (0.5 * (left + right), rng.uniform(0.0, 0.04)),
            (left, 0.5 * low),
            (0.5 * (left + right), low),
            (right - rng.uniform(0.0, 0.06), low - rng.uniform(0.06, 0.2)),
            (right + rng.normal(0.0, 0.03), rng.uniform(0.3, 0.55)),
            (0.5 * (right + foot), 0.8),
            (foot, 1.0),
        )
    ]


def four_low(rng: np.random.Generator) -> Skeleton:
    """One stroke, narrow: a long left arm, a round turn, up, and a short stem down."""
    low = rng.uniform(0.55, 0.85)
    right = rng.uniform(0.35, 0.65)
    rise = low - rng.uniform(0.1, 0.4)
    left = rng.uniform(0.0, 0.12)
    return [
        path(
            (left + rng.uniform(0.0, 0.25), 0.0),
            (left + rng.uniform(0.0, 0.05), 0.55 * low),
            (left + rng.uniform(0.0, 0.08), low),
            (0.5 * right, low + rng.uniform(-0.04, 0.06)),
            turn(right, rise, sharp=rng.random() < 0.7),
            (right - rng.uniform(0.0, 0.06), 0.5 * (rise + 1.0)),
            (right - rng.uniform(0.0, 0.12), 1.0),
        )
    ]


def four_short_stem(rng: np.random.Generator) -> Skeleton:
    """Two strokes, open: arm and bar, and a stem that begins no higher than the arm's middle."""
    bar = rng.uniform(0.5, 0.75)
    x = rng.uniform(0.45, 0.75)
    arm = path(
        (rng.uniform(0.1, 0.4), 0.0),
        (rng.uniform(0.03, 0.12), 0.6 * bar),
        turn(0.0, bar, sharp=rng.random() < 0.6),
        (0.5 * x, bar + rng.normal(0.0, 0.02)),
        (x + rng.uniform(0.05, 0.3), bar - rng.normal(0.03, 0.04)),
    )
    foot = x - rng.uniform(-0.04, 0.14)
    return [arm, path((x, rng.uniform(0.15, 0.55)), (0.5 * (x + foot), 0.75), (foot, 1.0))]


ELSEWHERE: dict[int, tuple[tuple[float, Style], ...]] = {
    1: ((4, one_long_flag), (1, one_long_flag_with_base)),
    4: ((2, four_low), (1, four_short_stem)),
    7: ((2, seven_hooked), (1, seven_rolled)),
    9: ((2, nine_small_loop), (1, nine_curled)),
}
"""Digit → (weight, style), as ``STYLES``."""
