"""One output number of a colour filter as LaTeX, plane by plane."""

from __future__ import annotations

import torch

from dl101_core.cnn.colour.compute import CHANNELS, Cell, ColourResult


def colour_latex(cell: Cell, result: ColourResult) -> str:
    """Window ⊙ kernel of each plane with its partial sum, the total, and the layer's counts."""
    config = result.config
    size = config.kernel_size
    # Two 5×5 matrices side by side are wider than a phone.
    between = r"\odot" if size <= 3 else r"\\&\quad\odot"
    place = f"Filter {cell.filter + 1}, row {cell.row + 1}, column {cell.column + 1}"
    lines = [rf"&\textbf{{{place}}}"]
    lines += [
        rf"&\sum \text{{{name}}}\; {_matrix(window)} {between} {_matrix(kernel)} = {partial}"
        for name, window, kernel, partial in zip(
            CHANNELS, cell.window, cell.kernel, cell.partial, strict=True
        )
    ]
    terms = " + ".join(signed(value) for value in (*cell.partial, cell.bias))
    lines.append(rf"&y = {terms} = \mathbf{{{cell.value}}}")
    n, m, o, s = config.size, config.outputs, config.out_channels, config.stride
    lines += [
        rf"&m = \left\lfloor \tfrac{{{n} + 2 \cdot {config.padding} - {size}}}{{{s}}} + 1 "
        rf"\right\rfloor = {m}",
        rf"&\text{{parameters}} = {o} \cdot (3 \cdot {size} \cdot {size} + 1) = "
        rf"{thousands(config.parameters)}",
        rf"&\text{{multiply-adds}} = {o} \cdot {m}^2 \cdot 3 \cdot {size}^2 = "
        rf"{thousands(config.multiply_adds)}",
    ]
    return r"\begin{aligned}" + r"\\[6pt]".join(lines) + r"\end{aligned}"


def signed(value: int) -> str:
    """In brackets below zero, so that it can follow a plus."""
    return f"({value})" if value < 0 else str(value)


def thousands(value: int) -> str:
    """With KaTeX's thin comma between thousands."""
    return f"{value:,}".replace(",", "{,}")


def _matrix(values: torch.Tensor) -> str:
    inner = r"\\".join("&".join(f"{int(value)}" for value in row) for row in values)
    return rf"\left[\begin{{smallmatrix}}{inner}\end{{smallmatrix}}\right]"
