"""Two filters in turn beside the one larger kernel that they add up to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from dl101_core.cnn import filters
from dl101_core.cnn.filters import KERNELS, OWN, FilterConfig, PairResult, Values
from dl101_core.cnn.filters.view import TABLE, VIEW_NOTES
from dl101_core.pictures import Picture, as_png_text
from dl101_core.ui import controls
from dl101_core.ui.component import component
from dl101_core.ui.palette import SIGNED

NOTHING = "nothing"
SECOND_TITLES = {NOTHING: "Nothing"} | {name: KERNELS[name].title for name in filters.SECONDS}
STRONGEST = 255
"""The value that is drawn in the strongest colour."""
ROUNDING = 1e-6
"""A generous bound of float32's error in one sum, as a share of the largest value."""


def second_select() -> str:
    """The name of the kernel that comes second, or ``nothing``."""
    return controls.select(
        "Then",
        "second",
        list(SECOND_TITLES),
        NOTHING,
        SECOND_TITLES.__getitem__,
        "A second filter, on the result of the first.",
    )


def show_pair(result: PairResult, stamp: str) -> None:
    """Both ways as pictures, their difference, and the three kernels."""
    size = len(result.rows)
    between = result.two - result.one
    data: dict[str, Any] = {
        "pictures": (
            _picture("Two filters in turn:", _range(result.two), shown(result, result.two)),
            _picture(f"One {size} × {size} kernel:", _range(result.one), shown(result, result.one)),
            _difference(between, border_matters(result)),
        ),
        "verdict": verdict(result),
        "kernels": (
            _kernel(first_title(result.config), result.config.rows, result.config.divisor),
            _kernel(
                KERNELS[result.second].title, KERNELS[result.second].rows, result.second_divisor
            ),
            _kernel("One kernel", result.rows, result.divisor),
        ),
        "scale": SIGNED,
        "stamp": stamp,
    }
    component("cnn/filter_pair")(key="filter_pair", data=data)


def shown(result: PairResult, values: Values) -> Picture:
    return filters.show_values(values, result.shown_as, TABLE)


def first_title(config: FilterConfig) -> str:
    return "Your own" if config.kernel == OWN else KERNELS[config.kernel].title


def verdict(result: PairResult) -> str:
    """Where the results of both ways agree and where they differ, in numbers."""
    note = f"Shown {VIEW_NOTES[result.shown_as]}."
    if result.inside is None:
        return f"No place is free of padding here. {_border(result)} {note}"
    inside = "Inside, both are the same"
    inside += f" ({_small(result.inside)})." if result.inside else ", to the last digit."
    return f"{inside} {_border(result)} {note}"


def _border(result: PairResult) -> str:
    if result.border is None:
        return "Without padding there is no border where they could differ."
    if not border_matters(result):
        return "At the border too, with this padding."
    return (
        f"At the border they differ by up to {_number(result.border)}: there the second filter "
        "meets padding around the first result, the one kernel padding around the picture."
    )


def border_matters(result: PairResult) -> bool:
    """Whether both ways differ at the border by more than rounding."""
    strongest = max(1.0, float(np.abs(result.two).max()))
    rounding = max(result.inside or 0.0, ROUNDING * strongest)
    return result.border is not None and result.border > rounding


def _difference(between: Values, matters: bool) -> dict[str, str]:
    """As a picture; its strongest difference has the strongest colour, unless it is rounding."""
    most = float(np.abs(between).max())
    times = STRONGEST / most if matters and most else 1.0
    title = "Difference" if times <= 1 else f"Difference, {times:.0f} times as strong"
    picture = filters.signed(between * np.float32(max(times, 1.0)), TABLE)
    return _picture(f"{title}:", _range(between), picture)


def _small(value: float) -> str:
    return f"up to {_number(value)}, which is rounding in float32"


def _number(value: float) -> str:
    return f"{value:.2f}" if value >= 0.01 else f"{Decimal(f'{value:.1g}'):f}"


def _range(values: Values) -> str:
    low, high = f"{values.min():.2f}", f"{values.max():.2f}"
    return f"{low} to {high}".replace("-0.00", "0.00").replace("-", "−")


def _picture(title: str, text: str, picture: Picture) -> dict[str, str]:
    return {"title": title, "text": text, "png": as_png_text(picture)}


def _kernel(title: str, rows: filters.Rows, divisor: float) -> dict[str, Any]:
    return {"title": title, "rows": rows, "divisor": divisor}
