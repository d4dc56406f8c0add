"""Floods of pictures and drawings are refused in a sentence, and the page goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.ui import rates

pytestmark = pytest.mark.app


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rates._rate.cache_clear()
    monkeypatch.setenv("DL101_DRAWINGS_PER_MINUTE", "3")
    monkeypatch.setenv("DL101_UPLOADS_PER_MINUTE", "1")
    yield
    rates._rate.cache_clear()


def pad() -> None:
    import streamlit as st

    from dl101_core.digits import Drawing
    from dl101_core.ui.draw_pad import draw_pad

    try:
        seq, drawing = draw_pad("pad", "own", Drawing([]), ghost=True)
        st.text(f"{seq} {drawing is not None}")
    except ValueError as problem:
        st.warning(str(problem))


def picture() -> None:
    import io

    import numpy as np
    import streamlit as st
    from PIL import Image

    from dl101_core.ui.upload import read_picture

    file = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(file, "PNG")
    try:
        st.text(str(read_picture(file.getvalue()).shape))
    except ValueError as problem:
        st.warning(str(problem))


def message(seq: int) -> dict[str, object]:
    return {"seq": seq, "token": "own", "width": 280, "strokes": [[[10, 10], [20, 20]]]}


def send(page: AppTest, seq: int) -> str:
    """A message of the pad, as Streamlit hands it over."""
    page.session_state["pad"] = {"drawing": message(seq)}
    page.session_state["pad_new"] = True
    page.run()
    assert not page.exception
    return str((page.text or page.warning)[0].value)


def test_a_flood_of_drawings_is_refused_but_looking_again_costs_nothing() -> None:
    page = AppTest.from_function(pad).run()
    first = send(page, 1)
    for _ in range(5):
        page.run()
        assert page.text[0].value == first
    send(page, 2)
    send(page, 3)
    assert send(page, 4).startswith("You may send 3 drawings a minute. Try again in ")
    other = AppTest.from_function(pad).run()
    assert send(other, 1) == first


def test_a_flood_of_pictures_is_refused_per_learner() -> None:
    page = AppTest.from_function(picture).run()
    assert page.text[0].value == "(8, 8, 3)"
    page.run()
    assert page.warning[0].value.startswith("You may send 1 pictures a minute. Try again in ")
    assert AppTest.from_function(picture).run().text[0].value == "(8, 8, 3)"
