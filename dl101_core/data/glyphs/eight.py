"""Ways to write a 8: figures of eight, and two loops."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Points, Skeleton, Style, arc, path


def _eight_curve(
    rng: np.random.Generator, start: float, stop: float, top_heavy: bool = False
) -> Points:
    """A figure of eight: y = -cos t, x = -sin 2t, with unequal loops, t in radians."""
    count = max(8, int(abs(stop - start) / 0.45))
    t = np.linspace(start, stop, count)
    waist = np.clip(rng.normal(0.48, 0.08), 0.3, 0.66)
    upper = rng.uniform(0.17, 0.4)
    lower = np.clip(upper * np.exp(rng.normal(0.08, 0.34)), 0.14, 0.5)
    if top_heavy:
        waist, upper, lower = rng.uniform((0.54, 0.28, 0.12), (0.68, 0.44, 0.24))
    aside = rng.normal(0, 0.05)
    high = np.cos(t) > 0
    # a third harmonic fills the loops, so they are ovals rather than drops
    wave = np.sin(2 * t) - rng.uniform(0.0, 0.22) * np.sin(4 * t) * 0.5
    x = 0.5 - np.where(high, upper, lower) * wave + aside * (1 - np.cos(t))
    y = np.where(high, waist - waist * np.cos(t), waist - (1 - waist) * np.cos(t))
    return np.stack([x, y], axis=1)


def eight_ess(rng: np.random.Generator) -> Skeleton:
    """An S and its return to the top right, closed, open or crossing."""
    start = rng.normal(-0.45, 0.25)
    stop = start + 2 * np.pi + rng.normal(-0.05, 0.25)
    curve = _eight_curve(rng, start, stop)
    if rng.random() < 0.3:
        x, y = curve[-1]
        curve = path(curve, (x + rng.uniform(0.0, 0.35), y - rng.uniform(0.02, 0.2)))
    if rng.random() < 0.3:
        x, y = curve[0]
        curve = path((x + rng.uniform(0.0, 0.4), y + rng.normal(-0.03, 0.06)), curve)
    return [curve]


def eight_mirrored(rng: np.random.Generator) -> Skeleton:
    """The same written the other way round, starting at the top left."""
    strokes = eight_ess(rng)
    return [np.stack([1 - s[:, 0], s[:, 1]], axis=1) for s in strokes]


def eight_middle(rng: np.random.Generator) -> Skeleton:
    """Started at the waist."""
    start = rng.normal(1.57, 0.25) + (np.pi if rng.random() < 0.5 else 0.0)
    return [_eight_curve(rng, start, start + 2 * np.pi + rng.normal(0.1, 0.15))]


def eight_broken(rng: np.random.Generator) -> Skeleton:
    """An S with a return that stops short of its start, or runs past it in a straight line."""
    start = rng.normal(-0.75, 0.2)
    stop = 2 * np.pi - rng.uniform(0.55, 1.2)
    curve = _eight_curve(rng, start, stop)
    x, y = curve[-1]
    end = (x + rng.uniform(-0.02, 0.3), y - rng.uniform(0.1, 0.32))
    return [path(curve, end)]


def eight_top_heavy(rng: np.random.Generator) -> Skeleton:
    """A big head, round or like a heart, over a small loop."""
    start = rng.normal(-0.3, 0.4)
    stop = start + 2 * np.pi - rng.uniform(-0.2, 0.6)
    curve = _eight_curve(rng, start, stop, top_heavy=True)
    return [path(curve, curve[-1] + rng.uniform((0.0, -0.15), (0.25, 0.0)))]


def eight_armed(rng: np.random.Generator) -> Skeleton:
    """The return runs straight to the upper right, far past the head."""
    curve = _eight_curve(rng, rng.normal(-0.5, 0.3), 2 * np.pi - rng.uniform(1.2, 1.6))
    reach = rng.uniform(0.25, 0.65)
    x, y = curve[-1]
    return [
        path(
            curve,
            (x + 0.5 * reach, y - rng.uniform(0.15, 0.3)),
            (x + reach, rng.uniform(-0.1, 0.2)),
        )
    ]


def eight_gap(rng: np.random.Generator) -> Skeleton:
    """Begun anywhere on the upper loop, which stays open there."""
    start = rng.uniform(-0.8, 1.2)
    # ending before 2π - 0.9 would leave an S
    gap = rng.uniform(0.05, min(start + 0.9, 1.3))
    return [_eight_curve(rng, start, start + 2 * np.pi - gap)]


def eight_circles(rng: np.random.Generator) -> Skeleton:
    """Two loops, one on the other."""
    waist = rng.normal(0.46, 0.07)
    upper = rng.uniform(0.18, 0.42)
    lower = upper * np.exp(rng.normal(0.12, 0.25))
    shift = rng.normal(0, 0.05)
    a, b = rng.uniform(0, 360, 2)
    touch = rng.normal(0.01, 0.025)
    return [
        arc(0.5 + shift, waist / 2, upper, waist / 2 + touch, a, a - 360 + rng.normal(8, 15)),
        arc(0.5, (1 + waist) / 2, lower, (1 - waist) / 2 + touch, b, b - 360 + rng.normal(8, 15)),
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (6, eight_ess),
    (0.7, eight_mirrored),
    (1, eight_middle),
    (2, eight_circles),
    (2.5, eight_broken),
    (2.5, eight_gap),
    (1.5, eight_top_heavy),
    (1.5, eight_armed),
)
