"""A plane with a value at every place: a decision boundary, or a loss over two weights."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class FieldAxis(Struct, frozen=True, kw_only=True):
    """From ``low`` on the left or at the bottom to ``high``, in the unit of ``label``."""

    label: str
    low: float
    high: float


class FieldPoint(Struct, frozen=True, kw_only=True):
    """One example. ``kind``: its place in ``Field.kinds``. ``held_out``: drawn hollow."""

    x: float
    y: float
    kind: Count
    label: str = ""
    target: float | None = None
    held_out: bool = False


class FieldWay(Struct, frozen=True, kw_only=True):
    """The steps of an optimizer, the first one included. ``current``: an index of ``steps``."""

    name: str
    steps: tuple[tuple[float, float], ...]
    current: Count


class FieldHandle(Struct, frozen=True, kw_only=True):
    """Something to drag. ``name`` comes back when it is dropped; ``label`` is read out."""

    name: str
    label: str
    x: float
    y: float
    form: Literal["round", "square"] = "round"


class Field(Struct, frozen=True, kw_only=True):
    """``values``: ``packed`` numbers, row by row, ``rows`` × ``columns``; may be empty.

    Row 0 is at the bottom. A value belongs to the middle of its cell: ``middles`` gives the places.
    ``scale``: signed is white at 0; log is for losses above 0. ``low`` and ``high``: the ends of
    the colours, or None for those of the values. ``levels``: values along which a line is drawn.
    ``aspect``: width divided by height. ``note``: words instead, while there is nothing to see.
    """

    caption: str
    axes: tuple[FieldAxis, FieldAxis]
    value_name: str
    values: str = ""
    rows: Count = 0
    columns: Count = 0
    scale: Literal["signed", "unsigned", "log"] = "signed"
    low: float | None = None
    high: float | None = None
    levels: tuple[float, ...] = ()
    smooth: bool = True
    kinds: tuple[str, ...] = ()
    points: tuple[FieldPoint, ...] = ()
    ways: tuple[FieldWay, ...] = ()
    handles: tuple[FieldHandle, ...] = ()
    aspect: Annotated[float, Meta(gt=0)] = 1.0
    note: str = ""


def packed(values: Iterable[float]) -> str:
    """Numbers as little-endian float32 in base64: short, and NaN and ∞ stay what they are."""
    numbers = array("f", values)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def middles(low: float, high: float, count: int) -> list[float]:
    """The middles of ``count`` equal cells from ``low`` to ``high``."""
    return [low + (cell + 0.5) * (high - low) / count for cell in range(count)]
