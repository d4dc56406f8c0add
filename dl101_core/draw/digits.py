"""From a drawing or a picture to the 28×28 pixels that a network sees, made as MNIST was made.

MNIST's rules, measured on its pictures: the longest side of the ink is 20 pixels, the centre of
mass lies at pixel index 14.0 (within half a pixel, because pictures were moved by whole pixels),
and a picture holds ink worth 104 full pixels on average. A network that learned from such pictures
reads no others well. So pen strokes and uploaded pixels are inked by one formula:

    ink = clip(1/2 + (PEN_RADIUS - d) / EDGE, 0, 1)

with d the distance in pixels from the pixel's centre to the middle line of the pen. Strokes *are*
that line; in a picture it is found from the distance to the edge of the ink. Source of the rules:
LeCun et al. (1998), section III.A.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from dl101_core.draw.segmentation import crop_to_ink, distance_to_middle_line, segment_ink

UInt8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Point = tuple[float, float]
Stroke = tuple[Point, ...]

SIDE = 28
"""Width and height of what the network sees, in pixels."""
BOX = 20
"""Longest side of the ink, in pixels."""
CENTRE = 14.0
"""Pixel index of the centre of mass (not 13.5, the middle of the picture)."""
PEN_RADIUS = 1.28
"""Half the width of MNIST's pen in pixels: the ten digits then hold ink 104 on average."""
EDGE = 1.15
"""Width in pixels over which ink fades into paper."""

PAD_SIZE = 280.0
MAX_STROKES = 500
MAX_POINTS = 20_000
MAX_PICTURE_SIDE = 8192

EMPTY = "Draw something first: there is no ink on the pad yet."
DOT = "That is a single dot. Draw a whole digit, with lines."

_REACH = PEN_RADIUS + EDGE / 2  # ink ends here
_SPAN = BOX + 0.9  # 19 to 21 covers exactly 20 pixel centres; MNIST's outer rows hold strong ink
_DOT_SHARE = 0.02  # of the pad: shorter than this is a tap, not a line
_SLIP_SHARE = 0.05  # of the longest stroke: shorter than this is a slip of the pen
_STEP = 0.2  # pixels between two points of the inked line
_PREVIEW = 140  # pixels of the pictures of the first two stages
_PICTURE = 256  # longest side that an uploaded picture is reduced to


@dataclass(frozen=True)
class Drawing:
    """The strokes of a pen: points ``(x, y)`` in pad units, y down, on a square pad.

    Points may lie outside the pad by up to its size, since a pen held down can leave it. Raises
    ``ValueError`` naming the value when there are too many strokes or points, or when a point is
    not a pair of finite numbers in range.
    """

    strokes: tuple[Stroke, ...]
    size: float = PAD_SIZE

    def __post_init__(self) -> None:
        if not _is_number(self.size) or not 1 <= self.size <= 10_000:
            raise ValueError(f"size (={_short(self.size)}) must be a number from 1 to 10000.")
        if len(self.strokes) > MAX_STROKES:
            raise ValueError(
                f"strokes (={len(self.strokes)}) may be at most {MAX_STROKES}; clear the pad."
            )
        _check_count(sum(map(len, self.strokes)))
        for stroke in self.strokes:
            for point in stroke:
                _check_point(point, self.size)

    @classmethod
    def from_message(cls, message: object, size: float = PAD_SIZE) -> Drawing:
        """The drawing in an untrusted JSON object ``{"strokes": [[[x, y], ...], ...]}``.

        Other keys are ignored. Raises ``ValueError`` for any other object.
        """
        if not isinstance(message, dict) or "strokes" not in message:
            raise ValueError(f"drawing (={_short(message)}) must be an object with 'strokes'.")
        strokes = _items(message["strokes"], "strokes", "a list of strokes", MAX_STROKES)
        read: list[Stroke] = []
        _check_count(sum(len(stroke) for stroke in strokes if isinstance(stroke, (list, tuple))))
        for stroke in strokes:
            points = _items(stroke, "stroke", "a list of points [x, y]", MAX_POINTS)
            read.append(tuple(_check_point(point, size) for point in points))
        return cls(tuple(read), size)


def _check_count(points: int) -> None:
    if points > MAX_POINTS:
        raise ValueError(f"points (={points}) may be at most {MAX_POINTS}; clear the pad.")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class _Short(reprlib.Repr):
    """A ``repr`` of bounded length and time for any JSON value, however long or deep."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxdict, self.maxlist, self.maxtuple = 2, 3, 3, 3

    def repr_int(self, x: int, level: int) -> str:
        return repr(x) if abs(x) < 10**18 else "a huge number"


def _short(value: object) -> str:
    text = _Short().repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _items(value: object, name: str, meant: str, at_most: int) -> Sequence[object]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{name} (={_short(value)}) must be {meant}.")
    if len(value) > at_most:
        raise ValueError(f"{name} (={len(value)} items) may hold at most {at_most}; clear the pad.")
    return value


def _check_point(point: object, size: float) -> Point:
    if not isinstance(point, (list, tuple)) or len(point) != 2 or not all(map(_is_number, point)):
        raise ValueError(f"point (={_short(point)}) must be a pair of numbers [x, y].")
    # compared, not converted: JSON's integers can be too large for a float; NaN fails too
    if not all(-size <= value <= 2 * size for value in point):
        raise ValueError(
            f"point (={_short(point)}) must lie between {-size:g} and {2 * size:g}: "
            f"the pad is {size:g} units wide."
        )
    return float(point[0]), float(point[1])


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of preprocessing: its picture, uint8 ``(height, width)``, ink 255 on paper 0."""

    name: str
    sentence: str
    image: UInt8


@dataclass(frozen=True, eq=False)
class Digit:
    """The four stages from the input to the image that the network sees."""

    stages: tuple[Stage, Stage, Stage, Stage]

    @property
    def image(self) -> UInt8:
        """What the network sees: uint8 ``(28, 28)``, ink 255 on paper 0."""
        return self.stages[3].image


def from_strokes(drawing: Drawing) -> Digit:
    """The drawing as MNIST would hold it, for any size, place and width of the pen.

    Raises ``ValueError`` for an empty pad and for a single dot.
    """
    strokes = _lines(drawing)
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (_SPAN - 2 * _REACH) / float((high - low).max())
    middle = (low + high) / 2
    line = _resample([(s - middle) * scale + BOX / 2 for s in strokes])
    ink = _ink(_distance_to_points(line))
    return _finish(
        Stage("What you drew", "The pad, with your strokes.", _preview(drawing)),
        Stage(
            "Cut to its box",
            "Only the digit's own box is kept, so place and size no longer matter.",
            _crop_preview(strokes, low, high),
        ),
        "The longest side becomes 20 pixels, and the line is inked again with MNIST's pen.",
        ink,
    )


def from_pixels(picture: UInt8) -> Digit:
    """The one digit on a grey picture, uint8 ``(height, width)``, as MNIST would hold it.

    The border shows the paper, with an even slope of light. The ink differs most from the paper and
    is darker or lighter. Raises ``ValueError`` for any other array and for a blank picture.
    """
    _check_picture(picture)
    small = _shrink(picture)
    tight = crop_to_ink(segment_ink(small))
    return _finish(
        Stage("Your picture", "The picture's light and dark, reduced.", 255 - small),
        Stage(
            "Cut to its box",
            "Ink becomes dark on white paper, whatever it was; only the digit's own box is kept.",
            (tight * 255).round().astype(np.uint8),
        ),
        "The longest side becomes 20 pixels, and the line gets the width of MNIST's pen.",
        _ink(distance_to_middle_line(tight, BOX, _SPAN - 2 * _REACH)),
    )


def _finish(first: Stage, second: Stage, third: str, ink: Floats) -> Digit:
    """``ink``: ``(20, 20)`` in [0, 1]."""
    inked = np.round(ink * 255).astype(np.uint8)
    stages = (
        first,
        second,
        Stage("Scaled and inked again", third, inked),
        Stage(
            "Centred by mass",
            "The centre of mass moves to pixel 14 of 28 × 28: this is what the network sees.",
            _centre(inked),
        ),
    )
    for stage in stages:
        stage.image.setflags(write=False)
    return Digit(stages)


def _ink(distance: Floats) -> Floats:
    return np.asarray(np.clip(0.5 + (PEN_RADIUS - distance) / EDGE, 0.0, 1.0))


def _centre(inked: UInt8) -> UInt8:
    """Move the centre of mass to 14 ± 0.5 by whole pixels, unless ink would cross the border."""
    total = inked.sum(dtype=np.int64)
    index = np.arange(BOX)
    corner = []
    for axis in (0, 1):
        profile = inked.sum(axis=1 - axis, dtype=np.int64)
        inside = np.flatnonzero(profile)
        wanted = round(CENTRE - float(profile @ index) / float(total))
        corner.append(int(np.clip(wanted, -inside[0], SIDE - 1 - inside[-1])))
    top, left = corner
    wide = np.zeros((SIDE + 2 * BOX, SIDE + 2 * BOX), dtype=np.uint8)
    wide[BOX + top : 2 * BOX + top, BOX + left : 2 * BOX + left] = inked
    return wide[BOX : BOX + SIDE, BOX : BOX + SIDE].copy()


# ---------------------------------------------------------------- strokes


def _lines(drawing: Drawing) -> list[Floats]:
    """The strokes as arrays ``(points, 2)`` without slips of the pen; at least one has a length."""
    strokes = [np.asarray(s, dtype=np.float32) for s in drawing.strokes if len(s)]
    if not strokes:
        raise ValueError(EMPTY)
    extents = [float(np.ptp(s, axis=0).max()) for s in strokes]
    longest = max(extents)
    if longest >= _DOT_SHARE * drawing.size:
        keep = _SLIP_SHARE * longest
        return [s for s, extent in zip(strokes, extents, strict=True) if extent >= keep]
    if float(np.ptp(np.concatenate(strokes), axis=0).max()) < _DOT_SHARE * drawing.size:
        raise ValueError(DOT)
    return strokes  # a digit of dots


def _resample(strokes: Sequence[Floats]) -> Floats:
    """Points ``(k, 2)`` on the strokes, ``_STEP`` pixels apart, none twice."""
    pieces = []
    for stroke in strokes:
        steps = np.hypot(*np.diff(stroke, axis=0).T)
        length = np.concatenate([[0.0], np.cumsum(steps)])
        at = np.linspace(0, length[-1], max(1, math.ceil(length[-1] / _STEP) + 1))
        pieces.append(np.stack([np.interp(at, length, stroke[:, k]) for k in (0, 1)], axis=1))
    points = np.concatenate(pieces).astype(np.float32)
    if len(points) > 1000:  # a scribble: keep one point per cell of a fine grid
        cells = np.round(points / _STEP).astype(np.int64)
        points = points[np.unique(cells @ (1000, 1), return_index=True)[1]]
    return points


def _distance_to_points(points: Floats) -> Floats:
    """Distance from each pixel centre of the 20×20 box to the nearest point, ``(20, 20)``."""
    at = np.arange(BOX, dtype=np.float32) + 0.5
    nearest = np.full((BOX, BOX), np.inf, dtype=np.float32)
    for chunk in np.array_split(points, math.ceil(len(points) / 500)):
        dx = (at[:, None] - chunk[:, 0]) ** 2  # (20, k)
        dy = (at[:, None] - chunk[:, 1]) ** 2
        np.minimum(nearest, (dy[:, None] + dx[None]).min(axis=2), out=nearest)
    return np.sqrt(nearest)


def _preview(drawing: Drawing) -> UInt8:
    scale = _PREVIEW / drawing.size
    strokes = [np.asarray(s, dtype=np.float32) * scale for s in drawing.strokes if len(s)]
    return _draw(strokes, (_PREVIEW, _PREVIEW), 8)


def _crop_preview(strokes: Sequence[Floats], low: Floats, high: Floats) -> UInt8:
    pen = 8
    scale = (_PREVIEW - 2 * pen) / float((high - low).max())
    width, height = (math.ceil(float(v)) + 2 * pen for v in (high - low) * scale)
    return _draw([(s - low) * scale + pen for s in strokes], (width, height), pen)


def _draw(strokes: Sequence[Floats], size: tuple[int, int], pen: int) -> UInt8:
    """The strokes with a round pen, drawn at twice the size for soft edges."""
    picture = Image.new("L", (2 * size[0], 2 * size[1]))
    brush = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(2 * float(x), 2 * float(y)) for x, y in _thinned(stroke)]
        brush.line(points, fill=255, width=2 * pen)
        for point in points:
            brush.circle(point, pen, fill=255)
    return np.array(picture.reduce(2))


def _thinned(stroke: Floats, least: float = 1.5) -> Floats:
    """About one point per ``least`` pixels of the pen's path; the first and the last point stay."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    keep = np.flatnonzero(np.diff(way // least, prepend=-1.0))
    return np.asarray(stroke[np.append(keep, len(stroke) - 1)])


# ---------------------------------------------------------------- pixels


def _check_picture(picture: object) -> None:
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 2:
        shape = getattr(picture, "shape", None)
        kind = getattr(picture, "dtype", type(picture).__name__)
        raise ValueError(f"picture (={kind} of shape {shape}) must be grey: uint8 of rank 2.")
    if min(picture.shape) < 8 or max(picture.shape) > MAX_PICTURE_SIDE:
        height, width = picture.shape
        raise ValueError(
            f"picture (={width} × {height} pixels) must have sides of 8 to {MAX_PICTURE_SIDE}."
        )


def _shrink(picture: UInt8) -> UInt8:
    share = _PICTURE / max(picture.shape)
    if share >= 1:
        return picture.copy()
    height, width = (max(1, round(side * share)) for side in picture.shape)
    return np.array(Image.fromarray(picture).resize((width, height), Image.Resampling.BOX))
