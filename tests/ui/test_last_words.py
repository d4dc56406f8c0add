"""A new script begins when the old one has been heard to its end, and not before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData

from dl101_core.ui import startup
from dl101_core.ui.last_words import hear_scripts_to_their_end

FRAGMENT = RerunData(fragment_id="picture")


class Runner:
    """Takes what it is asked for only while it runs."""

    def __init__(self, runs: bool) -> None:
        self.runs = runs
        self.asked: list[RerunData] = []

    def request_rerun(self, rerun: RerunData) -> bool:
        if self.runs:
            self.asked.append(rerun)
        return self.runs


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch) -> list[RerunData]:
    """What new runners were made for."""
    made: list[RerunData] = []

    def create(session: Any, rerun: RerunData) -> None:
        made.append(rerun)
        session._scriptrunner = Runner(True)

    monkeypatch.setattr(AppSession, "_create_scriptrunner", create)
    hear_scripts_to_their_end()
    hear_scripts_to_their_end()  # a second call must not wrap it again
    return made


class Session:
    """As much of a session as asking for a script needs; its loop turns when told to."""

    def __init__(self, runner: Runner | None) -> None:
        self._scriptrunner, self._state = runner, AppSessionState.APP_IS_RUNNING
        self._event_loop = self
        self.later: list[Callable[[], None]] = []

    def ask(self) -> None:
        AppSession._create_scriptrunner(self, FRAGMENT)  # type: ignore[arg-type]

    def call_later(self, seconds: float, call: Callable[..., None], *args: object) -> None:
        assert 0 < seconds < 0.1
        self.later.append(partial(call, *args))

    def turn(self) -> None:
        due, self.later = self.later, []
        for call in due:
            call()


def test_it_begins_at_once_where_nothing_runs(created: list[RerunData]) -> None:
    Session(None).ask()
    assert created == [FRAGMENT]


def test_it_waits_for_the_last_word_of_the_old_one(created: list[RerunData]) -> None:
    one = Session(Runner(False))
    one.ask()
    one.turn()
    one.turn()
    assert created == []
    one._scriptrunner = None  # what Streamlit does at the last word
    one.turn()
    one.turn()
    assert created == [FRAGMENT]


def test_a_runner_that_came_meanwhile_takes_it_once(created: list[RerunData]) -> None:
    one, newer = Session(Runner(False)), Runner(True)
    one.ask()
    one._scriptrunner = newer
    one.turn()
    one.turn()
    assert (created, newer.asked) == ([], [FRAGMENT])


def test_a_session_that_is_closed_asks_no_more(created: list[RerunData]) -> None:
    one = Session(Runner(False))
    one.ask()
    one._state, one._scriptrunner = AppSessionState.SHUTDOWN_REQUESTED, None
    one.turn()
    assert (created, one.later) == ([], [])


def test_the_server_does_so_before_its_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    for name in ("start_logs", "door", "send_at_once", "hear_scripts_to_their_end", "get_runner"):
        monkeypatch.setattr(startup, name, partial(done.append, name))
    startup.prepare_server.clear()
    startup.prepare_server()
    startup.prepare_server.clear()
    assert "hear_scripts_to_their_end" in done
