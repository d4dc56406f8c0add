"""The Start button, or one sentence on why a run cannot start."""

from __future__ import annotations

import streamlit as st

from dl101_core.data import DATASETS, DataUnavailable, load
from dl101_core.jobs.runner import Refused
from dl101_core.lab.data_view import data_panel
from dl101_core.lab.session_runs import look_again, session_runs, show, start_run
from dl101_core.optim import optimizer_fault
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui.controls import pressed
from dl101_core.ui.learner import NO_COOKIES, keeps_cookies
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.skip import skip_to

SMALLEST = 10
"""Training images that a run needs at least."""


def skip_to_start() -> None:
    """A link to Start before the controls, for the keyboard; visible while it has the focus."""
    skip_to("To Start", "start")


def start_panel(config: ImageConfig) -> str | None:
    """Start ``config`` when the learner says so: the id of its run, else None."""
    run_id = start_or_say(config) if start_wanted(config) else None
    if run_id:
        show(run_id)
    say_unkept()
    return run_id


def own_run(config: ImageConfig) -> str | None:
    """A second way to start, beside the recorded run with which the page opens."""
    spot = st.empty()
    with spot:
        wanted = pressed("Train your own", key="train_own", icon=":material/play_arrow:")
    run_id = start_or_say(config) if wanted and can_start(config) else None
    if run_id:
        spot.empty()
        show(run_id)
    return run_id


def can_start(config: ImageConfig) -> bool:
    try:
        return not start_fault(config)
    except DataUnavailable:
        return False


def start_fault(config: ImageConfig) -> str:
    """Why ``config`` cannot start; empty if it can. Raises ``DataUnavailable``."""
    return (
        too_many_images(config, len(load(config.data).train))
        or config.fault()
        or optimizer_fault(config.optimizer)
    )


def start_wanted(config: ImageConfig, label: str = "Start") -> bool:
    """The button; whether it was pressed. A sentence says why a run cannot start."""
    missing, fault = "", ""
    try:
        fault = start_fault(config)
    except DataUnavailable as error:
        missing = str(error)
    wanted = pressed(
        label,
        key="start",
        type="primary",
        width="stretch",
        icon=":material/play_arrow:",
        disabled=bool(missing or fault),
    )
    if missing:
        data_panel(config.data, missing)
    elif fault:
        st.warning(escape_markdown(fault))
    return wanted and not (missing or fault)


def too_many_images(config: ImageConfig, available: int) -> str:
    """A sentence if training and validation need more images than there are, else empty."""
    if config.train_size + config.val_size <= available:
        return ""
    title, most = DATASETS[config.data].title, available - config.val_size
    if most < SMALLEST:
        return (
            f"{title} has only {available:,} images here, too few beside the "
            f"{config.val_size:,} that validate: choose other data."
        )
    return (
        f"{title} has {available:,} images, and {config.val_size:,} of them "
        f"validate: choose at most {most:,} training images."
    )


def start_or_say(config: ImageConfig) -> str | None:
    """The id of the run of ``config``, new or in training already; None if a limit refuses it."""
    try:
        run_id, known = start_run(config)
    except Refused as refusal:
        st.warning(escape_markdown(str(refusal)), icon=":material/front_hand:")
        look_again()  # another tab may have started the runs that fill the limit
        return None
    if known:
        st.toast(known, icon=":material/monitoring:")
    return run_id


def say_unkept() -> None:
    """After Start: without cookies, the learner can steer the runs only until a refresh."""
    if session_runs() and not keeps_cookies():
        st.caption(NO_COOKIES)
