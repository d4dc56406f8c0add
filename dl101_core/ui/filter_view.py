"""Before and after on canvases, with one pixel's window × kernel written out on hover."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from dl101_core import filters, pictures
from dl101_core.figures.palette import SIGNED
from dl101_core.figures.scales import colour_table
from dl101_core.filters import FilterResult
from dl101_core.pictures import Picture
from dl101_core.ui.component import component

TABLE = colour_table(SIGNED)
VIEW_NOTES = {
    "clipped": "clipped to 0–255",
    "absolute": "without sign, clipped to 255",
    "signed": "signed",
    "stretched": "black is the least value, white the greatest",
}


def show_filter(result: FilterResult, title: str, pixel: tuple[int, int], difference: bool) -> None:
    """Mounts the component. A click sets ``pixel_row`` and ``pixel_column``."""
    config = result.config
    height, width, _ = result.source.shape
    drawn = _difference(result) if difference else None
    data: dict[str, Any] = {
        "name": title,
        "channels": result.channels,
        "pictures": (
            {
                "png": _unchanged(result.source.tobytes(), result.source.shape),
                "text": f"{width} × {height}",
            },
            {"png": _encoded(filters.show(result, TABLE)), "text": _after_text(result)},
            drawn,
        ),
        "signed": config.shown_as == "signed" or drawn is not None,
        "scale": SIGNED,
        "pixel": pixel,
        "filters": (
            {
                "rows": config.rows,
                "divisor": config.divisor,
                "bias": config.bias,
                "stride": config.stride,
                "dilation": config.dilation,
                "pad": config.pad,
                "mode": config.padding_mode,
            },
        ),
    }
    component("filter_view")(key="filter_view", data=data, on_pixel_change=_take_pixel)


def _after_text(result: FilterResult) -> str:
    share = result.outside / result.values.size
    view = VIEW_NOTES[result.config.shown_as]
    if view == "signed" and result.channels > 1:
        view = "signed, mean of the colours"
    outside = f"{result.outside:,} ({share:.1%})" if result.outside else "none"
    return (
        f"{result.width} × {result.height}, {view}. "
        f"Values {result.low:.2f} to {result.high:.2f}, {outside} outside 0\u00a0to\u00a0255."
    ).replace("-", "−")


def _difference(result: FilterResult) -> dict[str, str] | None:
    values = filters.difference(result)
    if values is None:
        return None
    return {
        "png": _encoded(filters.signed(values, TABLE)),
        "text": f"{values.min():.2f} to {values.max():.2f}".replace("-", "−"),
    }


def _take_pixel() -> None:
    for name, place in read_pixel(st.session_state["filter_view"].get("pixel")).items():
        st.session_state[f"pixel_{name}"] = place


def read_pixel(message: object) -> dict[str, int]:
    """``row`` and ``column`` of an untrusted message, as far as they can be places."""
    if not isinstance(message, dict):
        return {}
    places = {name: message.get(name) for name in ("row", "column")}
    return {
        name: place
        for name, place in places.items()
        if type(place) is int and 0 <= place < filters.MAX_RESULT
    }


@lru_cache(maxsize=32)
def _unchanged(pixels: bytes, shape: tuple[int, ...]) -> str:
    """The picture before, encoded once for all settings and all sessions that look at it."""
    source = np.frombuffer(pixels, dtype=np.uint8).reshape(shape)
    return _encoded(source if shape[2] == 3 else source.repeat(3, axis=2))


def _encoded(picture: Picture) -> str:
    return base64.b64encode(pictures.as_png(picture)).decode("ascii")
