"""Silent workers: stopped, in an endless loop, or slow. The test sets the clock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dl101_core.jobs.workers.heartbeat import Heartbeat, computing_seconds

PATIENCE = 30.0


def silent_for(seconds: float, share: float | None) -> bool:
    """Whether a worker that computes for ``share`` of the time has timed out by then."""
    heartbeat = Heartbeat(heard=100.0)
    stands, now = False, 100.0
    while now < 100.0 + seconds and not stands:
        now += 1.0
        worked = None if share is None else 7.0 + share * (now - 100.0)
        stands = heartbeat.stands_still(now, PATIENCE, worked)
        heartbeat.due(now, PATIENCE)
    return stands


@pytest.mark.parametrize("share", [0.0, 0.001, 0.99, 1.0, None])
def test_one_that_computes_nothing_or_without_end_is_given_up(share: float | None) -> None:
    assert not silent_for(PATIENCE, share)
    assert silent_for(1.2 * PATIENCE, share)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5])
def test_one_that_gets_little_of_a_core_has_more_time(share: float) -> None:
    assert not silent_for(PATIENCE / share, share)
    assert silent_for(1.2 * PATIENCE / share, share)


def test_an_answer_begins_the_patience_anew() -> None:
    heartbeat, worked = Heartbeat(heard=0.0), 0.0
    for second in range(1, 200):
        assert not heartbeat.stands_still(float(second), PATIENCE, worked)
        if heartbeat.due(float(second), PATIENCE):
            heartbeat.heard = second + 0.5


def test_nobody_is_given_up_who_was_not_asked() -> None:
    heartbeat = Heartbeat(heard=100.0, asked=99.0)
    assert not heartbeat.stands_still(1000.0, PATIENCE, 0.0)


def test_time_in_which_the_server_itself_stood_still_counts_for_nothing() -> None:
    heartbeat = Heartbeat(heard=100.0, asked=101.0)
    assert not heartbeat.stands_still(102.0, PATIENCE, 1.0)
    heartbeat.shift(3600.0)
    assert not heartbeat.stands_still(3703.0, PATIENCE, 1.0)
    assert heartbeat.stands_still(3740.0, PATIENCE, 1.0)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
def test_computing_is_counted_in_seconds() -> None:
    before = computing_seconds(os.getpid())
    sum(range(3_000_000))
    used = sum(os.times()[:2])
    after = computing_seconds(os.getpid())
    assert before is not None
    assert after is not None
    assert before < after
    assert abs(after - used) < 0.1
    assert computing_seconds(2**22 + 1) is None
