"""The learner's key: made once, stored by the browser, accepted only in the form of a key."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from dl101_core.jobs.runner import RunStatus, new_key, owner_of
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui import learner
from dl101_core.ui.learner import COOKIE, sound_key


def page() -> None:
    from dl101_core.ui import learner

    learner.keep_key()


class Context:
    def __init__(self, cookies: Mapping[str, str]) -> None:
        self.cookies = cookies


def opened(monkeypatch: pytest.MonkeyPatch, cookies: Mapping[str, str]) -> AppTest:
    monkeypatch.setattr(learner.st, "context", Context(cookies))
    app = AppTest.from_function(page).run()
    assert not app.exception
    return app


def test_a_new_key_has_the_form_of_a_key() -> None:
    assert all(sound_key(key) == key for key in (new_key() for _ in range(50)))


@given(some.one_of(some.text(), some.none(), some.integers(), some.lists(some.text())))
def test_nothing_else_passes_for_a_key(value: object) -> None:
    sound = isinstance(value, str) and len(value) == 32
    assert sound_key(value) == "" or sound


@pytest.mark.app
@pytest.mark.parametrize("bad", ["", "x", "k" * 31, "k" * 33, "k" * 31 + "\n", "é" * 32, "<" * 32])
def test_a_hostile_cookie_is_replaced(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    app = opened(monkeypatch, {COOKIE: bad})
    assert app.session_state[learner.KEY] != bad
    assert sound_key(app.session_state[learner.KEY])


@pytest.mark.app
def test_the_key_of_the_cookie_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    assert opened(monkeypatch, {COOKIE: key}).session_state[learner.KEY] == key


@pytest.mark.app
def test_without_a_cookie_the_key_lasts_for_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, {})
    key = app.session_state[learner.KEY]
    assert app.run().session_state[learner.KEY] == key


def hear(monkeypatch: pytest.MonkeyPatch, news: object, **state: object) -> dict[str, object]:
    session: dict[str, object] = {learner.PART: {"news": news}, learner.KEY: "first", **state}
    monkeypatch.setattr(learner.st, "session_state", session)
    learner._hear()
    return session


def test_the_key_of_another_tab_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    assert hear(monkeypatch, key)[learner.KEY] == key


def test_a_key_with_runs_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hear(monkeypatch, new_key(), **{learner.USED: True})[learner.KEY] == "first"


@pytest.mark.parametrize("news", ["off", "", None, 7, ["a"], "k" * 400])
def test_other_news_changes_no_key(monkeypatch: pytest.MonkeyPatch, news: object) -> None:
    session = hear(monkeypatch, news)
    assert session[learner.KEY] == "first"
    assert learner.keeps_cookies() == (news != "off")


def test_only_the_runs_of_the_key_are_mine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learner.st, "session_state", {learner.KEY: "first"})
    for key in ("first", "second"):
        status = RunStatus("r" * 22, owner_of(key), ImageConfig(), "running")
        assert learner.is_mine(status) == (key == "first")
