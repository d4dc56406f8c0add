"""Ways to write a 3: two bowls and the notch between them."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Points, Skeleton, Style, path, turn


def _three_bowl(rng: np.random.Generator, notch: tuple[float, float]) -> Points:
    """Lower half, from the notch round the right to the tail."""
    right = rng.uniform(0.78, 1.0)
    tail = rng.uniform(0.0, 0.3)
    low = rng.normal(0.74, 0.03)
    return path(
        (0.5 * (notch[0] + right) + 0.05, notch[1] + rng.uniform(0.02, 0.09)),
        (right, low),
        (0.5 * (right + 0.5) + 0.05, 0.95),
        (0.48, 1.0 + rng.normal(0, 0.015)),
        (tail, rng.uniform(0.82, 1.0)),
    )


def three_round(rng: np.random.Generator) -> Skeleton:
    notch = (rng.uniform(0.25, 0.55), rng.normal(0.47, 0.04))
    right = rng.uniform(0.68, 0.92)
    high = rng.normal(0.22, 0.03)
    start = (rng.uniform(0.02, 0.3), rng.uniform(0.04, 0.26))
    sharp = rng.random() < 0.6
    return [
        path(
            start,
            (0.45, 0.0),
            (right, high),
            (0.5 * (notch[0] + right) + 0.03, notch[1] - rng.uniform(0.02, 0.09)),
            turn(*notch, sharp),
            _three_bowl(rng, notch),
        )
    ]


def three_flat(rng: np.random.Generator) -> Skeleton:
    """A flat top with a corner, then a diagonal to the notch."""
    notch = (rng.uniform(0.28, 0.5), rng.uniform(0.34, 0.46))
    right = rng.uniform(0.68, 0.95)
    return [
        path(
            (rng.uniform(0.0, 0.25), rng.uniform(0.0, 0.12)),
            (0.45, rng.uniform(0.0, 0.05)),
            turn(right, rng.uniform(0.0, 0.08), rng.random() < 0.6),
            turn(*notch, rng.random() < 0.7),
            _three_bowl(rng, notch),
        )
    ]


def three_knot(rng: np.random.Generator) -> Skeleton:
    """A small loop in the middle."""
    x, y = rng.uniform(0.28, 0.45), rng.normal(0.48, 0.03)
    size = rng.uniform(0.03, 0.09)
    right = rng.uniform(0.7, 0.9)
    return [
        path(
            (rng.uniform(0.02, 0.25), rng.uniform(0.05, 0.22)),
            (0.45, 0.0),
            (right, 0.2),
            (x + 0.2, y - 0.02),
            (x, y + size),
            (x - size, y),
            (x + 0.03, y - size),
            _three_bowl(rng, (x + 0.05, y)),
        )
    ]


def three_lean(rng: np.random.Generator) -> Skeleton:
    """A big head; the lower half is narrow, or runs out in a long tail to the left."""
    notch = (rng.uniform(0.35, 0.6), rng.uniform(0.44, 0.56))
    right = rng.uniform(0.75, 0.95)
    low = rng.uniform(0.68, 0.82)
    return [
        path(
            (rng.uniform(0.0, 0.3), rng.uniform(0.02, 0.25)),
            (0.48, 0.0),
            (right, rng.uniform(0.14, 0.24)),
            (0.5 * (notch[0] + right), notch[1] - 0.06),
            turn(*notch, rng.random() < 0.5),
            (rng.uniform(0.66, 0.76), notch[1] + rng.uniform(0.05, 0.12)),
            (rng.uniform(0.68, 0.82), low),
            (rng.uniform(0.45, 0.6), rng.uniform(0.9, 0.97)),
            (rng.uniform(-0.05, 0.35), rng.uniform(0.92, 1.05)),
        )
    ]


def three_shallow(rng: np.random.Generator) -> Skeleton:
    """Hardly a notch: a wavy bracket."""
    notch = (rng.uniform(0.5, 0.68), rng.normal(0.45, 0.04))
    return [
        path(
            (rng.uniform(0.05, 0.3), rng.uniform(0.0, 0.15)),
            (0.5, 0.0),
            (rng.uniform(0.75, 0.9), 0.18),
            (rng.uniform(0.68, 0.78), 0.36),
            notch,
            (rng.uniform(0.8, 0.9), 0.6),
            (rng.uniform(0.82, 0.98), 0.76),
            (0.6, 0.97),
            (rng.uniform(0.0, 0.25), rng.uniform(0.88, 1.02)),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (6, three_round),
    (1.5, three_flat),
    (1.5, three_knot),
    (1.2, three_shallow),
    (2.5, three_lean),
)
