"""The data of the answer beside Home's pad: what the network sees, and its ten bars."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from dl101_core.draw.digits import Digit, Drawing, Stroke, from_strokes
from dl101_core.draw.doubt import why_unsure
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.shown import bar_card, palette_png
from dl101_core.draw.view import Network, answers_of, bars_data, stamp_of

SHARES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
"""Shares of the example that are read while it writes itself."""


def seen_and_read(network: Network, digit: Digit | None, seq: int, message: str) -> dict[str, Any]:
    """The data of ``draw/digit_bars`` for one network; ``message``: why there is no digit."""
    if digit is None:
        return bars_data([network], [], seq, message, "", "") | {"seen": ""}
    readings = [network.read(digit.image)]
    note = why_unsure(answers_of([network], readings), digit.image)
    data = bars_data([network], readings, seq, "", stamp_of(digit.image), note)
    return data | {"seen": palette_png(digit.image)}


@lru_cache(maxsize=4)
def rehearsal(network: Network) -> tuple[dict[str, Any], ...]:
    """What the network reads in the beginning of the pad's example, for each of ``SHARES``."""
    steps = []
    for share in SHARES:
        image = from_strokes(Drawing(written(examples()[OWN].drawing.strokes, share))).image
        card = bar_card(network.read(image))
        steps.append({"share": share, "cards": (card,), "seen": palette_png(image)})
    return tuple(steps)


def written(strokes: tuple[Stroke, ...], share: float) -> tuple[Stroke, ...]:
    """The first ``share`` of all points, as the pad writes them (``rehearsal.js``)."""
    left = math.ceil(share * sum(map(len, strokes)))
    found = []
    for stroke in strokes:
        if left <= 0:
            break
        found.append(stroke[:left])
        left -= len(stroke)
    return tuple(found)
