"""Cells of a picture or a kernel that a learner has changed, as a short text for a link.

``0.5~0120013a_1~0000`` means: 0.5 in the cells 0120 and 013a, 1 in the cell 0000. A cell is four
digits to base 32. In a picture: channel, row, column, and the number of further cells to the right
with the same value. In kernels: output channel, input channel, row, column. All count from zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import torch

LONGEST = 2000
"""Characters of one text, so that a link stays short enough for every browser and proxy."""
LARGEST = 99
DECIMALS = 3
CHANNELS_IN, CHANNELS_OUT = 3, 4
SIDE, KERNEL_SIDE = 32, 7

Cell = tuple[int, ...]
Changes = dict[Cell, float]

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_GROUP = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,3})?)~((?:[0-9a-v]{4})+)")


@lru_cache(maxsize=256)
def picture_changes(text: str) -> Changes:
    """``(channel, row, column)`` → value. ``ValueError`` if ``text`` is not a list of cells."""
    changes: Changes = {}
    for value, (channel, row, column, more) in _cells(text):
        if channel >= CHANNELS_IN or column + more >= SIDE:
            raise ValueError(f"channel {channel}, column {column + more} lies outside any picture")
        for place in range(column, column + more + 1):
            changes[channel, row, place] = value
    return changes


@lru_cache(maxsize=256)
def kernel_changes(text: str) -> Changes:
    """``(output channel, input channel, row, column)`` → value; ``ValueError`` as above."""
    changes: Changes = {}
    for value, (out, channel, row, column) in _cells(text):
        if out >= CHANNELS_OUT or channel >= CHANNELS_IN or max(row, column) >= KERNEL_SIDE:
            raise ValueError(f"entry {out}, {channel}, {row}, {column} lies outside any kernel")
        changes[out, channel, row, column] = value
    return changes


def picture_text(changes: Changes) -> str:
    """The inverse of :func:`picture_changes`; equal neighbours in a row become one cell."""
    runs: list[tuple[list[int], float]] = []
    for (channel, row, column), value in sorted(changes.items()):
        last, same = runs[-1] if runs else ([], 0.0)
        if last[:2] == [channel, row] and last[2] + last[3] + 1 == column and same == value:
            last[3] += 1
        else:
            runs.append(([channel, row, column, 0], value))
    return _text(runs)


def kernel_text(changes: Changes) -> str:
    """The inverse of :func:`kernel_changes`."""
    return _text(sorted(changes.items()))


def merged_picture(old: str, new: str) -> str:
    """Both texts in one; the newer value of a cell wins. ``ValueError``: wrong or too long."""
    return _short(picture_text(picture_changes(old) | picture_changes(new)))


def merged_kernel(old: str, new: str) -> str:
    return _short(kernel_text(kernel_changes(old) | kernel_changes(new)))


def apply(changes: Changes, cells: torch.Tensor) -> torch.Tensor:
    """``cells`` with the changes inside it; changes outside are kept for a larger grid."""
    inside = [
        (place, value)
        for place, value in changes.items()
        if all(at < size for at, size in zip(place, cells.shape, strict=True))
    ]
    if not inside:
        return cells
    changed = cells.clone()
    places = torch.tensor([place for place, _ in inside]).T
    changed[tuple(places)] = torch.tensor([value for _, value in inside], dtype=cells.dtype)
    return changed


def _cells(text: str) -> Iterable[tuple[float, tuple[int, ...]]]:
    if not text:
        return
    for group in text.split("_"):
        found = _GROUP.fullmatch(group)
        if not found:
            raise ValueError("changed cells look like 0.5~0120_1~0000")
        value, places = float(found[1]) + 0.0, found[2]
        for at in range(0, len(places), 4):
            yield value, tuple(_DIGITS.index(digit) for digit in places[at : at + 4])


def _text(cells: Iterable[tuple[Iterable[int], float]]) -> str:
    groups: dict[str, list[str]] = defaultdict(list)
    for place, value in cells:
        number = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        groups["0" if number == "-0" else number] += ["".join(_DIGITS[digit] for digit in place)]
    return "_".join(f"{value}~{''.join(places)}" for value, places in groups.items())


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError("That is more than a link can hold, so it was not kept: change less.")
    return text
