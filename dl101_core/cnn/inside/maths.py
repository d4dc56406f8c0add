"""The maths tab of "What the network sees": the formula of each view with the numbers on show."""

from __future__ import annotations

import numpy as np

from dl101_core.explain import Dreamt, LayerGradients, LayerLook, OcclusionMap, Sums
from dl101_core.explain.layers import Floats


def maps_latex(look: LayerLook, unit: int) -> str:
    cells = look.maps[unit]
    row, column = (int(i) for i in np.unravel_index(int(cells.argmax()), cells.shape))
    sizes, steps = zip(*((field.size, field.step) for field in look.fields), strict=True)
    lines = [rf"\text{{receptive field: }} {sizes[0]} \times {sizes[1]}"]
    value = f"{cells[row, column]:.4g}"
    if cells.size > 1:
        lines.append(rf"\text{{one cell further: }} {steps[0]} \text{{ pixels}}")
        lines.append(
            rf"\max_{{i,j}} a_{{ {unit + 1} }}(i, j) = {value}"
            rf" \text{{ at row {row + 1}, column {column + 1}}}"
        )
    else:
        lines.append(rf"a_{{ {unit + 1} }} = {value}")
    seen = look.seen(unit, row, column)
    if seen is None:
        return _lines(*lines, r"\text{which sees only padding}")
    (top, bottom), (left, right) = seen
    which = rf"\text{{which sees rows {top + 1}–{bottom}, columns {left + 1}–{right}}}"
    return _lines(*lines, which)


def gradient_latex(look: LayerLook | None, found: LayerGradients, name: str) -> str:
    maps = found.pixels if look is None else found.maps[look.index]
    return _lines(
        rf"L = -\log p_{{\text{{{name}}}}} = {found.loss:.4g}",
        rf"\text{{so }} p_{{\text{{{name}}}}} = e^{{-L}} = {np.exp(-found.loss):.4g}",
        rf"\left\| \tfrac{{\partial L}}{{\partial a}} \right\| = "
        rf"{np.linalg.norm(maps.astype(np.float64)):.4g}",
    )


def kernel_latex(weights: Floats, unit: int) -> str:
    kernel = weights[unit].astype(np.float64)
    return _lines(
        rf"\text{{kernel {unit + 1}: }} {kernel.shape[0]} \times {kernel.shape[1]}",
        rf"\sum w = {kernel.sum():.4g}",
        rf"\max |w| = {np.abs(kernel).max():.4g}",
    )


def saliency_latex(slopes: Floats, name: str) -> str:
    sizes = np.abs(slopes)
    row, column = np.unravel_index(int(sizes.argmax()), sizes.shape)
    slope = float(slopes[row, column])
    return _lines(
        rf"\max_{{i,j}} \left| \frac{{\partial z_{{\text{{{name}}}}}}}{{\partial x_{{ij}}}} \right|"
        rf" = {abs(slope):.4g} \text{{ at row {row + 1}, column {column + 1}}}",
        rf"\text{{0.1 more ink there: }} \Delta z \approx 0.1 \cdot {slope:.4g}",
    )


def occlusion_latex(found: OcclusionMap, target: int, name: str) -> str:
    shares = found.probabilities[:, :, target]
    row, column = np.unravel_index(int(shares.argmin()), shares.shape)
    config = found.config
    top, left = int(row) * config.stride, int(column) * config.stride
    return _lines(
        rf"\left\lfloor \frac{{28 - {config.patch}}}{{{config.stride}}} \right\rfloor + 1 = "
        rf"{config.places} \text{{ places a side}}",
        rf"p_{{\text{{{name}}}}} = {found.whole[target]:.4f} \text{{ uncovered}}",
        rf"\min p_{{\text{{{name}}}}} = {shares[row, column]:.4f}",
        rf"\text{{with rows {top + 1}–{top + config.patch}, columns "
        rf"{left + 1}–{left + config.patch} covered}}",
    )


def excite_latex(shown: Dreamt | None, unit: int) -> str:
    if shown is None:
        return _lines(r"\text{Press Start: the picture}", r"\text{climbs from grey noise.}")
    return _lines(
        rf"\text{{filter {unit + 1} after {shown.step} steps}}",
        rf"a(x) = {shown.activation:.4g}",
    )


def sums_latex(found: Sums, target: int, name: str) -> str:
    z, powers = float(found.logits[target]), found.powers
    return _lines(
        rf"z_{{\text{{{name}}}}} = {z:.4f}, \quad \max_j z_j = {found.logits.max():.4f}",
        rf"e^{{z - \max z}} = {_scientific(float(powers[target]))}",
        rf"\sum_j e^{{z_j - \max z}} = {powers.sum():.4f}",
        rf"p_{{\text{{{name}}}}} = {_scientific(float(found.shares[target]))}",
    )


def _scientific(value: float) -> str:
    if value >= 1e-3:
        return f"{value:.4f}"
    mantissa, exponent = f"{value:.3e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def _lines(*lines: str) -> str:
    return r"\begin{gathered}" + r" \\[6pt] ".join(lines) + r"\end{gathered}"
