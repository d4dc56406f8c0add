"""Worker processes: killed, replaced, resumed after a restart, and none left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.runner import Pause, Resume, Stop
from dl101_core.jobs.store.journal import open_journal
from dl101_core.jobs.workers.starts import FORK_AGAIN, Starts
from dl101_core.limits import Limits, limits_from_environment
from dl101_core.training.events import (
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SetLearningRate,
)
from tests.jobs.helpers import (
    ENDLESS,
    LONG,
    config,
    curve,
    looks,
    rests,
    start,
    steer,
    wait_for,
    watch,
)

pytestmark = pytest.mark.faults
FASTEST = Limits().start_method
Make = Callable[..., LocalRunner]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Runners on one store; all are closed at the end."""
    made: list[LocalRunner] = []

    def make(**limits: object) -> LocalRunner:
        settings = {"workers": 1, "checkpoint_every": 0.05} | limits
        journal = open_journal(f"sqlite:///{tmp_path}/runs.sqlite")
        made.append(LocalRunner(journal, Limits(**settings)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for runner in made:
        runner.close()


@pytest.fixture(scope="module")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalRunner]:
    """One runner per way of starting, because a start takes seconds."""
    journal = open_journal(f"sqlite:///{tmp_path_factory.mktemp('runs')}/runs.sqlite")
    limits = Limits(workers=1, checkpoint_every=0.05, start_method=request.param)
    runner = LocalRunner(journal, limits)
    yield runner
    runner.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


needs_fork = pytest.mark.skipif(FASTEST != "fork", reason="needs fork")
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")


def kill_a_worker(runner: LocalRunner) -> int:
    """Kill one without warning and give its process id."""
    victim = runner.pool.pids()[0]
    os.kill(victim, signal.SIGKILL)
    return victim


@pytest.mark.parametrize("shared", ["fork", "spawn"], indirect=True)
def test_a_killed_worker_leaves_no_trace_in_the_curve(shared: LocalRunner) -> None:
    ids = [start(shared, LONG), start(shared, config("gru", epochs=10))]
    at = random.Random(str(shared.pool.pids())).randrange(2, 40)
    next(seen for seen in looks(shared, ids[0]) if len(seen) >= at)
    victim = kill_a_worker(shared)
    assert watch(shared, ids[0]) == curve(LONG)
    assert watch(shared, ids[1]) == curve(config("gru", epochs=10))
    assert victim not in shared.pool.pids()


def test_an_idle_worker_takes_runs_over_without_a_trace_in_their_curves(make: Make) -> None:
    runner = make(workers=2)
    other = config("mlp", epochs=40, train_size=2000, seed=3)
    ids = [
        start(runner, of, f"owner {n}") for n, of in enumerate((config(), LONG, config(), other))
    ]
    first = {run_id: runner._records[run_id].worker for run_id in ids}
    assert first[ids[1]] == first[ids[3]]
    moved: set[str] = set()
    for _ in looks(runner, ids[1]):
        moved |= {i for i in ids if runner._records[i].worker not in (None, first[i])}
    assert len(moved) == 1
    assert [watch(runner, run_id) for run_id in (ids[1], ids[3])] == [curve(LONG), curve(other)]


@pytest.mark.parametrize("shared", [FASTEST], indirect=True)
def test_a_learning_rate_survives_a_killed_worker(shared: LocalRunner) -> None:
    run_id = start(shared, ENDLESS)
    next(seen for seen in looks(shared, run_id) if len(seen) >= 3)
    steer(shared, run_id, SetLearningRate(0.02))
    kill_a_worker(shared)
    next(seen for seen in looks(shared, run_id) if LearningRateChanged in map(type, seen))
    steer(shared, run_id, Stop())
    seen = watch(shared, run_id)
    (change,) = [n for n, event in enumerate(seen) if isinstance(event, LearningRateChanged)]
    assert all(e.lr == 0.02 for e in seen[change:] if isinstance(e, Progress))
    assert isinstance(seen[-1], Finished)


@pytest.mark.parametrize("shared", [FASTEST], indirect=True)
def test_a_run_that_kills_every_worker_is_given_up(shared: LocalRunner) -> None:
    # no checkpoint in between, or the run would count as getting on
    run_id = start(shared, config("cnn", epochs=100, train_size=15_000, batch_size=1024))
    killed: set[int] = set()
    while not shared.status(run_id).ended:
        for pid in set(shared.pool.pids()) - killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
    last = shared.events(run_id)[-1][1]
    assert isinstance(last, Failed)
    assert "smaller network" in last.message


@needs_proc
@pytest.mark.parametrize("shared", [FASTEST], indirect=True)
def test_a_worker_computes_in_one_thread_and_gives_way_to_pages(shared: LocalRunner) -> None:
    watch(shared, start(shared, config()))
    for pid in shared.pool.pids():
        stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        nice, threads = int(stat[16]), int(stat[17])
        assert threads == 1
        assert nice == min(19, os.nice(0) + 10)


@pytest.mark.skipif(FASTEST != "fork", reason="needs fork")
@pytest.mark.parametrize("shared", ["fork"], indirect=True)
def test_a_killed_zygote_is_replaced(shared: LocalRunner) -> None:
    run_id = start(shared, LONG)
    next(seen for seen in looks(shared, run_id) if len(seen) >= 5)
    assert shared.pool.zygote_pid is not None
    os.kill(shared.pool.zygote_pid, signal.SIGKILL)
    assert watch(shared, run_id) == curve(LONG)


def test_a_restarted_server_shows_old_runs_and_resumes_when_somebody_looks(make: Make) -> None:
    first = make()
    whole = start(first, config())
    seen = watch(first, whole)
    broken, resting = start(first, LONG), start(first, ENDLESS)
    next(told for told in looks(first, broken) if len(told) >= 5)
    steer(first, resting, Pause())
    told = first.events(broken)
    first.close()
    second = make()
    states = {status.run_id: status.state for status in second.runs()}
    assert states == {whole: "finished", broken: "paused", resting: "paused"}
    assert "goes on when" in {s.run_id: s for s in second.runs()}[broken].message
    assert watch(second, whole) == seen == curve(config())
    assert second.events(broken)[: len(told)] == told
    assert watch(second, broken) == curve(LONG)
    assert second.status(resting).state == "paused"
    steer(second, resting, Resume())
    assert second.status(resting).state == "running"


def test_a_run_that_nobody_looks_at_pauses_and_goes_on_with_the_next_look(make: Make) -> None:
    runner = make(lease=0.2)
    run_id = start(runner, LONG)
    wait_for(lambda: rests(runner, run_id))
    assert runner.runs()[0].state in ("paused", "finished")
    assert watch(runner, run_id) == curve(LONG)


@needs_proc
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_closing_leaves_no_process(make: Make, method: str) -> None:
    runner = make(start_method=method, workers=2 if method == "fork" else 1)
    ids = [start(runner, ENDLESS), start(runner, ENDLESS, key="another")]
    for run_id in ids:
        next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
    assert set(runner.pool.threads()) == {1}
    pids = [*runner.pool.pids(), *filter(None, [runner.pool.zygote_pid])]
    assert all(map(is_alive, pids))
    runner.close()
    wait_for(lambda: not any(map(is_alive, pids)))
    assert all(runner.checkpoint(run_id) for run_id in ids)
    runner.close()


ORPHAN = """
import sys, time
from dl101_core.jobs.store.journal import open_journal
from dl101_core.limits import Limits
from dl101_core.jobs.local import LocalRunner
from tests.jobs.helpers import ENDLESS, looks, start

limits = Limits(workers=1, start_method=sys.argv[1])
runner = LocalRunner(open_journal("sqlite:///" + sys.argv[2]), limits)
run_id = start(runner, ENDLESS)
next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
print(*runner.pool.pids(), *filter(None, [runner.pool.zygote_pid]), flush=True)
time.sleep(600)
"""


@needs_proc
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_die_with_a_killed_server(tmp_path: Path, method: str) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, method, str(tmp_path / "runs.sqlite")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        pids = [int(word) for word in server.stdout.readline().split()]
        assert pids
        assert all(map(is_alive, pids))
        server.kill()
    wait_for(lambda: not any(map(is_alive, pids)))


def test_forking_that_never_works_gives_way_to_spawning(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dl101_core.jobs.workers.launch.ZYGOTE", "dl101_core.jobs.nowhere")
    runner = make(start_method="fork")
    assert watch(runner, start(runner, config())) == curve(config())
    assert runner.notice == ""


@needs_fork
def test_forking_that_works_again_is_used_again_and_spawned_workers_live_on(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(
        "dl101_core.jobs.workers.pool.Starts", lambda can_fork: Starts(can_fork, lambda: now[0])
    )
    with monkeypatch.context() as broken:
        broken.setattr("dl101_core.jobs.workers.launch.ZYGOTE", "dl101_core.jobs.nowhere")
        runner = make(start_method="fork", workers=2)

        def has_spawned() -> bool:
            now[0] += 0.1  # the waits between tries, without waiting
            return bool(runner.pool.pids())

        wait_for(has_spawned)
        assert runner.pool.zygote_pid is None
    (spawned,) = runner.pool.pids()
    now[0] += FORK_AGAIN
    ids = [start(runner, LONG, key) for key in ("a", "b")]
    wait_for(lambda: all(runner.events(run_id) for run_id in ids))
    assert runner.pool.zygote_pid is not None
    assert spawned in runner.pool.pids()
    assert len(runner.pool.pids()) == 2
    assert [watch(runner, run_id) for run_id in ids] == [curve(LONG)] * 2


@pytest.mark.parametrize("method", [FASTEST, "spawn"])
@pytest.mark.parametrize("broken", ["executable", "module"])
def test_workers_that_cannot_start_are_told_with_the_reason_and_begin_once_they_can(
    make: Make, monkeypatch: pytest.MonkeyPatch, method: str, broken: str
) -> None:
    with monkeypatch.context() as damage:
        if broken == "executable":
            damage.setattr("dl101_core.jobs.workers.launch.sys.executable", "/nowhere/python")
            reason = "No such file or directory"
        else:
            for name in ("ZYGOTE", "WORKER"):
                damage.setattr(f"dl101_core.jobs.workers.launch.{name}", "dl101_core.nowhere")
            reason = "it ended at once with code 1"
        runner = make(start_method=method)
        stopped, waiting = start(runner, LONG, "a"), start(runner, config(), "b")
        wait_for(lambda: runner.notice)
        assert f"no training process starts: {reason}" in runner.notice
        assert runner.status(waiting).state == "running"
        steer(runner, stopped, Stop())
        assert runner.status(stopped).message == "Stopped before it began."
        assert runner.summary().notice == runner.notice
    assert watch(runner, waiting) == curve(config())
    assert runner.notice == ""
    assert runner.status(stopped).state == "stopped"


def test_the_environment_chooses_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_WORKERS", "3")
    monkeypatch.setenv("DL101_START_METHOD", "spawn")
    limits = limits_from_environment()
    assert (limits.workers, limits.start_method) == (3, "spawn")
    monkeypatch.setenv("DL101_WORKERS", "many")
    with pytest.raises(ValueError, match="DL101_WORKERS"):
        limits_from_environment()
    monkeypatch.setenv("DL101_WORKERS", "-1")
    with pytest.raises(ValueError, match=r"workers \(=-1\)"):
        limits_from_environment()
