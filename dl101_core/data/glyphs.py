"""How people write the ten digits: each style is a function that draws one skeleton.

A skeleton is a list of strokes; a stroke is an array of control points, shape (points, 2), in a
unit box with x to the right and y *down*. Styles draw their proportions from ``rng``, so no two
skeletons are equal. ``STYLES[digit]`` lists (weight, style): the weights are our guesses of how
usual a style is among American students and clerks. Nothing here knows about pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Skeleton = list[Points]
Style = Callable[[np.random.Generator], Skeleton]


def arc(
    cx: float, cy: float, rx: float, ry: float, start: float, stop: float, grow: float = 0.0
) -> Points:
    """Points on an ellipse from angle ``start`` to ``stop`` in degrees: 0 is right, 90 is *down*.

    One point every 35 degrees or so. The radii change linearly by the factor ``1 + grow``.
    """
    count = max(3, int(abs(stop - start) / 35) + 2)
    angle = np.radians(np.linspace(start, stop, count))
    factor = np.linspace(1.0, 1.0 + grow, count)
    return np.stack([cx + rx * factor * np.cos(angle), cy + ry * factor * np.sin(angle)], axis=1)


def path(*pieces: Points | tuple[float, float]) -> Points:
    """One stroke from arcs and single points, in order."""
    return np.concatenate([np.asarray(p, dtype=np.float64).reshape(-1, 2) for p in pieces])


def corner(x: float, y: float) -> Points:
    """A point written three times, which makes the spline turn sharply there."""
    return np.array([[x, y]] * 3, dtype=np.float64)


def turn(x: float, y: float, sharp: bool) -> Points:
    """A sharp corner or a point that the spline rounds."""
    return corner(x, y) if sharp else np.array([[x, y]], dtype=np.float64)


# ---------------------------------------------------------------- 0


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


# ---------------------------------------------------------------- 1


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


# ---------------------------------------------------------------- 2


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


# ---------------------------------------------------------------- 3


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


# ---------------------------------------------------------------- 4


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


# ---------------------------------------------------------------- 5


def _five_bowl(rng: np.random.Generator, left: float, waist: float) -> Points:
    """From the foot of the short stem round the belly to the tail."""
    right = rng.uniform(0.62, 0.92)
    return path(
        (0.5 * (left + right), waist - rng.uniform(-0.03, 0.1)),
        (right, rng.uniform(0.62, 0.76)),
        (0.5 * (right + 0.45), 0.94),
        (0.38, 1.0),
        (rng.uniform(-0.05, 0.25), rng.uniform(0.82, 1.0)),
    )


def five_two_strokes(rng: np.random.Generator) -> Skeleton:
    left = rng.uniform(0.15, 0.35)
    waist = rng.uniform(0.38, 0.52)
    top = rng.uniform(0.0, 0.08)
    body = path(
        (left + rng.normal(0.04, 0.04), top),
        turn(left, waist, rng.random() < 0.6),
        _five_bowl(rng, left, waist),
    )
    begin = left + rng.normal(0.05, 0.07)
    reach = rng.uniform(0.65, 1.2)
    lift = rng.normal(0.05, 0.06)
    hat = path(
        (begin, top + rng.normal(0, 0.03)),
        ((begin + reach) / 2, top - 0.4 * lift),
        (reach, top - lift),
    )
    return [body, hat]


def five_one_stroke(rng: np.random.Generator) -> Skeleton:
    left = rng.uniform(0.12, 0.4)
    waist = rng.uniform(0.35, 0.52)
    reach = rng.uniform(0.65, 1.25)
    lift = rng.normal(0.05, 0.06)
    return [
        path(
            (reach, -lift),
            (0.5 * (left + reach), -0.3 * lift + rng.normal(0.0, 0.015)),
            turn(left + rng.normal(0.05, 0.03), 0.03, rng.random() < 0.7),
            turn(left, waist, rng.random() < 0.5),
            _five_bowl(rng, left, waist),
        )
    ]


def five_curled(rng: np.random.Generator) -> Skeleton:
    """A deep belly whose tail rises on the left; the hat starts anywhere on the stem."""
    left = rng.uniform(0.15, 0.35)
    waist = rng.uniform(0.4, 0.55)
    right = rng.uniform(0.7, 0.95)
    top = rng.uniform(0.0, 0.12)
    body = path(
        (left + rng.normal(0.06, 0.05), top),
        turn(left, waist, rng.random() < 0.6),
        (0.5 * (left + right), waist - rng.uniform(-0.04, 0.06)),
        (right, rng.uniform(0.64, 0.76)),
        (0.5 * (right + 0.45), 0.95),
        (0.36, 1.0),
        (rng.uniform(0.02, 0.18), rng.uniform(0.86, 0.96)),
        (rng.uniform(0.0, 0.15), rng.uniform(0.7, 0.84)),
    )
    start = top + rng.uniform(-0.05, 0.1)
    lift = rng.normal(0.06, 0.06)
    reach = rng.uniform(0.6, 1.1)
    hat = path(
        (left + 0.05, start), (0.5 * (left + reach), start - 0.5 * lift), (reach, start - lift)
    )
    return [body, hat]


def five_narrow(rng: np.random.Generator) -> Skeleton:
    """A small belly under a long stem, or a long hat over a small body."""
    left = rng.uniform(0.2, 0.35)
    waist = rng.uniform(0.25, 0.6)
    right = rng.uniform(0.5, 0.7)
    reach = rng.uniform(0.6, 1.35)
    lift = rng.uniform(0.0, 0.2)
    return [
        path(
            (reach, -lift),
            turn(left + rng.uniform(0.0, 0.15), rng.uniform(0.0, 0.06), rng.random() < 0.5),
            turn(left, waist, rng.random() < 0.5),
            (0.5 * (left + right) + 0.03, waist + rng.uniform(-0.04, 0.05)),
            (right, 0.5 * (waist + 1.0) - 0.02),
            (0.5 * right + 0.12, 0.96),
            (rng.uniform(-0.1, 0.2), rng.uniform(0.92, 1.02)),
        )
    ]


def five_ess(rng: np.random.Generator) -> Skeleton:
    """Nearly an S, with no corner at all."""
    reach = rng.uniform(0.7, 1.1)
    return [
        path(
            (reach, rng.uniform(-0.08, 0.06)),
            (0.5, rng.uniform(0.0, 0.05)),
            (rng.uniform(0.15, 0.3), rng.uniform(0.18, 0.26)),
            (rng.uniform(0.28, 0.45), rng.uniform(0.4, 0.46)),
            (rng.uniform(0.62, 0.85), rng.uniform(0.58, 0.7)),
            (rng.uniform(0.5, 0.7), 0.9),
            (0.32, 1.0),
            (rng.uniform(-0.05, 0.2), rng.uniform(0.85, 0.98)),
        )
    ]


# ---------------------------------------------------------------- 6


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


# ---------------------------------------------------------------- 7


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


# ---------------------------------------------------------------- 8


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


# ---------------------------------------------------------------- 9


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


STYLES: dict[int, tuple[tuple[float, Style], ...]] = {
    0: ((8, zero_oval), (3, zero_hooked), (1, zero_pointed), (1.5, zero_flat)),
    1: ((10, one_plain), (2.0, one_hooked), (1.1, one_flag), (1.1, one_base)),
    2: (
        (4, two_plain),
        (2.5, two_looped),
        (2.5, two_big_loop),
        (1.5, two_zed),
        (1, two_swan),
        (1, two_slender),
        (1.5, two_round),
        (1.2, two_squat),
    ),
    3: (
        (6, three_round),
        (1.5, three_flat),
        (1.5, three_knot),
        (1.2, three_shallow),
        (2.5, three_lean),
    ),
    4: ((5, four_open), (2, four_u), (1.5, four_closed), (1, four_looped)),
    5: (
        (4, five_two_strokes),
        (3, five_one_stroke),
        (2, five_ess),
        (2.5, five_curled),
        (1.2, five_narrow),
    ),
    6: ((4, six_curved), (2.5, six_straight), (1, six_open), (1, six_wide), (0.8, six_sideways)),
    7: (
        (5, seven_plain),
        (2, seven_serif),
        (1.6, seven_barred),
        (2, seven_curved),
        (0.8, seven_arched),
        (0.5, seven_footed),
    ),
    8: (
        (6, eight_ess),
        (0.7, eight_mirrored),
        (1, eight_middle),
        (2, eight_circles),
        (2.5, eight_broken),
        (2.5, eight_gap),
        (1.5, eight_top_heavy),
        (1.5, eight_armed),
    ),
    9: (
        (5, nine_straight),
        (2.5, nine_curved),
        (1.5, nine_two_strokes),
        (2.5, nine_angular),
        (2, nine_big_head),
        (1.5, nine_open),
    ),
}


def draw_skeleton(digit: int, rng: np.random.Generator) -> Skeleton:
    """One skeleton of ``digit``, in a style chosen by weight."""
    weights = np.array([w for w, _ in STYLES[digit]])
    pick = int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))
    return STYLES[digit][min(pick, len(weights) - 1)][1](rng)
