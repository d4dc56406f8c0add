"""Black hat: finds ink where a picture's border is not paper, but a table or a shadow.

The plane of light through the border (``segmentation.py``) would take the table for the background.
A pen's line is thin; a table or a shadow is not. Grey *closing* (a maximum filter, then a minimum
filter) removes all dark areas that are thinner than the window:

    ink = 1 - picture / closing(picture)

The border's pixels are repeated outside. So a table's edge is thick even if little of it shows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

UInt8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WINDOW = 0.25
"""Side of the window as a share of the picture's longer side: wider than a felt pen's line."""
_DARKEST = 0.4  # of the lightest background: a background in a shadow is not darker


def thin_lines(picture: UInt8) -> tuple[Floats, Floats]:
    """How much darker, and how much lighter, each pixel is than the background of its line.

    Two arrays ``(h, w)``, for dark and for light ink: the share of the light that the ink takes.
    An area inside dark lines looks like light ink, too; the caller must decide between the two.
    """
    calm = np.asarray(Image.fromarray(picture).filter(ImageFilter.BoxBlur(1)))  # less grain
    return _black_hat(calm.astype(np.float32)), _black_hat(255 - calm.astype(np.float32))


def _black_hat(light: Floats) -> Floats:
    window = max(3, round(WINDOW * max(light.shape))) | 1
    background = closing(light, window)
    least = max(1.0, _DARKEST * float(background.max()))
    taken = (background - light) / np.maximum(background, least)
    return np.asarray(taken - np.median(taken), dtype=np.float32)  # grain alone is no ink


def closing(light: Floats, window: int) -> Floats:
    """Grey closing by a square of ``window`` pixels (odd), the border continued outside."""
    wide = np.pad(light, window, mode="edge")
    largest = _extremes(_extremes(wide, window, 0, np.maximum), window, 1, np.maximum)
    least = _extremes(_extremes(largest, window, 0, np.minimum), window, 1, np.minimum)
    return least[1:-1, 1:-1]


def _extremes(values: Floats, window: int, axis: int, larger: np.ufunc) -> Floats:
    """``larger`` over each window along ``axis``: ``window - 1`` fewer cells. By doubling."""
    moved = np.moveaxis(values, axis, 0)
    done = 1
    while done < window:
        step = min(done, window - done)
        moved = larger(moved[:-step], moved[step:])
        done += step
    return np.moveaxis(moved, 0, axis)
