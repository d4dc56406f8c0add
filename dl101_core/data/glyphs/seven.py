"""Ways to write a 7: a top and a stem, with or without bar and serif."""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs.pen import Skeleton, Style, path, turn


def seven_plain(rng: np.random.Generator) -> Skeleton:
    right = rng.uniform(0.68, 0.95)
    foot = rng.uniform(0.15, 0.6)
    sharp = rng.random() < 0.7
    bow = rng.normal(-0.02, 0.05)
    return [
        path(
            (rng.uniform(0.0, 0.2), rng.uniform(0.0, 0.14)),
            (0.4, rng.uniform(0.0, 0.09)),
            turn(right, rng.uniform(0.0, 0.1), sharp),
            (0.5 * (right + foot) + bow, 0.48),
            (foot, 1.0),
        )
    ]


def seven_serif(rng: np.random.Generator) -> Skeleton:
    """A small stroke down at the left end of the top."""
    left = rng.uniform(0.0, 0.2)
    top = rng.uniform(0.0, 0.08) if rng.random() < 0.7 else rng.uniform(0.08, 0.32)
    drop = top + rng.uniform(0.06, 0.3)
    right = rng.uniform(0.65, 0.95)
    foot = rng.uniform(0.2, 0.75)
    return [
        path(
            (left + rng.normal(-0.02, 0.04), drop),
            turn(left, top, rng.random() < 0.7),
            (0.5, 0.5 * top + rng.uniform(0.0, 0.05)),
            turn(right, rng.uniform(0.0, 0.08), rng.random() < 0.6),
            (0.5 * (right + foot) + rng.normal(0.0, 0.05), 0.5),
            (foot, 1.0),
        )
    ]


def seven_barred(rng: np.random.Generator) -> Skeleton:
    """The European 7, with a bar through its stem."""
    forms = (seven_plain, seven_plain, seven_serif, seven_curved)
    strokes = forms[rng.integers(len(forms))](rng)
    stem = strokes[0]
    x = 0.5 * (stem[-1, 0] + stem[-3, 0])
    y = rng.uniform(0.42, 0.65)
    reach = rng.uniform(0.14, 0.35, 2)
    tilt = rng.normal(0.02, 0.04)
    return [*strokes, path((x - reach[0], y + tilt), (x, y), (x + reach[1], y - tilt))]


def seven_arched(rng: np.random.Generator) -> Skeleton:
    """Like an n without its foot: a left leg, a flat or arched top, a long right leg."""
    left = rng.uniform(0.0, 0.15)
    right = rng.uniform(0.65, 0.95)
    foot = right - rng.uniform(-0.08, 0.35)
    sharp = rng.random() < 0.5
    return [
        path(
            (left + rng.normal(0.0, 0.03), rng.uniform(0.25, 0.5)),
            turn(left + rng.uniform(0.0, 0.06), rng.uniform(0.02, 0.15), sharp),
            (0.5, rng.uniform(-0.03, 0.06)),
            turn(right, rng.uniform(0.02, 0.12), sharp),
            (0.5 * (right + foot) + rng.normal(0.0, 0.04), 0.55),
            (foot, 1.0),
        )
    ]


def seven_footed(rng: np.random.Generator) -> Skeleton:
    """The stem ends in a small foot to the right; mostly with a bar."""
    strokes = seven_barred(rng) if rng.random() < 0.7 else seven_plain(rng)
    x, y = strokes[0][-1]
    foot = (x + rng.uniform(0.05, 0.22), y + rng.normal(0.0, 0.03))
    return [path(strokes[0], foot), *strokes[1:]]


def seven_curved(rng: np.random.Generator) -> Skeleton:
    """No corner: the top rolls into the stem."""
    right = rng.uniform(0.6, 0.9)
    foot = rng.uniform(0.15, 0.6)
    return [
        path(
            (rng.uniform(0.0, 0.2), rng.uniform(0.03, 0.25)),
            (0.3, rng.uniform(0.0, 0.08)),
            (0.6, rng.uniform(0.0, 0.06)),
            (right, rng.uniform(0.12, 0.24)),
            (0.5 * (right + foot) + 0.03, 0.55),
            (foot, 1.0),
        )
    ]


STYLES: tuple[tuple[float, Style], ...] = (
    (5, seven_plain),
    (2, seven_serif),
    (1.6, seven_barred),
    (2, seven_curved),
    (0.8, seven_arched),
    (0.5, seven_footed),
)
