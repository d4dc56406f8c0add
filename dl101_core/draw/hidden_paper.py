"""Ink where the border of a picture does not show the paper: on a card on a table, in a shadow.

The plane of light through the border (``paper.py``) then takes the table for paper. What helps is
that a pen's line is thin and a table or a shadow is not. With *closing*, the least over a window of
the largest over a window, everything dark that is thinner than the window vanishes:

    ink = 1 - picture / closing(picture)

What reaches the border is continued outside, so a table's edge is thick however little of it shows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

UInt8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WINDOW = 0.25
"""Side of the window, of the picture's longer side: thicker than a felt pen's line."""
_DARKEST = 0.4  # of the lightest paper: paper in a shadow is not darker


def thin_lines(picture: UInt8) -> tuple[Floats, Floats]:
    """How much darker, and how much lighter, each pixel is than what lies around its line.

    Two arrays ``(h, w)``, for dark and for light ink: the share of the light that the ink takes.
    What is enclosed by dark lines looks like light ink too; which it is the caller must judge.
    """
    calm = np.asarray(Image.fromarray(picture).filter(ImageFilter.BoxBlur(1)))  # less grain
    return _taken(calm.astype(np.float32)), _taken(255 - calm.astype(np.float32))


def _taken(light: Floats) -> Floats:
    window = max(3, round(WINDOW * max(light.shape))) | 1
    paper = closing(light, window)
    least = max(1.0, _DARKEST * float(paper.max()))
    taken = (paper - light) / np.maximum(paper, least)
    return np.asarray(taken - np.median(taken), dtype=np.float32)  # grain alone is no ink


def closing(light: Floats, window: int) -> Floats:
    """Grey closing by a square of ``window`` pixels (odd), the border continued outside."""
    wide = np.pad(light, window, mode="edge")
    largest = _running(_running(wide, window, 0, np.maximum), window, 1, np.maximum)
    least = _running(_running(largest, window, 0, np.minimum), window, 1, np.minimum)
    return least[1:-1, 1:-1]


def _running(values: Floats, window: int, axis: int, larger: np.ufunc) -> Floats:
    """``larger`` over each run of ``window``; ``window - 1`` fewer along ``axis``. By doubling."""
    moved = np.moveaxis(values, axis, 0)
    done = 1
    while done < window:
        step = min(done, window - done)
        moved = larger(moved[:-step], moved[step:])
        done += step
    return np.moveaxis(moved, 0, axis)
