"""Formulas with the numbers of a result filled in, as LaTeX."""

from __future__ import annotations

from dl101_core.filters import KERNELS, FilterResult, PairResult, Pixel, Rows

CHANNEL_NAMES = ("red", "green", "blue")


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
    lines.append(rf"&y_{{{pixel.row},{pixel.column}}}\quad\text{{({channel})}}\\[4pt]")
    # Two matrices of size 5 or 7 side by side are wider than the column.
    between = r"\odot" if config.size <= 3 else r"\\&\odot"
    lines.append(rf"&{_matrix(pixel.window)} {between} {_matrix(config.rows)}\\[4pt]")
    lines += [
        rf"&{'+' if start else '='} {' + '.join(terms[start : start + 3])}\\"
        for start in range(0, len(terms), 3)
    ]
    plain = config.divisor == 1 and not config.bias
    lines.append(rf"&= \mathbf{{{number(pixel.value)}}}" if plain else f"&= {number(pixel.total)}")
    if not plain:
        bias = (
            f"{'+' if config.bias > 0 else '-'} {number(abs(config.bias))}" if config.bias else ""
        )
        top = rf"\frac{{{number(pixel.total)}}}{{{number(config.divisor)}}}"
        before = top if config.divisor != 1 else number(pixel.total)
        lines.append(rf"\\&{before} {bias} = \mathbf{{{number(pixel.value)}}}")
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
            rf"&C_{{0,0}} = A_{{0,0}} \cdot B_{{0,0}} = ({a}) \cdot ({b}) = {corner}",
            r"\end{aligned}",
        )
    )


def _over(divisor: float) -> str:
    return rf"\tfrac{{1}}{{{number(divisor)}}}" if divisor != 1 else ""


def number(value: float) -> str:
    """At most four decimals and the seven digits that float32 holds; no negative zero."""
    decimals = max(0, min(4, 7 - len(str(int(abs(value))))))
    return f"{round(value, decimals) + 0.0:.12g}"


def _factor(weight: float) -> str:
    return f"({number(weight)})" if weight < 0 else number(weight)


def _matrix(rows: Rows) -> str:
    inner = r"\\".join("&".join(number(value) for value in row) for row in rows)
    return rf"\begin{{bmatrix}}{inner}\end{{bmatrix}}"
