"""Photos and drawings of a digit, made here: thin lines, a table's edge, a shadow, noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from dl101_core.draw.digits import Drawing

UInt8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
PAPER, INK, TABLE = 225, 45, 40


def lines(
    drawing: Drawing, side: int, pen: float, smooth: bool = True, turn: float = 0.0
) -> Floats:
    """Ink between 0 and 1, ``(side, side)``: the drawing's strokes with a round pen of ``pen``."""
    fine = 4 if smooth else 1
    picture = Image.new("L", (side * fine, side * fine))
    brush = ImageDraw.Draw(picture)
    scale = side * fine / drawing.size
    for stroke in drawing.strokes:
        points = [(x * scale, y * scale) for x, y in stroke]
        brush.line(points, fill=255, width=max(1, round(pen * fine)), joint="curve")
        if pen * fine > 2:
            for point in points:
                brush.circle(point, pen * fine / 2, fill=255)
    if turn:
        picture = picture.rotate(turn, Image.Resampling.BICUBIC)
    return np.asarray(picture.resize((side, side), Image.Resampling.BOX), dtype=np.float64) / 255


def on_paper(ink: Floats, noise: float = 3.0, light: Floats | float = 1.0) -> UInt8:
    """Dark ink on light paper under ``light``, with grain."""
    grain = np.random.default_rng(0).normal(0, noise, ink.shape)
    paper = PAPER + (INK - PAPER) * ink
    return np.clip(paper * light + grain, 0, 255).astype(np.uint8)


def framed(
    drawing: Drawing, sides: Sequence[str], share: float = 0.12, noise: float = 3.0
) -> UInt8:
    """A card with the digit; a dark table shows along ``sides`` (left, right, top, bottom)."""
    ink = lines(drawing, 240, 9)
    photo = on_paper(ink, noise).astype(np.float64)
    width = round(share * 240)
    place = {
        "left": np.s_[:, :width],
        "right": np.s_[:, -width:],
        "top": np.s_[:width],
        "bottom": np.s_[-width:],
    }
    grain = np.random.default_rng(1).normal(0, noise, ink.shape)
    for side in sides:
        photo[place[side]] = (TABLE + grain)[place[side]]
    return np.clip(photo, 0, 255).astype(np.uint8)


def tilted(drawing: Drawing, degrees: float, side: int = 240, table: int = TABLE) -> UInt8:
    """A card of 70 % of the picture, turned, in the middle of a dark table."""
    card = Image.new("L", (side, side), table)
    inner = round(0.7 * side)
    card.paste(
        Image.fromarray(on_paper(lines(drawing, inner, 7), 0.0)),
        ((side - inner) // 2, (side - inner) // 2),
    )
    turned = card.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=table)
    grain = np.random.default_rng(2).normal(0, 3, (side, side))
    return np.clip(np.asarray(turned) + grain, 0, 255).astype(np.uint8)


def shadowed(drawing: Drawing, degrees: float, depth: float = 0.5, side: int = 240) -> UInt8:
    """A hard shadow over a part of the paper, its edge at ``degrees`` through the middle."""
    y, x = np.mgrid[0:side, 0:side] - side / 2
    angle = np.radians(degrees)
    light = np.where(x * np.cos(angle) + y * np.sin(angle) > 0.1 * side, depth, 1.0)
    return on_paper(lines(drawing, side, 9), light=light)


def pair(one: Drawing, other: Drawing, gap: float = 0.1) -> Drawing:
    """Two digits side by side on one pad, each in half of it."""
    size = one.size
    width = (1 - gap) / 2
    strokes = []
    for drawing, left in ((one, 0.0), (other, width + gap)):
        points = np.concatenate([np.asarray(stroke) for stroke in drawing.strokes])
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = min(width * size / max(extent[0], 1), 0.7 * size / max(extent[1], 1))
        for stroke in drawing.strokes:
            moved = (np.asarray(stroke) - low) * scale + (left * size, 0.15 * size)
            strokes.append(tuple((float(x), float(y)) for x, y in moved))
    return Drawing(tuple(strokes), size)
