"""The operator's view: the numbers are right, and nothing identifies a learner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from dl101_core.jobs.runner import RunSpec, RunStatus, Summary, WorkerInfo, new_run_id
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.operator import status as module
from dl101_core.operator.status import (
    ProcessInfo,
    collect,
    limits_in_force,
    process_info,
    processes,
    revision,
    store_kind,
    versions,
    waiting,
)
from dl101_core.tasks.images.config import ImageConfig
from tests.inline import InlineRunner
from tests.patience import looks_for

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
OWNER = "0123456789abcdef" * 4


def queued(position: int, created: float = 0.0, starts_in: float | None = None) -> RunStatus:
    config = ImageConfig(model=ModelConfig(name="mlp"))
    return RunStatus(
        new_run_id(), OWNER, config, "queued", position, created=created, starts_in=starts_in
    )


def summary(*line: RunStatus, workers: tuple[WorkerInfo, ...] = ()) -> Summary:
    return Summary({"queued": len(line)}, line, workers, 321.5, "A sentence.")


def test_the_summary_is_shown_as_it_is() -> None:
    limits = Limits(memory_mb=700)
    found = collect(summary(queued(1)), limits)
    assert found.states == {"queued": 1}
    assert found.allowed_mb == 700
    assert found.notice == "A sentence."
    assert found.uptime >= 0


def test_the_memory_is_the_sum_of_what_is_listed() -> None:
    found = collect(summary(), Limits())
    sizes = [one.memory_mb for one in found.processes if one.memory_mb is not None]
    assert found.memory_mb == sum(sizes) or not sizes


def test_where_nobody_tells_the_memory_of_a_process_the_runner_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "total_mb", lambda pids: None)
    assert collect(summary(), Limits()).memory_mb == 321.5


def test_the_line_shows_place_network_waiting_time_and_estimate() -> None:
    first, second = queued(1, created=900.0, starts_in=12.0), queued(2, created=1000.5)
    one, two = waiting([first, second], now=1000.0)
    assert (one.position, one.model, one.waited, one.starts_in) == (
        1,
        "Multi-layer perceptron",
        100.0,
        12.0,
    )
    assert one.run == first.run_id[:8]
    assert (two.position, two.waited, two.starts_in) == (2, 0.0, None)


def test_no_owner_and_no_whole_run_id_is_in_a_status() -> None:
    run = queued(1)
    info = WorkerInfo(os.getpid(), run.run_id)
    text = json.dumps(asdict(collect(summary(run, workers=(info,)), Limits())))
    assert OWNER not in text
    assert run.run_id not in text
    assert run.run_id[:9] not in text
    assert run.run_id[:8] in text


def test_a_real_runner_gives_a_status() -> None:
    runner = InlineRunner(Limits(running_per_owner=1))
    for _ in range(2):
        runner.submit(RunSpec(new_run_id(), OWNER, ImageConfig(epochs=1)))
    found = collect(runner.summary(), Limits())
    assert found.states == {"running": 1, "queued": 1}
    assert [run.position for run in found.waiting] == [1]


@LINUX
def test_this_process_is_the_server_and_has_memory() -> None:
    (info, *_) = processes({})
    assert (info.role, info.pid, info.alive) == ("server", os.getpid(), True)
    assert info.nice == os.getpriority(os.PRIO_PROCESS, 0)
    assert info.memory_mb is not None
    assert 20 < info.memory_mb < 20_000


@LINUX
def test_a_child_is_listed_with_its_nice_value_and_the_run_that_it_trains() -> None:
    child = subprocess.Popen(
        ["nice", "-n", "10", sys.executable, "-c", "input()"], stdin=subprocess.PIPE
    )
    run_id = new_run_id()
    expected = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    try:
        for _ in looks_for():
            info = process_info(child.pid, {child.pid: run_id})
            if info.nice == expected:
                break
        assert info.role == "worker"
        assert info.alive
        assert info.run == run_id[:8]
        assert info in [
            replace(one, memory_mb=info.memory_mb) for one in processes({child.pid: run_id})
        ]
        assert process_info(child.pid, {}).role == "helper"
    finally:
        child.communicate(b"\n")
    gone = ProcessInfo("worker", child.pid, None, None, None, run_id[:8])
    assert processes({child.pid: run_id})[-1] == gone


@LINUX
def test_of_a_worker_on_another_machine_nothing_is_told_that_is_read_here() -> None:
    parent = os.getppid()  # a process of this machine, but none of ours
    assert processes({parent: ""})[-1] == ProcessInfo("worker", parent, None, None, None)


@LINUX
def test_a_killed_child_that_nobody_has_buried_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not process_info(child.pid, {child.pid: ""}).alive
    child.communicate()


def test_every_limit_is_named_with_its_variable() -> None:
    shown = limits_in_force(Limits(workers=3))
    assert [limit.name.replace(" ", "_") for limit in shown] == [f.name for f in fields(Limits)]
    assert ("workers", 3, "DL101_WORKERS") in [(x.name, x.value, x.variable) for x in shown]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite:////tmp/x/runs-1.sqlite", "SQLite, a file on this machine"),
        ("sqlite://", "SQLite in memory"),
        ("postgresql://anna:very+secret@db.example.org:5432/dl", "PostgreSQL"),
        ("postgresql+psycopg://anna:very+secret@10.0.0.1/dl", "PostgreSQL"),
        ("mysql://anna:very+secret@db/dl", "mysql"),
        ("anna:very+secret", "unknown: DATABASE_URL cannot be read"),
    ],
)
def test_the_store_is_named_without_address_user_or_password(url: str, kind: str) -> None:
    assert store_kind(url) == kind


def test_versions_name_python_and_torch() -> None:
    found = versions()
    assert found["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["torch"].startswith("2.")
    assert "streamlit" in found


def git(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


HASH = "0123456789" * 4


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({"HEAD": "ref: refs/heads/main\n", "refs/heads/main": HASH + "\n"}, HASH[:10]),
        (
            {"HEAD": "ref: refs/heads/main\n", "packed-refs": f"# pack\n{HASH} refs/heads/main\n"},
            HASH[:10],
        ),
        ({"HEAD": HASH + "\n"}, HASH[:10]),
        ({"HEAD": "ref: refs/heads/unborn\n"}, ""),
        ({"HEAD": "garbage"}, ""),
        ({}, ""),
    ],
)
def test_the_revision_is_read_from_the_files_of_git(
    files: dict[str, str], shown: str, tmp_path: Path
) -> None:
    assert revision(git(tmp_path, files)) == shown


def test_the_revision_of_this_checkout_is_what_git_says() -> None:
    root = module.ROOT
    done = subprocess.run(
        ["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    if done.returncode or not (root / ".git").is_dir():
        pytest.skip("no git here, or not a plain checkout")
    assert revision(root) == done.stdout[:10]
