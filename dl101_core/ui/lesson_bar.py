"""The slim row at the top of a lesson: where it stands in the course, and how the room sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dl101_core.curriculum import CURRICULUM, pages
from dl101_core.page_info import PageInfo
from dl101_core.ui.component import component
from dl101_core.ui.projector import projecting, turn_projector

KEY = "lesson_bar"
"""Its container; styles know it by this name."""


@dataclass(frozen=True)
class Place:
    """Where a page stands: the ``number``-th of ``count`` in its chapter, between two pages."""

    number: int
    count: int
    before: PageInfo | None
    after: PageInfo | None


def place_of(page_url: str) -> Place:
    """The place of the page. Its neighbours are those of the whole course: hidden pages count not.

    Raises ``StopIteration`` for a page that the course does not have.
    """
    course = [page for page in pages() if not page.hidden]
    page = next(page for page in course if page.url == page_url)
    chapter = next(chapter for chapter in CURRICULUM.values() if page in chapter)
    lessons = [one for one in chapter if not one.hidden]
    at = course.index(page)
    return Place(
        number=lessons.index(page) + 1,
        count=len(lessons),
        before=course[at - 1] if at else None,
        after=course[at + 1] if at + 1 < len(course) else None,
    )


def lesson_bar(page_url: str) -> None:
    """Draw the row for the lesson at ``page_url``, the address below the root; below the title.

    It holds the lesson's number in its chapter, links to the pages before and after, the switch of
    the projector mode, and light or dark. In projector mode there is a QR code for phones, too.
    """
    place = place_of(page_url)
    with st.container(
        key=KEY, horizontal=True, vertical_alignment="center", gap="small", wrap=False
    ):
        st.markdown(f"Lesson {place.number} of {place.count}", width="content")
        _link(place.before, "before", ":material/chevron_left:")
        _link(place.after, "after", ":material/chevron_right:")
        on = projecting()
        st.button(
            "Leave projector" if on else "Projector",
            key="turn_projector",
            icon=":material/tv_off:" if on else ":material/tv:",
            on_click=turn_projector,
            width="content",
        )
        component("ui/lesson_tools")(key="lesson_tools", data={"projector": on}, width="content")


def _link(page: PageInfo | None, side: str, icon: str) -> None:
    if page is not None:
        with st.container(key=f"lesson_{side}", width="content"):
            position: Literal["left", "right"] = "left" if side == "before" else "right"
            st.page_link(page.path, label=page.title, icon=icon, icon_position=position)
