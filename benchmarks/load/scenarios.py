"""The rows of the table: each scenario puts a class on the app and returns what it measured."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from statistics import median

from benchmarks.load import controls, drawers, lab
from benchmarks.load.client import SETTINGS, Session
from benchmarks.load.fairness import shares
from benchmarks.load.memory import cpu_seconds, proportional_mb
from benchmarks.load.probe import OnScreen, Probe
from benchmarks.load.report import Check
from benchmarks.load.server import Server
from benchmarks.tables import percentile
from dl101_core.cnn.convolution.compute import ConvConfig

LESSON = "convolution"
SETTLE = 2.0
ENDLESS = [lab.Task("cnn", 12_000, seed=900 + n, epochs=100) for n in range(2)]
"""The runs that train while other learners change controls."""
IDLE = 100


@dataclass
class Measured:
    """Values of one name, one for each repeat."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def answers(self, seconds: list[float], lost: int, wrong: list[str]) -> None:
        """The answers to a class in one repeat. ``wrong``: a sentence for each wrong answer."""
        for text in wrong[:3]:
            print("wrong:", text)
        times = [1000 * each for each in seconds]
        self.add("median", median(times))
        self.add("p95", percentile(times, 0.95))
        self.add("answers", len(times))
        self.add("lost", lost)
        self.add("wrong", len(wrong))

    def of(self, name: str) -> tuple[float, ...]:
        return tuple(self.values.get(name, ()))


def say(what: str) -> None:
    """Print the progress of the harness."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


@contextmanager
def spent(found: Measured, pid: int | None) -> Iterator[None]:
    """Keep the share of a core that the server itself takes, without its workers."""
    began, before = time.perf_counter(), cpu_seconds(pid, False) if pid else 0.0
    yield
    if pid:
        took = time.perf_counter() - began
        found.add("cpu", (cpu_seconds(pid, False) - before) / took)


def cpu_row(load: str, found: Measured) -> list[Check]:
    values = found.of("cpu")
    return [Check(load, "the server without workers", values, "cores")] if values else []


def answer_rows(
    load: str, what: str, bars: tuple[float, float], checked: str, found: Measured
) -> list[Check]:
    """``bars``: milliseconds of the median and of the 95th percentile."""
    return [
        Check(load, f"{what}, median", found.of("median"), "ms", bars[0]),
        Check(load, f"{what}, p95", found.of("p95"), "ms", bars[1]),
        Check(load, f"answers checked {checked}", found.of("answers")),
        Check(load, "lost answers", found.of("lost"), bar=0, worst=True),
        Check(load, "wrong answers", found.of("wrong"), bar=0, worst=True),
        *cpu_row(load, found),
    ]


@asynccontextmanager
async def class_on(url: str, page: str, learners: int) -> AsyncIterator[list[Session]]:
    """``learners`` sessions with the page open."""
    sessions = [Session(url, page, SETTINGS) for _ in range(learners)]
    try:
        for session in sessions:
            await session.open()
        await asyncio.sleep(SETTLE)
        yield sessions
    finally:
        await asyncio.gather(*(session.close() for session in sessions))


@asynccontextmanager
async def training_beside(url: str) -> AsyncIterator[None]:
    """Two long runs, each with a learner who watches it; stopped at the end."""
    labs = [lab.Lab(url, task) for task in ENDLESS]
    try:
        for one in labs:
            await one.session.open()
            await one.press_start()
        yield
        for one in labs:
            stopped = one.session.expect(lambda session: not session.shows("stop"))
            await one.session.press("stop")
            await stopped
    finally:
        await asyncio.gather(*(one.close() for one in labs))


async def control_rows(app: Server, learners: int, repeats: int, seconds: float) -> list[Check]:
    """Row 1: each learner changes a control each second, two runs train."""
    found = Measured()
    async with training_beside(app.url), class_on(app.url, LESSON, learners) as sessions:
        configs = [ConvConfig() for _ in sessions]
        await controls.change_controls(sessions, configs, 3.0, seed=0)  # warm-up
        for repeat in range(1, repeats + 1):
            say(f"controls, repeat {repeat}")
            with spent(found, app.pid):
                changes = await controls.change_controls(sessions, configs, seconds, repeat)
            found.answers(
                [answer.seconds for answer in changes.answers],
                changes.lost + sum(session.missed for session in sessions),
                [text for answer in changes.answers if (text := controls.wrong(answer))],
            )
    load = f"{learners} learners, a control a second, 2 runs"
    return answer_rows(load, "control → answer", (50, 150), "against unfold", found)


async def lab_rows(
    app: Server, learners: int, repeats: int, probe: Probe | None, queue: str = ""
) -> list[Check]:
    """Row 2: all learners press Start. ``queue``: a server that trains the runs one by one.

    With a probe one more learner takes part, in Chromium, in an additional batch whose
    throughput does not count: the browser would not run on the server's machine.
    """
    tasks = lab.class_tasks(learners)
    steps = sum(map(lab.steps_of, tasks))
    work = lab.work_of(tasks)
    found, screens = Measured(), []
    for repeat in range(1, repeats + 1):
        say(f"Start, repeat {repeat}")
        if queue:
            found.add("queue", await queue_rate(queue, tasks, steps, seed=repeat))
        with spent(found, app.pid):
            labs = await lab.train_together(app.url, tasks, seed=repeat)
        wall = lab.wall_time(labs)
        scale = _scale(work, steps / found.of("queue")[-1] if queue else wall)
        _add_curves(found, labs)
        done = all(one.finished for one in labs)
        found.add("rate", steps / lab.training_time(labs) if done else 0.0)
        found.add("share", min(_shares(labs, [scale * seconds for seconds in work])))
        alike = [one.curve == lab.curve_alone(one.task) for one in labs[2 * repeat :][:2]]
        found.add("other", alike.count(False) + sum(one.torn for one in labs))
    if probe:
        say("Start, with Chromium")
        task = lab.Task("cnn", 3000, seed=500)
        await probe.prepare(app.url, task)

        async def guest() -> None:
            screens.append(await probe.train())

        _add_curves(found, await lab.train_together(app.url, tasks, seed=0, guest=guest))
    load = f"{learners} learners press Start within 1 s"
    return [
        Check(load, "first point, median", found.of("first"), "s", 1),
        Check(load, "first point, worst", found.of("last_first"), "s", 2, worst=True),
        Check(load, "between two points, p95", found.of("gap"), "s", 2),
        Check(load, "between two points, worst", found.of("worst_gap"), "s", 2, worst=True),
        *_screen_rows(load, screens),
        Check(load, "runs without an end", found.of("unfinished"), bar=0, worst=True),
        Check(load, "curves other than alone, or torn", found.of("other"), bar=0, worst=True),
        Check(load, "mean end after Start", found.of("end"), "s"),
        *_rate_rows(load, found.of("rate"), found.of("queue")),
        Check(load, "worst share of the fair one", found.of("share"), "", 0.5, at_least=True),
        *cpu_row(load, found),
    ]


def _add_curves(found: Measured, labs: Sequence[lab.Lab]) -> None:
    firsts = [one.points[0] if one.points else lab.LONGEST for one in labs]
    gaps = [gap for one in labs for gap in one.gaps] or [lab.LONGEST]
    found.add("first", median(firsts))
    found.add("last_first", max(firsts))
    found.add("gap", percentile(gaps, 0.95))
    found.add("worst_gap", max(gaps))
    found.add("unfinished", sum(not one.finished for one in labs))
    found.add("end", sum(one.ended for one in labs) / len(labs))


def _scale(work: Sequence[float], wall: float, workers: int = 2) -> float:
    """The factor of the computing times measured here that makes them fill ``wall``."""
    return wall * workers / sum(work)


def _shares(labs: Sequence[lab.Lab], work: Sequence[float]) -> tuple[float, ...]:
    starts = [one.pressed for one in labs]
    ends = [one.pressed + (one.ended or lab.LONGEST) for one in labs]
    return shares(work, starts, ends)


def _screen_rows(load: str, screens: Sequence[OnScreen]) -> list[Check]:
    firsts = tuple(seen.first for seen in screens)
    gaps = tuple(max(seen.gaps, default=lab.LONGEST) for seen in screens)
    return (
        [
            Check(load, "Chromium: first point painted", firsts, "s", 2),
            Check(load, "Chromium: longest stillness", gaps, "s", 2),
        ]
        if screens
        else []
    )


def _rate_rows(load: str, rates: Sequence[float], queued: Sequence[float]) -> list[Check]:
    rows = [Check(load, "training steps a second", tuple(rates))]
    if queued:
        ratios = tuple(rate / alone for rate, alone in zip(rates, queued, strict=True))
        rows += [
            Check(load, "the same, one after another", tuple(queued)),
            Check(load, "throughput / one after another", ratios, "", 0.9, at_least=True),
        ]
    return rows


async def queue_rate(url: str, tasks: Sequence[lab.Task], steps: int, seed: int) -> float:
    """Steps a second of the class's runs on a server whose workers take one run at a time.

    Only the last learners in the queue watch: the machine has no other load.
    """
    labs = await lab.train_together(url, tasks, seed, keep=4)
    return steps / lab.training_time(labs)


async def draw_rows(app: Server, learners: int, repeats: int, seconds: float) -> list[Check]:
    """Row 3: each learner draws a stroke each second."""
    found = Measured()
    async with class_on(app.url, "draw", learners) as sessions:
        pads = [drawers.Pad(session) for session in sessions]
        await drawers.draw(sessions, pads, 3.0, seed=0)  # warm-up
        for repeat in range(1, repeats + 1):
            say(f"strokes, repeat {repeat}")
            with spent(found, app.pid):
                drawn = await drawers.draw(sessions, pads, seconds, repeat)
            found.answers(
                [reading.seconds for reading in drawn.readings],
                drawn.lost,
                [text for reading in drawn.readings if (text := drawers.wrong(reading))],
            )
    load = f"{learners} drawers, a stroke a second, 4 networks"
    return answer_rows(load, "stroke → answer", (100, 250), "by applying them", found)


async def idle_rows(app: Server, probe: Probe | None) -> list[Check]:
    """Row 4: a hundred idle sessions on a lesson page, and new ones."""
    say("idle sessions")
    load = f"{IDLE} sessions idle"
    rows, url, pid = [], app.url, app.pid
    async with class_on(url, LESSON, 3):
        before = proportional_mb(pid) if pid else 0.0
        async with class_on(url, LESSON, IDLE):
            if pid:
                each = (proportional_mb(pid) - before) / IDLE
                rows.append(Check(load, "memory of each", (each,), "MB", 4))
            opened = [await _open_and_close(url) for _ in range(10)]
            rows += [
                Check(load, "one more opens, median", (median(opened),), "s", 1),
                Check(load, "one more opens, worst of 10", (max(opened),), "s", 1),
            ]
            if probe:
                screens = await _open_on_screen(url, probe)
                rows.append(Check(load, "Chromium: one more opens", screens, "s", 1))
        if probe:
            screens = await _open_on_screen(url, probe)
            rows.append(Check(load, "Chromium: the same, when they have gone", screens, "s"))
    return rows


async def _open_on_screen(url: str, probe: Probe) -> tuple[float, ...]:
    address, picture = f"{url}/{LESSON}", ".conv[data-shown]"
    await probe.open_time(address, picture)  # the browser keeps the app's files from now on
    return tuple([await probe.open_time(address, picture) for _ in range(5)])


async def _open_and_close(url: str) -> float:
    session = Session(url, LESSON)
    try:
        return await session.open()
    finally:
        await session.close()


async def said_to_those_who_wait(url: str, learners: int) -> list[str]:
    """The sentences on the pages while a class trains, without what every page says."""
    labs = await lab.train_together(url, lab.class_tasks(learners), seed=1)
    ended = sum(one.finished for one in labs)
    # One example of each sentence: only the numbers differ.
    kinds = {
        re.sub(r"\d+(st|nd|rd|th)?", "#", text): text for one in labs for text in one.sentences
    }
    waited = sum(bool(one.sentences) for one in labs)
    return [f"({ended} of {learners} runs finished, {waited} waited)", *sorted(kinds.values())]
