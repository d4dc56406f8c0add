"""The controls and the picture of a filter over three colours."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from dl101_core import pictures
from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import (
    FILTERS,
    IMAGES,
    NOTES,
    PATCHES,
    WHOLE,
    ColourConfig,
    ColourResult,
)
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields
from dl101_core.ui.component import component
from dl101_core.ui.palette import ACCENT, SIGNED

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Settings = dict[str, int | str]
PLAIN: Settings = {"patch": WHOLE, "stride": 1, "first": NOTES, "bias": 1}
NOTES_CASE: Settings = {"image": NOTES, "kernel_size": 3, "padding": 1, "out_channels": 1}
SIX_FILTERS: Settings = {"image": "lighthouse", "kernel_size": 5, "padding": 0, "out_channels": 6}
PRESETS: dict[str, tuple[str, Settings]] = {
    "notes": ("Notes: −25", PLAIN | NOTES_CASE),
    "six": ("32 → 28, six filters", PLAIN | SIX_FILTERS),
}
"""Settings that the course names, one press away."""


def colour_controls() -> ColourConfig:
    """The widgets of the left column, bound to the URL."""
    usual = ColourConfig()
    with pair():
        for name, (label, settings) in PRESETS.items():
            st.button(
                label,
                key=f"preset_{name}",
                on_click=set_fields,
                args=(settings,),
            )
    image, patch, row, column = _picture_controls(usual)
    with pair():
        size = controls.select(
            "Kernel size", "kernel_size", colour.KERNEL_SIZES, usual.kernel_size, _squared
        )
        bias = controls.whole_number("Bias of each filter", "bias", *colour.BIASES, usual.bias)
    with pair():
        padding = controls.slider("Padding", "padding", *colour.PADDINGS, usual.padding)
        stride = controls.slider("Stride", "stride", *colour.STRIDES, usual.stride)
    count = controls.slider("Filters", "out_channels", *colour.FILTER_COUNTS, 1)
    first = controls.select(
        "First filter",
        "first",
        list(FILTERS),
        usual.first,
        _title,
        "The other filters follow in the order of this list.",
    )
    return ColourConfig(image, patch, row, column, size, stride, padding, count, first, bias)


def pair() -> DeltaGenerator:
    """Two controls side by side, on a phone too, where columns would stack."""
    return st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom")


def _picture_controls(usual: ColourConfig) -> tuple[str, int, int, int]:
    """Which picture, how much of it, and where."""
    with pair():
        image = controls.select("Picture", "image", list(IMAGES), usual.image, IMAGES.__getitem__)
        if image == NOTES:
            return image, WHOLE, 0, 0
        patch = controls.select(
            "Part",
            "patch",
            list(PATCHES),
            usual.patch,
            PATCHES.__getitem__,
            "The whole picture is reduced to 32 × 32; a part is cut out as it is.",
        )
    if patch == WHOLE:
        return image, patch, 0, 0
    with pair():
        last = colour.LAST_PLACE
        row = controls.slider("Rows left out above", "patch_row", 0, last, 112)
        column = controls.slider("Columns left out before", "patch_column", 0, last, 172)
    return image, patch, row, column


def colour_view(result: ColourResult) -> None:
    """The client-side picture. A press on an output cell also brings it into the maths."""
    component("colour_view")(
        key="colour_view",
        data=view_data(result),
        on_cell_change=_take_cell,
        on_place_change=_take_place,
    )


def view_data(result: ColourResult) -> dict[str, Any]:
    """What the picture needs. Its numbers are PyTorch's; the browser only multiplies pairs."""
    config = result.config
    return {
        "shown": shown(config),
        "n": config.size,
        "k": config.kernel_size,
        "s": config.stride,
        "p": config.padding,
        "m": config.outputs,
        "o": config.out_channels,
        "image": result.image.int().flatten().tolist(),
        "weight": result.weight.int().flatten().tolist(),
        "bias": result.bias.int().tolist(),
        "output": result.output.int().flatten().tolist(),
        "names": [FILTERS[name][0] for name in config.filters],
        "abouts": [FILTERS[name][1] for name in config.filters],
        "unused": colour.unused(config),
        "whole": _whole(config.image) if config.cut else "",
        "part": config.size,
        "place": (config.patch_row, config.patch_column),
        "side": pictures.MAX_SIDE,
        "last": colour.LAST_PLACE,
        "parameters": config.parameters,
        "multiply_adds": config.multiply_adds,
        "signed": SIGNED,
        "accent": ACCENT,
    }


def shown(config: ColourConfig) -> str:
    """Names the settings that the picture shows."""
    return (
        f"{config.image} {config.patch} r{config.patch_row} c{config.patch_column} "
        f"k{config.kernel_size} s{config.stride} p{config.padding} o{config.out_channels} "
        f"{config.first} b{config.bias}"
    )


def pinned(config: ColourConfig) -> tuple[int, int, int]:
    """Filter, row and column of the cell last pressed; the first if these settings lack it."""
    limits = (config.out_channels, config.outputs, config.outputs)
    cell = read_cell(st.session_state.get("colour_cell"), limits)
    return (cell[0], cell[1], cell[2]) if cell else (0, 0, 0)


def read_cell(message: object, limits: tuple[int, ...]) -> tuple[int, ...]:
    """An untrusted message as whole numbers from 0 and below ``limits``; empty if it is not."""
    if not isinstance(message, list | tuple) or len(message) != len(limits):
        return ()
    fits = all(type(i) is int and 0 <= i < limit for i, limit in zip(message, limits, strict=True))
    return tuple(message) if fits else ()


def _take_cell() -> None:
    st.session_state["colour_cell"] = st.session_state["colour_view"].get("cell")


def _take_place() -> None:
    place = read_cell(st.session_state["colour_view"].get("place"), (colour.LAST_PLACE + 1,) * 2)
    if place:
        set_fields({"patch_row": place[0], "patch_column": place[1]})


@lru_cache(maxsize=len(pictures.SAMPLES))
def _whole(name: str) -> str:
    """The whole sample, small, as a PNG in base64."""
    return base64.b64encode(
        pictures.as_png(np.ascontiguousarray(pictures.sample(name)[::2, ::2]))
    ).decode()


def _squared(size: int) -> str:
    return f"{size} × {size}"


def _title(name: str) -> str:
    return FILTERS[name][0]
