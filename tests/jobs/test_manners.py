"""Limits and rights: which learner may do what, how much, and with which messages."""

from __future__ import annotations

import pytest

from dl101_core.jobs.runner import (
    NotYours,
    Pause,
    Refused,
    RunSpec,
    WorkerInfo,
    new_run_id,
    owner_of,
)
from dl101_core.jobs.slicer import Drop, Parked
from dl101_core.models import ModelConfig
from dl101_core.training.events import Checkpointed, Stop
from tests.events import progress
from tests.jobs.helpers import config, start, steer
from tests.jobs.test_manager import BEGUN, DONE, Scene

SAVED = Checkpointed(7, 2, b"state")


def test_one_run_at_a_time_and_three_behind_it() -> None:
    scene = Scene(live_per_worker=15)
    scene.begin("another")
    ids = [scene.begin("me") for _ in range(4)]
    assert [scene.manager.status(run_id).state for run_id in ids] == ["running"] + 3 * ["queued"]
    assert "one at a time" in scene.manager.status(ids[1]).message
    with pytest.raises(Refused, match="4 runs that are not finished"):
        scene.begin("me")
    assert scene.manager.status(scene.begin("a third")).state == "running"
    scene.tell(ids[0], BEGUN, DONE)
    assert scene.manager.status(ids[1]).state == "running"
    assert scene.manager.status(scene.begin("me")).state == "queued"


def test_who_presses_start_ten_times_takes_no_time_from_the_class() -> None:
    scene = Scene(live_per_worker=2)
    for _ in range(4):
        scene.begin("greedy")
    others = [scene.begin(f"owner-{n}") for n in range(3)]
    [parked] = [run_id for _, run_id, command in scene.engine.commands if command == Pause()]
    scene.tell(parked, SAVED, Parked())
    assert [scene.manager.status(run_id).state for run_id in others] == ["running"] * 3


def test_the_line_has_an_end() -> None:
    scene = Scene(waiting_in_all=2)
    for n in range(4):
        scene.begin(f"owner-{n}")
    with pytest.raises(Refused, match=r"2 runs wait already.*Try again in about"):
        scene.begin("owner-9")


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        (config(epochs=50), "at most 20 epochs a run, not 50"),
        (
            config(model=ModelConfig(name="mlp", hidden_size=100)),
            "has 79,510 parameters; this server trains at most 50,000",
        ),
        (
            config(model=ModelConfig(name="fashion_cnn"), batch_size=1024),
            r"needs about [\d,]+ MB of memory; .* at most 150 MB. Choose a smaller batch",
        ),
    ],
)
def test_a_run_that_is_too_large_is_refused_with_its_numbers(of: object, sentence: str) -> None:
    limits = {"max_epochs": 20, "max_parameters": 50_000, "memory_mb": 750}
    if "MB" in sentence:
        limits["max_parameters"] = 2_000_000
    scene = Scene(**limits)
    with pytest.raises(Refused, match=sentence):
        start(scene.manager, of)  # type: ignore[arg-type]
    assert scene.manager.runs() == []


def test_only_the_key_of_the_owner_steers_or_deletes() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    for key in ("another", "", owner_of("me"), run_id):
        with pytest.raises(NotYours, match="Only who started this run"):
            scene.manager.command(run_id, Stop(), key)
        with pytest.raises(NotYours):
            scene.manager.delete(run_id, key)
    assert scene.engine.commands == []
    scene.manager.command(run_id, Stop(), "me")
    assert scene.engine.commands == [(1, run_id, Stop())]


def test_a_deleted_run_is_gone_and_makes_room() -> None:
    scene = Scene()
    ids = [scene.begin(f"owner-{n}") for n in range(3)]
    scene.tell(ids[0], BEGUN)
    scene.manager.delete(ids[0], "owner-0")
    assert scene.engine.commands == [(1, ids[0], Drop())]
    with pytest.raises(LookupError, match="no such run"):
        scene.manager.status(ids[0])
    assert scene.manager.status(ids[2]).state == "running"
    scene.tell(ids[0], DONE, first=2)
    assert all(status.run_id != ids[0] for status in scene.manager.runs())


def test_a_run_has_an_end_to_its_computing_time() -> None:
    scene = Scene(max_seconds=10.0)
    run_id = scene.begin("me")
    scene.tell(run_id, BEGUN)
    scene.manager.spent(1, {run_id: 6.0})
    scene.manager.lost(1, "")
    scene.manager.spent(scene.engine.worker_of(run_id), {run_id: 3.0})
    assert scene.engine.commands == []
    scene.manager.spent(scene.engine.worker_of(run_id), {run_id: 5.0})
    assert scene.engine.commands[-1][1:] == (run_id, Stop())
    assert "Stopped after 10 s of computing" in scene.manager.status(run_id).message


def test_the_estimate_knows_when_the_time_is_up() -> None:
    scene = Scene(max_seconds=100.0)
    endless = config("cnn", epochs=100, train_size=50_000, batch_size=1)
    run_id = start(scene.manager, endless)
    assert scene.manager.status(run_id).ends_in == pytest.approx(100.0)
    scene.manager.spent(1, {run_id: 40.0})
    scene.now += 2
    assert scene.manager.status(run_id).ends_in == pytest.approx(60.0)


def test_a_run_that_nobody_watched_says_so_when_somebody_comes_back() -> None:
    scene = Scene(lease=60.0)
    run_id = scene.begin("me")
    scene.tell(run_id, BEGUN, progress(7, 1.0, 0.5, 0.1))
    assert scene.manager.status(run_id).message == ""
    scene.now += 61
    scene.manager.tick()
    assert scene.engine.commands[-1] == (1, run_id, Pause())
    scene.tell(run_id, SAVED, Parked(), first=2)
    status = scene.manager.status(run_id)
    assert status.state == "running"
    assert status.message == "It paused at step 7 while nobody watched, and goes on now."
    scene.now += 30
    assert scene.manager.status(run_id).message == ""


def test_who_waits_for_memory_is_told_so() -> None:
    scene = Scene(live_per_worker=15, memory_mb=1000)
    first = scene.begin("owner-0")
    scene.engine.used_mb = 1100.0
    scene.manager.tick()
    second = scene.begin("owner-1")
    status = scene.manager.status(second)
    assert (status.state, status.position) == ("queued", 1)
    assert "may use 1,000 MB" in status.message
    assert scene.manager.status(first).state == "running"
    scene.engine.used_mb = 700.0
    scene.manager.tick()
    assert scene.manager.status(second).state == "running"


def test_who_waits_for_memory_starts_no_sooner_than_another_run_ends() -> None:
    scene = Scene(live_per_worker=15, memory_mb=1000)
    first = scene.begin("owner-0")
    scene.engine.used_mb = 1100.0
    scene.manager.tick()
    second, third = scene.begin("owner-1"), scene.begin("owner-2")
    soonest = scene.manager.status(first).ends_in
    assert soonest
    for run_id in (second, third):
        status = scene.manager.status(run_id)
        assert status.starts_in is not None
        assert status.ends_in is not None
        assert soonest <= status.starts_in < status.ends_in


def test_who_comes_back_and_must_wait_hears_why_and_not_that_it_goes_on() -> None:
    scene = Scene(lease=60.0, live_per_worker=15, memory_mb=1000)
    mine, other = scene.begin("me"), scene.begin("another")
    scene.tell(mine, BEGUN, progress(7, 1.0, 0.5, 0.1))
    scene.now += 61
    scene.manager.touch(other)
    scene.engine.used_mb = 990.0
    scene.manager.tick()
    scene.tell(mine, SAVED, Parked(), first=3)
    status = scene.manager.status(mine)
    assert status.state == "queued"
    assert "may use 1,000 MB" in status.message
    assert "goes on now" not in status.message


def test_the_youngest_run_gives_way_when_memory_runs_short() -> None:
    scene = Scene(live_per_worker=15, memory_mb=1000)
    ids = [scene.begin(f"owner-{n}") for n in range(3)]
    scene.engine.used_mb = 1001.0
    scene.manager.tick()
    assert [command[1:] for command in scene.engine.commands] == [(ids[2], Pause())]
    for run_id in ids[:2]:
        scene.tell(run_id, BEGUN)
    scene.tell(ids[2], SAVED, Parked())
    assert scene.manager.status(ids[2]).state == "queued"
    assert "memory" in scene.manager.status(ids[2]).message


def test_one_run_always_goes_on_however_little_memory_there_is() -> None:
    scene = Scene(live_per_worker=15, memory_mb=600)
    scene.engine.used_mb = 900.0
    scene.manager.tick()
    run_id = scene.begin("me")
    scene.manager.tick()
    assert scene.manager.status(run_id).state == "running"
    assert scene.engine.commands == []


def test_the_summary_counts_states_and_lists_the_line() -> None:
    scene = Scene()
    ids = [scene.begin(f"owner-{n}") for n in range(4)]
    scene.tell(ids[0], BEGUN, DONE)
    steer(scene.manager, ids[1], Pause())
    scene.engine.used_mb = 432.0
    summary = scene.manager.summary()
    assert summary.states == {"finished": 1, "paused": 1, "running": 1, "queued": 1}
    assert [status.run_id for status in summary.waiting] == ids[3:]
    assert summary.memory_mb == 432.0


def test_a_worker_whose_last_run_has_gone_trains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    run_id = scene.begin("me")
    monkeypatch.setattr(scene.engine, "workers", lambda: (WorkerInfo(1, run_id),))
    assert [worker.turn for worker in scene.manager.summary().workers] == [run_id]
    scene.tell(run_id, BEGUN, DONE)
    assert [worker.turn for worker in scene.manager.summary().workers] == [""]


def test_the_spec_keeps_no_key() -> None:
    spec = RunSpec(new_run_id(), owner_of("a secret key"), config())
    assert "a secret key" not in repr(spec)
    assert owner_of("a") != owner_of("b")
