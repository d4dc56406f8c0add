"""Limits per minute: bursts pass, floods do not, and one learner's flood is not another's."""

from __future__ import annotations

import logging
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core import rates
from dl101_core.rates import Counted, Rate, TooOften


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(rate: Rate, owner: str, times: int, address: str = "") -> int:
    """How many of ``times`` requests at one moment are allowed."""
    done = 0
    for _ in range(times):
        try:
            rate.take(owner, address)
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


def flooded(in_all: int = 120) -> tuple[Clock, Rate]:
    """One address, with a new cookie for each request, has taken all tokens."""
    clock = Clock()
    rate = Rate("send pictures", 12, in_all, clock)
    assert sum(taken(rate, f"cookie {n}", 1, "greedy") for n in range(2 * in_all)) == in_all
    return clock, rate


def test_cleared_cookies_take_nothing_from_another_address() -> None:
    clock, rate = flooded()
    assert taken(rate, "me", 20, "home") == 12
    assert taken(rate, "one more cookie", 1, "greedy") == 0
    for tick in range(1, 8 * 60 + 1):
        clock.now += 0.125
        for number in range(3):
            taken(rate, f"{tick} {number}", 1, "greedy")
        if clock.now % 5 == 0:
            assert taken(rate, "me", 1, "home") == 1  # twelve a minute, as if alone


def test_what_was_borrowed_is_paid_back_by_who_had_more() -> None:
    clock, rate = flooded()
    assert taken(rate, "me", 12, "home") == 12
    clock.now += 6  # twelve tokens; alone it would have them all
    assert taken(rate, "a cookie", 12, "greedy") == 6
    clock.now += 6
    assert taken(rate, "another cookie", 12, "greedy") == 6
    clock.now += 3  # by now the debt is paid
    assert taken(rate, "a third cookie", 12, "greedy") == 6


def test_an_address_that_is_alone_has_everything() -> None:
    clock, rate = flooded()
    with pytest.raises(TooOften, match=r"This server takes 120 pictures a minute\. Try again in 1"):
        rate.take("another pupil", "greedy")
    clock.now += 60
    assert sum(taken(rate, f"pupil {n}", 12, "greedy") for n in range(20)) == 120


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from("abcdefgh")), max_size=300))
def test_in_all_no_more_passes_than_a_minutes_burst_and_the_debt(
    acts: list[tuple[float, str]],
) -> None:
    clock = Clock()
    limit = 20
    rate = Rate("send pictures", 10**6, limit, clock)
    done = 0
    for number, (gap, address) in enumerate(acts):
        clock.now += gap
        done += taken(rate, f"cookie {number}", 5, address)
        assert done <= limit + limit / 2 + clock.now * limit / 60 + 1e-6


@settings(deadline=None, max_examples=10)
@given(st.integers(2, 6), st.integers(1, 5))
def test_all_who_want_more_than_there_is_get_equal_shares(addresses: int, greed: int) -> None:
    clock = Clock()
    rate = Rate("send pictures", 10**6, 60, clock)
    got = [0] * addresses
    for _ in range(300):
        clock.now += 1
        for address in range(addresses):
            wants = 3 * (1 + greed * (address == 0))  # the first one more than all others
            got[address] += taken(rate, "somebody", wants, str(address))
    assert min(got) >= 0.8 * 300 / addresses


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 3)), max_size=100))
def test_a_school_behind_one_address_is_counted_as_if_there_were_no_addresses(
    acts: list[tuple[float, int]],
) -> None:
    clock = Clock()
    without, school = (Rate("send pictures", 7, 20, clock) for _ in range(2))
    for gap, pupil in acts:
        clock.now += gap
        assert taken(without, str(pupil), 3) == taken(school, str(pupil), 3, "school")


def test_addresses_that_have_gone_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_OWNERS", 100)
    rate = Rate("send drawings", 4, 10**9, clock := Clock())
    for number in range(1000):
        taken(rate, str(number), 9, str(number))  # at one moment: none is quiet for a minute
    assert len(rate._addresses) <= 100
    assert len(rate._owners) <= 100
    clock.now += 61
    rate.take("me", "home")
    assert list(rate._addresses) == ["home"]


def test_starts_are_named_as_such() -> None:
    clock = Clock()
    rate = Rate("start runs", 20, 600, clock)
    assert taken(rate, "me", 232) == 20
    with pytest.raises(TooOften) as refused:
        rate.take("me")
    assert str(refused.value) == "You may start 20 runs a minute. Try again in 3 s."
    clock.now += 3
    rate.take("me")


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


def test_a_counted_request_is_used_once_by_its_owner_and_few_are_saved_up() -> None:
    counted = Counted(most=2)
    assert not counted.use("me")
    for _ in range(5):
        counted.add("me")
    assert not counted.use("you")
    assert [counted.use("me") for _ in range(3)] == [True, True, False]


def test_only_the_latest_owners_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_OWNERS", 2)
    counted = Counted(most=1)
    for owner in ("a", "b", "a", "c"):
        counted.add(owner)
    assert [counted.use(owner) for owner in "abc"] == [True, False, True]
