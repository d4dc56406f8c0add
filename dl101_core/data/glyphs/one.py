"""Ways to write a 1: a line, sometimes with a hook, a flag or a base."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Skeleton, Style, path, turn


def one_plain(rng: np.random.Generator) -> Skeleton:
    bow = rng.normal(0, 0.03)
    return [
        path((0.5, 0.0), (0.5 + bow, 0.35), (0.5 + bow + rng.normal(0, 0.012), 0.65), (0.5, 1.0))
    ]


def one_hooked(rng: np.random.Generator) -> Skeleton:
    """A line whose first or last part bends."""
    bend = rng.normal(0, 0.09)
    if rng.random() < 0.5:
        return [path((0.5 + bend, 0.0), (0.5, 0.22), (0.5, 0.6), (0.5, 1.0))]
    return [path((0.5, 0.0), (0.5, 0.4), (0.5, 0.8), (0.5 + bend, 1.0))]


def one_flag(rng: np.random.Generator) -> Skeleton:
    flag = (0.5 - rng.uniform(0.1, 0.4), rng.uniform(0.08, 0.42))
    return [path(flag, turn(0.5, 0.0, True), (0.5 + rng.normal(0, 0.02), 0.5), (0.5, 1.0))]


def one_base(rng: np.random.Generator) -> Skeleton:
    strokes = one_flag(rng) if rng.random() < 0.8 else one_plain(rng)
    reach = rng.uniform(0.18, 0.6, 2)
    tilt = rng.normal(0, 0.04)
    return [*strokes, path((0.5 - reach[0], 1.0 + tilt), (0.5, 0.99), (0.5 + reach[1], 1.0 - tilt))]


STYLES: tuple[tuple[float, Style], ...] = (
    (10, one_plain),
    (2.0, one_hooked),
    (1.1, one_flag),
    (1.1, one_base),
)
