"""The controls and the picture of a filter over three colours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from dl101_core import pictures
from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import (
    FILTERS,
    NOTES,
    WHOLE,
    ColourConfig,
    ColourResult,
)
from dl101_core.ui import messages
from dl101_core.ui.address import set_fields
from dl101_core.ui.component import component
from dl101_core.ui.palette import ACCENT, SIGNED
from dl101_core.ui.rail import more
from dl101_core.ui.settings import row, widget, widget_rows

Settings = dict[str, int | str]
PLAIN: Settings = {"patch": WHOLE, "stride": 1, "first": NOTES, "bias": 1}
NOTES_CASE: Settings = {"image": NOTES, "kernel_size": 3, "padding": 1, "out_channels": 1}
SIX_FILTERS: Settings = {"image": "lighthouse", "kernel_size": 5, "padding": 0, "out_channels": 6}
PRESETS: dict[str, tuple[str, Settings]] = {
    "notes": ("Notes: −25", PLAIN | NOTES_CASE),
    "six": ("32 → 28, six filters", PLAIN | SIX_FILTERS),
}
"""Settings that the course names, each with a button."""


def colour_controls() -> ColourConfig:
    """The widgets of the rail, bound to the URL: those that matter first."""
    image = widget(ColourConfig, "image")
    values = widget_rows(ColourConfig, ("first",), ("kernel_size", "out_channels"), gap="xsmall")
    with more():
        rest = _part(image) | widget_rows(
            ColourConfig, ("padding", "stride"), ("bias",), gap="xsmall"
        )
        _presets()
    return ColourConfig(**{"image": image}, **values, **rest)


def _presets() -> None:
    with row("xsmall"):
        for name, (label, settings) in PRESETS.items():
            st.button(
                label,
                key=f"preset_{name}",
                on_click=set_fields,
                args=(settings,),
            )


def _part(image: str) -> dict[str, int | str]:
    """How much of the picture, and where; the notes' numbers have no parts."""
    if image == NOTES:
        return {}
    patch = widget(ColourConfig, "patch")
    return {"patch": patch, **({} if patch == WHOLE else _place())}


def _place() -> dict[str, int]:
    return widget_rows(ColourConfig, ("patch_row", "patch_column"), gap="xsmall")


def colour_view(result: ColourResult) -> None:
    """The client-side picture. A press on an output cell also shows the cell in the maths."""
    component("cnn/colour_view")(
        key="colour_view",
        data=view_data(result),
        on_cell_change=_take_cell,
        on_place_change=_take_place,
    )


def view_data(result: ColourResult) -> dict[str, Any]:
    """The data of the picture. All sums are PyTorch's; the browser only multiplies pairs."""
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
        "start": first_cell(config),
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
    """Filter, row and column of the cell last pressed, or ``first_cell``."""
    limits = (config.out_channels, config.outputs, config.outputs)
    cell = read_cell(st.session_state.get("colour_cell"), limits)
    return (cell[0], cell[1], cell[2]) if cell else (0, *first_cell(config))


def first_cell(config: ColourConfig) -> tuple[int, int]:
    """Row and column of the cell that is explained before one is pressed.

    It is the one in the middle; of the notes' numbers the first, which the notes print.
    """
    middle = 0 if config.image == NOTES else config.outputs // 2
    return middle, middle


def read_cell(message: object, limits: tuple[int, ...]) -> tuple[int, ...]:
    """An untrusted message as whole numbers from 0 and below ``limits``; empty if it is not."""
    cell = messages.read(message, tuple[messages.Seq, ...])
    if cell is None or len(cell) != len(limits):
        return ()
    return cell if all(map(int.__lt__, cell, limits)) else ()


def _take_cell() -> None:
    st.session_state["colour_cell"] = messages.sent("colour_view", "cell")


def _take_place() -> None:
    place = read_cell(messages.sent("colour_view", "place"), (colour.LAST_PLACE + 1,) * 2)
    if place:
        set_fields({"patch_row": place[0], "patch_column": place[1]})


@lru_cache(maxsize=len(pictures.SAMPLES))
def _whole(name: str) -> str:
    """The whole sample, small, as a PNG in base64."""
    return pictures.as_png_text(np.ascontiguousarray(pictures.sample(name)[::2, ::2]))
