"""The kernels of the lesson, and kernels as text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

Rows = tuple[tuple[float, ...], ...]

MAX_ENTRY = 1000
MAX_TEXT = 800
SIZES = (3, 5, 7)
OWN = "own"
EXACT = 3
"""Decimals of an entry; smaller parts of a sum of entries are rounding errors."""


@dataclass(frozen=True)
class Kernel:
    """``rows / divisor`` is the kernel; ``view`` is how its results are best shown."""

    title: str
    rows: Rows
    about: str
    divisor: float = 1.0
    view: str = "clipped"


KERNELS: dict[str, Kernel] = {
    "identity": Kernel(
        "Identity",
        ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        "Keeps each pixel as it is: a picture to compare with.",
    ),
    "box": Kernel(
        "Box blur",
        ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
        "The mean of nine pixels: noise and detail fade.",
        9,
    ),
    "gaussian": Kernel(
        "Gaussian blur",
        ((1, 2, 1), (2, 4, 2), (1, 2, 1)),
        "A mean in which near pixels count more: a softer blur.",
        16,
    ),
    "sharpen": Kernel(
        "Sharpen",
        ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "Adds to each pixel what sets it apart from its four neighbours.",
    ),
    "edge": Kernel(
        "Edge detection",
        ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
        "The pixel against its eight neighbours: zero where nothing changes.",
        view="signed",
    ),
    "sobel_x": Kernel(
        "Sobel x",
        ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        "Right minus left: finds upright edges; the sign says which side is brighter.",
        view="signed",
    ),
    "sobel_y": Kernel(
        "Sobel y",
        ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        "Below minus above: finds level edges.",
        view="signed",
    ),
    "emboss": Kernel(
        "Emboss",
        ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        "Edges lit from one corner: the picture looks pressed into metal.",
    ),
    "curve": Kernel(
        "Curve detector",
        (
            (0, 0, 0, 0, 0, 30, 0),
            (0, 0, 0, 0, 30, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 0, 0, 0, 0),
        ),
        "From the lecture notes: large where a bright line runs as the numbers do.",
        view="stretched",
    ),
}
"""The rows are exactly those that the lecture notes and textbooks print."""


def parse_rows(text: str) -> Rows:
    """Rows from ``"0,-1,0;-1,5,-1;0,-1,0"``, from lines, or from ``[[0, -1, 0], …]``.

    Spaces may stand for commas, and a tensor's or an array's name around the brackets is taken too:
    ``torch.tensor([[…]], dtype=torch.float32)``. Raises ``ValueError`` unless it is 3×3, 5×5 or 7×7
    numbers within ±1000.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"This is longer than {MAX_TEXT} characters. {_ROWS_HELP}")
    lines = [line.replace(",", " ").split() for line in _lines(text.replace("\u2212", "-"))]
    rows = tuple(tuple(_entry(entry) for entry in line) for line in lines)
    check_rows(rows)
    return rows


def _lines(text: str) -> list[str]:
    """The rows of a text, each still a text."""
    called = _CALL.fullmatch(text)
    inner = called[1] if called else text
    if "[" not in inner and "]" not in inner:
        return [line for line in re.split(r"[;\n]", inner) if line.strip(" ,\t\r")]
    lines = re.findall(r"\[([^\[\]]*)\]", inner)
    if re.sub(r"\[[^\[\]]*\]", "", inner).strip("[], \t\r\n"):
        raise ValueError(f"Something stands between the brackets of the rows. {_ROWS_HELP}")
    return lines


def _entry(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        shown = text if len(text) <= 12 else text[:11] + "…"
        raise ValueError(f"{shown!r} is not a number. {_ROWS_HELP}") from None


def rows_text(rows: Rows) -> str:
    """The inverse of ``parse_rows``, in its shortest form."""
    return ";".join(",".join(f"{entry:.10g}" for entry in row) for row in rows)


_CALL = re.compile(
    r"\s*(?:[A-Za-z_]\w*\s*=\s*)?[A-Za-z_][\w.]*\(\s*(\[.*\])\s*(?:,[\w\s.=]*)?\)\s*", re.S
)
_ROWS_HELP = (
    "A kernel is 3 rows of 3 numbers, 5 of 5 or 7 of 7, with commas between numbers and semicolons "
    "between rows, like 0,-1,0;-1,5,-1;0,-1,0."
)


def check_rows(rows: Rows) -> None:
    """Raises ``ValueError`` unless 3×3, 5×5 or 7×7 numbers within ±1000 of three decimals."""
    size = len(rows)
    if size not in SIZES or any(len(row) != size for row in rows):
        raise ValueError(f"{_found(rows)} {_ROWS_HELP}")
    for entry in (entry for row in rows for entry in row):
        if not math.isfinite(entry) or abs(entry) > MAX_ENTRY:
            raise ValueError(f"kernel entry (={entry:g}) must be from -{MAX_ENTRY} to {MAX_ENTRY}.")
        if round(entry, EXACT) != entry:
            raise ValueError(f"kernel entry (={entry:g}) may have three decimals at most.")


def _found(rows: Rows) -> str:
    lengths = [str(len(row)) for row in rows[:8]]
    if not lengths:
        return "This is empty."
    if len(rows) == 1:
        return f"This is one row of {lengths[0]}."
    more = ", …" if len(rows) > 8 else ""
    return f"These are {len(rows)} rows of {', '.join(lengths)}{more} numbers."


def total(rows: Rows) -> float:
    """The sum of the entries."""
    return round(math.fsum(entry for row in rows for entry in row), EXACT)


def weight(rows: Rows) -> float:
    """The divisor of ``normalise``: the absolute value of the sum of the entries.

    If the sum is zero, the sum of the positive entries; for a kernel of zeros, 1.
    """
    positive = math.fsum(entry for row in rows for entry in row if entry > 0)
    return abs(total(rows)) or round(positive, EXACT) or 1.0
