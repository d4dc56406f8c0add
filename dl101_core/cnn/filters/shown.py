"""Results as pictures: a filter's values may be any number, a screen shows 0 to 255."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dl101_core.cnn.filters.filtering import FilterResult, Values
from dl101_core.pictures import Picture


def show(result: FilterResult, scale: npt.NDArray[np.uint8]) -> Picture:
    """The result as H' × W' × 3 bytes, by ``config.shown_as``.

    ``clipped``: below 0 is black, above 255 is full. ``absolute``: the sign is dropped, then
    clipped. ``stretched``: the least value is black, the greatest full. ``signed``: the mean over
    the channels through ``scale``, see ``signed``.
    """
    return show_values(result.values, result.config.shown_as, scale)


def show_values(values: Values, view: str, scale: npt.NDArray[np.uint8]) -> Picture:
    """H × W × C values as bytes, by ``view``; see ``show``."""
    if view == "signed":
        return signed(values, scale)
    if view == "absolute":
        values = np.abs(values)
    if view == "stretched":
        low, high = float(values.min()), float(values.max())
        values = (values - low) * (255 / ((high - low) or 1.0))
    shown: Picture = np.clip(values + 0.5, 0, 255).astype(np.uint8)
    return shown if shown.shape[2] == 3 else shown.repeat(3, axis=2)


def signed(values: Values, scale: npt.NDArray[np.uint8]) -> Picture:
    """Mean over the channels as colours of ``scale`` (256 × 3): −255 first, 0 middle, 255 last."""
    level = (values.mean(axis=2) + 255) / 2
    colours: Picture = scale[np.clip(level + 0.5, 0, 255).astype(np.uint8)]
    return colours


def difference(result: FilterResult) -> Values | None:
    """After minus before, H × W × C; ``None`` when the sizes differ, since pixels do not match."""
    if result.values.shape != result.source.shape:
        return None
    return result.values - result.source
