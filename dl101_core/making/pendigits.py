"""Pen strokes of thirty writers: the training part of UCI's pen digits, for the shipped networks.

E. Alpaydın and F. Alimoğlu (1998), *Pen-Based Recognition of Handwritten Digits*, UCI Machine
Learning Repository, CC BY 4.0. Read from ``DL101_DATA_DIR/pendigits/pendigits-orig.tra`` where it
is; only ``make weights``, tests and benchmarks use it, and nothing of it is shipped.

The file is UNIPEN text: ``.SEGMENT DIGIT`` begins a digit, ``.COMMENT label writer number`` names
its writer, and its points are between ``.PEN_DOWN`` and ``.PEN_UP``, 500 × 500 units, y *up*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dl101_core.data import DataUnavailable
from dl101_core.draw.digits import PAD_SIZE, Drawing, Point, Stroke
from dl101_core.environment import data_dir

TABLET = 500.0
"""Width and height of the tablet in its units."""
HELD_BACK = (2, 7, 12, 17, 22, 27)
"""The writers 5 n + 2: no shipped network is trained or calibrated on what they wrote. The CNN of
version 0.3 read them as well as all thirty, 96.7 %; the writers 5 n were too easy, 97.9 %."""
CALIBRATION = (4, 9, 14, 19, 24, 29)
"""Writers on whom the temperature is fitted, by a network that did not see them."""


@dataclass(frozen=True)
class PenDigit:
    """``label``: the intended digit. ``writer``: 1 to 30. ``drawing``: as on the pad, y down."""

    label: int
    writer: int
    drawing: Drawing


def pendigits_file() -> Path:
    return data_dir() / "pendigits" / "pendigits-orig.tra"


def load_pendigits() -> tuple[PenDigit, ...]:
    """All digits of all writers, in the file's order.

    Raises ``DataUnavailable`` where the file is missing or damaged.
    """
    path = pendigits_file()
    try:
        return tuple(read_unipen(path.read_text(encoding="ascii")))
    except FileNotFoundError:
        raise DataUnavailable(f"Pen digits are not on this machine ({path}).") from None
    except (OSError, ValueError) as error:
        raise DataUnavailable(f"{path.name} cannot be read: {error}") from error


def read_unipen(text: str) -> Iterator[PenDigit]:
    """The digits in ``text``. Raises ``ValueError``, which names an invalid segment."""
    for number, segment in enumerate(text.split(".SEGMENT DIGIT")[1:]):
        try:
            yield _read_segment(segment)
        except (ValueError, StopIteration) as error:
            raise ValueError(f"segment {number} is no digit ({error}).") from error


def _read_segment(segment: str) -> PenDigit:
    lines = [line.split() for line in segment.splitlines()]
    comment = next(line for line in lines if line[:1] == [".COMMENT"])
    label, writer = int(comment[1]), int(comment[2])
    if label not in range(10):
        raise ValueError(f"label {label} is not from 0 to 9")
    strokes: list[Stroke] = []
    points: list[Point] | None = None
    for line in lines:
        if line[:1] == [".PEN_DOWN"]:
            points = []
        elif line[:1] == [".PEN_UP"] and points:
            strokes.append(tuple(points))
            points = None
        elif points is not None and len(line) == 2:
            points.append(_on_pad(float(line[0]), float(line[1])))
    if not strokes:
        raise ValueError("no stroke")
    return PenDigit(label, writer, Drawing(tuple(strokes)))


def _on_pad(x: float, y: float) -> Point:
    scale = PAD_SIZE / TABLET
    return x * scale, (TABLET - y) * scale
