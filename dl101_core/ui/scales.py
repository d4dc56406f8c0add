"""Colour scales as tables of bytes, for pictures that are drawn pixel by pixel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def colour_table(stops: Sequence[tuple[float, str]]) -> npt.NDArray[np.uint8]:
    """256 × 3 colours, straight lines between ``stops`` of (place from 0 to 1, ``#RRGGBB``)."""
    places = [place for place, _ in stops]
    colours = np.array([[int(code[i : i + 2], 16) for i in (1, 3, 5)] for _, code in stops])
    steps = np.linspace(0, 1, 256)
    channels = [np.interp(steps, places, colours[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)
