"""One run on the page: its state, its buttons, its curves as they grow, and its result.

The curves are polled by a fragment, so nothing else on the page is drawn again while it trains.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from dl101_core.data import DATASETS, DataUnavailable, load
from dl101_core.events import Failed, Finished, SetLearningRate, Stop
from dl101_core.figures.curves import Curve, accuracy_option, loss_option, read_curve, spoken
from dl101_core.figures.results import confusion_figure, mistake_tiles
from dl101_core.jobs.runner import (
    Command,
    NotYours,
    Pause,
    Resume,
    RunStatus,
    UnknownRun,
)
from dl101_core.jobs.sentences import duration
from dl101_core.run_names import run_names
from dl101_core.ui.learner import is_mine, learner_key
from dl101_core.ui.runs import feed, get_runner, statuses
from dl101_core.ui.train_controls import use_settings

FAST, SLOW, OTHERS = 0.3, 0.6, 2.0
"""Seconds between two looks: before the first point, after it, and for other runs only."""
FIRST_POINT = 0.6
CHART_HEIGHT = 265
OVERLAYS = 3
NOT_MINE = (
    "Another learner started this run: only they can pause, change or delete it. "
    "**Use its settings** in the run book, and start your own."
)


def job_view(run_id: str | None) -> None:
    """State, buttons, curves and result of ``run_id``; empty axes if it is None."""
    if run_id:
        _wait_for_first_point(run_id)
    pace = _pace(run_id)

    @st.fragment(run_every=pace)
    def live() -> None:
        # The same three boxes in every state: a chart that moved would be made anew, and flicker.
        state, buttons, curves = st.container(), st.container(horizontal=True), st.container()
        if run_id is None:
            state.markdown("Choose, then press **Start**.")
            with curves:
                _charts([], None)
            return
        try:
            feed(run_id).read()
            status = get_runner().status(run_id)
        except UnknownRun:  # forgotten meanwhile: the page says so
            st.rerun()
        with state:
            if get_runner().notice:
                st.warning(get_runner().notice)
            _state_line(status)
        with buttons:
            _buttons(status)
        with curves:
            _charts(*_curves(run_id))
        if pace != _pace(run_id):
            st.rerun()

    live()
    if run_id:
        _result_tabs(run_id)


def _wait_for_first_point(run_id: str) -> None:
    """A started run tells its first point within milliseconds: draw it without another round."""
    deadline = time.monotonic() + FIRST_POINT
    while True:
        feed(run_id).read()
        status = get_runner().status(run_id)
        waiting = status.state == "running" or (status.state == "queued" and not status.position)
        if feed(run_id).has_point or not waiting or time.monotonic() > deadline:
            return
        time.sleep(0.02)


def _pace(run_id: str | None) -> float | None:
    """Seconds between two looks; None when nothing can come any more."""
    if run_id is None:
        return None
    if not get_runner().status(run_id).ended:
        return SLOW if feed(run_id).has_point else FAST
    return OTHERS if any(not status.ended for status in statuses()) else None


def _state_line(status: RunStatus) -> None:
    total = status.total_steps
    where = f"step {status.step:,} of {total:,}"
    match status.state:
        case "queued" if status.position:
            st.info(f"Waiting: number {status.position} in the line. {status.message}")
        case "queued" | "running" if not total:
            st.progress(0.0, text="Starting")
        case "queued" | "running":
            left = status.ends_in
            eta = f", about {duration(left)} left" if left is not None else ""
            testing = status.step >= total
            text = "Reading the test set" if testing else f"Training: {where}{eta}"
            st.progress(status.step / total, text=text)
        case "paused":
            st.progress(
                status.step / total if total else 0.0,
                text=f"Paused at {where}. {status.message}",
            )
        case "finished" | "stopped":
            _finished_line(status, where)
        case "failed":
            _failed_line(status)


def _finished_line(status: RunStatus, where: str) -> None:
    if not isinstance(status.result, Finished):
        st.info(status.message or f"Stopped at {where}.")
        return
    result = status.result
    word = f"Stopped at {where}." if result.stopped else "Finished."
    images = sum(map(sum, result.confusion))
    st.success(
        f"**{word}** Test accuracy **{result.accuracy:.4f}** on {images:,} images "
        f"that it never trained on (test loss {result.loss:.4f}).",
        icon=":material/flag:",
    )


def _failed_line(status: RunStatus) -> None:
    st.error(status.message or "The training failed.", icon=":material/error:")
    safe = status.result.safe_lr if isinstance(status.result, Failed) else 0.0
    if safe:
        st.button(
            f"Use lr = {safe:g}", key="use_safe_lr", on_click=_use_lr, args=(safe,), type="primary"
        )


def _use_lr(lr: float) -> None:
    st.session_state["lr"] = lr
    st.rerun("app")


def _buttons(status: RunStatus) -> None:
    if status.ended:
        return
    if not is_mine(status):
        st.caption(NOT_MINE)
        return
    paused = status.state == "paused"
    _command(
        status,
        "Resume" if paused else "Pause",
        ":material/play_arrow:" if paused else ":material/pause:",
        Resume() if paused else Pause(),
    )
    _command(status, "Stop", ":material/stop:", Stop())
    with st.popover("Learning rate", icon=":material/speed:"):
        lr = st.number_input(
            "New learning rate", 1e-6, 100.0, status.config.optimizer.lr, format="%g", key="new_lr"
        )
        st.button("Apply", key="apply_lr", on_click=_change_lr, args=(status.run_id, lr))


def _command(status: RunStatus, label: str, icon: str, command: Command) -> None:
    st.button(label, key=label.lower(), icon=icon, on_click=_steer, args=(status.run_id, command))


def _change_lr(run_id: str, lr: float) -> None:
    _steer(run_id, SetLearningRate(lr), f"From the next step on, the learning rate is {lr:g}.")


def _steer(run_id: str, command: Command, done: str = "") -> None:
    """Say ``done``, or why not: an old tab may still show a button that is no longer theirs."""
    try:
        get_runner().command(run_id, command, learner_key())
    except (NotYours, UnknownRun) as refusal:
        st.toast(str(refusal), icon=":material/block:")
    else:
        if done:
            st.toast(done)


def _curves(run_id: str) -> tuple[list[Curve], Curve | None]:
    """The curve of ``run_id`` last, so that it lies on top of those ticked in the run book."""
    known = statuses()
    names = run_names([status.config for status in known])
    curves, main = [], None
    for place, (status, name) in enumerate(zip(known, names, strict=True)):
        if status.run_id == run_id:
            feed(run_id).read()
            main = read_curve(name, place, feed(run_id).events)
        elif st.session_state.get(f"show_{status.run_id}", _shown_at_first(place, len(known))):
            feed(status.run_id).read()
            curves.append(read_curve(name, place, feed(status.run_id).events))
    return ([*curves, main], main) if main else (curves, None)


def _shown_at_first(place: int, count: int) -> bool:
    return place >= count - 1 - OVERLAYS


def _charts(curves: list[Curve], main: Curve | None) -> None:
    charts: tuple[tuple[str, Callable[[list[Curve]], dict[str, object]]], ...] = (
        ("Loss", loss_option),
        ("Accuracy", accuracy_option),
    )
    for column, (what, option) in zip(st.columns(2), charts, strict=True):
        with column:
            st.echarts_chart(
                option(curves),
                height=CHART_HEIGHT,
                key=f"chart_{what.lower()}",
                alt=spoken(what, main),
            )


def _result_tabs(run_id: str) -> None:
    status = get_runner().status(run_id)
    result = status.result if isinstance(status.result, Finished) else None
    tabs = st.tabs(
        ("Run book", "Confusion matrix", "Worst mistakes"), key="result", on_change="rerun"
    )
    if tabs[0].open:
        with tabs[0]:
            _run_book(run_id)
    for tab, show in ((tabs[1], _confusion), (tabs[2], _mistakes)):
        if tab.open:
            with tab:
                if result is None:
                    st.markdown("Here when the run has finished.")
                else:
                    show(status, result)


def _run_book(run_id: str) -> None:
    known = statuses()
    names = run_names([status.config for status in known])
    for place, (status, name) in reversed(list(enumerate(zip(known, names, strict=True)))):
        if status.run_id == run_id:
            line, same = st.columns([3, 2], vertical_alignment="center")
            line.markdown(f"**{name}** · {_outcome(status)} · shown now")
            same.button(
                "Use its settings",
                key="use_settings",
                on_click=use_settings,
                args=(status.config,),
                help="Set the controls to what this run was trained with.",
            )
            continue
        box, link = st.columns([3, 2], vertical_alignment="center")
        box.checkbox(
            f"{name} · {_outcome(status)}",
            _shown_at_first(place, len(known)),
            key=f"show_{status.run_id}",
        )
        link.button("Open", key=f"open_{status.run_id}", on_click=_open, args=(status.run_id,))


def _outcome(status: RunStatus) -> str:
    if isinstance(status.result, Finished):
        return f"test accuracy {status.result.accuracy:.4f}"
    return status.state


def _open(run_id: str) -> None:
    st.query_params["run"] = run_id


def _confusion(status: RunStatus, result: Finished) -> None:
    classes = DATASETS[status.config.data].classes
    st.plotly_chart(
        confusion_figure(result.confusion, classes),
        key="confusion",
        config={"displayModeBar": False},
    )


def _mistakes(status: RunStatus, result: Finished) -> None:
    if not result.mistakes:
        st.markdown("No mistakes at all on the test set.")
        return
    try:
        tiles, captions = mistake_tiles(result.mistakes, load(status.config.data))
    except DataUnavailable as error:
        st.warning(str(error))
        return
    st.image(tiles, captions, width=84, alt=captions, output_format="PNG")
