"""Pen digits as other hands and other pens might have left them: training data only.

Changing strokes, not pixels, keeps the pen's width: the changed line is inked by the same path as a
drawing on the pad, or drawn thick on paper and read as an uploaded picture is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from dl101_core.draw.digits import PAD_SIZE, Drawing, from_pixels, from_strokes
from dl101_core.making.pendigits import PenDigit

UInt8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

CHANGED = 3
COPIES = CHANGED + 2
"""Images of each digit: the original, some changed copies, and one copy with a thick pen."""
_FINE = 0.02  # of the longest side: a hand's tremble
_PICTURE = 112  # pixels a side of a thick drawing


def pen_images(digits: Sequence[PenDigit], seed: int) -> tuple[UInt8, UInt8]:
    """Images ``(COPIES n, 28, 28)`` and labels: all as written, all changed, ..., all thick."""
    images = [from_strokes(digit.drawing).image for digit in digits]
    for copy in range(CHANGED + 1):
        for row, digit in enumerate(digits):
            rng = np.random.default_rng((seed, copy, row))
            drawing = changed(digit.drawing, rng)
            made = from_strokes(drawing) if copy < CHANGED else from_pixels(thick(drawing, rng))
            images.append(made.image)
    labels = np.array([digit.label for digit in digits], dtype=np.uint8)
    return np.stack(images), np.tile(labels, COPIES)


def changed(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Stretched, slanted, turned and bent a little; each stroke moved a little."""
    strokes = [np.asarray(stroke, dtype=np.float64) for stroke in drawing.strokes]
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1.0)
    linear, bend = _linear(rng), _bend(rng)
    made = []
    for stroke in strokes:
        unit = (stroke - low) / extent
        made.append((unit + bend(unit) + rng.normal(0, 0.6 * _FINE, 2)) @ linear.T)
    return _on_pad(made)


def _linear(rng: np.random.Generator) -> Floats:
    turn, slant = rng.normal(0, np.radians(6)), rng.normal(0, 0.16)
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = np.diag([np.exp(rng.normal(0, 0.16)), 1.0])
    return np.asarray(rotate @ np.array([[1.0, -slant], [0.0, 1.0]]) @ stretch)


class _bend:  # noqa: N801 - called like a function
    """A smooth displacement of the unit box: three waves for each of x and y."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.waves = rng.normal(0, 4.0, (2, 3, 2))
        self.phases = rng.uniform(0, 2 * np.pi, (2, 3))
        self.sizes = rng.normal(0, 1.2 * _FINE, (2, 3))

    def __call__(self, points: Floats) -> Floats:
        angle = np.einsum("pk,cwk->pcw", points, self.waves) + self.phases
        return np.asarray((np.sin(angle) * self.sizes).sum(axis=2))


def _on_pad(strokes: Sequence[Floats]) -> Drawing:
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    placed = [(stroke - low) / extent * 0.8 * PAD_SIZE + 0.1 * PAD_SIZE for stroke in strokes]
    return Drawing(tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in placed))


def thick(drawing: Drawing, rng: np.random.Generator) -> UInt8:
    """Dark strokes of a pen of any usual width on light paper, ``(112, 112)``."""
    scale = _PICTURE / drawing.size
    pen = rng.uniform(0.03, 0.1) * _PICTURE
    picture = Image.new("L", (2 * _PICTURE, 2 * _PICTURE), 240)
    brush = ImageDraw.Draw(picture)
    for stroke in drawing.strokes:
        points = [(2 * scale * x, 2 * scale * y) for x, y in stroke]
        brush.line(points, fill=20, width=round(2 * pen), joint="curve")
        for point in points:
            brush.circle(point, pen, fill=20)
    return np.array(picture.reduce(2))
