"""The frame that every lesson page shares: question, controls beside the picture, and four tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from dl101_core.export import Script, notebook
from dl101_core.lessons import Experiment, LessonText, read_lesson
from dl101_core.ui import controls
from dl101_core.ui.address import open_page, set_fields
from dl101_core.ui.component import component
from dl101_core.ui.deferred import redraw_at_rest, start_debounce
from dl101_core.ui.fragments import fragment
from dl101_core.ui.task_note import keep_in_sight, prediction_key, task_note, verdict

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SET_UP = "set_up"
"""Session key of the number of experiments that were set up."""
TABS = ("The maths", "The code", "Try this", "Lecture notes say")


Parts = tuple[str, Script] | tuple[str, Script, Callable[[], None] | None]
"""The arguments of ``Lesson.parts``."""


class Lesson:
    """One lesson page: ``columns()`` for controls and picture, then ``parts()`` for the rest."""

    def __init__(self, name: str, text: LessonText) -> None:
        self.name = name
        self.text = text

    def columns(
        self, ratio: float = 2.4, picture_first: bool = False
    ) -> tuple[DeltaGenerator, DeltaGenerator]:
        """The containers of the controls (left) and of the live picture, ``ratio`` as wide.

        On a phone they are below each other; ``picture_first`` then puts the picture on top.
        """
        key = "lesson_picture_first" if picture_first else "lesson_controls_first"
        with st.container(key=key):
            controls, picture = st.columns([1, ratio], gap="large")
        return controls, picture

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
        tabs = controls.tabs(TABS, "tab")
        for tab, show in zip(
            tabs,
            (
                lambda: self._maths(numbers, more_maths),
                lambda: show_script(script),
                self._try_this,
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

    def _try_this(self) -> None:
        for number, experiment in enumerate(self.text.experiments):
            with st.container(border=True):
                _show_experiment(prediction_key(self.name, number), experiment, self.name, number)


@fragment()
def _later(lesson: Lesson) -> None:
    stamp, explain = st.session_state[f"{lesson.name}_later"]
    redraw_at_rest(stamp)
    lesson.parts(*explain())


def open_lesson(name: str) -> Lesson:
    """Title and question of the lesson ``assets/lessons/<chapter>/<name>.md``."""
    text = read_lesson(name)
    open_page(name)
    if count := st.session_state.get(SET_UP, 0):
        component("ui/to_top", isolate_styles=False)(key="to_top", data={"count": count})
    st.title(text.title, anchor=False)
    st.markdown(f"*{text.question}*")
    task_note(name, text)
    return Lesson(name, text)


def _set_up(experiment: Experiment) -> None:
    set_fields(dict(experiment.settings))
    st.session_state[SET_UP] = st.session_state.get(SET_UP, 0) + 1


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


def _show_experiment(key: str, experiment: Experiment, lesson: str, number: int) -> None:
    st.markdown(f"**{experiment.title}**")
    st.markdown(experiment.body)
    answer = None
    if experiment.answers:
        answer = st.radio(
            "Your prediction",
            range(len(experiment.answers)),
            index=None,
            format_func=lambda i: experiment.answers[i],
            key=key,
            persist_state="page",
        )
    if experiment.settings:
        set_up = st.button(
            "Set it up",
            key=f"{key}_set",
            on_click=_set_up,
            args=(experiment,),
            disabled=bool(experiment.answers) and answer is None,
            help="Predict first, then look." if experiment.answers and answer is None else None,
        )
        if set_up:
            keep_in_sight(lesson, number)
            # the controls may be in another fragment than the tabs
            st.rerun()
    if answer is not None:
        st.info(f"{verdict(experiment, answer)} {experiment.reveal}", icon=":material/lightbulb:")
