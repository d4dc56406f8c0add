"""Limits per minute: bursts pass, floods do not, and one learner's flood is not another's."""

from __future__ import annotations

import logging
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core import rates
from dl101_core.rates import Rate, TooOften


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(rate: Rate, owner: str, times: int) -> int:
    """How many of ``times`` acts at one moment are allowed."""
    done = 0
    for _ in range(times):
        try:
            rate.take(owner)
            done += 1
        except TooOften:
            pass
    return done


def test_a_burst_of_a_whole_minute_passes_and_the_next_is_told_when_to_come_back() -> None:
    clock = Clock()
    rate = Rate("send pictures", 12, 120, clock)
    assert taken(rate, "me", 12) == 12
    with pytest.raises(TooOften) as refused:
        rate.take("me")
    assert str(refused.value) == "You may send 12 pictures a minute. Try again in 5 s."
    clock.now += 5
    rate.take("me")


def test_one_learners_flood_is_not_anothers() -> None:
    rate = Rate("send pictures", 12, 120, Clock())
    taken(rate, "me", 1000)
    assert taken(rate, "you", 12) == 12


def test_everybody_together_has_a_limit_and_refused_acts_cost_nobody_anything() -> None:
    clock = Clock()
    rate = Rate("send pictures", 12, 20, clock)
    assert taken(rate, "me", 12) + taken(rate, "you", 12) == 20
    with pytest.raises(TooOften, match=r"This server takes 20 pictures a minute\. Try again in 3"):
        rate.take("you")
    clock.now += 3
    rate.take("you")


@settings(deadline=None)
@given(st.lists(st.floats(0, 20), max_size=200), st.integers(1, 30))
def test_in_no_minute_more_than_twice_the_limit_passes(gaps: list[float], limit: int) -> None:
    clock = Clock()
    rate = Rate("send drawings", limit, 10 * limit, clock)
    times = []
    for gap in gaps:
        clock.now += gap
        times += [clock.now] * taken(rate, "me", 3)
    for end in times:
        assert sum(end - 60 < moment <= end for moment in times) <= 2 * limit


def test_whoever_keeps_to_the_limit_is_never_refused() -> None:
    clock = Clock()
    rate = Rate("send drawings", 400, 6000, clock)
    for _ in range(2000):
        clock.now += 60 / 400 + 1e-9
        rate.take("me")


def test_the_pace_of_everybody_is_known_and_falls_when_they_rest() -> None:
    clock = Clock()
    rate = Rate("send drawings", 10**6, 10**6, clock)
    assert rate.pace() == 0
    for number in range(600):
        clock.now += 1 / 30
        rate.take(f"learner {number % 30}")
    assert rate.pace() == pytest.approx(30, rel=0.05)
    clock.now += 9
    assert rate.pace() < 2


def test_a_flood_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dl101_core.rates")
    clock = Clock()
    rate = Rate("send drawings", 400, 6000, clock)
    for _ in range(100):
        clock.now += 0.5
        taken(rate, "me", 50)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == "limit reached: You may send 400 drawings a minute"


def test_learners_who_have_gone_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_OWNERS", 100)
    clock = Clock()
    rate = Rate("send drawings", 4, 10**9, clock)
    for number in range(1000):
        clock.now += 1
        rate.take(str(number))
    assert len(rate._owners) <= 100


def test_threads_share_one_count() -> None:
    rate = Rate("send drawings", 100, 1000, Clock())
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(taken(rate, "me", 50))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 100
