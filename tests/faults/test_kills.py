"""kill -9 of workers and of the zygote at random moments, while thirty learners train."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dl101_core.jobs.local import LocalRunner
from tests.faults.helpers import (
    a_class,
    all_end,
    all_told,
    assert_nothing_lost,
    begin,
    dice,
    local,
    needs_fork,
    strike,
    undisturbed,
)
from tests.jobs.helpers import wait_for


def a_worker(runner: LocalRunner) -> list[int | None]:
    return list(runner.pool.pids()[:1])


def the_zygote(runner: LocalRunner) -> list[int | None]:
    return [runner.pool.zygote_pid]


def everything(runner: LocalRunner) -> list[int | None]:
    return [*runner.pool.pids(), runner.pool.zygote_pid]


@needs_fork
def test_thirty_runs_survive_every_kill(tmp_path: Path) -> None:
    runner = local(tmp_path)
    random = dice(3)
    runs = begin(runner, a_class(30))
    whole = sum(len(undisturbed(of)[0]) for of in runs.values())
    blows: list[Callable[[LocalRunner], list[int | None]]] = [a_worker] * 3
    blows += [the_zygote, everything]
    random.shuffle(blows)
    moments = sorted(random.randrange(30, int(0.9 * whole)) for _ in blows)
    for moment, blow in zip(moments, blows, strict=True):
        wait_for(lambda moment=moment: all_told(runner, runs) >= moment)
        strike(*blow(runner))
    all_end(runner, runs)
    assert_nothing_lost(runner, runs)
    runner.close()
