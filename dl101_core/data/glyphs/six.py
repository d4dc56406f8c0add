"""Ways to write a 6: a stem that runs into a loop."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Skeleton, Style, arc, path


def six_curved(rng: np.random.Generator) -> Skeleton:
    """A curved stem that runs into the loop."""
    top = rng.uniform(0.45, 0.85)
    height = rng.uniform(0.17, 0.3)
    rx = rng.uniform(0.22, 0.42)
    cx, cy = 0.12 + rx, 1.0 - height
    loop = arc(cx, cy, rx, height, 180, 180 - rng.uniform(300, 400), rng.normal(-0.1, 0.12))
    bow = rng.uniform(0.0, 0.12)
    return [path((top, 0.0), (0.5 * (top + 0.12) - bow, 0.25), (0.16 - 0.3 * bow, 0.55), loop)]


def six_straight(rng: np.random.Generator) -> Skeleton:
    """A straight stem and a round loop at its foot."""
    top = rng.uniform(0.2, 0.6)
    height = rng.uniform(0.11, 0.28)
    rx = rng.uniform(0.14, 0.42)
    cx, cy = 0.12 + rx, 1.0 - height
    loop = arc(cx, cy, rx, height, 165, 165 - rng.uniform(290, 380), rng.normal(-0.08, 0.1))
    return [path((top, 0.0), (0.5 * (top + 0.12), 0.35), loop)]


def six_open(rng: np.random.Generator) -> Skeleton:
    """The loop does not reach the stem, or curls inside."""
    top = rng.uniform(0.4, 0.9)
    height = rng.uniform(0.2, 0.32)
    rx = rng.uniform(0.28, 0.46)
    cx, cy = 0.08 + rx, 1.0 - height
    loop = arc(cx, cy, rx, height, 180, 180 - rng.uniform(215, 290), rng.normal(-0.12, 0.1))
    return [path((top, rng.uniform(0.0, 0.08)), (0.3, 0.18), (0.1, 0.5), loop)]


def six_sideways(rng: np.random.Generator) -> Skeleton:
    """A stem that bends over a low, wide loop; the loop may cross the stem."""
    top = rng.uniform(0.1, 0.5)
    height = rng.uniform(0.17, 0.26)
    rx = rng.uniform(0.35, 0.52)
    cx, cy = 0.02 + rx, 1.0 - height
    loop = arc(cx, cy, rx, height, 180, 180 - rng.uniform(290, 400), rng.normal(-0.05, 0.12))
    return [path((top, rng.uniform(0.0, 0.3)), (0.06, 0.55), loop)]


def six_wide(rng: np.random.Generator) -> Skeleton:
    """A short stem over a big loop, near to a 0."""
    top = rng.uniform(0.4, 0.85)
    height = rng.uniform(0.25, 0.33)
    rx = rng.uniform(0.34, 0.5)
    cx, cy = 0.05 + rx, 1.0 - height
    loop = arc(cx, cy, rx, height, 185, 185 - rng.uniform(330, 400), rng.normal(-0.15, 0.12))
    return [path((top, 0.0), (0.5 * top + 0.02, 0.14), (0.08, 0.42), loop)]


STYLES: tuple[tuple[float, Style], ...] = (
    (4, six_curved),
    (2.5, six_straight),
    (1, six_open),
    (1, six_wide),
    (0.8, six_sideways),
)
