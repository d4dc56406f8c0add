"""The server's runner, and what this session knows of its runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from dl101_core.events import Event, Progress
from dl101_core.jobs.local import local_runner
from dl101_core.jobs.runner import (
    Runner,
    RunSpec,
    RunStatus,
    UnknownRun,
    new_key,
    new_run_id,
    owner_of,
)
from dl101_core.training import TrainConfig

RATE_WINDOW = 8.0


@st.cache_resource(show_spinner=False)
def get_runner() -> Runner:
    """One runner for the whole server; it saves its runs and ends its workers when Python exits."""
    return local_runner()


def learner_key() -> str:
    """The secret of this learner, with which their runs are steered."""
    key: str = st.session_state.setdefault("learner_key", new_key())
    return key


@dataclass
class Feed:
    """The events of one run as far as this session has read them."""

    run_id: str
    events: list[Event] = field(default_factory=list)
    seq: int = 0
    marks: list[tuple[float, int]] = field(default_factory=list)

    def read(self) -> None:
        """Fetch what is new; ``UnknownRun`` if there is no such run."""
        for seq, event in get_runner().events(self.run_id, self.seq):
            self.events.append(event)
            self.seq = seq
            if isinstance(event, Progress):
                self.mark(time.monotonic(), event.step)

    def mark(self, now: float, step: int) -> None:
        self.marks = [mark for mark in self.marks if mark[0] > now - RATE_WINDOW]
        self.marks.append((now, step))

    @property
    def has_point(self) -> bool:
        return any(isinstance(event, Progress) for event in self.events)

    def seconds_left(self, total_steps: int) -> float | None:
        """From the speed of the last seconds; None while it cannot be told."""
        if len(self.marks) < 2:
            return None
        (t0, s0), (t1, s1) = self.marks[0], self.marks[-1]
        if t1 - t0 < 0.5 or s1 <= s0:
            return None
        return (total_steps - s1) * (t1 - t0) / (s1 - s0)


def feed(run_id: str) -> Feed:
    """This session's feed of ``run_id``."""
    feeds: dict[str, Feed] = st.session_state.setdefault("feeds", {})
    return feeds.setdefault(run_id, Feed(run_id))


def session_runs() -> list[str]:
    """Ids of the runs that this session started or looked at, oldest first."""
    runs: list[str] = st.session_state.setdefault("runs", [])
    return runs


def remember(run_id: str) -> None:
    if run_id not in session_runs():
        session_runs().append(run_id)


def statuses() -> list[RunStatus]:
    """The session's runs that still exist, oldest first."""
    found = []
    for run_id in list(session_runs()):
        try:
            found.append(get_runner().status(run_id))
        except UnknownRun:
            session_runs().remove(run_id)
    return found


def start_run(config: TrainConfig) -> tuple[str, bool]:
    """Start ``config``, unless this session is already training it: ``(run_id, is_new)``."""
    for status in statuses():
        if status.config == config and not status.ended:
            return status.run_id, False
    run_id = get_runner().submit(RunSpec(new_run_id(), owner_of(learner_key()), config))
    remember(run_id)
    return run_id, True


def events_like(config: TrainConfig) -> list[Event]:
    """The events of this session's latest finished run of ``config``; empty if there is none."""
    for status in reversed(statuses()):
        if status.config == config and status.state == "finished":
            found = feed(status.run_id)
            found.read()
            return found.events
    return []


def run_in_link() -> RunStatus | None:
    """The run that the address names. Says so if there is no such run.

    Who comes back from another page of the app finds the run that was last on show.
    """
    run_id = st.query_params.get("run", st.session_state.get("run_on_show"))
    if run_id is None:
        return None
    try:
        status = get_runner().status(run_id)
    except UnknownRun as error:
        st.session_state.pop("run_on_show", None)
        st.warning(f"The link names a training run. {error}", icon=":material/link_off:")
        return None
    remember(run_id)
    if st.query_params.get("run") != run_id:
        st.query_params["run"] = run_id
    st.session_state["run_on_show"] = run_id
    return status
