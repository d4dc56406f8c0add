"""The row above a lesson: its place in the course, and the mode that the session keeps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import CURRICULUM, HOME, pages
from dl101_core.page_info import PageInfo
from dl101_core.ui import lesson_bar as module
from dl101_core.ui.lesson_bar import place_of


def course(page_url: str) -> None:
    import streamlit as st

    from dl101_core.curriculum import pages
    from dl101_core.ui.address import drawing, open_page
    from dl101_core.ui.lesson_bar import lesson_bar
    from dl101_core.ui.projector import follow_projector

    st.navigation([st.Page(page.path, url_path=page.url or None) for page in pages()])
    follow_projector()
    with drawing("page"):
        open_page(page_url)
        lesson_bar(page_url)


def opened(page_url: str, **query: str) -> AppTest:
    app = AppTest.from_function(course, args=(page_url,), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def test_neighbours_are_those_of_the_course_in_both_directions() -> None:
    order = list(pages())
    for before, after in pairwise(order):
        assert place_of(before.url).after is after
        assert place_of(after.url).before is before
    assert place_of(HOME.url).before is None
    assert place_of(order[-1].url).after is None


def test_lessons_are_counted_in_their_chapter() -> None:
    for chapter in CURRICULUM.values():
        places = [place_of(page.url) for page in chapter]
        assert [place.number for place in places] == list(range(1, len(chapter) + 1))
        assert {place.count for place in places} == {len(chapter)}


def test_hidden_pages_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, c = (PageInfo("", name, name, "", "", hidden=name == "b") for name in "abc")
    monkeypatch.setattr(module, "pages", lambda: (a, b, c))
    monkeypatch.setattr(module, "CURRICULUM", {"": (a, b, c)})
    assert place_of("a").after is c
    assert place_of("c") == module.Place(number=2, count=2, before=a, after=None)


@pytest.mark.app
def test_the_bar_names_its_place_and_its_neighbours() -> None:
    app = opened("colour")
    assert [block.value for block in app.markdown] == ["Lesson 2 of 7"]
    links = [link.proto.label for link in app.get("page_link")]
    assert links == ["Convolution", "Filters on pictures"]
    assert [button.label for button in app.button] == ["Projector"]
    assert "projector" not in app.query_params


@pytest.mark.app
def test_the_mode_is_in_the_address_until_it_is_left() -> None:
    app = opened("colour")
    app.button(key="turn_projector").click().run()
    assert app.query_params["projector"] == "true"
    assert app.button(key="turn_projector").label == "Leave projector"
    app.query_params.clear()  # as a link to another page does
    app.run()
    assert app.query_params["projector"] == "true"
    app.button(key="turn_projector").click().run()
    assert "projector" not in app.query_params


@pytest.mark.app
@pytest.mark.parametrize(("text", "on"), [("true", True), ("false", False), ("<b>", False)])
def test_a_link_turns_it_on(text: str, on: bool) -> None:
    app = opened("colour", projector=text)
    assert app.session_state["projector_on"] is on
    assert app.query_params.get("projector") == ("true" if on else None)
