"""Two background runs on one chart: without and with dropout, and the gap that each leaves.

Before the first ones of a learner, the chart shows a recorded pair.
"""

from __future__ import annotations

import streamlit as st

from dl101_core.cnn.dropout.compute import PairConfig, gap_of, pair_of
from dl101_core.cnn.dropout.controls import use_pair
from dl101_core.cnn.dropout.example_view import example_feed, example_words
from dl101_core.cnn.dropout.maths import (
    gap_rows,
    gap_sentence,
    name_of,
    other_settings,
    stop_note,
)
from dl101_core.data import DataUnavailable
from dl101_core.jobs.runner import Pause, Resume, RunStatus, UnknownRun, is_run_id
from dl101_core.lab.gap import Gap
from dl101_core.lab.live_view import View, charts, live
from dl101_core.lab.run_view import NOT_MINE, wait_for_first_point
from dl101_core.lab.session_runs import feed, get_runner, image_config, remember, say_notice, steer
from dl101_core.lab.start_view import say_unkept, start_or_say, start_wanted
from dl101_core.tasks.images.script import printed
from dl101_core.training.events import Finished, Stop
from dl101_core.training.states import DamagedState
from dl101_core.ui.address import is_set, page_params
from dl101_core.ui.learner import is_mine
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.markdown_table import show_table

PARAMETER = "runs"
SHOWN = "pair_on_show"
PLACES = {PARAMETER, "tab", "view"}
"""Query parameters besides the settings."""


def pair_in_link() -> list[RunStatus]:
    """The runs of the address, without dropout first; says so if they are no pair of this page.

    After a visit to another page of the app, it is the pair that was last on show.
    """
    text = st.query_params.get(PARAMETER, st.session_state.get(SHOWN, ""))
    if not text:
        return []
    try:
        found = [_status(run_id) for run_id in text.split(",", 2)[:2]]
        pair = pair_of(image_config(status) for status in found)
        if pair is None:
            raise UnknownRun("They are no two trainings that differ in dropout only.")
    except UnknownRun as error:
        st.session_state.pop(SHOWN, None)
        st.warning(
            f"The link names training runs. {escape_markdown(error)}", icon=":material/link_off:"
        )
        return []
    if not is_set("lr") and set(page_params()) <= PLACES:
        use_pair(pair)
    for status in found:
        remember(status.run_id)
    _show([status.run_id for status in found])
    return sorted(found, key=lambda status: image_config(status).model.dropout)


def start_both(pair: PairConfig) -> bool:
    """The button "Start both"; whether runs were started. The address then holds their ids."""
    wanted = start_wanted(pair.runs[0], "Start both")
    started = [run_id for run_id in map(start_or_say, pair.runs) if run_id] if wanted else []
    say_unkept()
    if started:
        _show(started)
        wait_for_first_point(started[0])
    return bool(started)


def pair_view(runs: list[RunStatus], pair: PairConfig) -> list[tuple[str, Gap]]:
    """State, buttons, both curves, and the gap of training to validation in numbers and words.

    Without runs, the recorded example.

    Gives the gaps of the runs that have ended, by name.
    """
    notice = say_notice()
    _steering([status for status in runs if not status.ended])
    charts()
    if not runs:
        example_feed()
        example_words(pair)
        return []
    named = {status.run_id: name_of(image_config(status)) for status in runs}
    gaps = {status.run_id: gap for status in runs if (gap := gap_of_run(status))}
    curves = tuple((run_id, name, place) for place, (run_id, name) in enumerate(named.items()))
    states = {status.run_id: status.state for status in runs}
    ids = list(named)
    live(View(ids[-1] if ids else None, curves, states, tuple(ids[:-1]), gaps, notice))
    named_gaps = [(named[run_id], gap) for run_id, gap in gaps.items()]
    _words(runs, named_gaps)
    shown = pair_of(image_config(status) for status in runs)
    if shown and shown != pair:
        st.caption(
            f"The curves are of other settings: {other_settings(shown, pair)}. "
            "Press Start both for your new ones."
        )
    return named_gaps


def repeated_by_script(pair: PairConfig, runs: list[RunStatus]) -> list[Gap]:
    """The gaps that the script of ``pair`` prints; empty unless both runs are complete."""
    same = [status.config for status in runs] == list(pair.runs)
    if not same or not all(printed(feed(status.run_id).events) for status in runs):
        return []
    return [gap for status in runs if (gap := gap_of_run(status))]


def _words(runs: list[RunStatus], done: list[tuple[str, Gap]]) -> None:
    for status in runs:
        if status.state == "failed" or (status.ended and status.message):
            said = escape_markdown(status.message) or "the training failed."
            st.error(f"**{name_of(image_config(status))}**: {said}", icon=":material/error:")
    if not done:
        st.caption(
            "Thin: the latest batches of training images, while units are dropped. Dashed: "
            "validation images, nothing dropped. At the end both are measured alike, and the gap "
            "is named."
        )
        return
    st.markdown(f"**{gap_sentence(done)}**")
    ends = {
        name_of(image_config(status)): (status.step, status.total_steps)
        for status in runs
        if isinstance(status.result, Finished)
    }
    if note := stop_note(ends):
        st.caption(note)
    tests = {
        name_of(image_config(status)): status.result.measure("accuracy")
        for status in runs
        if isinstance(status.result, Finished)
    }
    show_table(gap_rows(done, tests))


def _steering(unfinished: list[RunStatus]) -> None:
    """Buttons that steer both runs; nothing when they have ended."""
    if not unfinished:
        return
    with st.container(horizontal=True, key="steering"):
        if not all(map(is_mine, unfinished)):
            st.caption(NOT_MINE)
            return
        paused = all(status.state == "paused" for status in unfinished)
        # Both buttons share one key, so that the keyboard focus stays on the button.
        st.button(
            "Resume both" if paused else "Pause both",
            key="pause_resume",
            icon=":material/play_arrow:" if paused else ":material/pause:",
            on_click=_steer_all,
            args=(unfinished, Resume() if paused else Pause()),
        )
        st.button(
            "Stop both",
            key="stop",
            icon=":material/stop:",
            on_click=_steer_all,
            args=(unfinished, Stop()),
        )


def _steer_all(runs: list[RunStatus], command: Pause | Resume | Stop) -> None:
    for status in runs:
        steer(status.run_id, command)


def gap_of_run(status: RunStatus) -> Gap | None:
    """The gap of a run that has ended with a result."""
    if not isinstance(status.result, Finished):
        return None
    return _gap_of_run(status.run_id, status)


@st.cache_resource(show_spinner=False, max_entries=256)
def _gap_of_run(run_id: str, _status: RunStatus) -> Gap | None:
    state = get_runner().checkpoint(run_id)
    try:
        return None if state is None else gap_of(image_config(_status), state)
    except (DamagedState, DataUnavailable):
        return None


def _status(run_id: str) -> RunStatus:
    if not is_run_id(run_id):
        raise UnknownRun
    return get_runner().status(run_id)


def _show(run_ids: list[str]) -> None:
    """Put the runs into the address, so that a refresh finds them again."""
    text = ",".join(run_ids)
    if st.query_params.get(PARAMETER) != text:
        st.query_params[PARAMETER] = text
    st.session_state[SHOWN] = text
