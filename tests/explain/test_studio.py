"""The studio: one thread, one step of each ascent in turn, and no turns without a lease."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from dl101_core.explain.ascent import Dreamt
from dl101_core.explain.studio import KEEP, KEPT, LEASE, MOST, REST, Busy, Progress, Studio
from tests.patience import PATIENCE, looks_for, wait_for

PICTURE = np.zeros((28, 28), np.uint8)


def climb(steps: int, told: list[str] | None = None, name: str = "") -> Iterator[Dreamt | None]:
    for step in range(steps):
        if told is not None:
            told.append(name)
        yield Dreamt(step, float(step), PICTURE) if step % 2 == 0 else None


def ended(studio: Studio, key: str) -> Progress:
    for _ in looks_for(vain="the climb did not end"):
        progress = studio.look(key)
        assert progress is not None
        if progress.state != "climbing":
            return progress
    raise AssertionError


class Steps:
    """The studio's sleep: after each step it waits until the test lets the next one go."""

    def __init__(self) -> None:
        self._allowed = threading.Semaphore(0)
        self.taken = 0

    def __call__(self, seconds: float) -> None:
        self.taken += 1
        assert self._allowed.acquire(timeout=PATIENCE)

    def go(self, steps: int) -> None:
        self._allowed.release(steps)


def quick() -> Studio:
    return Studio(sleep=lambda seconds: None)


def test_a_climb_goes_on_by_itself_and_keeps_its_pictures() -> None:
    studio = quick()
    studio.start("me", climb(9))
    progress = ended(studio, "me")
    assert progress.state == "finished"
    assert [one.step for one in progress.shown] == [0, 2, 4, 6, 8]
    assert progress.last == progress.shown[-1]
    assert studio.waiting() == 0
    studio.start("me", climb(3))  # the thread has ended, and begins again
    assert len(ended(studio, "me").shown) == 2


def test_all_take_turns() -> None:
    told: list[str] = []
    inside, begun = threading.Event(), threading.Event()

    def first() -> Iterator[Dreamt | None]:
        """Keeps the thread in its turn until the others have started."""
        inside.set()
        assert begun.wait(PATIENCE)
        yield None

    studio = quick()
    studio.start("first", first())
    assert inside.wait(PATIENCE)
    for name in "abc":
        studio.start(name, climb(10, told, name))
    begun.set()
    for name in "abc":
        assert ended(studio, name).state == "finished"
    assert told == ["a", "b", "c"] * 10


def test_a_new_climb_of_a_session_takes_the_place_of_its_old_one() -> None:
    studio = quick()
    studio.start("me", climb(10**9))
    studio.start("me", climb(4))
    assert len(ended(studio, "me").shown) == 2
    assert studio.waiting() == 0


def test_a_cancelled_climb_keeps_what_it_reached() -> None:
    steps = Steps()
    studio = Studio(sleep=steps)
    studio.start("me", climb(10**9))
    wait_for(lambda: (studio.look("me") or Progress("failed")).shown)
    studio.cancel("me")
    progress = studio.look("me")
    assert progress is not None
    assert progress.state == "cancelled"
    assert progress.shown
    studio.cancel("nobody")
    steps.go(1)


def test_a_climb_that_fails_says_why() -> None:
    def failing() -> Iterator[None]:
        yield None
        raise ValueError("unit (=9) must be below 4.")

    studio = quick()
    studio.start("me", failing())
    progress = ended(studio, "me")
    assert (progress.state, progress.problem) == ("failed", "unit (=9) must be below 4.")


def test_a_climb_that_nobody_looks_at_rests_and_goes_on_with_the_next_look() -> None:
    now, steps = [0.0], Steps()
    studio = Studio(clock=lambda: now[0], sleep=steps)
    studio.start("gone", climb(9))
    studio.start("here", climb(10**9))
    now[0] = LEASE - 1
    assert studio.look("here") is not None
    now[0] = LEASE + 1
    assert studio.waiting() == 1
    steps.go(100)
    wait_for(lambda: steps.taken > 100)
    progress = studio.look("gone")  # back after a hundred turns of the other
    assert progress is not None
    assert progress.state == "climbing"
    assert len(progress.shown) <= 1
    steps.go(10**6)
    progress = ended(studio, "gone")
    assert progress.state == "finished"
    assert [one.step for one in progress.shown] == [0, 2, 4, 6, 8]
    studio.cancel("here")


def test_looks_that_come_late_one_and_all_lose_nothing() -> None:
    """On a busy machine every look may come after the lease: slower, but with the same result."""
    now, steps = [0.0], Steps()
    studio = Studio(clock=lambda: now[0], sleep=steps)
    studio.start("me", climb(9))
    for _ in looks_for():
        steps.go(1)
        now[0] += 2 * LEASE
        progress = studio.look("me")
        assert progress is not None, "forgotten while somebody watched"
        if progress.state != "climbing":
            break
    assert progress.state == "finished"
    assert [one.step for one in progress.shown] == [0, 2, 4, 6, 8]


def test_an_ended_climb_is_there_for_who_comes_back_and_not_for_ever() -> None:
    now = [0.0]
    studio = Studio(clock=lambda: now[0], sleep=lambda seconds: None)
    studio.start("me", climb(3))
    wait_for(lambda: studio.waiting() == 0)
    now[0] = KEEP - 1
    assert len(ended(studio, "me").shown) == 2
    now[0] = 2 * KEEP
    studio.start("other", climb(1))
    assert studio.look("me") is None


def test_no_more_than_so_many_climbs_are_kept_and_the_longest_unseen_goes() -> None:
    now = [0.0]
    studio = Studio(clock=lambda: now[0], sleep=lambda seconds: None)
    for number in range(KEPT + 1):
        now[0] += 1
        studio.start(str(number), climb(1))
        ended(studio, str(number))
        studio.look("0")
    assert studio.look("0") is not None
    assert studio.look("1") is None
    assert studio.look("2") is not None


def test_the_thread_sleeps_three_times_as_long_as_it_works() -> None:
    slept: list[float] = []
    now = [0.0]

    def working() -> Iterator[None]:
        for _ in range(3):
            now[0] += 0.01
            yield None

    studio = Studio(clock=lambda: now[0], sleep=slept.append)
    studio.start("me", working())
    ended(studio, "me")
    assert slept[:3] == pytest.approx([REST * 0.01 + 0.001] * 3)


def test_one_too_many_is_asked_to_wait() -> None:
    now, steps = [0.0], Steps()
    studio = Studio(clock=lambda: now[0], sleep=steps)
    for number in range(MOST):
        studio.start(str(number), climb(10**9))
    with pytest.raises(Busy, match="Try again"):
        studio.start("one more", climb(1))
    now[0] = LEASE + 1  # ascents without a lease do not count
    studio.start("one more", climb(1))
    for number in range(MOST):
        studio.cancel(str(number))
    steps.go(10**6)
    assert ended(studio, "one more").state == "finished"
