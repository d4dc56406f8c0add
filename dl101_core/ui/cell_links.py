"""A cell that a click in a picture chose; the link keeps it, as ``row,column``."""

from __future__ import annotations

import re

from dl101_core.ui import controls

Cell = tuple[int, int]
"""Row and column."""


def linked_cell(key: str, low: int, high: int, first: Cell) -> Cell:
    """A field that no widget holds, kept the same in the URL; ``first`` as long as it is empty."""
    text = controls.link_text(
        key,
        lambda text: parse_cell(text, low, high) is not None,
        f"a row and a column from {low} to {high}, like {_text(first)}",
        _text(first),
    )
    return parse_cell(text, low, high) or first


def parse_cell(text: object, low: int, high: int) -> Cell | None:
    """Row and column in an untrusted text; None for what no picture of ours would send."""
    if not isinstance(text, str) or not re.fullmatch("[0-9]{1,4},[0-9]{1,4}", text):
        return None
    row, column = map(int, text.split(","))
    return (row, column) if low <= min(row, column) and max(row, column) <= high else None


def clamp_cell(cell: Cell, rows: int, columns: int, first: int = 0) -> Cell:
    """The cell, or the nearest one of a picture that is smaller; counted from ``first``."""
    row, column = cell
    return min(row, rows - 1 + first), min(column, columns - 1 + first)


def _text(cell: Cell) -> str:
    return ",".join(map(str, cell))
