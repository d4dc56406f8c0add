"""Before, kernel and after: the picture of the page "Filters on pictures"."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from dl101_core import filters, pictures
from dl101_core.figures.palette import SIGNED
from dl101_core.figures.scales import colour_table
from dl101_core.filters import FilterConfig, FilterResult, Values
from dl101_core.pictures import Picture
from dl101_core.ui.component import component
from dl101_core.ui.filter_edit import last_edit, take_edit

TABLE = colour_table(SIGNED)
VIEW_NOTES = {
    "clipped": "clipped to 0–255",
    "absolute": "without sign, clipped to 255",
    "signed": "signed",
    "stretched": "black is the least value, white the greatest",
}


def show_filter(
    result: FilterResult, title: str, pixel: tuple[int, int], difference: bool, stamp: str
) -> None:
    """Mounts the component. A click sets ``pixel_row`` and ``pixel_column``.

    A kernel or a bias that is changed there comes back through ``filter_edit``. ``stamp`` names
    what is shown; when it has rested, a part that ``follow``s is drawn again.
    """
    height, width, _ = result.source.shape
    data: dict[str, Any] = {
        "name": title,
        "channels": result.channels,
        "pictures": (
            {
                "png": _unchanged(result.source.tobytes(), result.source.shape),
                "text": f"{width} × {height}",
            },
            {
                "png": encoded(filters.show(result, TABLE)),
                "width": result.width,
                "height": result.height,
                "low": result.low,
                "high": result.high,
                "outside": result.outside,
            },
            _difference(filters.difference(result) if difference else None),
        ),
        "scale": SIGNED,
        "notes": (VIEW_NOTES,),
        "limit": filters.MAX_ENTRY,
        "pixel": pixel,
        "filters": (_filter(result.config),),
        "seq": last_edit(),
        "stamp": stamp,
    }
    component("filter_view")(
        key="filter_view", data=data, on_pixel_change=_take_pixel, on_edit_change=_take_edit
    )


def _filter(config: FilterConfig) -> dict[str, Any]:
    return {
        "rows": config.rows,
        "divisor": config.divisor,
        "normalise": config.normalise,
        "bias": config.bias,
        "stride": config.stride,
        "dilation": config.dilation,
        "pad": config.pad,
        "same": config.padding == "same",
        "mode": config.padding_mode,
        "view": config.view,
        "shown": config.shown_as,
    }


def _difference(values: Values | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        "png": encoded(filters.signed(values, TABLE)),
        "low": float(values.min()),
        "high": float(values.max()),
    }


def _take_edit() -> None:
    take_edit(st.session_state["filter_view"].get("edit"))


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
    return encoded(source if shape[2] == 3 else source.repeat(3, axis=2))


def encoded(picture: Picture) -> str:
    return base64.b64encode(pictures.as_png(picture)).decode("ascii")
