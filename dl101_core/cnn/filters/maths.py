"""Formulas with the numbers of a result filled in, as LaTeX."""

from __future__ import annotations

import numpy as np

from dl101_core.cnn.filters import KERNELS, FilterConfig, FilterResult, PairResult, Pixel, Rows
from dl101_core.latex import number

CHANNEL_NAMES = ("red", "green", "blue")
ROUNDING = 2.0**-24
"""Relative rounding error of one float32 number."""


def filter_numbers(pixel: Pixel, result: FilterResult) -> str:
    """One pixel of a filter: window, kernel, the non-zero products, and their sum."""
    config = result.config
    channel = CHANNEL_NAMES[pixel.channel] if result.channels > 1 else "grey"
    products = [
        (weight, value)
        for weights, values in zip(config.rows, pixel.window, strict=True)
        for weight, value in zip(weights, values, strict=True)
        if weight
    ]
    terms = [rf"{_factor(weight)} \cdot {number(value)}" for weight, value in products] or ["0"]
    lines = [r"\begin{aligned}"]
    lines.append(
        rf"&y\text{{ at row {pixel.row + 1}, column {pixel.column + 1}, {channel}}}\\[4pt]"
    )
    # Two matrices of size 5 or 7 side by side are wider than the column.
    between = r"\odot" if config.size <= 3 else r"\\&\odot"
    lines.append(rf"&{_matrix(pixel.window)} {between} {_matrix(config.rows)}\\[4pt]")
    lines += [
        rf"&{'+' if start else '='} {' + '.join(terms[start : start + 3])}\\"
        for start in range(0, len(terms), 3)
    ]
    plain = config.divisor == 1 and not config.bias
    doubt, end = doubts(pixel, config)
    total, value = number(pixel.total, doubt), number(pixel.value, end)
    lines.append(rf"&= \mathbf{{{value}}}" if plain else f"&= {total}")
    if not plain:
        bias = (
            f"{'+' if config.bias > 0 else '-'} {number(abs(config.bias))}" if config.bias else ""
        )
        top = rf"\frac{{{total}}}{{{number(config.divisor)}}}"
        before = top if config.divisor != 1 else total
        lines.append(rf"\\&{before} {bias} = \mathbf{{{value}}}")
    lines.append(r"\end{aligned}")
    return "\n".join(lines)


def pair_numbers(result: PairResult) -> str:
    """Two kernels, and the one that both add up to by full convolution."""
    divisors = result.config.divisor, result.second_divisor, result.divisor
    kernels = result.config.rows, KERNELS[result.second].rows, result.rows
    first, second, one = (
        _over(divisor) + _matrix(rows) for divisor, rows in zip(divisors, kernels, strict=True)
    )
    middle = result.rows[0][0], result.config.rows[0][0], kernels[1][0][0]
    corner, a, b = (number(value) for value in middle)
    return "\n".join(
        (
            r"\begin{aligned}",
            rf"&{first} * {second}\\[4pt]",
            rf"&= {one}\\[4pt]",
            rf"&\text{{top left: }} ({a}) \cdot ({b}) = {corner}",
            r"\end{aligned}",
        )
    )


def _over(divisor: float) -> str:
    return rf"\tfrac{{1}}{{{number(divisor)}}}" if divisor != 1 else ""


def doubts(pixel: Pixel, config: FilterConfig) -> tuple[float, float]:
    """Bounds of float32's error: of the sum of ``n`` products ``w x``, and of the value.

    Each step has a relative error of up to ``u = 2^-24``. So the error of the sum is at most
    ``(n + 1) u sum |w x|``, from its weights, its products and ``n - 1`` additions. The error is 0
    if every weight is a multiple of 1/8 and the sum fits. A small sum of large products
    (8.6 · 255 - 1907 = 286) has fewer than seven exact digits.
    """
    weights = [weight for row in config.rows for weight in row]
    values = [value for row in pixel.window for value in row]
    sizes = sum(abs(w * x) for w, x in zip(weights, values, strict=True))
    whole = all(float(np.float32(weight)) == weight for weight in weights) and sizes < 2**21
    total = 0.0 if whole else (sum(map(bool, weights)) + 1) * ROUNDING * sizes
    divided = abs(pixel.total / config.divisor) if total or config.divisor != 1 else 0.0
    end = total / config.divisor + ROUNDING * (divided + abs(config.bias) + abs(pixel.value))
    return total, end


def _factor(weight: float) -> str:
    return f"({number(weight)})" if weight < 0 else number(weight)


def _matrix(rows: Rows) -> str:
    inner = r"\\".join("&".join(number(value) for value in row) for row in rows)
    return rf"\begin{{bmatrix}}{inner}\end{{bmatrix}}"
