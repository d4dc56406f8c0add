"""The contract of every runner with the pages."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import pytest

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.manager import Manager
from dl101_core.jobs.ray.engine import RayRunner
from dl101_core.jobs.runner import Pause, Resume, RunSpec, UnknownRun, new_run_id, owner_of
from dl101_core.jobs.store.journal import open_journal
from dl101_core.jobs.store.shared import share
from dl101_core.limits import Limits
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import details_of
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SetLearningRate,
    Started,
    Stop,
)
from dl101_core.training.loop import train
from tests.inline import InlineRunner
from tests.jobs.helpers import (
    ENDLESS,
    LONG,
    config,
    curve,
    looks,
    needs_ray,
    rests,
    start,
    steer,
    wait_for,
    watch,
)
from tests.tasks.small import every_endless_task, every_task


class Elsewhere:
    """Submits to one server, and sends all other calls to another server on the same store."""

    def __init__(self, url: str, limits: Limits) -> None:
        journals = [open_journal(url) for _ in range(2)]
        self.home, self.away = (share(LocalRunner(j, limits), j, limits) for j in journals)
        self.manager = self.home.manager

    def submit(self, spec: RunSpec) -> str:
        run_id = self.home.submit(spec)
        wait_for(lambda: self._has_arrived(run_id))
        return self.away.submit(spec)

    def _has_arrived(self, run_id: str) -> bool:
        try:
            self.away.touch(run_id)
        except UnknownRun:
            return False
        return True

    def __getattr__(self, name: str) -> object:
        return getattr(self.away, name)

    def close(self) -> None:
        self.home.close()
        self.away.close()


# Each with processes of its own, and one with a database.
ENGINES = [pytest.param(name, marks=pytest.mark.faults) for name in ("fork", "spawn", "elsewhere")]


@pytest.fixture(
    scope="module",
    params=["inline", *ENGINES, pytest.param("ray", marks=[needs_ray, pytest.mark.faults])],
)
def runner(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Manager]:
    if request.param == "inline":
        yield InlineRunner(Limits(checkpoint_every=0.05))
        return
    if request.param == "elsewhere":
        url = request.getfixturevalue("postgres").new_url()
        elsewhere = Elsewhere(url, Limits(workers=1, running_per_owner=8, checkpoint_every=0.05))
        yield elsewhere
        elsewhere.close()
        return
    journal = open_journal(f"sqlite:///{tmp_path_factory.mktemp(request.param)}/runs.sqlite")
    limits = Limits(workers=2, running_per_owner=8, checkpoint_every=0.05)
    if request.param == "ray":
        runner: LocalRunner = RayRunner(journal, limits)
    else:
        runner = LocalRunner(journal, replace(limits, start_method=request.param))
    yield runner
    runner.close()


def long_for(runner: Manager) -> ImageConfig:
    """A run that has not ended at the first polls; inline, only a poll lets it go on."""
    return config("mlp", epochs=8) if isinstance(runner, InlineRunner) else LONG


def test_the_curve_is_that_of_the_bare_trainer(runner: Manager) -> None:
    assert watch(runner, start(runner, config("cnn"))) == curve(config("cnn"))


@every_task
def test_every_task_tells_what_it_tells_alone(runner: Manager, config: TaskConfig) -> None:
    assert watch(runner, start(runner, config)) == curve(config)


def grows(so_far: Iterator[list[Event]], length: int) -> int:
    """Poll until there are ``length`` events; gives their number then."""
    return len(next(seen for seen in so_far if len(seen) >= length))


@every_endless_task
def test_every_task_pauses_is_killed_and_goes_on_bit_for_bit(
    runner: Manager, endless: TaskConfig
) -> None:
    run_id = start(runner, endless)
    so_far = looks(runner, run_id)
    grows(so_far, 4)
    steer(runner, run_id, Pause())
    wait_for(lambda: runner.status(run_id) and rests(runner, run_id))
    steer(runner, run_id, Resume())
    seen = grows(so_far, len(runner.events(run_id)) + 3)
    for worker in runner.summary().workers:
        os.kill(worker.pid, signal.SIGKILL)
    grows(so_far, seen + 3)
    steer(runner, run_id, Stop())
    *told, last = watch(runner, run_id)
    assert isinstance(last, Finished)
    alone = (event for event in train(endless) if event and not isinstance(event, Checkpointed))
    assert told == list(islice(alone, len(told)))


def test_four_runs_side_by_side_tell_what_each_tells_alone(runner: Manager) -> None:
    configs = [config("mlp", seed=seed, epochs=2 + seed) for seed in range(4)]
    ids = [start(runner, c, key=f"side-{n}") for n, c in enumerate(configs)]
    assert [watch(runner, run_id) for run_id in ids] == [curve(c) for c in configs]


def test_submitting_a_run_twice_changes_nothing(runner: Manager) -> None:
    spec = RunSpec(new_run_id(), "me", config())
    assert runner.submit(spec) == runner.submit(spec) == spec.run_id
    seen = watch(runner, spec.run_id)
    assert runner.submit(spec) == spec.run_id
    assert watch(runner, spec.run_id) == seen == curve(config())


def test_a_run_id_stands_for_one_config(runner: Manager) -> None:
    run_id = start(runner, config())
    with pytest.raises(ValueError, match="other settings"):
        runner.submit(RunSpec(run_id, "me", config(seed=1)))


def test_a_cursor_gives_exactly_what_comes_after_it(runner: Manager) -> None:
    run_id = start(runner, config())
    seen = watch(runner, run_id)
    assert runner.events(run_id) == list(enumerate(seen, 1))
    assert runner.events(run_id, after=3) == list(enumerate(seen, 1))[3:]
    assert runner.events(run_id, after=len(seen)) == []
    assert runner.events(run_id, after=10**9) == []
    assert runner.events(run_id, after=-5) == list(enumerate(seen, 1))


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "x" * 22, "é" * 22, "a" * 100_000])
def test_an_unknown_run_is_named_in_a_sentence(runner: Manager, text: str) -> None:
    for ask in (runner.events, runner.status, runner.checkpoint, runner.touch):
        with pytest.raises(UnknownRun, match="no such run"):
            ask(text)
    with pytest.raises(UnknownRun):
        steer(runner, text, Stop())


def test_a_paused_run_rests_and_then_goes_on_as_if_nothing_had_been(runner: Manager) -> None:
    of = long_for(runner)
    run_id = start(runner, of)
    next(seen for seen in looks(runner, run_id) if seen)
    steer(runner, run_id, Pause())
    assert runner.status(run_id).state == "paused"
    wait_for(lambda: runner.status(run_id) and rests(runner, run_id))
    before = runner.events(run_id)
    for _ in range(20):
        assert runner.status(run_id).state == "paused"
    assert runner.events(run_id) == before
    assert runner.checkpoint(run_id) is not None
    steer(runner, run_id, Resume())
    assert watch(runner, run_id) == curve(of)


def test_a_stopped_run_ends_early_with_its_test_result(runner: Manager) -> None:
    run_id = start(runner, ENDLESS)
    next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
    steer(runner, run_id, Stop())
    last = watch(runner, run_id)[-1]
    status = runner.status(run_id)
    assert isinstance(last, Finished)
    assert last.stopped
    assert sum(map(sum, details_of(last).confusion)) > 0
    assert 0 < status.step < status.total_steps
    assert (status.state, status.result) == ("stopped", last)
    steer(runner, run_id, Resume())
    assert runner.status(run_id).state == "stopped"


def test_a_paused_run_can_be_stopped(runner: Manager) -> None:
    run_id = start(runner, ENDLESS)
    next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
    steer(runner, run_id, Pause())
    steer(runner, run_id, Stop())
    assert isinstance(watch(runner, run_id)[-1], Finished)
    assert runner.status(run_id).state == "stopped"


def test_the_learning_rate_changes_on_the_way(runner: Manager) -> None:
    run_id = start(runner, ENDLESS)
    next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
    with pytest.raises(ValueError, match=r"lr \(=-1\)"):
        steer(runner, run_id, SetLearningRate(-1))
    steer(runner, run_id, SetLearningRate(0.01))
    next(seen for seen in looks(runner, run_id) if any(_changes(seen)))
    next(seen for seen in looks(runner, run_id) if isinstance(seen[-1], Progress))
    steer(runner, run_id, Stop())
    seen = watch(runner, run_id)
    (change,) = _changes(seen)
    assert change.lr == 0.01
    rates = [e.lr for e in seen[seen.index(change) :] if isinstance(e, Progress)]
    assert rates
    assert set(rates) == {0.01}


def _changes(seen: Sequence[object]) -> list[LearningRateChanged]:
    return [event for event in seen if isinstance(event, LearningRateChanged)]


def test_a_rate_set_while_paused_holds_afterwards(runner: Manager) -> None:
    run_id = start(runner, ENDLESS)
    next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
    steer(runner, run_id, Pause())
    wait_for(lambda: runner.status(run_id) and rests(runner, run_id))
    steer(runner, run_id, SetLearningRate(0.02))
    steer(runner, run_id, Resume())
    next(seen for seen in looks(runner, run_id) if _changes(seen))
    steer(runner, run_id, Stop())
    assert [change.lr for change in _changes(watch(runner, run_id))] == [0.02]


def test_a_diverging_run_fails_with_advice(runner: Manager) -> None:
    wild = config("mlp", optimizer=OptimizerConfig(name="sgd", lr=100.0, weight_decay=1.0))
    run_id = start(runner, wild)
    seen = watch(runner, run_id)
    assert seen == curve(wild)
    assert isinstance(seen[-1], Failed)
    status = runner.status(run_id)
    assert (status.state, status.message) == ("failed", seen[-1].message)


def test_the_checkpoint_holds_the_trained_network(runner: Manager) -> None:
    run_id = start(runner, config("mlp"))
    watch(runner, run_id)
    state = runner.checkpoint(run_id)
    assert state is not None
    (first, *_) = trained_model(config("mlp"), state).parameters()
    assert first.shape == (16, 784)


def test_the_list_of_runs_shows_the_newest_first_and_one_owner_only(runner: Manager) -> None:
    ids = [start(runner, config(), key="lister") for _ in range(3)]
    for run_id in ids:
        watch(runner, run_id)
    assert [status.run_id for status in runner.runs(owner_of("lister"))] == ids[::-1]
    assert [status.run_id for status in runner.runs(limit=2)] == ids[:0:-1]
    assert runner.runs("nobody") == []


def test_status_tells_how_far_a_run_has_come(runner: Manager) -> None:
    run_id = start(runner, config())
    (first, *_) = watch(runner, run_id)
    status = runner.status(run_id)
    assert isinstance(first, Started)
    assert status.step == status.total_steps == first.total_steps == 60
    assert (status.state, status.position, status.ended) == ("finished", 0, True)


def test_all_is_well(runner: Manager) -> None:
    assert runner.notice == ""


def test_looking_is_cheap_and_gives_frozen_values(runner: Manager) -> None:
    of = long_for(runner)
    run_id = start(runner, of)
    seen = list(islice(looks(runner, run_id), 3))[-1]
    assert seen == curve(of)[: len(seen)]
    steer(runner, run_id, Stop())
