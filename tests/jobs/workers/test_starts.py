"""Workers that do not start: retries in both ways, and the message."""

from __future__ import annotations

import errno
import os
import socket
import sys

import pytest

from dl101_core.jobs.workers import zygote
from dl101_core.jobs.workers.launch import ForkLauncher
from dl101_core.jobs.workers.starts import FORK_AGAIN, FORK_AGAIN_AT_LAST, MAX_DELAY, Starts


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def starts(time: Time) -> Starts:
    return Starts(True, time)


def fail(starts: Starts, time: Time, times: int = 1) -> list[float]:
    """Fail at each retry as soon as it is allowed; gives the waits between."""
    waits = []
    for _ in range(times):
        starts.failed("the system refuses")
        began = time.now
        while not starts.due():
            time.now += 0.25
        waits.append(time.now - began)
    return waits


def test_the_reason_and_the_way_out_are_told_at_once_until_a_worker_reports(
    starts: Starts, time: Time
) -> None:
    assert starts.trouble == ""
    starts.failed("No such file or directory")
    assert "no training process starts: No such file or directory." in starts.trouble
    assert "tried again every few seconds" in starts.trouble
    assert "stop it" in starts.trouble
    starts.worked()
    assert starts.trouble == ""


def test_a_start_that_only_lasts_is_told_after_five_seconds(starts: Starts) -> None:
    starts.waited(4.9)
    assert starts.trouble == ""
    starts.waited(5.0)
    assert "still starting" in starts.trouble
    starts.failed("it ended at once with code 1")
    starts.waited(9.0)
    assert "it ended at once with code 1" in starts.trouble


def test_tries_become_rarer_up_to_five_seconds(starts: Starts, time: Time) -> None:
    assert fail(starts, time, 6) == [0.5, 1.0, 2.0, 4.0, MAX_DELAY, MAX_DELAY]


def test_workers_that_die_together_count_once(starts: Starts, time: Time) -> None:
    for _ in range(10):
        starts.failed("")
    assert starts.forks
    time.now = 0.5
    assert starts.due()


def test_after_three_failures_workers_are_spawned_and_forking_is_tried_again_later(
    starts: Starts, time: Time
) -> None:
    fail(starts, time, 2)
    assert starts.forks
    starts.failed("")
    failed_at = time.now
    assert not starts.forks
    time.now = failed_at + FORK_AGAIN - 1
    assert starts.due()
    assert not starts.forks
    starts.worked()  # a spawned one
    time.now = failed_at + FORK_AGAIN
    assert starts.due()
    assert starts.forks
    starts.worked()
    fail(starts, time, 2)
    assert starts.forks  # one that works has as many tries as at first


def test_each_try_that_fails_doubles_the_pause_up_to_a_quarter_of_an_hour(
    starts: Starts, time: Time
) -> None:
    fail(starts, time, 3)
    pauses = []
    for _ in range(7):
        assert not starts.forks
        began = time.now
        while not (starts.due() and starts.forks):
            time.now += 0.5
        pauses.append(round((time.now - began) / FORK_AGAIN))
        starts.failed("")
    assert pauses == [1, 2, 4, 8, 16, 16, 16]
    assert pauses[-1] * FORK_AGAIN == FORK_AGAIN_AT_LAST


def test_where_forking_is_not_safe_it_is_never_tried(time: Time) -> None:
    starts = Starts(False, time)
    fail(starts, time, 5)
    time.now += 10 * FORK_AGAIN_AT_LAST
    assert starts.due()
    assert not starts.forks


@pytest.mark.skipif(sys.platform != "linux", reason="needs a zygote")
def test_a_zygote_that_the_system_refuses_a_process_says_so_and_lives_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> int:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(zygote.os, "fork", refuse)
    launcher = ForkLauncher()
    launcher._control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours, theirs = socket.socketpair()
    with control, ours:
        zygote._fork_worker(control, theirs.detach())
        assert ours.recv(1) == b""  # closed, so that the pool notices
        assert launcher.why(1) == "Resource temporarily unavailable"
        assert launcher.why(1) == ""
    launcher.close()
