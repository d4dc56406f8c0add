"""The studio: one thread, a step of each in turn, and nobody waits for who has left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from dl101_core.explain.ascent import Dreamt
from dl101_core.explain.studio import LEASE, MOST, REST, Busy, Progress, Studio

PICTURE = np.zeros((28, 28), np.uint8)


def climb(steps: int, told: list[str] | None = None, name: str = "") -> Iterator[Dreamt | None]:
    for step in range(steps):
        if told is not None:
            told.append(name)
        yield Dreamt(step, float(step), PICTURE) if step % 2 == 0 else None


def ended(studio: Studio, key: str) -> Progress:
    for _ in range(2000):
        progress = studio.look(key)
        assert progress is not None
        if progress.state != "climbing":
            return progress
        time.sleep(0.002)
    raise AssertionError("the climb did not end")


def quick() -> Studio:
    return Studio(sleep=lambda seconds: time.sleep(0))


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
    gate = threading.Event()
    studio = Studio(sleep=lambda seconds: gate.wait(5) and None)
    for name in "abc":
        studio.start(name, climb(10, told, name))
    gate.set()
    for name in "abc":
        assert ended(studio, name).state == "finished"
    places = {name: [i for i, who in enumerate(told) if who == name] for name in "abc"}
    # Whoever began first has at most one turn more than the others at any time.
    assert max(places["a"]) - max(places["c"]) in range(-3, 3)
    assert sorted(told[-3:]) == ["a", "b", "c"]


def test_a_new_climb_of_a_session_takes_the_place_of_its_old_one() -> None:
    studio = quick()
    studio.start("me", climb(10**9))
    studio.start("me", climb(4))
    assert len(ended(studio, "me").shown) == 2
    assert studio.waiting() == 0


def test_a_cancelled_climb_keeps_what_it_reached() -> None:
    studio = quick()
    studio.start("me", climb(10**9))
    while not (studio.look("me") or Progress("failed")).shown:
        time.sleep(0.002)
    studio.cancel("me")
    progress = studio.look("me")
    assert progress is not None
    assert progress.state == "cancelled"
    assert progress.shown
    studio.cancel("nobody")


def test_a_climb_that_fails_says_why() -> None:
    def failing() -> Iterator[None]:
        yield None
        raise ValueError("unit (=9) must be below 4.")

    studio = quick()
    studio.start("me", failing())
    progress = ended(studio, "me")
    assert (progress.state, progress.problem) == ("failed", "unit (=9) must be below 4.")


def test_who_does_not_look_any_more_is_forgotten() -> None:
    now = [0.0]
    studio = Studio(clock=lambda: now[0], sleep=lambda seconds: time.sleep(0.001))
    studio.start("gone", climb(10**9))
    studio.start("here", climb(10**9))
    now[0] = LEASE - 1
    assert studio.look("here") is not None
    now[0] = LEASE + 1
    wait_until(lambda: studio.waiting() == 1)
    assert studio.look("gone") is None
    studio.cancel("here")


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
    studio = Studio(sleep=lambda seconds: time.sleep(0.05))
    for number in range(MOST):
        studio.start(str(number), climb(10**9))
    with pytest.raises(Busy, match="Try again"):
        studio.start("one more", climb(1))
    for number in range(MOST):
        studio.cancel(str(number))


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.002)
    raise AssertionError("it never came true")
