"""Before, kernel and after: the picture of the page "Filters on pictures"."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from dl101_core import pictures
from dl101_core.cnn import filters
from dl101_core.cnn.filters import FilterConfig, FilterResult, Values
from dl101_core.cnn.filters.edit_view import last_edit, take_edit
from dl101_core.pictures import Picture
from dl101_core.ui import messages
from dl101_core.ui.address import set_fields
from dl101_core.ui.cell_links import Cell, clamp_cell, linked_cell, parse_cell
from dl101_core.ui.component import component
from dl101_core.ui.palette import SIGNED
from dl101_core.ui.scales import colour_table

PIXEL = "pixel"
"""Name in the address of the pixel whose formula is shown."""
FIRST_PIXEL = (128, 175)
LAST = filters.MAX_RESULT - 1
TABLE = colour_table(SIGNED)
VIEW_NOTES = {
    "clipped": "clipped to 0–255",
    "absolute": "without sign, clipped to 255",
    "signed": "signed",
    "stretched": "black is the least value, white the greatest",
}


def show_filter(
    result: FilterResult, title: str, pixel: Cell, difference: bool, stamp: str
) -> None:
    """Mounts the component. A click sets the pixel of the link.

    A changed kernel or bias comes back through ``filter_edit``. ``stamp`` names the content; when
    the picture rests, fragments that call ``redraw_at_rest`` are redrawn.
    """
    show_source(result.source)
    component("cnn/filter_view")(
        key="filter_view",
        data=view_data(result, title, pixel, difference, stamp) | {"seq": last_edit()},
        on_pixel_change=_take_pixel,
        on_edit_change=_take_edit,
    )


def view_data(
    result: FilterResult, title: str, pixel: Cell, difference: bool, stamp: str
) -> dict[str, Any]:
    """The data of the picture, without the pixels before the filter: see ``source_data``."""
    height, width, _ = result.source.shape
    return {
        "name": title,
        "channels": result.channels,
        "pictures": (
            {"source": _source_name(result.source), "text": f"{width} × {height}"},
            {
                "png": pictures.as_png_text(filters.show(result, TABLE)),
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
        "stamp": stamp,
    }


def show_source(picture: Picture) -> None:
    """Mounts the unfiltered picture, in a component of its own."""
    component("cnn/filter_source", isolate_styles=False)(
        key="filter_source", data=source_data(picture)
    )


def source_data(picture: Picture) -> dict[str, Any]:
    """The unfiltered picture, and its name on the page."""
    return {"name": _source_name(picture), "png": _unchanged(picture.tobytes(), picture.shape)}


def _source_name(picture: Picture) -> str:
    return f"{zlib.crc32(picture.tobytes()):08x} {picture.shape}"


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
        "png": pictures.as_png_text(filters.signed(values, TABLE)),
        "low": float(values.min()),
        "high": float(values.max()),
    }


def _take_edit() -> None:
    take_edit(messages.sent("filter_view", "edit"))


def _take_pixel() -> None:
    text = messages.sent("filter_view", "pixel")
    if parse_cell(text, 0, LAST):
        set_fields({PIXEL: text})


def linked_pixel(result: FilterResult) -> Cell:
    """Row and column, from 0, of the clicked pixel, clamped to a smaller result."""
    _take_earlier_link()
    return clamp_cell(linked_cell(PIXEL, 0, LAST, FIRST_PIXEL), result.height, result.width)


def _take_earlier_link() -> None:
    """Read links of 0.1 and 0.2, which have one parameter each for row and column."""
    named = [st.query_params.pop(name, "") for name in ("pixel_row", "pixel_column")]
    if any(named):
        pairs = zip(named, FIRST_PIXEL, strict=True)
        text = ",".join(part or str(first) for part, first in pairs)
        if parse_cell(text, 0, LAST):
            set_fields({PIXEL: text})


@lru_cache(maxsize=32)
def _unchanged(pixels: bytes, shape: tuple[int, ...]) -> str:
    """The unfiltered picture, encoded once for all settings and sessions."""
    source = np.frombuffer(pixels, dtype=np.uint8).reshape(shape)
    return pictures.as_png_text(source if shape[2] == 3 else source.repeat(3, axis=2))
