"""One address fills the server; a learner at another address presses Start."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time

from benchmarks.load import lab
from benchmarks.load.client import LostAnswerError
from benchmarks.load.report import Check

GREEDY = "203.0.113.7"
COOKIES, STARTS = 59, 4
AT_A_TIME = 6
"""Sessions of the greedy address that are open together; its runs stay when these close."""
START_WITHIN = 10.0
PATIENCE = 120.0


async def greedy_rows(url: str, repeats: int) -> list[Check]:
    """The queue is filled from one address first; no page there polls, but the leases still hold.

    ``url``: an idle server with the default limits.
    """
    began = time.perf_counter()
    started = await _fill(url)
    filled = time.perf_counter() - began
    seen = [await _visit(url, repeat) for repeat in range(1, repeats + 1)]
    load = f"{COOKIES} cookies of one address press Start {STARTS} times, a learner elsewhere once"
    return [
        Check(load, "runs of that address", (started,)),
        Check(load, "seconds until it had them", (filled,), "s"),
        Check(load, "refused elsewhere", (sum(not one.points for one in seen),), bar=0, worst=True),
        Check(load, "first point elsewhere", _firsts(seen), "s", 2, worst=True),
        Check(load, "end of the run elsewhere", tuple(one.ended or PATIENCE for one in seen), "s"),
    ]


def _firsts(seen: list[lab.Lab]) -> tuple[float, ...]:
    return tuple(one.points[0] if one.points else PATIENCE for one in seen)


async def _fill(url: str) -> int:
    """The number of runs that were accepted."""
    free = asyncio.Semaphore(AT_A_TIME)

    async def press(key: str, seed: int) -> bool:
        task = lab.Task("cnn", 12_000, seed=seed, epochs=100)
        one = lab.Lab(url, task, key, GREEDY)
        try:
            await one.session.open()
            with contextlib.suppress(LostAnswerError, TimeoutError):  # refused
                await asyncio.wait_for(one.press_start(), START_WITHIN)
            return "run=" in one.session.query
        finally:
            await one.close()

    async def learner(number: int) -> int:
        key = secrets.token_urlsafe(24)
        async with free:
            return sum([await press(key, STARTS * number + turn) for turn in range(STARTS)])

    return sum(await asyncio.gather(*map(learner, range(COOKIES))))


async def _visit(url: str, number: int) -> lab.Lab:
    """A learner at another address trains to the end, within the timeout."""
    one = lab.Lab(url, lab.Task("mlp", 2000, seed=number), address=f"198.51.100.{number}")
    try:
        await one.session.open()
        await asyncio.sleep(1)
        with contextlib.suppress(LostAnswerError, TimeoutError):
            await asyncio.wait_for(one.press_start(), START_WITHIN)
        while not one.ended and time.perf_counter() - one.pressed < PATIENCE:
            await asyncio.sleep(0.05)
    finally:
        await one.close()
    return one
