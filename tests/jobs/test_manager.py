"""The manager alone, with an engine that only records calls and a clock set by the test."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dl101_core.jobs.manager import Manager
from dl101_core.jobs.record import Journal
from dl101_core.jobs.runner import (
    Pause,
    Resume,
    RunSpec,
    UnknownRun,
    WorkerInfo,
    is_run_id,
    new_run_id,
)
from dl101_core.jobs.slicer import Drop, EventReport, Parked, SlicerCommand
from dl101_core.jobs.store.journal import NoJournal, open_journal
from dl101_core.limits import Limits
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.config_key import key_of
from dl101_core.training.events import Checkpointed, Event, Failed, Started, Stop
from dl101_core.training.states import pack_state
from tests.events import finished, progress
from tests.jobs.helpers import config, start, steer, wait_for


class Notes:
    """An engine of two workers that only records its calls."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.used_mb: float | None = None
        self.submitted: list[tuple[int, str, Checkpointed | None, int]] = []
        self.commands: list[tuple[int, str, SlicerCommand]] = []

    def pick(self, loads: Counter[int]) -> int | None:
        worker = min((1, 2), key=lambda number: loads[number])
        return worker if loads[worker] < self.room else None

    def submit(
        self,
        worker: int,
        run_id: str,
        config: ImageConfig,
        checkpoint: Checkpointed | None,
        replay_until: int,
    ) -> None:
        self.submitted.append((worker, run_id, checkpoint, replay_until))

    def worker_of(self, run_id: str) -> int:
        return next(w for w, r, _, _ in reversed(self.submitted) if r == run_id)

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None:
        self.commands.append((worker, run_id, command))

    def workers(self) -> tuple[WorkerInfo, ...]:
        return ()

    trouble = ""

    def memory_mb(self) -> float | None:
        return self.used_mb


class Scene:
    def __init__(self, journal: Journal | None = None, **limits: object) -> None:
        self.now = 0.0
        settings = Limits(**{"live_per_worker": 1, "lease": 60.0} | limits)  # type: ignore[arg-type]
        self.engine = Notes(settings.live_per_worker)
        self.manager = Manager(
            self.engine, journal or NoJournal(settled=True), settings, lambda: self.now
        )

    def begin(self, owner: str) -> str:
        return start(self.manager, config(), owner)

    def tell(self, run_id: str, *events: Event | Parked, first: int = 1) -> None:
        worker = self.engine.worker_of(run_id)
        for seq, event in enumerate(events, first):
            self.manager.reported(worker, EventReport(run_id, seq, event))

    def states(self, *ids: str) -> list[tuple[str, int]]:
        known = {status.run_id: status for status in self.manager.runs(limit=100)}
        return [(known[run_id].state, known[run_id].position) for run_id in ids]


DONE = finished(60, False, 0.1, 0.9, (), ())
BEGUN = Started(60, 15, 1, 1, 1, 1)


def test_a_full_house_makes_a_line_that_moves_up() -> None:
    scene = Scene()
    ids = [scene.begin(f"owner-{n}") for n in range(4)]
    assert scene.states(*ids) == [("running", 0), ("running", 0), ("queued", 1), ("queued", 2)]
    scene.tell(ids[0], BEGUN, DONE)
    assert scene.states(*ids) == [("finished", 0), ("running", 0), ("running", 0), ("queued", 1)]


def test_runs_go_to_the_worker_with_the_fewest() -> None:
    scene = Scene(live_per_worker=2)
    for n in range(4):
        scene.begin(f"owner-{n}")
    assert [worker for worker, *_ in scene.engine.submitted] == [1, 2, 1, 2]


def six_in_two_workers(**limits: object) -> tuple[Scene, list[str]]:
    """Three runs in each, all begun; worker 2 has reported the order of its runs."""
    scene = Scene(live_per_worker=15, **limits)
    ids = [scene.begin(f"owner-{n}") for n in range(6)]
    for run_id in ids:
        scene.tell(run_id, BEGUN, progress(5, 1.0, 0.5, 0.1))
    scene.manager.spent(2, {ids[5]: 1.0, ids[1]: 1.0, ids[3]: 1.0})
    return scene, ids


def test_a_worker_with_two_runs_fewer_takes_over_the_last_in_the_order_of_another() -> None:
    scene, ids = six_in_two_workers()
    scene.tell(ids[0], DONE, first=3)
    assert scene.engine.commands == []
    scene.tell(ids[2], DONE, first=3)
    assert scene.engine.commands == [(2, ids[3], Pause())]
    scene.tell(ids[4], DONE, first=3)
    assert len(scene.engine.commands) == 1, "one move after another"
    assert scene.states(ids[3]) == [("running", 0)]
    scene.tell(ids[3], Checkpointed(5, 2, b"s"), Parked(), first=2)
    assert scene.states(ids[3]) == [("running", 0)]
    assert scene.engine.submitted[-1] == (1, ids[3], Checkpointed(5, 2, b"s"), 2)
    scene.manager.tick()
    assert len(scene.engine.commands) == 1, "two and one is even enough"


def test_nothing_moves_while_memory_is_short() -> None:
    scene, ids = six_in_two_workers(memory_mb=1000)
    scene.engine.used_mb = 969.0
    scene.manager.tick()
    for run_id in (ids[0], ids[2], ids[4]):
        scene.tell(run_id, DONE, first=3)
    assert scene.engine.commands == []


def test_who_pauses_a_run_on_its_way_to_another_worker_has_it_paused() -> None:
    scene, ids = six_in_two_workers()
    for run_id in (ids[0], ids[2]):
        scene.tell(run_id, DONE, first=3)
    steer(scene.manager, ids[3], Pause())
    scene.tell(ids[3], Checkpointed(5, 2, b"s"), Parked(), first=2)
    assert scene.states(ids[3]) == [("paused", 0)]


def test_one_owner_cannot_take_all_places() -> None:
    scene = Scene(live_per_worker=2, running_per_owner=2)
    mine = [scene.begin("me") for _ in range(3)]
    other = scene.begin("other")
    assert scene.states(*mine, other) == [
        ("running", 0),
        ("running", 0),
        ("queued", 1),
        ("running", 0),
    ]
    assert "At most 2 of your runs" in scene.manager.status(mine[2]).message
    steer(scene.manager, mine[0], Pause())
    scene.tell(mine[0], Checkpointed(1, 0, b"s"), Parked())
    assert scene.states(*mine) == [("paused", 0), ("running", 0), ("running", 0)]


def test_a_second_run_of_one_owner_takes_a_worker_that_would_rest_and_gives_it_back() -> None:
    scene = Scene(live_per_worker=5)
    mine = [scene.begin("me") for _ in range(3)]
    assert scene.states(*mine) == [("running", 0), ("running", 0), ("queued", 1)]
    assert scene.engine.worker_of(mine[0]) != scene.engine.worker_of(mine[1])
    other = scene.begin("other")
    assert scene.engine.commands == [(2, mine[1], Pause())]
    assert scene.engine.worker_of(other) == 2
    scene.tell(mine[1], BEGUN, Checkpointed(1, 1, b"s"), Parked())
    assert scene.states(*mine, other) == [
        ("running", 0),
        ("queued", 1),
        ("queued", 2),
        ("running", 0),
    ]
    assert "one at a time now" in scene.manager.status(mine[1]).message
    scene.tell(other, BEGUN, DONE)
    assert scene.states(*mine) == [("running", 0), ("running", 0), ("queued", 1)]
    assert scene.engine.submitted[-1] == (2, mine[1], Checkpointed(1, 1, b"s"), 1)


def test_runs_that_wait_for_their_owner_do_not_keep_others_from_an_idle_worker() -> None:
    scene, ids = six_in_two_workers()
    scene.begin("owner-1")
    scene.tell(ids[0], DONE, first=3)
    scene.tell(ids[2], DONE, first=3)
    assert scene.engine.commands == [(2, ids[3], Pause())]


def test_a_run_that_nobody_looks_at_gives_its_place_to_another() -> None:
    scene = Scene()
    ids = [scene.begin(f"owner-{n}") for n in range(3)]
    for _ in range(10):
        scene.now += 10.0
        scene.manager.tick()
        scene.manager.touch(ids[1])
        scene.manager.touch(ids[2])
    assert scene.engine.commands == [(1, ids[0], Pause())]
    scene.tell(ids[0], Checkpointed(9, 0, b"s"), Parked())
    assert scene.states(*ids) == [("paused", 0), ("running", 0), ("running", 0)]
    assert "nobody was looking" in scene.manager.runs()[-1].message
    assert scene.manager.status(ids[0]).state == "queued"
    scene.tell(ids[1], DONE)
    assert scene.engine.submitted[-1] == (2, ids[0], Checkpointed(9, 0, b"s"), 0)


def test_a_look_while_a_run_is_being_put_away_takes_it_back() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.now += 100.0
    scene.manager.tick()
    scene.manager.touch(run_id)
    scene.tell(run_id, Checkpointed(1, 0, b"s"), Parked())
    assert scene.states(run_id) == [("running", 0)]


def test_pausing_and_resuming_in_one_breath_ends_in_a_running_run() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    steer(scene.manager, run_id, Pause())
    steer(scene.manager, run_id, Resume())
    scene.tell(run_id, Checkpointed(1, 0, b"s"), Parked())
    assert scene.states(run_id) == [("running", 0)]
    assert len(scene.engine.submitted) == 2


def test_a_lost_worker_resumes_from_the_last_checkpoint_and_repeats_what_is_known() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    points = [progress(step, 1.0, 0.5, 0.1) for step in (1, 2, 3)]
    scene.tell(run_id, BEGUN, points[0])
    saved = Checkpointed(1, 2, b"s")
    scene.manager.reported(1, EventReport(run_id, 2, saved))
    scene.tell(run_id, *points[1:], first=3)
    scene.manager.lost(1, "")
    assert scene.engine.submitted[-1] == (1, run_id, saved, 4)
    scene.tell(run_id, *points[1:], DONE, first=3)
    assert scene.manager.events(run_id) == list(enumerate([BEGUN, *points, DONE], 1))


def test_what_a_lost_worker_says_late_is_not_heard() -> None:
    scene = Scene(live_per_worker=5)
    run_id = scene.begin("me")
    scene.manager.lost(1, "")
    other = 2 if scene.engine.submitted[-1][0] == 1 else 1
    scene.manager.reported(other, EventReport(run_id, 1, BEGUN))
    assert scene.manager.events(run_id) == []


def test_a_stop_is_repeated_to_the_next_worker() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    scene.tell(run_id, BEGUN)
    steer(scene.manager, run_id, Stop())
    scene.manager.lost(1, "")
    assert scene.engine.commands == [(1, run_id, Stop())] * 2


def test_a_waiting_run_that_is_stopped_ends_at_once() -> None:
    scene = Scene()
    ids = [scene.begin(f"owner-{n}") for n in range(3)]
    steer(scene.manager, ids[2], Stop())
    status = scene.manager.status(ids[2])
    assert (status.state, status.message) == ("stopped", "Stopped before it began.")
    assert scene.manager.events(ids[2]) == []


def test_while_no_worker_starts_the_learner_is_told_and_can_stop() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    assert scene.manager.status(run_id).state == "running"
    scene.engine.trouble = "Training cannot begin on this server."
    assert scene.manager.notice == "Training cannot begin on this server."
    steer(scene.manager, run_id, Stop())
    status = scene.manager.status(run_id)
    assert (status.state, status.message) == ("stopped", "Stopped before it began.")
    assert scene.engine.commands == [(1, run_id, Drop())]


def test_a_run_that_was_stopped_before_its_worker_started_does_not_wait_for_another() -> None:
    scene = Scene()
    run_id = scene.begin("me")
    steer(scene.manager, run_id, Stop())
    assert scene.manager.status(run_id).state == "running"
    scene.manager.lost(1, "")
    assert scene.manager.status(run_id).state == "stopped"
    assert len(scene.engine.submitted) == 1


def test_a_run_whose_workers_die_again_and_again_is_given_up() -> None:
    scene = Scene(live_per_worker=2)
    run_id, neighbour, _ = (scene.begin(f"owner-{n}") for n in range(3))
    for _ in range(3):
        scene.manager.lost(scene.engine.worker_of(run_id), run_id)
        scene.manager.lost(scene.engine.worker_of(neighbour), "")
    assert scene.manager.status(run_id).state == "failed"
    assert isinstance(scene.manager.events(run_id)[-1][1], Failed)
    assert scene.manager.status(neighbour).state == "running"


def test_the_memory_holds_only_the_latest_runs_that_have_ended() -> None:
    scene = Scene(running_per_owner=100)
    ids = []
    for _ in range(60):
        ids.append(scene.begin("me"))
        scene.tell(ids[-1], BEGUN, DONE)
    scene.manager.tick()
    assert len(scene.manager.runs(limit=100)) == 50
    with pytest.raises(UnknownRun):
        scene.manager.status(ids[0])


def test_a_run_that_nobody_looks_at_leaves_the_memory_and_comes_back(tmp_path: Path) -> None:
    journal = open_journal(f"sqlite:///{tmp_path}/runs.sqlite")
    scene = Scene(journal=journal)
    run_id = scene.begin("me")
    settings = scene.manager.status(run_id).config
    saved = Checkpointed(1, 2, pack_state({}, {"settings": key_of(settings)}))
    first = progress(1, 1.0, 0.5, 0.1)
    scene.tell(run_id, BEGUN, first)
    scene.now += 100.0
    scene.manager.tick()
    scene.tell(run_id, saved, Parked())
    wait_for(lambda: journal.settled)
    scene.manager.tick()
    assert scene.manager._records == {}
    assert scene.states(run_id) == [("paused", 0)]
    assert scene.manager.events(run_id) == [(1, BEGUN), (2, first)]
    assert scene.engine.submitted[-1] == (1, run_id, saved, 2)
    scene.manager.close()


def test_run_ids_cannot_be_guessed_or_forged() -> None:
    assert len({new_run_id() for _ in range(100)}) == 100
    assert all(is_run_id(new_run_id()) for _ in range(100))
    assert not any(map(is_run_id, ("short", "a" * 65, "a" * 20 + "\n", "a/" * 10, None, 3)))
    with pytest.raises(ValueError, match="new_run_id"):
        RunSpec("../../x", "me", config())
    with pytest.raises(ValueError, match="owner"):
        RunSpec(new_run_id(), "\ud800", config())
