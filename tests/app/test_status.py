"""The operator's status page: there only with a key, shut without it, and right when open."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import STATUS
from dl101_core.home import HEADLINE
from dl101_core.jobs.runner import RunSpec, new_run_id
from dl101_core.lab import session_runs as runs
from dl101_core.limits import Limits
from dl101_core.logs import RECENT, release_logs
from dl101_core.operator import key_view as operator
from dl101_core.operator import view as status_view
from dl101_core.operator.authenticator import TRIES
from dl101_core.operator.view import code, duration, value
from dl101_core.server import SCRIPT
from dl101_core.server.startup import start_logs
from dl101_core.server.visitors import VISITORS
from dl101_core.tasks.images.config import ImageConfig
from tests.inline import InlineRunner

ROOT = Path(__file__).resolve().parents[2]
KEY = "correct horse battery staple"
OWNER = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InlineRunner]:
    runner = InlineRunner(Limits(running_per_owner=1))
    monkeypatch.setattr(runs, "local_runner", lambda: runner)
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    monkeypatch.chdir(ROOT)
    operator._authenticator.cache_clear()
    st.cache_resource.clear()
    RECENT.clear()
    start_logs(patient=False)
    yield runner
    st.cache_resource.clear()
    release_logs()
    RECENT.clear()


def app(key: object = KEY) -> AppTest:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    if key is not None:
        app.secrets["admin_key"] = key
    return app.run()


def page(key: object = KEY) -> AppTest:
    opened = app(key).switch_page(STATUS.path).run()
    assert not opened.exception, opened.exception
    return opened


def give(page: AppTest, key: str) -> AppTest:
    page.text_input[0].set_value(key)
    return page.button[0].click().run()


def signed_in() -> AppTest:
    return give(page(), KEY)


def shown(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def text_of(page: AppTest) -> str:
    """All that the page says."""
    parts = (*page.markdown, *page.caption, *page.metric, *page.code, *page.warning)
    return "\n".join(str(part.value) for part in parts)


def tables(page: AppTest) -> list[list[list[str]]]:
    """The cells of every table, row by row, without the heads."""
    found = [block.value.split("\n") for block in page.markdown if block.value.startswith("| ")]
    return [[line.strip("| ").split(" | ") for line in lines[2:]] for lines in found]


@pytest.mark.parametrize("key", [None, "", "short", "x" * 15, 1234567890123456789])
def test_without_a_fit_key_there_is_no_such_page(key: object) -> None:
    opened = app(key)
    assert not opened.exception
    assert opened.title[0].value == HEADLINE
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        opened.switch_page(STATUS.path)


def test_with_a_key_the_other_pages_are_as_they_were() -> None:
    assert [note.value for note in app().caption] == [note.value for note in app(None).caption]


def test_with_a_key_the_page_asks_for_it_and_shows_nothing() -> None:
    opened = page()
    assert opened.title[0].value == STATUS.title
    assert [field.label for field in opened.text_input] == ["Admin key"]
    assert not opened.metric
    assert not tables(opened)


def test_a_short_key_is_named_once_in_the_log_and_not_repeated() -> None:
    app("my dog").run()
    (said,) = RECENT.entries()
    assert said.times == 1
    assert "admin_key in the secrets has fewer than 16 characters" in said.message
    assert "my dog" not in said.line()


def test_the_key_does_not_stay_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("admin_key", KEY)  # as Streamlit does with a secrets file
    app()
    assert "admin_key" not in os.environ


def test_the_right_key_opens_and_is_kept_for_the_session() -> None:
    opened = signed_in()
    assert "Sessions now" in shown(opened)
    assert shown(opened.run())["Up for"]
    assert not opened.text_input
    assert KEY not in repr(opened.session_state)


def test_another_session_has_to_give_the_key_itself() -> None:
    signed_in()
    assert page().text_input


def test_closing_the_page_asks_for_the_key_again() -> None:
    opened = signed_in()
    opened.button[0].click().run()
    assert opened.text_input
    assert not opened.metric


def test_a_new_key_shuts_out_who_had_the_old_one() -> None:
    opened = signed_in()
    opened.secrets["admin_key"] = "another key of many letters"
    opened.run()
    assert opened.text_input
    assert not opened.metric


def test_the_key_is_never_taken_from_the_address() -> None:
    opened = app()
    for name in ("admin_key", "key", "operator", "Admin key"):
        opened.query_params[name] = KEY
    opened.switch_page(STATUS.path).run()
    assert opened.text_input[0].value in (None, "")
    assert not opened.metric


def test_a_wrong_key_is_refused_in_a_sentence() -> None:
    opened = give(page(), "wrong")
    assert [error.value for error in opened.error] == ["That is not the key."]
    assert not opened.metric


def test_wrong_keys_are_counted_over_all_sessions() -> None:
    for _ in range(TRIES - 1):
        give(page(), "wrong")
    assert "wait 30 seconds" in give(page(), "wrong").error[0].value
    late = give(page(), KEY)
    assert re.search(r"Try again in \d+ seconds\.", late.error[0].value)
    assert not late.metric


def test_who_is_in_stays_in_while_others_guess() -> None:
    opened = signed_in()
    for _ in range(TRIES):
        give(page(), "wrong")
    assert shown(opened.run())["Up for"]


def test_the_page_shows_runs_and_the_line_but_no_learner(runner: InlineRunner) -> None:
    ids = [new_run_id() for _ in range(3)]
    for run_id in ids:
        runner.submit(RunSpec(run_id, OWNER, ImageConfig(epochs=1)))
    opened = signed_in()
    numbers = shown(opened)
    assert (numbers["Running"], numbers["Queued"]) == ("1", "2")
    assert status_view.HELD in text_of(opened)
    line = [row[:2] for row in tables(opened)[0]]
    assert line == [[str(n), f"`{run_id[:8]}`"] for n, run_id in enumerate(ids[1:], 1)]
    text = text_of(opened)
    assert OWNER not in text
    assert not any(run_id in text for run_id in ids)


def test_the_page_does_not_renew_the_lease_of_any_run(runner: InlineRunner) -> None:
    run_id = new_run_id()
    runner.submit(RunSpec(run_id, OWNER, ImageConfig(epochs=1)))
    before = runner._records[run_id].asked_at
    signed_in().run()
    assert runner._records[run_id].asked_at == before


def test_troubles_are_shown_as_plain_text() -> None:
    opened = signed_in()
    logging.getLogger("dl101_core.jobs").error("**bold** <b>html</b> :red[colour]")
    opened.run()
    (errors,) = opened.code
    assert errors.value.endswith("dl101_core.jobs: **bold** <b>html</b> :red[colour]")
    assert errors.language in (None, "", "plaintext")


def test_the_password_of_the_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://learner:very+secret@db.example.org/dl")
    text = text_of(signed_in())
    assert "PostgreSQL" in text
    assert "secret" not in text
    assert "example.org" not in text


def test_every_limit_and_version_is_listed() -> None:
    text = text_of(signed_in())
    assert "DL101_MEMORY_MB" in text
    assert "torch" in text


def test_open_pages_are_counted_now_and_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VISITORS, "now", 3)
    monkeypatch.setattr(VISITORS, "most", 7)
    opened = signed_in()
    assert (shown(opened)["Sessions now"], shown(opened)["Sessions at most"]) == ("3", "7")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("limit", "text"), [(2_000_000, "2,000,000"), (900.0, "900"), (0.5, "0.5"), ("fork", "fork")]
)
def test_values_of_limits_are_readable(limit: int | float | str, text: str) -> None:
    assert value(limit) == text


def test_code_cannot_be_left_from_inside() -> None:
    assert code("a`**b**`") == "`a**b**`"


def test_what_a_page_raises_is_in_the_log_by_type_and_place_without_values(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    opened = page()

    def fail(*_: object) -> None:
        raise ValueError("field (=private) is wrong")

    monkeypatch.setattr(status_view, "collect", fail)
    assert give(opened, KEY).exception
    (entry,) = [one for one in RECENT.entries() if one.message == "a page failed"]
    assert entry.error is not None
    assert (entry.error.type, entry.error.message) == ("ValueError", "field (=…) is wrong")
    assert any("dl101_core/operator/view.py" in frame for frame in entry.error.frames)
    assert "private" not in capfd.readouterr().err
