"""Filters on pictures: one small kernel, and what it makes of a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dl101_core import pictures
from dl101_core.cnn import filters
from dl101_core.cnn.filters import FilterConfig, FilterResult
from dl101_core.cnn.filters.controls import DIFFERENCE, filter_controls, kernel_select
from dl101_core.cnn.filters.maths import filter_numbers, pair_numbers
from dl101_core.cnn.filters.pair_script import pair_script
from dl101_core.cnn.filters.pair_view import NOTHING, second_select, show_pair
from dl101_core.cnn.filters.script import filter_script
from dl101_core.cnn.filters.view import linked_pixel, show_filter
from dl101_core.pictures import Picture
from dl101_core.ui.address import value_of
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import open_lesson
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.picture_choice import TITLES, offer_download, picture_select, read_choice
from dl101_core.ui.settings import row

Result = TypeVar("Result")
lesson = open_lesson("filters")


@fragment()
def experiment() -> None:
    left, right = lesson.frame()
    with left:
        name, picture = read_choice(picture_select())
        with row():
            kernel, second = kernel_select(), second_select()
        config = filter_controls(kernel)
    with right:
        if second == NOTHING:
            one_filter(config, name, picture)
        else:
            two_filters(config, second, name, picture)
        if name not in pictures.SAMPLES:
            offer_download(picture)


def one_filter(config: FilterConfig, name: str, picture: Picture) -> None:
    result = or_nearest(lambda config: filters.apply(config, picture), config)
    row, column = linked_pixel(result)
    stamp = filters.stamp(result.config, result.source, name, row, column)
    show_filter(result, TITLES[name], (row, column), shows_difference(result), stamp)
    st.session_state["filters_config"] = result.config
    lesson.parts_later(
        stamp,
        lambda: (
            filter_numbers(filters.pixel(result, row, column), result),
            filter_script(result, file_of(name), row, column),
        ),
        debounce=False,
    )


def two_filters(config: FilterConfig, second: str, name: str, picture: Picture) -> None:
    result = or_nearest(lambda config: filters.apply_pair(config, second, picture), config)
    stamp = filters.stamp(result.config, result.source, name, second)
    show_pair(result, stamp)
    lesson.parts_later(
        stamp, lambda: (pair_numbers(result), pair_script(result, file_of(name))), debounce=False
    )


def or_nearest(compute: Callable[[FilterConfig], Result], config: FilterConfig) -> Result:
    """The result; for settings that do not fit, the reason and the nearest possible result."""
    try:
        return compute(config)
    except ValueError as problem:
        st.warning(
            f"{escape_markdown(problem)} "
            "Shown instead: stride 1, dilation 1, replicate, keep the size.",
            icon=":material/info:",
        )
        return compute(filters.always_fits(config))


def file_of(name: str) -> str:
    return f"assets/images/{name}.png" if name in pictures.SAMPLES else "picture.png"


def shows_difference(result: FilterResult) -> bool:
    """Whether the difference is on; a sentence says if there is none."""
    wanted = bool(value_of(DIFFERENCE))
    if wanted and filters.difference(result) is None:
        st.info("Before and after differ in size: set stride 1 and padding Keep the size.")
    return wanted


experiment()
lesson.later()
