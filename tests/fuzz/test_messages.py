"""Messages of components: a valid value or one short sentence, whatever a browser sends."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core import filters
from dl101_core.digits import MAX_POINTS, MAX_STROKES, Drawing, from_strokes
from dl101_core.ui.draw_pad import _seq
from dl101_core.ui.filter_controls import read_grid
from dl101_core.ui.filter_view import read_pixel
from tests.fuzz.strategies import JSON, LARGE, NUMBERS, SCALARS

LONGEST_SENTENCE = 250
POINT = st.tuples(NUMBERS, NUMBERS).map(list) | st.lists(SCALARS, max_size=3) | JSON
STROKES = st.lists(st.lists(POINT, max_size=6) | JSON, max_size=6)
GOOD = st.lists(
    st.lists(st.tuples(st.floats(-280, 560), st.integers(-280, 560)).map(list), max_size=8),
    max_size=8,
)
MESSAGES = st.fixed_dictionaries(
    {"strokes": STROKES | GOOD | JSON}, optional={"seq": JSON, "token": JSON, "more": JSON}
)


def short(problem: ValueError) -> None:
    sentence = str(problem)
    assert sentence.endswith(".")
    assert len(sentence) < LONGEST_SENTENCE
    sentence.encode()  # the page could not send a lone surrogate


def drawing_or_sentence(message: object) -> Drawing | None:
    try:
        return Drawing.from_message(message)
    except ValueError as problem:
        short(problem)
        return None


@given(JSON | MESSAGES)
@settings(max_examples=600, deadline=None)
def test_any_message_is_a_drawing_or_one_short_sentence(message: Any) -> None:
    drawing = drawing_or_sentence(message)
    if drawing is None:
        return
    assert len(drawing.strokes) <= MAX_STROKES
    assert sum(map(len, drawing.strokes)) <= MAX_POINTS
    assert np.isfinite([x for s in drawing.strokes for p in s for x in p]).all()


@given(GOOD)
@settings(max_examples=200, deadline=None)
def test_any_drawing_becomes_a_digit_or_one_short_sentence(strokes: list[Any]) -> None:
    drawing = Drawing.from_message({"strokes": strokes})
    try:
        image = from_strokes(drawing).image
    except ValueError as problem:
        short(problem)
    else:
        assert image.shape == (28, 28)
        assert image.max() > 0


@pytest.mark.parametrize("message", LARGE, ids=range(len(LARGE)))
def test_a_large_or_deep_message_costs_nearly_nothing(message: object) -> None:
    tracemalloc.start()
    try:
        assert drawing_or_sentence(message) is None
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert _seq(message) == 0
    assert read_pixel(message) == {}
    assert read_grid(message) is None


@given(JSON | st.fixed_dictionaries({"seq": SCALARS}))
@settings(max_examples=300, deadline=None)
def test_the_number_of_a_message_is_one_that_a_browser_can_count_to(message: Any) -> None:
    seq = _seq(message)
    assert type(seq) is int
    assert 0 <= seq < 2**53


@given(JSON | st.fixed_dictionaries({}, optional={"row": SCALARS, "column": SCALARS}))
@settings(max_examples=300, deadline=None)
def test_a_pixel_is_a_place_on_the_largest_picture(message: Any) -> None:
    places = read_pixel(message)
    assert set(places) <= {"row", "column"}
    assert all(type(p) is int and 0 <= p < filters.MAX_RESULT for p in places.values())


def test_a_good_pixel_is_taken() -> None:
    assert read_pixel({"row": 3, "column": 0}) == {"row": 3, "column": 0}
    assert read_pixel({"row": True, "column": 2.0}) == {}
    assert read_pixel({"row": -1, "column": filters.MAX_RESULT}) == {}


ROWS = st.lists(
    st.lists(st.integers(-2000, 2000) | st.floats(-2, 2), max_size=6).map(
        lambda row: ",".join(map(str, row))
    ),
    max_size=6,
).map(";".join)


@given(JSON | ROWS)
@settings(max_examples=400, deadline=None)
def test_a_kernel_grid_sends_rows_or_nothing(message: Any) -> None:
    text = read_grid(message)
    if text is not None:
        text.encode()
        rows_or_sentence(text)


@given(st.text(max_size=40) | ROWS | st.text("0123456789.,;-+e_ naif٣", max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_kernel_or_one_short_sentence(text: str) -> None:
    rows_or_sentence(text)


def rows_or_sentence(text: str) -> None:
    try:
        rows = filters.parse_rows(text)
    except ValueError as problem:
        short(problem)
        return
    assert filters.parse_rows(filters.rows_text(rows)) == rows or any(
        abs(entry) >= 1e6 for row in rows for entry in row
    )


@pytest.mark.parametrize("text", ["1" * 1_000_000, ";" * 1_000_000, "nan," * 9, "1e999,0,0;" * 3])
def test_a_hostile_kernel_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="kernel"):
        filters.parse_rows(text.replace("nan,nan,nan,", "nan,nan,nan;"))
