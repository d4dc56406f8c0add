"""The learner's own trained networks, ready to read an image."""

from __future__ import annotations

import streamlit as st
from torch import nn

from dl101_core.curriculum import page_at
from dl101_core.data.datasets import DATASETS, DIGITS
from dl101_core.draw.view import Network
from dl101_core.jobs.runner import RunStatus, UnknownRun, is_run_id
from dl101_core.lab.session_runs import get_runner, image_config, remember, session_runs
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.states import DamagedState

MOST = 4
"""Most networks of the learner beside the shipped ones."""


def run_networks(digits_only: bool = True) -> list[Network]:
    """The latest ended runs: those that the link names, then those of this session."""
    found = []
    for number, status in _ended(digits_only):
        model = trained(status.run_id, status.config)
        if model is not None:
            found.append(
                Network(status.run_id, title_of(number, status), model, image_config(status).data)
            )
    return found[-MOST:]


def title_of(number: int, status: RunStatus) -> str:
    """The title of a run among the networks; ``number``: its place in the session's list."""
    return f"Your run {number}: {status.config.title}"


def link_to_inside(status: RunStatus) -> None:
    """A link to "What the network sees" for the network of a run that has ended."""
    page = page_at("inside")
    number = session_runs().index(status.run_id) + 1
    st.page_link(
        page.path,
        label="See what it sees",
        icon=page.icon,
        query_params={"runs": status.run_id, "network": title_of(number, status)},
    )


def _ended(digits_only: bool) -> list[tuple[int, RunStatus]]:
    """Runs with a result, and their place in the session's list, counted from 1."""
    _remember_link()
    ended = []
    for number, run_id in enumerate(session_runs(), start=1):
        try:
            status = get_runner().status(run_id)
            data = image_config(status).data
        except UnknownRun:
            continue
        fits = not digits_only or DATASETS[data].classes == DIGITS
        if fits and status.state in ("finished", "stopped"):
            ended.append((number, status))
    return ended


def _remember_link() -> None:
    """Take ``?runs=<id>,<id>`` into the session's list; a sentence names an unknown run."""
    text = st.query_params.get("runs", "")
    missing = False
    for run_id in text.split(",")[:MOST] if text else []:
        try:
            if not is_run_id(run_id):
                raise UnknownRun
            image_config(get_runner().status(run_id))
            remember(run_id)
        except UnknownRun:
            missing = True
    if missing:
        st.warning(
            "The link names a training run that is not here any more.", icon=":material/link_off:"
        )


@st.cache_resource(show_spinner=False, max_entries=64)
def trained(run_id: str, _config: TaskConfig) -> nn.Module | None:
    """The network of a run that has ended, in evaluation mode: shared, so do not change it."""
    state = get_runner().checkpoint(run_id)
    try:
        return None if state is None else trained_model(_config, state).requires_grad_(False)
    except DamagedState:
        return None
