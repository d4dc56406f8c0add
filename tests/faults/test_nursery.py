"""The zygotes of most tests are like those of the product; only their start is quicker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dl101_core.jobs.workers import launch
from dl101_core.jobs.workers.codec import Unpacker
from dl101_core.jobs.workers.launch import ForkLauncher
from dl101_core.jobs.workers.protocol import FromWorker, Hello
from tests.faults.helpers import ROOT, alive, needs_fork, needs_proc, strike
from tests.nursery import Adopted
from tests.patience import PATIENCE, wait_for

pytestmark = [needs_proc, needs_fork]


@pytest.fixture
def launcher() -> Iterator[ForkLauncher]:
    launcher = ForkLauncher()
    yield launcher
    launcher.close()


def hello(launcher: ForkLauncher) -> int:
    """The process id of a worker that has just begun."""
    with launcher.start(1) as link:
        link.settimeout(PATIENCE)
        (message,) = Unpacker(FromWorker).feed(link.recv(1000))
    assert isinstance(message, Hello)
    return message.pid


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_it_is_a_child_of_this_process_with_its_environment_and_folder(
    launcher: ForkLauncher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DL101_LOG_LEVEL", "ERROR")
    monkeypatch.chdir(tmp_path)
    with launcher.start(1) as link:
        link.settimeout(PATIENCE)
        link.recv(1000)
        assert isinstance(launcher._zygote, Adopted)
        zygote = launcher.zygote_pid
        assert zygote is not None
        assert launcher.lives(zygote)
        assert parent(zygote) == os.getpid()
        assert os.readlink(f"/proc/{zygote}/cwd") == str(tmp_path)
        # SIGINT and SIGTERM are left to the server, and it has one thread.
        status = Path(f"/proc/{zygote}/status").read_text().splitlines()
        fields = dict(line.split(":\t", 1) for line in status)
        assert int(fields["SigIgn"], 16) & (1 << 1 | 1 << 14) == 1 << 1 | 1 << 14
        assert fields["Threads"].strip() == "1"
    launcher.close()
    assert not alive(zygote)


def test_how_it_ended_is_told_and_the_next_worker_has_another(launcher: ForkLauncher) -> None:
    hello(launcher)
    first = launcher.zygote_pid
    strike(first)
    assert "signal 9" in launcher.why(1)
    assert not launcher.lives(first)
    assert parent(hello(launcher)) == launcher.zygote_pid != first


def test_it_ends_by_itself_when_nobody_can_ask_it_any_more(launcher: ForkLauncher) -> None:
    hello(launcher)
    zygote, control = launcher._zygote, launcher._control
    assert zygote is not None
    assert control is not None
    control.close()
    assert zygote.wait(PATIENCE) == 0


def test_who_breaks_the_start_gets_the_real_one(
    launcher: ForkLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "ZYGOTE", "dl101_core.jobs.nowhere")
    launcher.start(1).close()
    assert isinstance(launcher._zygote, subprocess.Popen)
    assert launcher._zygote.wait(PATIENCE) == 1


ORPHAN = """
import sys
from dl101_core.jobs.workers.launch import ForkLauncher
from dl101_core.jobs.workers.protocol import FromWorker, Hello
from tests.nursery import zygotes_from_nursery

with zygotes_from_nursery():
    launcher = ForkLauncher()
    link = launcher.start(1)
    link.recv(1000)
    print(launcher.zygote_pid, flush=True)
    sys.stdin.read()
"""


def test_it_dies_with_the_process_that_asked_for_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout is not None
        zygote = int(tests.stdout.readline())
        os.kill(zygote, signal.SIGSTOP)  # so that it cannot see that its socket is closed
        assert alive(zygote)
        tests.kill()
    wait_for(lambda: not alive(zygote))
