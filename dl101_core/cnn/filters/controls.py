"""The controls of the page "Filters on pictures": from widgets to a ``FilterConfig``."""

from __future__ import annotations

from typing import cast

import streamlit as st

from dl101_core.cnn import filters
from dl101_core.cnn.filters import KERNELS, OWN, FilterConfig, Rows
from dl101_core.ui import controls
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.rail import more
from dl101_core.ui.settings import widget, widget_rows

FIRST_OWN = "0,-1,0;-1,5,-1;0,-1,0"
DIFFERENCE = "difference"
"""Name in the address of the switch of the third picture."""


def kernel_select() -> str:
    """The name of a kernel, or ``own``."""
    return cast(str, widget(FilterConfig, "kernel"))


def filter_controls(kernel: str) -> FilterConfig:
    """Draws the controls below the choice of the kernel and returns the settings."""
    own_rows = filters.parse_rows(FIRST_OWN)
    if kernel == OWN:
        own_rows = _own_kernel()
    else:
        _about(kernel)
    values = widget_rows(FilterConfig, ("normalise", "grey"))
    with more():
        controls.toggle("Show the difference", DIFFERENCE, False)
        values |= widget_rows(
            FilterConfig, ("padding_mode", "padding"), ("stride", "dilation"), ("bias", "view")
        )
    return FilterConfig(kernel=kernel, own_rows=own_rows, **values)


def _about(kernel: str) -> None:
    st.markdown(f":small[{KERNELS[kernel].about}]")


def _own_kernel() -> Rows:
    """The kernel as a text, kept in the URL; the picture shows the same kernel as numbers."""
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
        st.warning(f"{escape_markdown(problem)} The picture keeps the last good one.")
        rows = st.session_state.get("filters_own_rows", filters.parse_rows(FIRST_OWN))
    return rows
