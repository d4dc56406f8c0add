"""The controls of the page "Filters on pictures": from widgets to a ``FilterConfig``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dl101_core.cnn import filters
from dl101_core.cnn.filters import KERNELS, OWN, FilterConfig, Rows
from dl101_core.ui import controls
from dl101_core.ui.plain import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

KERNEL_TITLES = {name: kernel.title for name, kernel in KERNELS.items()} | {OWN: "Your own"}
VIEW_HELP = (
    "The screen shows 0 to 255 only. Clipped: what lies outside becomes black or full. Absolute: "
    "the sign is dropped first. Signed: blue below zero, orange above. Stretched: from the least "
    "value to the greatest. Automatic chooses what suits the kernel."
)
VIEWS_OF_0_1 = {
    "Clipped to 0–255": "clipped",
    "Without sign": "absolute",
    "Signed, in colour": "signed",
    "Least to greatest": "stretched",
}
PADDING_TITLES: dict[int, str] = {-1: "Keep the size", 0: "None", 1: "1 pixel"} | {
    pixels: f"{pixels} pixels" for pixels in (2, 8, 32, 64, 128, 256)
}
FIRST_OWN = "0,-1,0;-1,5,-1;0,-1,0"


def kernel_select() -> str:
    """The name of a kernel, or ``own``."""
    return controls.select(
        "Kernel", "kernel", list(KERNEL_TITLES), "edge", KERNEL_TITLES.__getitem__
    )


def filter_controls(kernel: str) -> FilterConfig:
    """Draws the controls below the choice of the kernel and returns the settings."""
    own_rows = filters.parse_rows(FIRST_OWN)
    if kernel == OWN:
        own_rows = _own_kernel()
    else:
        _about(kernel)
    with pair():
        normalise = controls.toggle(
            "Normalise",
            "normalise",
            False,
            "Divide by the sum of the kernel without its sign; when the sum is zero, by the sum of "
            "the positive numbers. Flat areas keep their brightness if the sum is positive.",
        )
        grey = controls.toggle("Grey", "grey", False, "Filter the brightness only.")
    with pair():
        stride = controls.slider("Stride", "stride", 1, filters.MAX_STRIDE, 1)
        dilation = controls.slider("Dilation", "dilation", 1, filters.MAX_DILATION, 1)
    with pair():
        mode = controls.select(
            "Outside", "padding_mode", filters.PADDING_MODES, "zeros", str.capitalize
        )
        padding = controls.select(
            "Padding", "padding", list(PADDING_TITLES), -1, PADDING_TITLES.__getitem__
        )
    with pair():
        bias = controls.number("Bias", "bias", -1000.0, 1000.0, 0.0, "%g")
        view = controls.select(
            "Show",
            "view",
            filters.VIEWS,
            "automatic",
            str.capitalize,
            VIEW_HELP,
            earlier=VIEWS_OF_0_1,
        )
    return FilterConfig(
        kernel=kernel,
        own_rows=own_rows,
        bias=bias,
        normalise=normalise,
        stride=stride,
        padding="same" if padding == -1 else padding,
        padding_mode=mode,
        dilation=dilation,
        grey=grey,
        view=view,
    )


def pair() -> DeltaGenerator:
    """Two controls side by side, on a phone too, where columns would stack."""
    return st.container(horizontal=True, gap="small")


def _about(kernel: str) -> None:
    st.markdown(f":small[{KERNELS[kernel].about}]")


def _own_kernel() -> Rows:
    """The kernel as a text, which stands in the URL; the picture has the same as numbers."""
    text = controls.text(
        "Kernel as text",
        "kernel_values",
        FIRST_OWN,
        filters.MAX_TEXT,
        "Rows like 0,-1,0;-1,5,-1;0,-1,0 or [[0,-1,0],[-1,5,-1],[0,-1,0]].",
    )
    try:
        rows = filters.parse_rows(text)
        st.session_state["filters_own_rows"] = rows
    except ValueError as problem:
        st.warning(f"{plain(problem)} The picture keeps the last good one.")
        rows = st.session_state.get("filters_own_rows", filters.parse_rows(FIRST_OWN))
    return rows
