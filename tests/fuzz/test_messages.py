"""Messages of components: each becomes a valid value or one short sentence."""

from __future__ import annotations

import json
import tomllib
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dl101_core.cnn import filters
from dl101_core.cnn.filters.edit_view import read_grid
from dl101_core.cnn.filters.view import LAST
from dl101_core.draw.digits import MAX_POINTS, MAX_STROKES, Drawing, from_strokes
from dl101_core.draw.pad_view import _seq
from dl101_core.lab.live_view import MOST_SEEN, read_ask
from dl101_core.ui.cell_links import parse_cell
from dl101_core.ui.learner import sound_key
from tests.fuzz.strategies import JSON, LARGE, NUMBERS, SCALARS, many

ROOT = Path(__file__).resolve().parents[2]
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
@many(200)
def test_any_message_is_a_drawing_or_one_short_sentence(message: Any) -> None:
    drawing = drawing_or_sentence(message)
    if drawing is None:
        return
    assert len(drawing.strokes) <= MAX_STROKES
    assert sum(map(len, drawing.strokes)) <= MAX_POINTS
    assert np.isfinite([x for s in drawing.strokes for p in s for x in p]).all()


@given(GOOD)
@many(100)
def test_any_drawing_becomes_a_digit_or_one_short_sentence(strokes: list[Any]) -> None:
    drawing = Drawing.from_message({"strokes": strokes})
    try:
        image = from_strokes(drawing).image
    except ValueError as problem:
        short(problem)
    else:
        assert image.shape == (28, 28)
        assert image.max() > 0


@pytest.mark.parametrize("make", LARGE, ids=range(len(LARGE)))
def test_a_large_or_deep_message_costs_nearly_nothing(make: Callable[[], object]) -> None:
    message = make()
    tracemalloc.start()
    try:
        assert drawing_or_sentence(message) is None
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert _seq(message) == 0
    assert parse_cell(message, 0, LAST) is None
    assert read_grid(message) is None


@given(JSON | st.fixed_dictionaries({"seq": SCALARS}))
@many(100)
def test_the_number_of_a_message_is_one_that_a_browser_can_count_to(message: Any) -> None:
    seq = _seq(message)
    assert type(seq) is int
    assert 0 <= seq < 2**53


PLACES = st.tuples(st.integers(-9, 99_999), st.integers(-9, 99_999))


@given(JSON | PLACES.map(lambda place: ",".join(map(str, place))))
@many(100)
def test_a_place_of_a_picture_lies_on_it(message: Any) -> None:
    for low, high in ((0, LAST), (1, 20)):
        place = parse_cell(message, low, high)
        assert place is None or all(type(p) is int and low <= p <= high for p in place)


def test_a_good_place_is_taken_and_no_other() -> None:
    assert parse_cell("3,0", 0, 9) == (3, 0)
    assert parse_cell("1,17", 1, 20) == (1, 17)
    for bad in (1, None, [1, 2], "", "1", "1,2,3", "1, 2", "1,2\n", "१,2", "-1,2", "0,1", "1,21"):
        assert parse_cell(bad, 1, 20) is None


ROWS = st.lists(
    st.lists(st.integers(-2000, 2000) | st.floats(-2, 2), max_size=6).map(
        lambda row: ",".join(map(str, row))
    ),
    max_size=6,
).map(";".join)


@given(JSON | ROWS)
@many(150)
def test_a_kernel_grid_sends_rows_or_nothing(message: Any) -> None:
    text = read_grid(message)
    if text is not None:
        text.encode()
        rows_or_sentence(text)


@given(st.text(max_size=40) | ROWS | st.text("0123456789.,;-+e_ naif٣", max_size=60))
@many(150)
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


@given(JSON | st.text("abc-_XYZ019", max_size=40))
@many(100)
def test_a_key_has_its_form_or_is_none(message: Any) -> None:
    key = sound_key(message)
    assert key == "" or (key == message and len(key) == 32 and key.isascii())


COUNTS = st.lists(NUMBERS, min_size=3, max_size=3) | JSON


@given(
    JSON
    | st.fixed_dictionaries(
        {}, optional={"n": NUMBERS | JSON, "seen": st.dictionaries(st.text(), COUNTS) | JSON}
    )
)
@many(150)
def test_a_question_for_news_counts_what_can_be_counted(message: Any) -> None:
    ask = read_ask(message)
    assert type(ask.n) is int
    assert 0 <= ask.n <= 2**53
    assert len(ask.seen) <= MOST_SEEN
    assert all(type(c) is int and c >= 0 for counts in ask.seen.values() for c in counts)


@pytest.mark.parametrize("make", LARGE, ids=range(len(LARGE)))
def test_a_large_question_or_key_costs_nothing(make: Callable[[], object]) -> None:
    message = make()
    assert read_ask(message).seen == {}
    assert sound_key(message) == ""


def test_the_longest_drawing_fits_into_a_message_and_little_more_does() -> None:
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]
    point = [123.45678901234567, 123.45678901234567]
    longest = len(json.dumps({"strokes": [[point] * MAX_POINTS], "seq": 2**53, "token": "own"}))
    assert longest < server["maxWidgetStateSize"] * 10**6 < 3 * longest
    assert server["maxMessageSize"] <= 25


def chosen(optimizer: object) -> None:
    import streamlit as st

    from dl101_core.lab import controls as train_controls
    from dl101_core.ui import address

    address.set_fields({"optimizer": optimizer})
    train_controls._use_default_lr()
    st.write(address.value_of("lr", "none"))


@pytest.mark.app
@pytest.mark.parametrize(("name", "lr"), [("sgd", "0.1"), ("", "none"), ("x" * 1000, "none")])
def test_an_optimizer_that_does_not_exist_changes_no_rate(name: str, lr: str) -> None:
    app = AppTest.from_function(chosen, default_timeout=30, kwargs={"optimizer": name}).run()
    assert not app.exception
    assert app.markdown[0].value.strip("`") == lr
