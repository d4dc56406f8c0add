"""The lab's answers while runs train: short and right, for every possible poll."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dl101_core.jobs.runner import Pause, RunSpec, UnknownRun, new_run_id, owner_of
from dl101_core.lab import live_view as live
from dl101_core.lab import session_runs as runs
from dl101_core.lab.live_view import (
    Ask,
    Asking,
    Changed,
    View,
    answer_text,
    read_ask,
    training_pace,
)
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from tests.inline import InlineRunner

SOFTMAX = ImageConfig(
    train_size=300,
    model=ModelConfig(name="softmax"),
    optimizer=OptimizerConfig(name="sgd", lr=0.1),
    epochs=50,
)
KEY = "a key for this test only, really"


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> InlineRunner:
    inline = InlineRunner(Limits(workers=1), steps=1)
    for module in (live, runs):
        monkeypatch.setattr(module, "get_runner", lambda: inline)
    monkeypatch.setattr(live.st, "session_state", {})
    monkeypatch.setattr(live, "asking", lambda: Asking())
    return inline


def started(runner: InlineRunner, owner: str = KEY) -> View:
    run_id = runner.submit(RunSpec(new_run_id(), owner_of(owner), SOFTMAX))
    while not runner.events(run_id):
        pass
    return View(run_id, ((run_id, "Run 1", 0),), {run_id: "running"})


def answer(view: View, ask: Ask | None = None) -> dict[str, object]:
    told: dict[str, object] = json.loads(answer_text(view, ask or Ask()))
    return told


def test_the_answers_of_a_run_put_together_are_its_whole_curve(runner: InlineRunner) -> None:
    view = started(runner)
    drawn: list[object] = []
    for n in range(5):
        seen = {str(view.run_id): (len(drawn), 0, 0)}
        told = answer(view, Ask(n, seen))
        (curve,) = told["curves"]  # type: ignore[misc]
        assert told["n"] == n
        assert curve["from"][0] == len(drawn)
        drawn += curve["train"]
        runner.events(str(view.run_id))
    assert drawn
    (whole,) = answer(view)["curves"]  # type: ignore[misc]
    assert whole["train"][: len(drawn)] == drawn


def test_an_answer_without_news_is_short(runner: InlineRunner) -> None:
    view = started(runner)
    runner.command(str(view.run_id), Pause(), KEY)
    runner.tick()
    paused = View(view.run_id, view.curves, {str(view.run_id): "paused"})
    (curve,) = answer(paused)["curves"]  # type: ignore[misc]
    seen = {str(view.run_id): (len(curve["train"]), len(curve["val"]), 0)}
    assert len(answer_text(paused, Ask(1, seen))) < 400


def test_a_run_that_changed_its_state_draws_the_page_again(runner: InlineRunner) -> None:
    view = started(runner)
    runner.command(str(view.run_id), Pause(), KEY)
    runner.status(str(view.run_id))
    with pytest.raises(Changed):
        answer(view)


def test_a_new_notice_of_the_runner_draws_the_page_again(
    runner: InlineRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = replace(started(runner), notice="")
    answer(view)
    monkeypatch.setattr(runner._one, "trouble", "Training cannot begin on this server.")
    with pytest.raises(Changed):
        answer(view)
    answer(replace(view, notice="Training cannot begin on this server."))


def test_a_deleted_run_is_noticed(runner: InlineRunner) -> None:
    view = started(runner)
    runner.delete(str(view.run_id), KEY)
    with pytest.raises(UnknownRun):
        answer(view)


def test_nothing_more_is_asked_when_all_runs_have_ended(runner: InlineRunner) -> None:
    view = started(runner)
    while not runner.status(str(view.run_id)).ended:
        pass
    ended = View(view.run_id, view.curves, {str(view.run_id): "finished"})
    assert answer(ended)["again"] == 0
    assert answer(ended)["line"] == ""
    assert answer(View(None, (), {}))["again"] == 0


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=20,
)


@given(json_values | some.fixed_dictionaries({"n": json_values, "seen": json_values}))
def test_any_message_is_a_question_or_counts_as_none(value: object) -> None:
    ask = read_ask(value)
    assert 0 <= ask.n < 2**54
    for counts in ask.seen.values():
        assert len(counts) == 3
        assert all(type(count) is int and count >= 0 for count in counts)


def test_a_good_question_is_read() -> None:
    assert read_ask({"n": 3, "seen": {"a": [1, 2, 0]}}) == Ask(3, {"a": (1, 2, 0)})
    for bad in ([1, 2], [1, 2, -1], [True, 0, 0], "123", [1, 2, 10**9]):
        assert read_ask({"n": 3, "seen": {"a": bad}}) == Ask()


def test_a_class_looks_a_little_less_often_than_one_learner() -> None:
    assert training_pace(1) == training_pace(10) == 600
    assert training_pace(20) == 675
    assert training_pace(30) == training_pace(500) == 750


def test_the_end_of_a_run_is_looked_for_when_it_is_expected() -> None:
    assert training_pace(30, 60.0) == training_pace(30, None) == 750
    assert training_pace(30, 0.4) == 400
    assert training_pace(30, 0.0) == training_pace(1, 0.0) == 250


def test_only_those_who_asked_lately_are_counted() -> None:
    asking = Asking()
    assert [asking.note(session, session * 0.1) for session in range(5)] == [1, 2, 3, 4, 5]
    assert asking.note(0, 0.5) == 5
    assert asking.note(0, 3.25) == 3, "those of 0.3 s and 0.4 s, and the one that asks"
