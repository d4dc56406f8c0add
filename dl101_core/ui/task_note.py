"""The note of the experiment that is set up: it stays in sight above the picture until it is done.

The text of an experiment is in a tab below the picture. Without the note, a learner who looks at
the picture would no longer see it.
"""

from __future__ import annotations

import streamlit as st

from dl101_core.lessons import Experiment, LessonText


def keep_in_sight(lesson: str, number: int) -> None:
    """From now on the page ``lesson`` shows the note of its experiment ``number``."""
    st.session_state[_key(lesson)] = number


def task_note(lesson: str, text: LessonText) -> None:
    """The note of the experiment that was set up on this page; nothing if there is none."""
    number = st.session_state.get(_key(lesson))
    if not isinstance(number, int):
        return
    experiment = text.experiments[number]
    with st.container(key="task_note", border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{experiment.title}**", width="stretch")
            st.button(
                "Done",
                key="task_done",
                icon=":material/check:",
                type="tertiary",
                on_click=st.session_state.pop,
                args=(_key(lesson), None),
                help="Take this note away.",
            )
        body, answer = experiment.body, outcome(experiment, lesson, number)
        if answer:
            for column, words in zip(st.columns(2), (body, answer), strict=True):
                column.markdown(words)
        else:
            st.markdown(body)


def outcome(experiment: Experiment, lesson: str, number: int) -> str:
    """The learner's prediction and the outcome; empty without a prediction."""
    answer = st.session_state.get(prediction_key(lesson, number))
    if not isinstance(answer, int):
        return ""
    said = f"You said: {experiment.answers[answer]}"
    return f"{said}  \n**{verdict(experiment, answer)}** {experiment.reveal}"


def verdict(experiment: Experiment, answer: int) -> str:
    return "Right." if answer == experiment.right else "Not quite."


def prediction_key(lesson: str, number: int) -> str:
    return f"{lesson}_try_{number}"


def _key(lesson: str) -> str:
    return f"{lesson}_task"
