"""Segmentation: the ink of a digit on a picture, and the middle line of the pen that wrote it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from dl101_core.draw.black_hat import thin_lines

UInt8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

BLANK = (
    "This picture looks blank: nothing on it stands out from the paper. "
    "Use one dark digit on light paper, or the other way round."
)
NOT_A_DIGIT = (
    "This does not look like one digit: there are large dark or light areas, such as a table, "
    "a shadow or a filled shape. Take the picture again so that paper and one digit fill it."
)

_WORK = 4  # working pixels per pixel, for pictures
_GRID = 64  # cells a side of the grid on which components of the ink are found
_GAP = 2  # cells between two pieces of one component: thin lines break when they are reduced
_MIN_CONTRAST = 30  # grey levels between ink and background
_GRAIN = 4.5  # least contrast of ink, in standard deviations of the background's grain
_MIN_TAKEN = 0.2  # share of the light that a line in a shadow must take
_SMALLEST = 0.15  # side of a digit beside a table's edge, of the picture's longest side
_CONTACT = 0.25  # of a side of the picture: a component that covers more lies along it
_THICK = 0.54  # a pen's lines stay below; thicker ink is segmented again
_TINY = 20  # pixels a side: in smaller pictures every line is thick
_TOO_THICK = 0.67  # no digit, see ``thickness``
_WHOLE_SIDE = 0.8  # of a side of the picture: a shadow or a table, not a line


def segment_ink(picture: UInt8) -> Floats:
    """Ink between 0 and 1, darker or lighter than the background.

    The border shows the background, with a slope of light. If the ink is then too thick for a pen's
    line, or lies along a whole side of the picture, the background is taken from around the lines
    (``black_hat.py``). Raises ``ValueError`` for a blank picture, and for areas that are too thick
    for a digit.
    """
    ink = _segment_by_border(picture)
    kept = _large_components(ink > 0.5)
    thick = thickness(kept)
    if max(picture.shape) < _TINY or (thick < _THICK and _contact(kept) < _WHOLE_SIDE):
        return ink
    found = [_peaked(taken, _few(picture)) for taken in thin_lines(picture)]
    thicks = [thickness(_large_components(lines > 0.5)) if lines.any() else 1.0 for lines in found]
    if min(thicks) < _THICK:
        return found[int(np.argmin(thicks))]
    if thick >= _TOO_THICK:
        raise ValueError(NOT_A_DIGIT)
    return ink


def _peaked(taken: Floats, few: int) -> Floats:
    """Ink where most of the light is ``taken``; no ink if no line takes enough."""
    peak = float(np.partition(taken.ravel(), -few)[-few])
    return _clear(taken / peak) if peak >= _MIN_TAKEN else np.zeros_like(taken)


def thickness(kept: npt.NDArray[np.bool_]) -> float:
    """How much ``kept`` is an area, not lines: 0 for a hairline, about 1 for a filled square.

    The larger of two shares of its box: the diameter of the widest disc over the longer side, and
    the inked cells over all cells. The second is left out for a narrow box, such as that of a 1.
    MNIST's thickest digits reach 0.4 and 0.63.
    """
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    if not len(rows):
        return 0.0
    box = kept[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    disc: float = 2 * float(_signed_distance(box).max()) / max(box.shape)
    filled = float(box.mean()) if min(box.shape) > 0.6 * max(box.shape) else 0.0
    return float(max(1.6 * disc, filled))


def _contact(kept: npt.NDArray[np.bool_]) -> float:
    """The largest share of a side of the picture that ``kept`` covers."""
    sides = (kept[0], kept[-1], kept[:, 0], kept[:, -1])
    return max(float(side.mean()) for side in sides)


def _segment_by_border(picture: UInt8) -> Floats:
    light = picture.astype(np.float32)
    difference = light - _background(light)
    few = _few(picture)
    ordered = np.partition(difference.ravel(), (few, -few))
    darkest, lightest = float(ordered[few]), float(ordered[-few])
    sign, peak = (-1, -darkest) if -darkest > lightest else (1, lightest)
    if peak < max(_MIN_CONTRAST, _GRAIN * _grain(light)):
        raise ValueError(BLANK)
    return _clear(sign / peak * difference)


def _few(picture: UInt8) -> int:
    """Number of the strongest pixels that may be specks; the next one is ink."""
    return max(1, min(20, picture.size // 400))


def _clear(ink: Floats) -> Floats:
    """Contrast rescaled: grain, below a quarter, becomes 0; ink, above three quarters, 1."""
    return np.asarray(np.clip((ink - 0.25) / 0.5, 0.0, 1.0), dtype=np.float32)


def _grain(light: Floats) -> float:
    """Standard deviation of the background's grain, from the lower quarter of all steps.

    The difference of two independent pixels has 1.41 times their deviation; a quarter of the
    differences are below 0.319 of it. Lines and shadows cause few differences.
    """
    return float(np.quantile(np.abs(np.diff(light, axis=1)), 0.25)) / (0.319 * math.sqrt(2))


def _background(light: Floats) -> Floats:
    """The plane ``a + b x + c y`` through the border's pixels, without those that hold ink."""
    height, width = light.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    rim = max(1, min(height, width) // 20)
    border = np.ones(light.shape, dtype=bool)
    border[rim:-rim, rim:-rim] = False
    terms = np.stack([np.ones_like(x), x / width, y / height], axis=-1)
    rows, values = terms[border], light[border]
    expected = np.full_like(values, np.median(values))
    for _ in range(3):
        error = np.abs(values - expected)
        near = error <= max(8.0, 2 * float(np.median(error)))
        plane = np.linalg.lstsq(rows[near], values[near], rcond=None)[0]
        expected = rows @ plane
    return np.asarray(terms @ plane, dtype=np.float32)


def crop_to_ink(ink: Floats) -> Floats:
    """``ink`` cut to its box and one pixel around, without specks and smudges beside the digit."""
    kept = _large_components(ink > 0.5)
    if not kept.any():
        raise ValueError(BLANK)
    clean = np.pad(np.where((ink > 0.5) & ~kept, 0.0, ink), 1).astype(np.float32)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    return clean[rows[0] : rows[-1] + 3, columns[0] : columns[-1] + 3]


def _large_components(solid: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The connected components of ``solid`` with at least a tenth of the cells of the largest.

    Cells are connected on a grid of at most 64 cells a side, across a gap of one cell. A component
    along the picture's edge, such as a table, is dropped if a digit could be beside it.
    """
    cell = math.ceil(max(solid.shape) / _GRID)
    height, width = (math.ceil(side / cell) for side in solid.shape)
    fill = [(0, height * cell - solid.shape[0]), (0, width * cell - solid.shape[1])]
    inked = np.pad(solid, fill).reshape(height, cell, width, cell).sum(axis=(1, 3))
    components = _without_border_components(_connected_components(inked), (height, width))
    sizes = [sum(int(inked[at]) for at in component) for component in components]
    least = max(2.0, 0.1 * max(sizes, default=0))
    keep = np.zeros((height, width), dtype=bool)
    for component, size in zip(components, sizes, strict=True):
        if size >= least:
            keep[tuple(np.transpose(component))] = True
    wide = keep.repeat(cell, axis=0).repeat(cell, axis=1)
    return np.asarray(solid & wide[: solid.shape[0], : solid.shape[1]])


Component = list[tuple[int, int]]
_NEAR = range(-_GAP, _GAP + 1)


def _connected_components(inked: npt.NDArray[np.int64]) -> list[Component]:
    width = inked.shape[1] + _GAP  # margin after a row: neighbours do not wrap around
    steps = [dy * width + dx for dy in _NEAR for dx in _NEAR]
    rows, columns = np.nonzero(inked)
    left = set((rows * width + columns).tolist())
    components = []
    while left:
        component = [left.pop()]
        for cell in component:  # the loop appends to the list
            for step in steps:
                if cell + step in left:
                    left.remove(cell + step)
                    component.append(cell + step)
        components.append([divmod(cell, width) for cell in component])
    return components


def _without_border_components(
    components: list[Component], shape: tuple[int, int]
) -> list[Component]:
    """``components`` without those along an edge, if one inside is as tall or wide as a digit."""
    along = [_along_an_edge(component, shape) for component in components]
    inside = [component for component, edge in zip(components, along, strict=True) if not edge]
    extents = [int(np.ptp(np.asarray(component), axis=0).max()) + 1 for component in inside]
    return inside if max(extents, default=0) >= _SMALLEST * max(shape) else components


def _along_an_edge(component: Component, shape: tuple[int, int]) -> bool:
    """Whether ``component`` covers more of a side of the picture than a line's end does."""
    cells = np.asarray(component)
    longest = max(
        int((cells[:, axis] == side).sum()) / shape[1 - axis]
        for axis in (0, 1)
        for side in (0, shape[axis] - 1)
    )
    return longest >= _CONTACT


def distance_to_middle_line(tight: Floats, box: int, span: float) -> Floats:
    """Distance in pixels to the middle of the pen, ``(box, box)``, for ink cut to its box.

    The longest side of the middle line becomes ``span`` pixels, in the middle of the result.

    With s the signed distance to the ink's edge (positive inside) and W the pen's width, the middle
    line lies at distance ``W/2 - s``. Across a pen the mean of s is W/4, which gives W.
    """
    scale = box * _WORK / max(tight.shape)
    solid = _solid(tight, scale)
    signed = _signed_distance(solid)
    side = max(solid.shape)
    pen = min(side / 2, 4 * float(signed[signed > 0].mean()))
    zoom = span * _WORK / (side - pen)  # the middle line spans side - pen
    canvas = _on_canvas(_solid(tight, scale * zoom), box * _WORK)
    middle = (zoom * pen / 2 - _signed_distance(canvas)) / _WORK
    start = (len(middle) - box * _WORK) // 2
    centred = middle[start : start + box * _WORK, start : start + box * _WORK]
    cells = centred.reshape(box, _WORK, box, _WORK)
    half = _WORK // 2
    return np.asarray(cells[:, half - 1 : half + 1, :, half - 1 : half + 1].mean(axis=(1, 3)))


def _solid(tight: Floats, scale: float) -> npt.NDArray[np.bool_]:
    """Where there is ink, on a grid ``scale`` times as fine, cut to its box."""
    height, width = (max(1, round(side * scale)) for side in tight.shape)
    kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    fine = np.array(Image.fromarray(tight).resize((width, height), kind))
    solid = fine > min(0.5, 0.5 * float(fine.max()))  # a hairline is paler when reduced
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    return np.asarray(solid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _on_canvas(solid: npt.NDArray[np.bool_], least: int) -> npt.NDArray[np.bool_]:
    """``solid`` in the middle of a square of at least ``least`` cells a side."""
    side = max(least, *solid.shape) + 2
    side += side % 2
    canvas = np.zeros((side, side), dtype=bool)
    top, left = ((side - n) // 2 for n in solid.shape)
    canvas[top : top + solid.shape[0], left : left + solid.shape[1]] = solid
    return canvas


def _signed_distance(solid: npt.NDArray[np.bool_]) -> Floats:
    """Distance of each cell's centre to the edge of ``solid``, positive inside."""
    inside = distance_transform(~np.pad(solid, 1))[1:-1, 1:-1]
    outside = distance_transform(np.pad(solid, 1))[1:-1, 1:-1]
    return np.where(solid, inside - 0.5, 0.5 - outside).astype(np.float32)


def distance_transform(target: npt.NDArray[np.bool_]) -> Floats:
    """Euclidean distance of each cell to the nearest ``True``: by column, then across."""
    height, width = target.shape
    index = np.arange(height, dtype=np.float32)[:, None]
    far = np.float32(1e4)
    above = index - np.maximum.accumulate(np.where(target, index, -far), axis=0)
    below = np.minimum.accumulate(np.where(target, index, far)[::-1], axis=0)[::-1] - index
    column = np.minimum(above, below) ** 2  # (height, width)
    across = np.arange(width, dtype=np.float32)
    apart = (across[:, None] - across) ** 2  # (width, width)
    return np.asarray(np.sqrt((column[:, None, :] + apart).min(axis=2)))
