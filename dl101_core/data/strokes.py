"""The built-in data set: handwritten-looking digits, drawn by us, in the manner of MNIST.

A picture is made in four steps, all from one random generator per picture:

1. a skeleton in one of several styles per digit (``glyphs/``), moved as a wavering hand would;
2. splines through the control points, bent by a smooth field, then rotated, slanted and stretched;
3. scaled as MNIST is: the longest side is exactly 20 px;
4. inked with a pen of varying width, then moved by whole pixels until the centre of mass lies
   within half a pixel of index (14, 14).

Picture i depends on ``seed`` and i only, so a longer data set begins with the shorter one. No
picture of MNIST was used; only its summary statistics were (ink, slant, size, grey levels).

``python -m dl101_core.data.strokes`` writes the shipped files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dl101_core.data.glyphs import Points, Skeleton, draw_skeleton
from dl101_core.data.idx import UInt8, write_idx

Floats = npt.NDArray[np.float64]

SIDE = 28
"""Width and height of a picture in pixels."""
BOX = 20
"""Longest side of the inked box in pixels, as in MNIST."""
CENTRE = 14.0
"""Pixel index of the centre of mass in MNIST (not 13.5, the middle of the picture)."""
GREYS = 31
"""Grey levels above black; few levels compress well and the eye sees no difference."""

TRAIN_COUNT = 20_000
TEST_COUNT = 4_000
TRAIN_SEED = 1
TEST_SEED = 2
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "strokes"

_POINTS = 192
_BATCH = 20
_EDGE = 1.25
"""Width in pixels over which ink fades to paper."""


@dataclass(frozen=True)
class Hand:
    """The way of writing of one digit: means and spreads over people.

    ``slant`` is the mean horizontal shift per unit of height, ``stretch`` the median width of the
    unit box relative to its height, ``pen`` the median pen width in pixels; their
    spreads are of the logarithm. ``waver`` is in units of the box.
    """

    slant: float = 0.1
    slant_spread: float = 0.25
    stretch: float = 0.85
    stretch_spread: float = 0.17
    pen: float = 2.6
    pen_spread: float = 0.28
    pen_max: float = 4.5
    waver: float = 0.02


HANDS: dict[int, Hand] = {
    0: Hand(slant=0.22, stretch=0.97, pen=2.95, pen_max=5.0),
    1: Hand(slant=0.22, slant_spread=0.26, pen=2.75, pen_spread=0.33, pen_max=5.3, waver=0.01),
    2: Hand(slant=0.06, stretch=0.95),
    3: Hand(slant=0.14),
    4: Hand(slant=0.24, slant_spread=0.27, stretch=0.9, pen=2.5),
    5: Hand(slant=0.06, slant_spread=0.28, stretch=0.9),
    6: Hand(slant=0.04, slant_spread=0.22, stretch=0.9),
    7: Hand(slant=-0.02, stretch=0.92, pen=2.75),
    8: Hand(slant=0.18, stretch=0.92, pen=2.45),
    9: Hand(slant=0.17, stretch=0.92),
}


def generate(n: int, seed: int) -> tuple[UInt8, UInt8]:
    """``n`` pictures of digits, uint8 (n, 28, 28), ink 255 on paper 0, and labels, uint8 (n,).

    Every ten in a row hold each digit once, in random order. The same seed gives the same bytes.

    Raises ``ValueError`` if ``n`` or ``seed`` is negative.
    """
    if n < 0 or seed < 0:
        raise ValueError(f"n (={n}) and seed (={seed}) must not be negative")
    labels = _labels(n, seed)
    images = np.empty((n, SIDE, SIDE), dtype=np.uint8)
    for first in range(0, n, _BATCH):
        rows = np.arange(first, min(first + _BATCH, n))
        _draw_rows(images, labels, rows, seed)
    return images, labels


def _labels(n: int, seed: int) -> UInt8:
    blocks = [
        np.random.default_rng((seed, block)).permutation(10) for block in range((n + 9) // 10)
    ]
    return np.concatenate([*blocks, np.empty(0)]).astype(np.uint8)[:n]


def _draw_rows(images: UInt8, labels: UInt8, rows: npt.NDArray[np.int64], seed: int) -> None:
    """Draw the pictures at ``rows``; a picture that fails a check is redrawn by a new generator."""
    attempt = 0
    while len(rows):
        rngs = [np.random.default_rng((seed, int(i), attempt)) for i in rows]
        lines = [trace(int(labels[i]), rng) for i, rng in zip(rows, rngs, strict=True)]
        ink = rasterise(
            np.stack([points for points, _ in lines]),
            np.stack([radius for _, radius in lines]),
        )
        drawn, good = centre(ink)
        images[rows[good]] = drawn[good]
        rows = rows[~good]
        attempt += 1


def trace(digit: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The path of the pen: points (192, 2) in pixels, x right, y down, and its radii (192,)."""
    hand = HANDS[digit]
    strokes = [spline(_waver(stroke, hand.waver, rng)) for stroke in draw_skeleton(digit, rng)]
    bend = _Bend(rng)
    linear = _affine(hand, rng)
    strokes = [(s - 0.5 + bend(s)) @ linear.T for s in strokes]
    points = _resample(strokes, _POINTS)
    radius = _pen(hand, rng, points)
    return _fit(points, radius), radius


def _waver(stroke: Points, size: float, rng: np.random.Generator) -> Points:
    """Control points moved by six slow waves along the stroke: hands waver, they do not shake."""
    # a corner is one point three times; the copies must stay equal
    moved = np.r_[0.0, (np.diff(stroke, axis=0) != 0).any(axis=1)]
    along = np.cumsum(moved) / max(moved.sum(), 1.0)
    order = np.arange(6)
    amounts = rng.normal(0, size, (6, 2)) / (1 + order[:, None] / 4)
    return np.asarray(stroke + np.cos(np.pi * np.outer(along, order)) @ amounts)


def spline(control: Points, per_piece: int = 9) -> Points:
    """Uniform Catmull-Rom spline through ``control`` (n, 2): ((n-1)·per_piece, 2) points."""
    if len(control) < 2:
        return control
    padded = np.concatenate(
        [[2 * control[0] - control[1]], control, [2 * control[-1] - control[-2]]]
    )
    a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, per_piece)[:, None]
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.asarray(curve.reshape(-1, 2))


class _Bend:
    """A smooth displacement of the plane: three low waves for each of x and y."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.waves = rng.normal(0, 3.2, (2, 3, 2))
        self.phases = rng.uniform(0, 2 * np.pi, (2, 3))
        self.sizes = rng.normal(0, 0.032, (2, 3))

    def __call__(self, points: Points) -> Points:
        angle = np.einsum("pk,cwk->pcw", points, self.waves) + self.phases
        return np.asarray((np.sin(angle) * self.sizes).sum(axis=2))


def _affine(hand: Hand, rng: np.random.Generator) -> Floats:
    """Stretch, then slant, then a small rotation, shape (2, 2)."""
    turn = rng.normal(0, 0.07)
    slant = rng.normal(hand.slant, hand.slant_spread)
    stretch = hand.stretch * np.exp(rng.normal(0, hand.stretch_spread))
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(rotate @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag([stretch, 1.0]))


def _resample(strokes: Skeleton, count: int) -> Points:
    """``count`` points, spread over the strokes evenly by length, none between two strokes."""
    lengths = [np.r_[0.0, np.cumsum(np.hypot(*np.diff(s, axis=0).T))] for s in strokes]
    total = sum(length[-1] for length in lengths)
    shares = [max(2, int(count * length[-1] / total)) for length in lengths]
    shares[0] += count - sum(shares)
    pieces = []
    for stroke, length, share in zip(strokes, lengths, shares, strict=True):
        at = np.linspace(0, length[-1], share)
        pieces.append(np.stack([np.interp(at, length, stroke[:, k]) for k in (0, 1)], axis=1))
    return np.concatenate(pieces)


def _pen(hand: Hand, rng: np.random.Generator, points: Points) -> Floats:
    """Radius in pixels at each point: a width per writer, pressure waves, and a slanted nib."""
    width = np.clip(hand.pen * np.exp(rng.normal(0, hand.pen_spread)), 1.3, hand.pen_max)
    along = np.linspace(0, 1, len(points))
    waves = rng.normal(0, 0.05, 3)
    phases = rng.uniform(0, 2 * np.pi, 3)
    pressure = 1 + (waves[:, None] * np.sin(np.outer((3, 7, 12), along) + phases[:, None])).sum(0)
    heading = np.gradient(points, axis=0)
    direction = np.arctan2(heading[:, 1], heading[:, 0])
    nib = 1 + rng.uniform(0, 0.18) * np.cos(2 * (direction - rng.uniform(0, np.pi)))
    return np.asarray(np.maximum(width / 2 * pressure * nib, 0.55))


def _fit(points: Points, radius: Floats) -> Points:
    """Scale and move so that the longer side of the *ink* is 20 px and the box is in the middle.

    The ink reaches radius + edge/2 beyond the points, whatever the scale, so the scale is found
    by a few steps of a fixed-point iteration.
    """
    reach = (radius + _EDGE / 2 - 0.12)[:, None]
    scale = (BOX - 2 * reach.mean()) / max(float(np.ptp(points, axis=0).max()), 1e-9)
    for _ in range(6):
        low = (points * scale - reach).min(axis=0)
        high = (points * scale + reach).max(axis=0)
        axis = int(np.argmax(high - low))
        scale *= (BOX - 2 * reach.mean()) / max(
            float((high - low)[axis]) - 2 * float(reach.mean()), 1e-9
        )
    low = (points * scale - reach).min(axis=0)
    high = (points * scale + reach).max(axis=0)
    # pixel i covers i to i + 1, so a box from 4 to 24 fills exactly twenty pixels
    return np.asarray(points * scale + (SIDE - (low + high)) / 2)


def rasterise(points: Floats, radius: Floats) -> Floats:
    """Ink between 0 and 1, (n, 28, 28): 1/2 + max(radius - distance) / edge, clipped.

    The maximum is over the points. ``points`` is (n, k, 2) in pixels, ``radius`` (n, k). Points
    lie closer than half a radius, so discs make a line.
    """
    at = (np.arange(SIDE) + 0.5).astype(np.float32)
    xy = points.astype(np.float32)
    dx = (at[:, None] - xy[:, None, :, 0]) ** 2  # (n, 28, k)
    dy = (at[:, None] - xy[:, None, :, 1]) ** 2
    distance = np.sqrt(dy[:, :, None, :] + dx[:, None, :, :])  # (n, 28, 28, k)
    inside = (radius.astype(np.float32)[:, None, None, :] - distance).max(axis=3)
    return np.asarray(np.clip(0.5 + inside / _EDGE, 0.0, 1.0), dtype=np.float64)


def centre(ink: Floats) -> tuple[UInt8, npt.NDArray[np.bool_]]:
    """Quantise, move by whole pixels, and mark the pictures that meet MNIST's rules.

    A picture is good if its longest side is 20 px and the move pushed no ink over the border.
    """
    levels = np.round(ink * GREYS)
    mass = levels.sum(axis=(1, 2))
    index = np.arange(SIDE)
    shifts = [
        np.round(CENTRE - (levels.sum(axis=3 - axis) * index).sum(axis=1) / mass).astype(int)
        for axis in (1, 2)
    ]
    moved = np.stack(
        [np.roll(p, (dy, dx), axis=(0, 1)) for p, dy, dx in zip(levels, *shifts, strict=True)]
    )
    sides = np.stack([_side(levels.max(axis=axis)) for axis in (1, 2)])
    sides_moved = np.stack([_side(moved.max(axis=axis)) for axis in (1, 2)])
    good = (sides.max(axis=0) == BOX) & (sides == sides_moved).all(axis=0)
    return np.round(moved * (255 / GREYS)).astype(np.uint8), good


def _side(profile: Floats) -> npt.NDArray[np.int64]:
    """Cells from the first to the last inked one in each row of ``profile``, (n, 28) -> (n,)."""
    inked = profile > 0
    return np.asarray(SIDE - inked[:, ::-1].argmax(axis=1) - inked.argmax(axis=1))


def main(folder: Path = FOLDER) -> None:
    """Write the four files of the shipped data set and print their sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for part, count, seed in (("train", TRAIN_COUNT, TRAIN_SEED), ("t10k", TEST_COUNT, TEST_SEED)):
        images, labels = generate(count, seed)
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            path = folder / f"{part}-{kind}-ubyte.gz"
            write_idx(path, array)
            size = path.stat().st_size
            total += size
            print(f"{path.name:28s} {size:>9,d} bytes")
    print(f"{'together':28s} {total:>9,d} bytes")


if __name__ == "__main__":
    main()
