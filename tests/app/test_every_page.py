"""Every page of the navigation opens, has its six parts, and shows code that runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import pages
from dl101_core.lessons import read_lesson
from dl101_core.page_info import PageInfo
from dl101_core.server import SCRIPT
from dl101_core.ui.address import PAGES
from dl101_core.ui.lesson import TABS
from tests.scripts import run_script

SHORT = {"dropout": {"epochs": "3"}}
"""Settings with which a script takes seconds."""
LESSONS = [page for page in pages() if page.lesson]


def opened(page: PageInfo, **query: str) -> AppTest:
    """The page in a simulated session, as a link with ``query`` opens it."""
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page.path).run()
    assert not app.exception, app.exception
    return app


def set_to(app: AppTest, lesson: str, name: str) -> object:
    """The value of a field, whether it is drawn at the moment or not."""
    key = f"{lesson}.{name}"
    if key in app.session_state:
        return app.session_state[key]
    return app.session_state[PAGES][lesson].values[name]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.title)
def test_every_page_opens_with_its_title_and_a_lesson_with_its_tabs(page: PageInfo) -> None:
    app = opened(page)
    assert len(app.title) == 1
    if page.lesson:
        text = read_lesson(page.lesson)
        assert app.title[0].value == text.title
        assert text.question in [block.value.strip("*") for block in app.markdown]
        assert [tab.label for tab in app.tabs[: len(TABS)]] == list(TABS)


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.title)
def test_a_story_has_three_to_seven_steps_that_set_the_stage_up(page: PageInfo) -> None:
    steps = read_lesson(page.lesson).steps
    assert 3 <= len(steps) <= 7
    assert any(step.answers and step.reveal for step in steps)
    app = opened(page)
    for number, step in enumerate(steps):
        if number:
            app.button(key=f"step_{number + 1}").click().run()
        if step.answers:
            app.radio(key=f"{page.lesson}.answer_{number}").set_value(step.right).run()
            for label in ("Show me", "Explain"):
                assert app.button(key="rail_next").label == label
                app.button(key="rail_next").click().run()
            assert any("**Right.**" in block.value for block in app.markdown)
        assert not app.exception, app.exception
        assert not app.warning
        for name, value in step.settings:
            assert set_to(app, page.lesson, name) == value


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.title)
def test_lecture_notes_say_something(page: PageInfo) -> None:
    app = opened(page, tab="Lecture notes say")
    assert read_lesson(page.lesson).notes in [block.value for block in app.markdown]


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.title)
def test_the_code_runs_and_prints_what_the_page_shows(page: PageInfo) -> None:
    app = opened(page, tab="The code", **SHORT.get(page.lesson, {}))
    source, *shown = [block.value for block in app.code]
    assert "dl101" not in source
    told = run_script(source)
    assert told
    if shown:
        assert told == shown[0].strip()
