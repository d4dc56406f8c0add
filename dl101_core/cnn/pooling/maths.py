"""Formulas of a pooling with the numbers of a result filled in, as LaTeX."""

from __future__ import annotations

import torch

from dl101_core.cnn.pooling.compute import PoolConfig, PoolResult, output_size, reach, shift
from dl101_core.latex import number

_ALIGNED = r"\begin{{aligned}}{}\end{{aligned}}"


def size_text(config: PoolConfig) -> str:
    """The size formula with its numbers, up to the equals sign, as plain text."""
    left, right = "⌈⌉" if config.ceil_mode else "⌊⌋"
    n, k, p, s = config.input_size, config.kernel_size, config.padding, config.step
    less = " − 1" if _last_dropped(config) else ""
    return f"{left}({n} + 2·{p} − {k}) / {s} + 1{right}{less}"


def size_latex(config: PoolConfig) -> str:
    """The size formula step by step, with the result or why there is none."""
    n, k, p, s = config.input_size, config.kernel_size, config.padding, config.step
    if config.kind != "l2" and 2 * p > k:
        return rf"p = {p} > \frac{{k}}{{2}} = {k / 2:g} \text{{, which PyTorch does not allow}}"
    side = "ceil" if config.ceil_mode else "floor"
    left, right = rf"\left\l{side}", rf"\right\r{side}"
    m, top = output_size(config), n + 2 * p - k
    less = "- 1" if _last_dropped(config) else ""
    lines = [
        rf"m &= {left} \frac{{{n} + 2 \cdot {p} - {k}}}{{{s}}} + 1 {right} {less}",
        rf"&= {left} {number(top / s + 1)} {right} {less}",
        rf"&= {m}" if m > 0 else r"&< 1 \text{, so no window fits}",
    ]
    if less:
        lines.append(r"&\text{\small (a last window would begin behind the picture)}")
    return _ALIGNED.format(r"\\[6pt]".join(lines))


def cell_latex(result: PoolResult, row: int, column: int) -> str:
    """One output cell, before and after the shift: its window and its formula."""
    config = result.config
    moved = shift(result.image, config.right, config.down, config.wrap)
    parts = []
    for name, picture, output in (
        ("before", result.image, result.before),
        ("after", moved, result.after),
    ):
        parts.append(rf"&y_{{{row + 1},{column + 1}}}\ \text{{({name} the shift)}}")
        parts += _cell(config, picture, row, column, output[row, column].item())
    return _ALIGNED.format(r"\\[4pt]".join(parts))


def window(config: PoolConfig, picture: torch.Tensor, row: int, column: int) -> list[list[float]]:
    """The values under the window; padding is NaN, and what hangs over its edge is left out."""
    size, p = config.input_size, config.padding
    rows = [r for r in reach(config, row) if r < size + p]
    columns = [c for c in reach(config, column) if c < size + p]
    return [
        [picture[r, c].item() if 0 <= r < size and 0 <= c < size else float("nan") for c in columns]
        for r in rows
    ]


def _cell(
    config: PoolConfig, picture: torch.Tensor, row: int, column: int, value: float
) -> list[str]:
    """Lines of the formula of one cell."""
    cells = window(config, picture, row, column)
    flat = [one for line in cells for one in line]
    inside = [one for one in flat if one == one]
    result = rf"{_equals(value)} \mathbf{{{number(value)}}}"
    if config.kind == "max":
        rows = [", ".join(number(one) for one in line if one == one) for line in cells]
        body = _broken([line for line in rows if line], ", ")
        return [rf"&= \max({body})", rf"&{result}"]
    if config.kind == "average":
        count = len(flat) if config.count_include_pad else len(inside)
        rows = [" + ".join(_signed(0.0 if one != one else one) for one in line) for line in cells]
        total = number(sum(inside))
        return [
            rf"&= \tfrac{{1}}{{{count}}} \big({_broken(rows, ' + ')}\big)",
            rf"&= \frac{{{total}}}{{{count}}} {result}",
        ]
    rows = [" + ".join(_signed(one) + "^2" for one in line if one == one) or "0" for line in cells]
    squares = sum(one * one for one in inside)
    whole = config.kernel_size**2
    body = _broken(rows, " + ")
    if len(flat) != whole:
        body = rf"\tfrac{{{whole}}}{{{len(flat)}}} \cdot ({body})"
    under = squares * whole / len(flat)
    return [
        rf"&= \big({body}\big)^{{1/2}}",
        rf"&{_equals(under)} \sqrt{{{number(under)}}} {result}",
    ]


def _equals(value: float) -> str:
    """The sign before a number of at most four decimals."""
    return "=" if abs(value - round(value, 4)) < 1e-6 else r"\approx"


def _broken(rows: list[str], join: str) -> str:
    """Rows of the window below each other, so that a formula fits its column."""
    return (join + r"\\&\quad ").join(rows)


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _last_dropped(config: PoolConfig) -> bool:
    room = config.input_size + 2 * config.padding - config.kernel_size
    return config.ceil_mode and -(-room // config.step) + 1 != output_size(config)
