"""A row and a column that a click in a picture chose; the link keeps them, as ``row,column``."""

from __future__ import annotations

import re

from dl101_core.ui import controls

Place = tuple[int, int]


def linked_place(key: str, low: int, high: int, first: Place) -> Place:
    """A field that no widget holds, kept the same in the URL; ``first`` as long as it is empty."""
    text = controls.link_text(
        key,
        lambda text: read_place(text, low, high) is not None,
        f"a row and a column from {low} to {high}, like {_text(first)}",
        _text(first),
    )
    return read_place(text, low, high) or first


def read_place(text: object, low: int, high: int) -> Place | None:
    """Row and column in an untrusted text; None for what no picture of ours would send."""
    if not isinstance(text, str) or not re.fullmatch("[0-9]{1,4},[0-9]{1,4}", text):
        return None
    row, column = map(int, text.split(","))
    return (row, column) if low <= min(row, column) and max(row, column) <= high else None


def inside(place: Place, rows: int, columns: int, first: int = 0) -> Place:
    """The place, or the nearest one of a picture that is smaller; counted from ``first``."""
    row, column = place
    return min(row, rows - 1 + first), min(column, columns - 1 + first)


def _text(place: Place) -> str:
    return ",".join(map(str, place))
