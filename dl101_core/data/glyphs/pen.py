"""The pen of the glyph styles: arcs, paths and corners in the unit box, y down."""

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
