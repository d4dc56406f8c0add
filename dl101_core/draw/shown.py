"""The data of the pictures on "Draw a digit": bars, preprocessing stages, feature maps."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from dl101_core.draw.digits import Stage
from dl101_core.explain import FeatureMaps, Reading
from dl101_core.ui.palette import UNSIGNED
from dl101_core.ui.scales import colour_table

UInt8 = npt.NDArray[np.uint8]
MAPS_PER_ROW = 8
TILE = 28
"""Pixels of one map in a grid, at most: less than on screen, so that no line is lost."""
LINE_INDEX = 255


def percent(share: float) -> str:
    """A share as text, never rounded to 0 % or 100 %."""
    if share > 0.999:
        return "> 99.9 %"
    if share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %"


def bar_card(reading: Reading) -> dict[str, Any]:
    """One network's ten bars; ``widths`` are percentages of the longest possible bar."""
    shares = reading.prediction.probabilities
    return {
        "title": reading.title,
        "digit": reading.prediction.predicted,
        "sure": percent(shares[reading.prediction.predicted]),
        "widths": [round(100 * share, 1) for share in shares],
        "texts": [percent(share) if share >= 0.001 else "" for share in shares],
    }


def blank_card(title: str) -> dict[str, Any]:
    """The card of a network that has no image yet."""
    return {"title": title, "digit": None, "sure": "", "widths": [0] * 10, "texts": [""] * 10}


def stage_panels(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """The stages of preprocessing, ink 255 on paper 0."""
    panels = []
    for number, stage in enumerate(stages, start=1):
        height, width = stage.image.shape
        panel = _panel(f"{number} {stage.name}", f"{width} × {height} pixels", stage.image)
        panels.append(panel | {"sentence": stage.sentence})
    return panels


def map_panels(layers: Sequence[FeatureMaps]) -> list[dict[str, Any]]:
    """One grid for each layer; each layer has its own scale from 0 to its largest value."""
    panels = []
    for number, layer in enumerate(layers, start=1):
        channels, height, width = layer.maps.shape
        largest = float(layer.maps.max())
        scaled = np.clip(layer.maps / largest, 0, 1) if largest > 0 else np.zeros_like(layer.maps)
        panel = _panel(
            f"Layer {number}: {layer.name}",
            f"{channels} maps of {width} × {height}",
            map_grid(np.round(LINE_INDEX * scaled).clip(0, LINE_INDEX - 1).astype(np.uint8)),
            lines=True,
        )
        panels.append(panel | {"sentence": f"White is 0, the darkest pixel {largest:.2f}."})
    return panels


def map_grid(maps: UInt8) -> UInt8:
    """``(C, H, W)`` -> one picture, ``MAPS_PER_ROW`` maps in a row, with lines between them."""
    channels, height, width = maps.shape
    rows, columns = -(-channels // MAPS_PER_ROW), min(channels, MAPS_PER_ROW)
    scale = max(1, TILE // max(height, width))
    down, right = height * scale + 1, width * scale + 1
    grid = np.full((rows * down + 1, columns * right + 1), LINE_INDEX, dtype=np.uint8)
    for index, tile in enumerate(maps.repeat(scale, axis=1).repeat(scale, axis=2)):
        top, left = index // columns * down + 1, index % columns * right + 1
        grid[top : top + down - 1, left : left + right - 1] = tile
    return grid


def palette_png(image: UInt8, lines: bool = False) -> str:
    """The picture in the unsigned palette as a base64 PNG; with ``lines``, 255 is a grid line."""
    picture = Image.fromarray(image)
    picture.putpalette(_palette(lines))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


@lru_cache(maxsize=2)
def _palette(lines: bool) -> bytes:
    table = colour_table(UNSIGNED)
    if lines:
        table[LINE_INDEX] = (0x7A, 0x88, 0x94)
    return table.tobytes()


def _panel(title: str, size: str, image: UInt8, lines: bool = False) -> dict[str, Any]:
    height, width = image.shape
    png = palette_png(image, lines)
    return {"title": title, "size": size, "width": width, "height": height, "png": png}


def softmax_latex(reading: Reading, what: str) -> str:
    """The softmax of one network's logits, class by class; ``what``: its input, in words."""
    powers = [math.exp(min(logit, 700.0)) for logit in reading.logits]
    rows = [
        rf"{_bold(str(digit), digit == reading.prediction.predicted)} & {logit:.2f} & "
        rf"{_power(power)} & {share:.4f}"
        for digit, (logit, power, share) in enumerate(
            zip(reading.logits, powers, reading.prediction.probabilities, strict=True)
        )
    ]
    body = r" \\ ".join(rows)
    return r"\begin{gathered} " + (
        rf"\text{{{what}, read by the {reading.title}}} \\ "
        r"\begin{array}{c|rrr} k & z_k & e^{z_k} & p_k \\ \hline "
        rf"{body} \\ \hline & & {_power(sum(powers))} & 1 \end{{array}} \end{{gathered}}"
    )


def _bold(text: str, really: bool) -> str:
    return rf"\mathbf{{{text}}}" if really else text


def _power(value: float) -> str:
    """Four significant digits, in powers of ten where that is shorter."""
    if 1e-3 <= value < 1e5:
        return f"{value:.4g}"
    mantissa, exponent = f"{value:.3e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
