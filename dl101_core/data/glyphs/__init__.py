"""How people write the ten digits: each style is a function that draws one skeleton.

A skeleton is a list of strokes; a stroke is an array of control points, shape (points, 2), in a
unit box with x to the right and y *down*. Styles draw their proportions from ``rng``, so no two
skeletons are equal. Each module lists its (weight, style) pairs; the weights are our guesses of how
usual a style is among American students and clerks. Skeletons are independent of pixels.
"""

from __future__ import annotations

import numpy as np

from dl101_core.data.glyphs import eight, five, four, nine, one, seven, six, three, two, zero
from dl101_core.data.glyphs.elsewhere import ELSEWHERE
from dl101_core.data.glyphs.pen import Points, Skeleton, Style

__all__ = ["ELSEWHERE", "STYLES", "Points", "Skeleton", "Styles", "draw_skeleton"]

Styles = dict[int, tuple[tuple[float, Style], ...]]

STYLES: Styles = {
    0: zero.STYLES,
    1: one.STYLES,
    2: two.STYLES,
    3: three.STYLES,
    4: four.STYLES,
    5: five.STYLES,
    6: six.STYLES,
    7: seven.STYLES,
    8: eight.STYLES,
    9: nine.STYLES,
}


def draw_skeleton(digit: int, rng: np.random.Generator, styles: Styles = STYLES) -> Skeleton:
    """One skeleton of ``digit``, in a style of ``styles`` chosen by weight."""
    weights = np.array([w for w, _ in styles[digit]])
    pick = int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))
    return styles[digit][min(pick, len(weights) - 1)][1](rng)
