"""Workers that hang: stopped from outside, or in an endless loop."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.workers import pool as pool_module
from dl101_core.training.events import Failed
from tests.faults.helpers import (
    MIXED,
    alive,
    all_end,
    all_told,
    assert_nothing_lost,
    begin,
    local,
    needs_fork,
    needs_proc,
    undisturbed,
)
from tests.jobs.helpers import config, looks, start, wait_for

pytestmark = [needs_proc, needs_fork]
HANG = 2.0


def stop(runner: LocalRunner) -> int:
    """Stop one worker, as a debugger or a broken disk does; gives its process id."""
    pid = runner.pool.pids()[0]
    os.kill(pid, signal.SIGSTOP)
    return pid


def test_a_worker_that_stands_still_is_replaced_and_its_runs_go_on(tmp_path: Path) -> None:
    runner = local(tmp_path, hang_seconds=HANG)
    runs = begin(runner, MIXED)
    wait_for(lambda: all_told(runner, runs) > 30)
    stopped = stop(runner)
    all_end(runner, runs)
    assert_nothing_lost(runner, runs)
    assert stopped not in runner.pool.pids()
    assert not alive(stopped)
    runner.close()


# The seed chooses the run that hangs: before its second report, in every worker again.
ENTRY = """
import os, sys, time
from dl101_core.training import loop as training
from dl101_core.jobs import slicer
from dl101_core.jobs.workers import zygote

def train(config, state=None):
    for number, event in enumerate(training.train(config, state)):
        if config.seed == 666 and number == 2:
            while True:
                {how}
        yield event

slicer.Slicer.__init__.__defaults__ = tuple(
    train if value is training.train else value for value in slicer.Slicer.__init__.__defaults__
)
main = zygote.main
"""


@pytest.mark.parametrize("how", ["time.sleep(60)", "pass"], ids=["sleeps", "spins"])
def test_a_run_that_hangs_every_worker_is_given_up_and_the_others_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (tmp_path / "hanging.py").write_text(ENTRY.format(how=how))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("dl101_core.jobs.workers.launch.ZYGOTE", "hanging")
    runner = local(tmp_path, workers=1, hang_seconds=HANG)
    hanging = start(runner, config("mlp", seed=666), key="hangs")
    runs = begin(runner, MIXED)
    all_end(runner, {**runs, hanging: MIXED[0]})
    last = runner.events(hanging)[-1][1]
    assert isinstance(last, Failed)
    assert "stood still" in last.message
    assert_nothing_lost(runner, runs)
    assert len([pid for pid in runner.pool.pids() if alive(pid)]) == 1
    runner.close()


def test_a_zygote_that_stands_still_does_not_keep_anyone_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = local(tmp_path, workers=2)
    first = begin(runner, MIXED[:1])
    all_end(runner, first)
    zygote = runner.pool.zygote_pid
    assert zygote is not None
    monkeypatch.setattr(runner.pool, "start_within", 1.0)
    os.kill(zygote, signal.SIGSTOP)
    for pid in runner.pool.pids():
        os.kill(pid, signal.SIGKILL)
    runs = begin(runner, MIXED)
    # From here on a start may take as long as a busy machine needs.
    wait_for(lambda: runner.pool.zygote_pid != zygote)
    monkeypatch.setattr(runner.pool, "start_within", pool_module.START_WITHIN)
    all_end(runner, runs)
    assert_nothing_lost(runner, runs)
    assert not alive(zygote)
    runner.close()


class Clock:
    """The pool's clock, which jumps when the server has stood still."""

    sleep = staticmethod(time.sleep)

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


def test_a_server_that_stood_still_itself_blames_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, patience = Clock(), 30.0
    monkeypatch.setattr(pool_module, "time", clock)
    runner = local(tmp_path, workers=1, hang_seconds=patience)
    of = config("mlp", epochs=40, train_size=1000)
    run_id = start(runner, of)
    next(seen for seen in looks(runner, run_id) if len(seen) >= 3)
    worker = runner.pool.pids()[0]
    # Ctrl-Z of the whole group, and fg after a while: both go on at once.
    os.kill(worker, signal.SIGSTOP)
    with runner._lock:  # the pool's thread waits for the manager as long as we hold it
        clock.ahead += 3 * patience + pool_module.ABSENT
    os.kill(worker, signal.SIGCONT)
    all_end(runner, {run_id: of})
    assert [event for _, event in runner.events(run_id)] == undisturbed(of)[0]
    assert runner.pool.pids() == [worker]
    runner.close()
