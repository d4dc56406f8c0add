"""The frame that every lesson page shares: a story beside a stage, and the background below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from dl101_core.curriculum import page_of
from dl101_core.export import Script, notebook
from dl101_core.lessons import LessonText, read_lesson
from dl101_core.ui import controls
from dl101_core.ui.address import open_page
from dl101_core.ui.deferred import redraw_at_rest, start_debounce
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson_bar import lesson_bar
from dl101_core.ui.rail import draw_rail
from dl101_core.ui.story import Story

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

TABS = ("The maths", "The code", "Lecture notes say")
EARLIER_TABS = {"Try this": "The maths"}


Parts = tuple[str, Script] | tuple[str, Script, Callable[[], None] | None]
"""The arguments of ``Lesson.parts``."""


class Lesson:
    """One lesson page: ``frame()`` for controls and picture, then ``parts()`` for the rest."""

    def __init__(self, name: str, text: LessonText) -> None:
        self.name = name
        self.text = text

    def frame(self, settings: bool = True) -> tuple[DeltaGenerator, DeltaGenerator]:
        """The containers of the page's controls, in the rail, and of the stage beside it.

        ``settings``: whether the rail has them; a page may have its controls on the stage.

        On a phone the stage is above the rail and stays in sight.
        """
        with st.container(key="lesson"):
            rail, stage = st.columns([1, 2.6], gap="small")
        with rail:
            place = draw_rail(Story(self.text), settings)
        return place, stage.container(key="stage")

    def parts_later(self, stamp: str, explain: Callable[[], Parts], debounce: bool = True) -> None:
        """Have ``parts(*explain())`` drawn once the picture has rested on ``stamp``.

        ``debounce`` is false for a picture that sends ``dl101-rest`` itself.
        """
        st.session_state[f"{self.name}_later"] = stamp, explain
        if debounce:
            start_debounce(stamp)

    def later(self) -> None:
        """The place for the parts of ``parts_later``, below the picture."""
        _later(self)

    def parts(
        self, numbers: str, script: Script, more_maths: Callable[[], None] | None = None
    ) -> None:
        """The tabs. ``numbers``: LaTeX, the formula with the current settings filled in.

        ``more_maths`` draws more content under the formula, a table for instance.
        """
        tabs = controls.tabs(TABS, "tab", EARLIER_TABS)
        for tab, show in zip(
            tabs,
            (
                lambda: self._maths(numbers, more_maths),
                lambda: show_script(script),
                lambda: st.markdown(self.text.notes),
            ),
            strict=True,
        ):
            if tab.open:
                with tab:
                    show()

    def _maths(self, numbers: str, more: Callable[[], None] | None) -> None:
        formula, filled = st.columns(2, gap="large")
        formula.markdown(self.text.maths)
        with filled:
            st.markdown("**With your settings**")
            st.latex(numbers)
        if more:
            more()


@fragment()
def _later(lesson: Lesson) -> None:
    stamp, explain = st.session_state[f"{lesson.name}_later"]
    redraw_at_rest(stamp)
    lesson.parts(*explain())


def open_lesson(name: str) -> Lesson:
    """Title and question of the lesson ``assets/lessons/<chapter>/<name>.md``."""
    text = read_lesson(name)
    open_page(name)
    with st.container(key="lesson_title", horizontal=True, vertical_alignment="center"):
        st.title(text.title, anchor=False, width="content")
        st.markdown(f"*{text.question}*", width="stretch")
        lesson_bar(page_of(name).url)
    return Lesson(name, text)


def show_script(script: Script) -> None:
    """The code with copy and download, and what it prints."""
    st.code(script.source, language="python")
    if script.prints:
        st.markdown("It prints")
        st.code(script.prints, language=None)
    with st.container(horizontal=True):
        st.download_button(
            "Download .py",
            script.source,
            f"{script.filename}.py",
            "text/x-python",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Download .ipynb",
            notebook(script),
            f"{script.filename}.ipynb",
            "application/x-ipynb+json",
            on_click="ignore",
            icon=":material/download:",
        )
