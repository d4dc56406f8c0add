"""Equal sharing, against cases worked out by hand and against small turns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.load.fairness import ends_when_shared, shares

WORK = st.lists(st.floats(0.1, 5), min_size=1, max_size=8)


def test_a_run_never_uses_more_than_one_core() -> None:
    assert ends_when_shared([3.0], [1.0], workers=2) == pytest.approx((4.0,))


def test_three_runs_on_two_cores_worked_out_by_hand() -> None:
    # Each at 2/3 until the short one ends at 1.5; then both have 2 s left and a core each.
    assert ends_when_shared([1.0, 3.0, 3.0], [0, 0, 0], 2) == pytest.approx((1.5, 3.5, 3.5))


def test_a_later_run_slows_down_those_that_are_under_way() -> None:
    # One core: alone until 1, then half speed each; the second ends at 3, the first at 4.
    assert ends_when_shared([3.0, 1.0], [0, 1], workers=1) == pytest.approx((4.0, 3.0))


def test_a_run_that_comes_after_all_others_have_ended_is_alone() -> None:
    assert ends_when_shared([1.0, 1.0], [0, 10], workers=1) == pytest.approx((1.0, 11.0))


@settings(max_examples=30, deadline=None)
@given(WORK, st.integers(1, 3))
def test_it_agrees_with_round_robin_in_small_turns(work: list[float], workers: int) -> None:
    step, now = 0.004, 0.0
    left, ends = list(work), [0.0] * len(work)
    while any(ends[i] == 0 for i in range(len(work))):
        live = [i for i in range(len(work)) if ends[i] == 0]
        now += step
        for i in live:
            left[i] -= step * min(1.0, workers / len(live))
            if left[i] <= 0:
                ends[i] = now
    close = pytest.approx(ends, abs=0.02 * len(work))
    assert ends_when_shared(work, [0.0] * len(work), workers) == close


def test_a_share_of_one_half_took_twice_as_long_as_when_shared() -> None:
    assert shares([1.0, 1.0], [0, 5], [2.0, 6.0], workers=2) == pytest.approx((0.5, 1.0))


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"work \(2\) and starts \(1\)"):
        ends_when_shared([1.0, 1.0], [0.0])
