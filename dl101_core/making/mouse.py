"""Digits as a mouse draws them, made by a program: training data for the shipped networks only.

MNIST's writers used pens, and few of them wrote angular digits or a one with a long flag. Here the
lines have sharp or rounded corners, hands tremble, strokes miss each other, and digits lean to both
sides. Then the strokes pass through ``from_strokes``, like drawings on the pad.
Half of the skeletons are the angular ones below, half are those of Strokes (``data/glyphs/``).
Where a digit has styles from elsewhere (``data/glyphs/elsewhere.py``), three in ten are these.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dl101_core.data.glyphs import ELSEWHERE, Points, draw_skeleton
from dl101_core.data.strokes import spline
from dl101_core.draw.digits import PAD_SIZE, Drawing, from_strokes

UInt8 = npt.NDArray[np.uint8]
Corners = tuple[tuple[float, float], ...]

SEGMENTS: dict[int, tuple[tuple[Corners, ...], ...]] = {
    0: (
        (((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)),),
        (
            (
                (0.3, 0),
                (0, 0.3),
                (0, 0.7),
                (0.3, 1),
                (0.7, 1),
                (1, 0.7),
                (1, 0.3),
                (0.7, 0),
                (0.3, 0),
            ),
        ),
        (((0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5), (0.5, 0)),),
    ),
    1: (
        (((0.3, 0.2), (0.5, 0), (0.5, 1)),),
        (((0.15, 0.3), (0.5, 0), (0.5, 1)),),
        (((0.5, 0), (0.5, 1)), ((0.5, 0), (0.22, 0.22))),
        (((0.2, 0.25), (0.5, 0), (0.5, 1)), ((0.15, 1), (0.85, 1))),
        (((0.5, 0), (0.5, 1)),),
    ),
    2: (
        (((0, 0), (1, 0), (1, 0.5), (0, 0.5), (0, 1), (1, 1)),),
        (((0, 0.15), (0.3, 0), (0.8, 0), (1, 0.25), (0, 1), (1, 1)),),
        (((0, 0), (1, 0), (0, 1), (1, 1)),),
    ),
    3: (
        (((0, 0), (1, 0), (1, 1), (0, 1)), ((0.15, 0.5), (1, 0.5))),
        (((0, 0), (1, 0), (1, 0.5), (0.25, 0.5), (1, 0.5), (1, 1), (0, 1)),),
        (((0, 0), (1, 0), (0.35, 0.42), (1, 0.6), (0.9, 1), (0, 1)),),
        (((0, 0), (1, 0.25), (0.3, 0.5), (1, 0.75), (0, 1)),),
    ),
    4: (
        (((0, 0), (0, 0.5), (1, 0.5)), ((1, 0), (1, 1))),
        (((0.2, 0), (0, 0.6), (1, 0.6)), ((0.7, 0.2), (0.7, 1))),
        (((0.7, 1), (0.7, 0), (0, 0.65), (1, 0.65)),),
        (((0.7, 0), (0, 0.65), (1, 0.65)), ((0.7, 0), (0.7, 1))),
    ),
    5: (
        (((1, 0), (0, 0), (0, 0.5), (1, 0.5), (1, 1), (0, 1)),),
        (((0, 0), (0, 0.45), (0.7, 0.45), (1, 0.7), (0.7, 1), (0, 1)), ((0, 0), (1, 0))),
        (((1, 0), (0.1, 0), (0.05, 0.4), (0.6, 0.4), (1, 0.65), (0.6, 1), (0, 0.9)),),
    ),
    6: (
        (((1, 0), (0, 0), (0, 1), (1, 1), (1, 0.5), (0, 0.5)),),
        (((0, 0), (0, 1), (1, 1), (1, 0.5), (0, 0.5)),),
        (((0.7, 0), (0, 0.6), (0.2, 1), (0.8, 1), (1, 0.75), (0.8, 0.5), (0.1, 0.6)),),
        (((0.8, 0), (0.1, 0.4), (0, 1), (0.9, 1), (0.9, 0.55), (0, 0.55)),),
    ),
    7: (
        (((0, 0), (1, 0), (1, 1)),),
        (((0, 0), (1, 0), (0.4, 1)),),
        (((0, 0.2), (0, 0), (1, 0), (0.5, 1)),),
        (((0, 0), (1, 0), (0.4, 1)), ((0.3, 0.5), (0.95, 0.5))),
    ),
    8: (
        (((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)), ((0, 0.5), (1, 0.5))),
        (
            ((0.1, 0), (0.9, 0), (0.9, 0.45), (0.1, 0.45), (0.1, 0)),
            ((0, 0.45), (1, 0.45), (1, 1), (0, 1), (0, 0.45)),
        ),
        (((0, 0), (1, 1), (0, 1), (1, 0), (0, 0)),),
        (((0.5, 0), (0, 0.25), (1, 0.75), (0.5, 1), (0, 0.75), (1, 0.25), (0.5, 0)),),
        (((1, 0), (0, 0), (0, 0.5), (1, 0.5), (1, 1), (0, 1), (0, 0.5), (1, 0.5), (1, 0)),),
    ),
    9: (
        (((1, 0.5), (0, 0.5), (0, 0), (1, 0), (1, 1), (0, 1)),),
        (((1, 0.5), (0, 0.5), (0, 0), (1, 0), (1, 1)),),
        (((0.9, 0.1), (0.3, 0), (0, 0.25), (0.3, 0.5), (0.9, 0.4), (0.9, 0), (0.7, 1)),),
        (((1, 0), (0.1, 0), (0, 0.45), (1, 0.45)), ((1, 0), (0.9, 1))),
    ),
}
"""Angular digits: for each one some ways, each a few strokes of corners in a unit box, y down."""

ELSEWHERE_SHARE = 0.3
_SPACING = 0.02  # of the unit box, between two points of the pen's path


def generate(count: int, seed: int) -> tuple[UInt8, UInt8]:
    """``count`` images, uint8 ``(count, 28, 28)``, and labels, uint8: ten digits in turn.

    Image i depends on ``seed`` and i only.
    """
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.empty((count, 28, 28), dtype=np.uint8)
    for i, label in enumerate(labels):
        rng = np.random.default_rng((seed, i))
        images[i] = from_strokes(draw(int(label), rng)).image
    return images, labels


def draw(digit: int, rng: np.random.Generator) -> Drawing:
    """One drawing of ``digit`` on the pad, at a random size and place."""
    if digit in ELSEWHERE and rng.random() < ELSEWHERE_SHARE:
        strokes = [_dense(spline(stroke)) for stroke in draw_skeleton(digit, rng, ELSEWHERE)]
    elif rng.random() < 0.5:
        ways = SEGMENTS[digit]
        strokes = _angular(ways[rng.integers(len(ways))], rng)
    else:
        strokes = [_dense(spline(stroke)) for stroke in draw_skeleton(digit, rng)]
    shape = _affine(rng)
    return _on_pad([(_tremble(stroke, rng)) @ shape.T for stroke in strokes], rng)


def _angular(way: Sequence[Corners], rng: np.random.Generator) -> list[Points]:
    waist = rng.uniform(0.8, 1.2)  # an exponent that moves the middle up or down
    rounding = rng.choice([0.0, 0.0, 0.1, 0.2])
    loose = 0.03 if rng.random() < 0.7 else 0.055
    strokes = []
    for corners in way:
        points = np.asarray(corners, dtype=np.float64)
        points[:, 1] **= waist
        strokes.append(_rounded(_dense(points + rng.normal(0, loose, points.shape)), rounding))
    return strokes


def _dense(points: Points) -> Points:
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, way[-1], max(2, int(way[-1] / _SPACING)))
    return np.stack([np.interp(at, way, points[:, k]) for k in (0, 1)], axis=1)


def _rounded(points: Points, size: float) -> Points:
    """Corners cut by a moving mean over ``size`` of the unit box; the ends stay."""
    half = int(size / _SPACING / 2)
    if half == 0 or len(points) <= 2 * half:
        return points
    wide = np.pad(points, ((half, half), (0, 0)), mode="reflect", reflect_type="odd")
    kernel = np.full(2 * half + 1, 1 / (2 * half + 1))
    return np.stack([np.convolve(wide[:, k], kernel, "valid") for k in (0, 1)], axis=1)


def _tremble(points: Points, rng: np.random.Generator) -> Points:
    """A stroke a little off its place, with a slow drift of the hand."""
    drift = np.cumsum(rng.normal(0, 0.005, points.shape), axis=0)
    drift -= np.linspace(0, 1, len(points))[:, None] * drift[-1]  # strokes still meet at their ends
    return np.asarray(points + drift + rng.normal(0, 0.02, 2))


def _affine(rng: np.random.Generator) -> Points:
    """Stretch, then slant to either side, then a small turn; shape ``(2, 2)``."""
    turn, slant = rng.normal(0, 0.09), rng.normal(0.03, 0.26)
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = np.diag([np.exp(rng.normal(-0.35, 0.28)), 1.0])
    return np.asarray(rotate @ np.array([[1.0, -slant], [0.0, 1.0]]) @ stretch)


def _on_pad(strokes: Sequence[Points], rng: np.random.Generator) -> Drawing:
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    size = rng.uniform(25, 0.95 * PAD_SIZE)
    corner = rng.uniform(0, PAD_SIZE - size, 2)
    # a mouse reports whole pixels
    placed = [np.round((stroke - low) / extent * size + corner) for stroke in strokes]
    return Drawing(tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in placed))
