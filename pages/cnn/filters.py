"""Filters on pictures: one small kernel, and what it makes of a picture."""

from __future__ import annotations

import streamlit as st

from dl101_core import filters, pictures
from dl101_core.figures.formulas import filter_numbers
from dl101_core.scripts.filters import filter_script
from dl101_core.ui import controls
from dl101_core.ui.digit_view import follow
from dl101_core.ui.filter_controls import filter_controls, kernel_select, pair
from dl101_core.ui.filter_view import show_filter
from dl101_core.ui.lesson import open_lesson
from dl101_core.ui.picture_choice import TITLES, picture_select, read_choice
from dl101_core.ui.plain import plain

lesson = open_lesson("filters")


@st.fragment
def experiment() -> None:
    left, right = lesson.columns(picture_first=True)
    with left:
        with pair():
            choice, kernel = picture_select(), kernel_select()
        name, picture = read_choice(choice)
        config = filter_controls(kernel)
    with right:
        result = apply_or_explain(config, picture)
        hero = st.container()
        row, column, difference = pixel_controls(result)
        stamp = remember(result, name, row, column)
        with hero:
            show_filter(result, TITLES[name], (row, column), difference, stamp)
        if name not in pictures.SAMPLES:
            offer_download(picture)


@st.fragment
def explanation() -> None:
    result, name, row, column, stamp = st.session_state["filters_shown"]
    follow(stamp)
    file = f"assets/images/{name}.png" if name in pictures.SAMPLES else "picture.png"
    lesson.parts(
        filter_numbers(filters.pixel(result, row, column), result),
        filter_script(result, file, row, column),
    )


def remember(result: filters.FilterResult, name: str, row: int, column: int) -> str:
    """Keeps what is shown for the explanation, and returns its stamp."""
    stamp = filters.stamp(result, name, row, column)
    st.session_state["filters_config"] = result.config
    st.session_state["filters_shown"] = result, name, row, column, stamp
    return stamp


def apply_or_explain(
    config: filters.FilterConfig, picture: pictures.Picture
) -> filters.FilterResult:
    """The result; for settings that do not fit, the reason and the nearest result that does."""
    try:
        return filters.apply(config, picture)
    except ValueError as problem:
        st.warning(
            f"{plain(problem)} Shown instead: stride 1, dilation 1, replicate, keep the size.",
            icon=":material/info:",
        )
        return filters.apply(filters.always_fits(config), picture)


def pixel_controls(result: filters.FilterResult) -> tuple[int, int, bool]:
    """The pixel that the maths explains, brought inside a smaller result, and the difference."""
    last = filters.MAX_RESULT - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = controls.whole_number("Row", "pixel_row", 0, last, 128)
        column = controls.whole_number("Column", "pixel_column", 0, last, 175)
        difference = controls.toggle("Show the difference", "difference", False)
    if difference and filters.difference(result) is None:
        st.info("Before and after differ in size: set stride 1 and padding Keep the size.")
    shown = min(row, result.height - 1), min(column, result.width - 1)
    if shown != (row, column):
        st.info(
            f"The result has {result.height} rows and {result.width} columns: "
            f"row {shown[0]}, column {shown[1]} is the nearest."
        )
    return *shown, difference


def offer_download(picture: pictures.Picture) -> None:
    st.download_button(
        "Download picture.png as used here, for the code",
        pictures.as_png(picture),
        "picture.png",
        "image/png",
        on_click="ignore",
        icon=":material/download:",
    )


experiment()
explanation()
