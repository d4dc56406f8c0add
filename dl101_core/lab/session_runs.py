"""The server's runner, and the runs that this session knows."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from dl101_core.jobs.local import local_runner
from dl101_core.jobs.runner import (
    Command,
    NotYours,
    Refused,
    Resume,
    Runner,
    RunSpec,
    RunStatus,
    UnknownRun,
    new_run_id,
)
from dl101_core.lab.curves import Curve
from dl101_core.rates import TooOften
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Event, Failed, Finished
from dl101_core.ui.learner import is_mine, learner_key, mark_used, owner
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.rates import count_start
from dl101_core.ui.visitor import address

OWN = 12
"""Most runs of earlier visits in the run book."""


@st.cache_resource(show_spinner=False)
def get_runner() -> Runner:
    """One runner for the whole server; it saves its runs and ends its workers when Python exits."""
    return local_runner()


@dataclass
class Feed:
    """The events of one run as far as this session has read them."""

    run_id: str
    events: list[Event] = field(default_factory=list)
    curve: Curve = field(default_factory=Curve)

    def read(self) -> None:
        """Fetch what is new; ``UnknownRun`` if there is no such run."""
        new = [event for _, event in get_runner().events(self.run_id, len(self.events))]
        self.events += new
        self.curve.take(new)

    @property
    def has_point(self) -> bool:
        return bool(self.curve.train)

    @property
    def complete(self) -> bool:
        """Whether the run's last event is here."""
        return bool(self.events) and isinstance(self.events[-1], Finished | Failed)


def feed(run_id: str) -> Feed:
    """This session's feed of ``run_id``."""
    feeds: dict[str, Feed] = st.session_state.setdefault("feeds", {})
    return feeds.setdefault(run_id, Feed(run_id))


def session_runs() -> list[str]:
    """Ids of the learner's runs and of those that this session looked at, oldest first."""
    runs: list[str] = st.session_state.setdefault("runs", [])
    here = (owner(), address())
    if st.session_state.get("seen_at") != here:
        st.session_state["seen_at"] = here
        get_runner().visit(*here)
    if st.session_state.get("runs_of") != owner():
        st.session_state["runs_of"] = owner()
        own = [run.run_id for run in get_runner().runs(owner(), OWN)]
        runs.extend(run_id for run_id in reversed(own) if run_id not in runs)
    return runs


def look_again() -> None:
    """Drop the cached list of the learner's runs, so that the next call fetches it."""
    st.session_state.pop("runs_of", None)


def remember(run_id: str) -> None:
    if run_id not in session_runs():
        session_runs().append(run_id)


def forget(run_id: str) -> None:
    """The run was deleted: take it out of this session, and out of the address."""
    st.session_state.get("feeds", {}).pop(run_id, None)
    if run_id in session_runs():
        session_runs().remove(run_id)
    if st.session_state.get("run_on_show") == run_id:
        del st.session_state["run_on_show"]
    if st.query_params.get("run") == run_id:
        del st.query_params["run"]


def say_notice() -> str:
    """Warn of trouble with saving or starting runs; returns the runner's notice."""
    notice = get_runner().notice
    if notice:
        st.warning(escape_markdown(notice))
    return notice


def steer(run_id: str, command: Command, done: str = "") -> None:
    """Send ``command``, then say ``done`` or the refusal: an old tab may show an invalid button."""
    try:
        get_runner().command(run_id, command, learner_key())
    except (NotYours, UnknownRun) as refusal:
        st.toast(escape_markdown(refusal), icon=":material/block:")
    else:
        if done:
            st.toast(done)


def statuses() -> list[RunStatus]:
    """The session's image classifiers that still exist, oldest first."""
    found = []
    for run_id in list(session_runs()):
        try:
            found.append(get_runner().status(run_id))
        except UnknownRun:
            session_runs().remove(run_id)
    return [status for status in found if isinstance(status.config, ImageConfig)]


def image_config(status: RunStatus) -> ImageConfig:
    """The config of an image classifier's run. Raises ``UnknownRun`` for a run of another task,
    which no page for image classifiers can show.
    """
    if not isinstance(status.config, ImageConfig):
        raise UnknownRun("It belongs to another page.")
    return status.config


def start_run(config: TaskConfig) -> tuple[str, str]:
    """Start ``config``, unless the learner is already training it; a paused run resumes.

    Gives the run's id, and a sentence if the run is not new.

    Raises ``Refused`` if a limit forbids the run.
    """
    for status in statuses():
        if status.config == config and is_mine(status) and not status.ended:
            if status.state != "paused":
                return status.run_id, "This run is training already: here it is."
            steer(status.run_id, Resume())
            where = f" at step {status.step:,}" if status.step else ""
            return status.run_id, f"You had paused this run{where}: it goes on."
    try:
        count_start()
    except TooOften as limit:
        raise Refused(str(limit)) from None
    run_id = get_runner().submit(RunSpec(new_run_id(), owner(), config))
    mark_used()
    remember(run_id)
    return run_id, ""


def events_like(config: TaskConfig) -> list[Event]:
    """The events of this session's latest finished run of ``config``; empty if there is none."""
    for status in reversed(statuses()):
        if status.config == config and status.state == "finished":
            found = feed(status.run_id)
            found.read()
            return found.events
    return []


def run_in_link() -> RunStatus | None:
    """The run that the address names. Says so if there is no such run.

    After a visit to another page of the app, it is the run that was last on show.
    """
    run_id = st.query_params.get("run", st.session_state.get("run_on_show"))
    if run_id is None:
        return None
    try:
        status = get_runner().status(run_id)
        image_config(status)
    except UnknownRun as error:
        st.session_state.pop("run_on_show", None)
        st.warning(
            f"The link names a training run. {escape_markdown(error)}", icon=":material/link_off:"
        )
        return None
    remember(run_id)
    show(run_id)
    return status


def show(run_id: str) -> None:
    """Put the run into the address, so that a refresh finds it again."""
    if st.query_params.get("run") != run_id:
        st.query_params["run"] = run_id
    st.session_state["run_on_show"] = run_id
