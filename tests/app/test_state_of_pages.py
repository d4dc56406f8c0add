"""State belongs to a page: settings of one page do not change the others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import HOME, pages
from dl101_core.lab import session_runs as runs
from dl101_core.page_info import PageInfo
from dl101_core.server import SCRIPT
from tests.inline import InlineRunner
from tests.patience import PATIENCE

LESSONS = [page for page in pages() if page.lesson]
ENDS = pytest.mark.parametrize("end", [0, -1], ids=["first", "last"])
PAGES = pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.title)


class Title(str):
    """A title in a list, chosen as by the browser, which has no value that makes a title."""

    def __format__(self, spec: str) -> str:
        raise TypeError


@pytest.fixture(autouse=True)
def _inline_runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(runs, "local_runner", lambda: InlineRunner(steps=1))
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def app() -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=PATIENCE).run()


def by_menu(session: AppTest, page: PageInfo) -> None:
    """Go to ``page`` by the menu, without settings in the address."""
    by_link(session, page, {})


def by_link(session: AppTest, page: PageInfo, query: dict[str, str]) -> None:
    session.query_params.clear()
    for name, value in query.items():
        session.query_params[name] = value
    session.switch_page(page.path).run()
    assert not session.exception, [error.value for error in session.exception]
    assert not session.warning, [warning.value for warning in session.warning]


def address(session: AppTest) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else value[-1]
        for name, value in session.query_params.items()
    }


def fields(session: AppTest, page: PageInfo) -> dict[str, Any]:
    """The value of each field of ``page`` that is drawn."""
    return {
        widget.key: widget.value for widget in widgets(session) if widget.key.startswith(page.url)
    }


def widgets(session: AppTest) -> list[Any]:
    kinds = ("slider", "number_input", "selectbox", "toggle", "button_group", "text_input")
    return [widget for kind in kinds for widget in getattr(session, kind) if widget.key]


def move(session: AppTest, key: str, end: int) -> bool:
    """Move the field ``key`` to its first or last value; whether the field is on the page."""
    widget = next((widget for widget in widgets(session) if widget.key == key), None)
    if widget is None or widget.disabled:
        return False
    match widget.type:
        case "slider" | "number_input":
            widget.set_value(widget.max if end else widget.min)
        case "selectbox" | "button_group":
            widget.set_value(Title(widget.options[end]))
        case "toggle":
            widget.set_value(bool(end))
        case "text_input":
            return False
    session.run()
    assert not session.exception, (key, [error.value for error in session.exception])
    return True


def move_all(session: AppTest, page: PageInfo, end: int) -> list[str]:
    """Move every field of ``page``, also those that appear meanwhile."""
    moved: list[str] = []
    while new := [key for key in fields(session, page) if key not in moved]:
        for key in new:
            moved.append(key)
            move(session, key, end)
    return moved


@cache
def untouched() -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
    """By page, its fields and its address in a session where nothing is ever moved."""
    session, seen = app(), {}
    for page in LESSONS:
        by_menu(session, page)
        seen[page.url] = fields(session, page), address(session)
    return seen


@ENDS
@PAGES
def test_every_control_at_its_end_leaves_every_other_page_as_it_was(
    page: PageInfo, end: int
) -> None:
    session = app()
    by_menu(session, page)
    assert move_all(session, page, end)
    for other in LESSONS:
        if other is not page:
            by_menu(session, other)
            assert (fields(session, other), address(session)) == untouched()[other.url]


@ENDS
@PAGES
def test_the_address_opens_what_the_controls_say(page: PageInfo, end: int) -> None:
    session = app()
    by_menu(session, page)
    move_all(session, page, end)
    elsewhere = app()
    query = address(session)
    elsewhere.query_params.clear()
    for name, value in query.items():
        elsewhere.query_params[name] = value
    elsewhere.switch_page(page.path).run()
    assert not elsewhere.exception
    assert fields(elsewhere, page) == fields(session, page)
    assert address(elsewhere) == query


@PAGES
def test_who_comes_back_by_the_menu_finds_the_page_as_it_was_left(page: PageInfo) -> None:
    session = app()
    by_menu(session, page)
    move_all(session, page, -1)
    left, query = fields(session, page), address(session)
    by_menu_without_checks(session, HOME)
    by_menu_without_checks(session, page)
    assert fields(session, page) == left
    assert address(session) == query


def by_menu_without_checks(session: AppTest, page: PageInfo) -> None:
    """Go to ``page`` by the menu; the page before may show warnings, which do not count."""
    session.query_params.clear()
    session.switch_page(page.path).run()
    assert not session.exception


def test_a_link_opens_exactly_its_settings_also_where_others_were_left() -> None:
    pooling = next(page for page in LESSONS if page.url == "pooling")
    session = app()
    by_menu(session, pooling)
    move(session, "pooling.input_size", -1)
    by_menu(session, HOME)
    by_link(session, pooling, {"kernel_size": "3"})
    assert session.slider(key="pooling.kernel_size").value == 3
    assert session.slider(key="pooling.input_size").value == 8
    assert address(session) == {"kernel_size": "3"}


def test_no_two_pages_have_a_widget_of_one_key() -> None:
    session, owners = app(), dict[str, str]()
    for page in LESSONS:
        by_menu(session, page)
        for widget in widgets(session):
            assert owners.setdefault(widget.key, page.url) == page.url, widget.key
