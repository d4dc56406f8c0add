"""The server itself is killed, or asked to end, while a class trains."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from dl101_core.jobs.store.journal import open_journal
from tests.faults.helpers import (
    a_class,
    alive,
    all_end,
    assert_nothing_lost,
    descendants,
    dice,
    local,
    needs_fork,
    needs_proc,
)
from tests.faults.server import run_server
from tests.patience import PATIENCE, wait_for

pytestmark = [needs_proc, needs_fork]


def ids_and(server: subprocess.Popen[str], moment: int) -> list[str]:
    """Wait until the server has printed ``moment`` events; gives the ids of its runs."""
    assert server.stdout is not None
    ids = server.stdout.readline().split()
    assert ids, "the server did not start"
    while int(server.stdout.readline()) < moment:
        continue
    return ids


def strike_down(server: subprocess.Popen[str], blow: signal.Signals, group: bool) -> int:
    """Send ``blow``; gives the exit code once the server and all its child processes have ended."""
    below = descendants(server.pid)
    assert below
    if group:
        os.killpg(server.pid, blow)
    else:
        os.kill(server.pid, blow)
    code = server.wait(PATIENCE)
    wait_for(lambda: not any(map(alive, below)), "a process of the dead server goes on")
    return code


@pytest.mark.parametrize(
    ("blow", "group", "method", "size"),
    [
        (signal.SIGKILL, False, "fork", 30),
        (signal.SIGTERM, False, "fork", 8),
        (signal.SIGTERM, True, "fork", 4),
        (signal.SIGINT, True, "spawn", 4),
    ],
    ids=["kill", "term", "term-all", "ctrl-c-spawned"],
)
def test_a_class_goes_on_where_it_stood_after_the_server(
    tmp_path: Path, blow: signal.Signals, group: bool, method: str, size: int
) -> None:
    with run_server(tmp_path, method, size) as server:
        try:
            ids = ids_and(server, dice(size).randrange(10 * size, 40 * size))
            code = strike_down(server, blow, group)
        finally:
            server.kill()
    runs = dict(zip(ids, a_class(size), strict=True))
    if blow is not signal.SIGKILL:
        assert code == 0
        journal = open_journal(f"sqlite:///{tmp_path}/runs.sqlite")
        saved = [journal.load(run_id) for run_id in ids]
        journal.close()
        # at SIGTERM, the server saves every run at exactly the step that the run has reached
        assert all(s and s.checkpoint and s.checkpoint.told >= len(s.events) - 1 for s in saved)
        assert all(s and s.events for s in saved)
    runner = local(tmp_path)
    before = {status.run_id: status.state for status in runner.runs(limit=size)}
    assert set(before) == set(ids)
    assert set(before.values()) <= {"paused", "finished"}
    assert "paused" in before.values()
    all_end(runner, runs)
    assert_nothing_lost(runner, runs)
    runner.close()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_server_killed_while_its_workers_still_load_leaves_none(
    tmp_path: Path, method: str
) -> None:
    with run_server(tmp_path, method, 2) as server:
        try:
            wait_for(lambda: descendants(server.pid))
            below = descendants(server.pid)
        finally:
            server.kill()
    wait_for(lambda: not any(map(alive, below)), "a process of the dead server goes on")
