"""Numbers as formulas show them."""

from __future__ import annotations

import math


def number(value: float, doubt: float = 0) -> str:
    """At most four decimals and the seven digits that float32 holds; no negative zero.

    ``doubt`` is the largest error of ``value``; decimals that it could change are left out.
    """
    decimals = 7 - len(str(int(abs(value))))
    if doubt:
        decimals = min(decimals, math.floor(-math.log10(2 * doubt)))
    return f"{round(value, max(0, min(4, decimals))) + 0.0:.12g}"


def grouped(value: int) -> str:
    """Digits in threes, with a thin space that LaTeX does not take for punctuation."""
    return f"{value:,}".replace(",", r"\,")
