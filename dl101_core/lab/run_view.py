"""One run on the page: its buttons, its curves as they grow, and its result.

Browsers poll only ``live`` while a run trains; a run's new state redraws the rest.
"""

from __future__ import annotations

import time

import streamlit as st

from dl101_core.jobs.runner import Command, Pause, Resume, RunStatus
from dl101_core.lab.curves import storm_sentence
from dl101_core.lab.live_view import View, charts, live, opening_charts
from dl101_core.lab.mistakes_view import mistakes_view
from dl101_core.lab.networks_view import link_to_inside
from dl101_core.lab.run_book_view import is_shown, run_book
from dl101_core.lab.run_names import run_names
from dl101_core.lab.session_runs import feed, get_runner, image_config, say_notice, statuses, steer
from dl101_core.tasks.images.task import details_of
from dl101_core.training.events import Failed, Finished, SetLearningRate, Stop
from dl101_core.ui.address import set_fields
from dl101_core.ui.learner import is_mine
from dl101_core.ui.markdown import escape_markdown

FIRST_POINT = 0.25
NOT_MINE = (
    "Another learner started this run: only they can pause, change or delete it. "
    "**Use its settings** in the run book, and start your own."
)


def job_view(run_id: str | None) -> None:
    """State, buttons, curves and result of ``run_id``; a recorded run if it is None."""
    if run_id:
        wait_for_first_point(run_id)
    known = statuses()
    names = run_names([status.config for status in known])
    main = next((status for status in known if status.run_id == run_id), None)
    notice = say_notice()
    with st.container(horizontal=True, key="steering"):
        if main and main.ended:
            _outcome(main)
        elif main:
            _buttons(main)
    opening = False
    if main:
        charts(main.run_id, image_config(main))
    else:
        opening = opening_charts()
    curves = [
        (status.run_id, name, place)
        for place, (status, name) in enumerate(zip(known, names, strict=True))
        if status is main or is_shown(status, place, len(known))
    ]
    # The run on show last, so that it lies on top of those ticked in the run book.
    curves.sort(key=lambda curve: curve[0] == run_id)
    states = {status.run_id: status.state for status in known}
    shown = main.run_id if main else None
    live(View(shown, tuple(curves), states, notice=notice, opening=opening, pictured=True))
    if main:
        _result_tabs(main, known, names)
    else:
        run_book(None, known, names)


def wait_for_first_point(run_id: str) -> None:
    """A started run reports its first point within milliseconds: draw it without a second poll."""
    deadline = time.monotonic() + FIRST_POINT
    while True:
        feed(run_id).read()
        status = get_runner().status(run_id)
        waiting = status.state == "running" or (status.state == "queued" and not status.position)
        if feed(run_id).has_point or not waiting or time.monotonic() > deadline:
            return
        time.sleep(0.02)


def _outcome(status: RunStatus) -> None:
    """The result of a run that has ended."""
    if isinstance(status.result, Finished):
        _finished_box(status, status.result)
    elif status.state == "failed":
        _failed_box(status)
    else:
        where = f"Stopped at step {status.step:,} of {status.total_steps:,}."
        st.info(escape_markdown(status.message) or where)


def _finished_box(status: RunStatus, result: Finished) -> None:
    stopped = f"Stopped at step {status.step:,} of {status.total_steps:,}."
    word = stopped if result.stopped else "Finished."
    images = sum(map(sum, details_of(result).confusion))
    text = (
        f"**{word}** Test accuracy **{result.measure('accuracy'):.4f}** on {images:,} images "
        f"that it never trained on (test loss {result.loss:.4f}). {escape_markdown(status.message)}"
    )
    feed(status.run_id).read()
    if storm := storm_sentence(feed(status.run_id).curve):
        st.warning(f"{text}  \n{storm}", icon=":material/warning:")
    else:
        st.success(text, icon=":material/flag:")
    link_to_inside(status)


def _failed_box(status: RunStatus) -> None:
    st.error(escape_markdown(status.message) or "The training failed.", icon=":material/error:")
    safe = status.result.safe_lr if isinstance(status.result, Failed) else 0.0
    if safe:
        st.button(
            f"Use lr = {safe:g}", key="use_safe_lr", on_click=_use_lr, args=(safe,), type="primary"
        )


def _use_lr(lr: float) -> None:
    set_fields({"lr": lr})


def _buttons(status: RunStatus) -> None:
    if not is_mine(status):
        st.caption(NOT_MINE)
        return
    paused = status.state == "paused"
    # Both buttons share one key, so that the keyboard focus stays on the button.
    _command(
        status,
        "pause_resume",
        "Resume" if paused else "Pause",
        ":material/play_arrow:" if paused else ":material/pause:",
        Resume() if paused else Pause(),
    )
    _command(status, "stop", "Stop", ":material/stop:", Stop())
    with st.popover("Learning rate", icon=":material/speed:"):
        _new_rate(status)


def _new_rate(status: RunStatus) -> None:
    """A field and a button; Enter in the field does what the button does."""
    with st.form("new_rate", border=False):
        st.number_input(
            "New learning rate", 1e-6, 100.0, status.config.optimizer.lr, format="%g", key="new_lr"
        )
        st.form_submit_button("Apply", key="apply_lr", on_click=_apply_rate, args=(status.run_id,))


def _apply_rate(run_id: str) -> None:
    lr = float(st.session_state["new_lr"])
    steer(run_id, SetLearningRate(lr), f"From the next step on, the learning rate is {lr:g}.")


def _command(status: RunStatus, key: str, label: str, icon: str, command: Command) -> None:
    st.button(label, key=key, icon=icon, on_click=steer, args=(status.run_id, command))


def _result_tabs(main: RunStatus, known: list[RunStatus], names: list[str]) -> None:
    result = main.result if isinstance(main.result, Finished) else None
    tabs = st.tabs(("Run book", "Mistakes"), key="result", on_change="rerun")
    if tabs[0].open:
        with tabs[0]:
            run_book(main, known, names)
    if tabs[1].open:
        with tabs[1]:
            if result is None:
                st.markdown("Here when the run has finished.")
            else:
                mistakes_view(main, details_of(result))
