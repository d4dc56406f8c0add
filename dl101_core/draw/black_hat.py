"""Black hat: ink where a picture's border is not its background, as on a table or in a shadow.

The plane of light through the border (``segmentation.py``) then takes the table for the background.
What helps is that a pen's line is thin and a table or a shadow is not. With *closing*, the least
over a window of the largest over a window, everything dark that is thinner than the window
vanishes:

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
_DARKEST = 0.4  # of the lightest background: in a shadow it is not darker


def thin_lines(picture: UInt8) -> tuple[Floats, Floats]:
    """How much darker, and how much lighter, each pixel is than what lies around its line.

    Two arrays ``(h, w)``, for dark and for light ink: the share of the light that the ink takes.
    What is enclosed by dark lines looks like light ink too; which it is the caller must judge.
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
    """``larger`` over each run of ``window``; ``window - 1`` fewer along ``axis``. By doubling."""
    moved = np.moveaxis(values, axis, 0)
    done = 1
    while done < window:
        step = min(done, window - done)
        moved = larger(moved[:-step], moved[step:])
        done += step
    return np.moveaxis(moved, 0, axis)
