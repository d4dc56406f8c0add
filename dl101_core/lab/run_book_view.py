"""The run book: every run that this learner started or looked at, to compare, open and delete."""

from __future__ import annotations

import streamlit as st

from dl101_core.jobs.runner import NotYours, RunStatus, UnknownRun
from dl101_core.lab.controls import use_settings
from dl101_core.lab.session_runs import forget, get_runner, image_config
from dl101_core.training.events import Finished
from dl101_core.ui.learner import is_mine, learner_key
from dl101_core.ui.markdown import escape_markdown

NEWS = "run_book_news"
OVERLAYS = 3
"""Earlier runs whose curves are shown at first."""


def is_shown(status: RunStatus, place: int, count: int) -> bool:
    """Whether the curve of a run beside the one on show is ticked."""
    ticked: bool = st.session_state.get(f"show_{status.run_id}", _at_first(place, count))
    return ticked


def run_book(main: RunStatus | None, known: list[RunStatus], names: list[str]) -> None:
    """One row a run, the latest on top. ``main``: the run on show."""
    if NEWS in st.session_state:
        st.toast(escape_markdown(st.session_state.pop(NEWS)))
    for place, (status, name) in reversed(list(enumerate(zip(known, names, strict=True)))):
        with st.container(horizontal=True, vertical_alignment="center"):
            if main and status.run_id == main.run_id:
                _shown_now(status, name)
            else:
                _other(status, name, _at_first(place, len(known)))
            if is_mine(status):
                _delete_button(status, name)


def _shown_now(status: RunStatus, name: str) -> None:
    st.markdown(f"**{name}** · {_outcome(status)} · shown now", width="stretch")
    st.button(
        "Use its settings",
        key="use_settings",
        on_click=use_settings,
        args=(image_config(status),),
        help="Set the controls to what this run was trained with.",
    )


def _other(status: RunStatus, name: str, ticked: bool) -> None:
    st.checkbox(
        f"{name} · {_outcome(status)}", ticked, key=f"show_{status.run_id}", width="stretch"
    )
    st.button(
        f"Open {_short(name)}",
        key=f"open_{status.run_id}",
        on_click=_open,
        args=(status.run_id,),
    )


def _delete_button(status: RunStatus, name: str) -> None:
    pressed = st.button(
        f"Delete {_short(name)}",
        key=f"delete_{status.run_id}",
        icon=":material/delete:",
        type="tertiary",
    )
    if pressed:
        _confirm(status, f"{name} · {_outcome(status)}")


@st.dialog("Delete this run?")
def _confirm(status: RunStatus, text: str) -> None:
    st.markdown(f"**{text}**")
    end = "" if status.ended else "It has not ended: its training stops. "
    st.markdown(f"{end}Its curve and its weights are gone for ever, and its links lead nowhere.")
    with st.container(horizontal=True):
        if st.button("Delete", key="delete_for_ever", type="primary", icon=":material/delete:"):
            _delete(status.run_id)
            st.rerun()
        if st.button("Keep it", key="delete_not"):
            st.rerun()


def _delete(run_id: str) -> None:
    # The caller reruns the page at once; the next run shows the news.
    try:
        get_runner().delete(run_id, learner_key())
    except NotYours as refusal:
        st.session_state[NEWS] = str(refusal)
        return
    except UnknownRun:  # deleted in another tab meanwhile
        pass
    forget(run_id)
    st.session_state[NEWS] = "The run is deleted."


def _short(name: str) -> str:
    """``run 2`` of ``Run 2: seed 7``."""
    return name.partition(":")[0].lower()


def _open(run_id: str) -> None:
    st.query_params["run"] = run_id


def _at_first(place: int, count: int) -> bool:
    return place >= count - 1 - OVERLAYS


def _outcome(status: RunStatus) -> str:
    if isinstance(status.result, Finished):
        name, value = status.result.measures[-1]  # the most telling measure is the last
        return f"test {name} {value:.4f}"
    return "waiting" if status.state == "queued" else status.state
