"""Floods of pictures, drawings and starts are refused in a sentence, and the page goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.lab import session_runs as runs
from dl101_core.limits import Limits
from dl101_core.ui import rates
from tests.inline import InlineRunner

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

    from dl101_core.draw.digits import Drawing
    from dl101_core.draw.pad_view import draw_pad

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
    """A message of the pad in the form of Streamlit."""
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


def many_starts() -> None:
    import streamlit as st

    from dl101_core.jobs.runner import Refused
    from dl101_core.lab.session_runs import start_run
    from dl101_core.tasks.images.config import ImageConfig

    try:
        for seed in range(st.session_state.get("from", 0), st.session_state.get("to", 0)):
            run_id, _ = start_run(ImageConfig(epochs=1, train_size=20, val_size=20, seed=seed))
            st.session_state.setdefault("started", []).append(run_id)
    except Refused as limit:
        st.warning(str(limit))


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> InlineRunner:
    runner = InlineRunner(Limits(running_per_owner=100), steps=0)
    monkeypatch.setattr(runs, "get_runner", lambda: runner)
    monkeypatch.setenv("DL101_STARTS_PER_MINUTE", "3")
    monkeypatch.setenv("DL101_STARTS_PER_MINUTE_IN_ALL", "8")
    return runner


def press(page: AppTest, first: int, last: int) -> AppTest:
    page.session_state["from"], page.session_state["to"] = first, last
    page.run()
    assert not page.exception
    return page


def test_a_flood_of_starts_is_refused_in_a_sentence(runner: InlineRunner) -> None:
    page = press(AppTest.from_function(many_starts), 0, 232)
    assert len(page.session_state["started"]) == len(runner.runs(limit=100)) == 3
    (said,) = page.warning
    assert re.fullmatch(r"You may start 3 runs a minute\. Try again in \d+ s\.", said.value)


def test_a_run_that_is_under_way_is_no_new_start(runner: InlineRunner) -> None:
    page = press(AppTest.from_function(many_starts), 0, 3)
    press(page, 0, 3)
    assert not page.warning
    assert len(runner.runs(limit=100)) == 3


def test_cleared_cookies_take_no_start_from_another_address(
    runner: InlineRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "address", lambda: "greedy")
    monkeypatch.setattr(rates, "address", lambda: "greedy")
    flood = [press(AppTest.from_function(many_starts), 10 * n, 10 * n + 2) for n in range(6)]
    assert "This server takes 8 runs a minute." in flood[-1].warning[0].value
    monkeypatch.setattr(runs, "address", lambda: "home")
    monkeypatch.setattr(rates, "address", lambda: "home")
    page = press(AppTest.from_function(many_starts), 0, 2)
    assert not page.warning
    found = {record.address for record in runner._records.values()}
    assert found == {"greedy", "home"}


def test_a_drawing_that_the_route_has_counted_is_not_counted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "owner", lambda: "who draws")
    page = AppTest.from_function(pad).run()
    first = send(page, 1)
    for seq in (2, 3):
        rates.count_drawing_of("who draws", "home")
        assert send(page, seq) == first.replace("1", str(seq), 1)
    assert send(page, 4).startswith("You may send 3 drawings a minute.")
