"""A cell that a click in a picture chose; the link keeps it, as ``row,column``."""

from __future__ import annotations

import re
from typing import Annotated

from dl101_core.ui import controls, messages

Cell = tuple[int, int]
"""Row and column."""
_CELL = re.compile("([0-9]{1,4}),([0-9]{1,4})")


def linked_cell(key: str, low: int, high: int, first: Cell) -> Cell:
    """A field without a widget, kept in sync with the URL; ``first`` while the field is empty."""
    text = controls.link_text(
        key,
        lambda text: parse_cell(text, low, high) is not None,
        f"a row and a column from {low} to {high}, like {_text(first)}",
        _text(first),
    )
    return parse_cell(text, low, high) or first


def parse_cell(text: object, low: int, high: int) -> Cell | None:
    """Row and column in an untrusted text; None if the text is invalid."""
    found = _CELL.fullmatch(text) if isinstance(text, str) else None
    number = Annotated[int, messages.within(low, high)]
    return messages.read(tuple(map(int, found.groups())), tuple[number, number]) if found else None


def clamp_cell(cell: Cell, rows: int, columns: int, first: int = 0) -> Cell:
    """The cell, or the nearest one of a picture that is smaller; counted from ``first``."""
    row, column = cell
    return min(row, rows - 1 + first), min(column, columns - 1 + first)


def _text(cell: Cell) -> str:
    return ",".join(map(str, cell))
