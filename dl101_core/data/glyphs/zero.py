"""Ways to write a 0: ovals, hooked, pointed or squashed."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Skeleton, Style, arc, path


def zero_oval(rng: np.random.Generator) -> Skeleton:
    start = rng.normal(-75, 38)
    sweep = 360 + rng.normal(8, 25)
    direction = 1 if rng.random() < 0.12 else -1
    rx = 0.5 * rng.uniform(0.5, 1.15)
    return [arc(0.5, 0.5, rx, 0.5, start, start + direction * sweep, rng.normal(0, 0.12))]


def zero_flat(rng: np.random.Generator) -> Skeleton:
    """A squashed or leaning oval, often not quite closed at the top."""
    start = rng.normal(-70, 35)
    ring = arc(0.5, 0.5, 0.5, 0.36, start, start - rng.uniform(320, 400), rng.normal(0, 0.12))
    lean = rng.uniform(0.0, 0.55)
    return [np.stack([ring[:, 0], ring[:, 1] - lean * (ring[:, 0] - 0.5)], axis=1)]


def zero_hooked(rng: np.random.Generator) -> Skeleton:
    """Closed with a hook: the pen comes from beside the oval or ends inside it."""
    rx = 0.5 * rng.uniform(0.65, 1.0)
    start = rng.normal(-60, 20)
    ring = arc(0.5, 0.5, rx, 0.5, start, start - 360 - rng.uniform(0, 40))
    x, y = ring[-1]
    tail = (x + rng.uniform(-0.3, 0.05), y + rng.uniform(0.05, 0.28))
    if rng.random() < 0.5:
        return [path(ring, tail)]
    x, y = ring[0]
    if rng.random() < 0.5:
        return [path((x + rng.uniform(-0.1, 0.25), y - rng.uniform(0.0, 0.2)), ring)]
    return [path((x + rng.uniform(-0.35, 0.1), y + rng.uniform(-0.12, 0.2)), ring)]


def zero_pointed(rng: np.random.Generator) -> Skeleton:
    """Two sides meeting in a point at the top."""
    w = rng.uniform(0.25, 0.48)
    top = rng.uniform(0.35, 0.65)
    return [
        path(
            (top, 0.0),
            (0.5 - 0.85 * w, rng.uniform(0.22, 0.3)),
            (0.5 - w, rng.uniform(0.5, 0.65)),
            (0.5 - 0.6 * w, 0.93),
            (0.52, 1.0),
            (0.5 + 0.7 * w, 0.88),
            (0.5 + w, rng.uniform(0.5, 0.65)),
            (0.5 + 0.85 * w, rng.uniform(0.18, 0.28)),
            (top + rng.normal(0, 0.06), rng.normal(0.02, 0.04)),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (8, zero_oval),
    (3, zero_hooked),
    (1, zero_pointed),
    (1.5, zero_flat),
)
