"""A class in the Training lab: all learners press Start within one second."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert

from benchmarks.load.client import LostAnswerError, Node, Session
from benchmarks.load.http import events
from dl101_core.models import MODELS, ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Evaluated, Progress, Started
from dl101_core.training.loop import train
from dl101_core.ui.component import registered_name

PRESS_WITHIN = 1.0
"""Seconds in which all of them press Start."""
LONGEST = 600.0
"""Seconds after which a run counts as lost."""
ASK_AGAIN = 4.0
"""Seconds after which the page polls again without an answer; see lab/lab_curves/main.js."""
SELDOM = 3.0
"""Seconds between two polls while the points come by stream; see lab/lab_curves/main.js."""
SIZES = (2000, 3000, 4000)
VAL_SIZE = 1000
FEED = registered_name("lab/lab_feed")
LISTS = ("train", "val", "rates")

Point = tuple[float | None, ...]


@dataclass(frozen=True)
class Task:
    """The settings of one learner; the others are the lab's defaults."""

    model: str
    train_size: int
    seed: int
    epochs: int = 5

    @property
    def query(self) -> str:
        settings = {
            "model": MODELS[self.model].title,
            "train_size": self.train_size,
            "seed": self.seed,
            "epochs": self.epochs,
        }
        return urlencode(settings)

    @property
    def config(self) -> ImageConfig:
        return ImageConfig(
            train_size=self.train_size,
            val_size=VAL_SIZE,
            model=ModelConfig(name=self.model),
            epochs=self.epochs,
            seed=self.seed,
        )


def class_tasks(learners: int, epochs: int = 5) -> list[Task]:
    """MLP and CNN in turn, on 2,000, 3,000 or 4,000 images, each with a seed of its own."""
    return [
        Task(("mlp", "cnn")[i % 2], SIZES[i // 2 % len(SIZES)], seed=i, epochs=epochs)
        for i in range(learners)
    ]


class Lab:
    """One learner in the lab: takes the points of stream and feed, and polls like the page.

    Times are in seconds after the press. ``points``: of each new point of the curve. ``ended``: of
    the page's message of the end. ``sentences``: the page's messages to a waiting learner.
    ``computed``: computing seconds of this process at the press and at the end.
    """

    def __init__(self, url: str, task: Task, key: str = "", address: str = "") -> None:
        self.task = task
        self.session = Session(url, "training", task.query, self._hear, key, address)
        self.pressed, self.ended, self.outcome = 0.0, 0.0, ""
        self.points: list[float] = []
        self.sentences: set[str] = set()
        self.torn = 0
        self.computed = [0.0, 0.0]
        self._curves: dict[str, dict[str, list[Point]]] = {}
        self._shots: dict[str, int] = {}
        self._run, self._n = "", 0
        self._timer: asyncio.TimerHandle | None = None
        self._asked: set[asyncio.Task[Any]] = set()
        self._streamed = ""
        self._alive = False
        self._state = ""

    @property
    def curve(self) -> dict[str, list[Point]]:
        """The points on the chart: ``train`` and ``val``, ``(step, loss, accuracy)`` each."""
        return self._curves.get(self._run, {name: [] for name in LISTS})

    @property
    def finished(self) -> bool:
        return "Finished" in self.outcome

    @property
    def gaps(self) -> list[float]:
        """Seconds between two new points on the chart, and from the last one to the end."""
        times = [*self.points, self.ended] if self.ended else self.points
        return [b - a for a, b in pairwise(times)]

    async def press_start(self) -> None:
        """Press Start and wait until the run is in the address."""
        started = self.session.expect(lambda session: "run=" in session.query)
        self.pressed, self.computed[0] = time.perf_counter(), time.process_time()
        await self.session.press("start")
        await started

    async def close(self) -> None:
        self._wait(0)
        for task in self._asked:
            task.cancel()
        await self.session.close()

    def _hear(self, _: Session, node: Node, now: float) -> None:
        if node.kind == "bidi_component" and FEED in node.proto.component_name:
            self._take(json.loads(json.loads(node.proto.json)["text"]), now)
        elif node.kind == "alert" and self.pressed and not self.ended:
            self._alert(node.proto, now)

    def _take(self, feed: dict[str, Any], now: float) -> None:
        self._run = feed["run"] or ""
        self._n = max(self._n, feed["n"])
        self._merge_all(feed["curves"], now)
        live = dict(feed["live"])
        if self._run in live and self._streamed != self._run:
            self._streamed, self._state = self._run, live[self._run]
            self._start(self._watch(self._run))
        if feed["state"] == "queued" and feed["line"]:
            self.sentences.add(feed["line"])
        self._wait(feed["again"] / 1000)

    async def _watch(self, run: str) -> None:
        """Take the run's points by stream; ask for the page when its state has changed."""
        seen = tuple(self._seen(run))
        async for news in events(self.session.url, run, seen, self.session.headers):
            self._alive = True
            self._merge_all([news], time.perf_counter())
            if news["line"] and news["state"] == "queued":
                self.sentences.add(news["line"])
            if news["state"] != self._state:
                self._state = news["state"]
                self._ask()
        self._alive = False
        self._ask()

    def _merge_all(self, curves: list[dict[str, Any]], now: float) -> None:
        before = len(self.curve["train"]) + len(self.curve["val"])
        for news in curves:
            self._merge(news)
        after = len(self.curve["train"]) + len(self.curve["val"])
        if after > before and self.pressed and not self.ended:
            self.points.append(now - self.pressed)

    def _seen(self, run: str) -> list[int]:
        """How many points and pictures of a run are here."""
        curve = self._curves.get(run, {})
        return [*(len(curve.get(name, [])) for name in LISTS), self._shots.get(run, 0)]

    def _merge(self, news: dict[str, Any]) -> None:
        curve = self._curves.setdefault(news["id"], {name: [] for name in LISTS})
        *begins, shots = news["from"]
        self._shots[news["id"]] = shots + len(news["snapshots"])
        for name, begin in zip(LISTS, begins, strict=True):
            if len(curve[name]) < begin:
                self.torn += 1
                continue
            known = len(curve[name]) - begin  # stream and feed may bring the same points
            curve[name] += [tuple(point) for point in news[name][known:]]

    def _alert(self, alert: Alert, now: float) -> None:
        over = alert.format in (Alert.SUCCESS, Alert.ERROR) or alert.body.startswith("Stopped")
        if over:
            self.ended, self.outcome = now - self.pressed, alert.body
            self.computed[1] = time.process_time()
        else:
            self.sentences.add(alert.body)

    def _wait(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        pause = max(seconds, SELDOM) if self._alive else seconds
        self._timer = loop.call_later(pause, self._ask) if seconds else None

    def _ask(self) -> None:
        self._n += 1
        seen = {run: self._seen(run) for run in self._curves}
        self._start(self._send({"ask": {"n": self._n, "seen": seen}}))
        self._wait(ASK_AGAIN)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _send(self, ask: dict[str, Any]) -> None:
        with contextlib.suppress(LostAnswerError, KeyError):  # KeyError: another page by now
            await self.session.set("lab_feed", ask)


async def train_together(
    url: str,
    tasks: Sequence[Task],
    seed: int,
    keep: int | None = None,
    guest: Callable[[], Awaitable[None]] | None = None,
) -> list[Lab]:
    """A session for each task; all press Start; watch until all have ended.

    ``keep``: number of sessions that stay to the end, the last to press; the others close the tab.
    ``guest``: one more learner, who begins when the first one presses.
    """
    labs = [Lab(url, task) for task in tasks]
    rng = random.Random(seed)
    moments = sorted(rng.random() * PRESS_WITHIN for _ in tasks)
    leaving = len(tasks) - (len(tasks) if keep is None else keep)

    async def learn(place: int, lab: Lab) -> None:
        await asyncio.sleep(moments[place])
        await lab.press_start()
        if place < leaving:
            await lab.close()
            return
        while not lab.ended and time.perf_counter() - lab.pressed < LONGEST:
            await asyncio.sleep(0.05)

    try:
        for lab in labs:
            await lab.session.open()
        await asyncio.sleep(1)
        visit = asyncio.ensure_future(guest()) if guest else None
        results = await asyncio.gather(*map(learn, range(len(labs)), labs), return_exceptions=True)
        if visit:
            await visit
        for lab, result in zip(labs, results, strict=True):
            if isinstance(result, LostAnswerError):
                lab.outcome = str(result)
            elif isinstance(result, BaseException):
                raise result
    finally:
        await asyncio.gather(*(lab.close() for lab in labs))
    return labs


def wall_time(labs: Sequence[Lab]) -> float:
    """Seconds from the first press to the last end; NaN if none has ended."""
    ends = [lab.pressed + lab.ended for lab in labs if lab.ended]
    return max(ends) - min(lab.pressed for lab in labs) if ends else float("nan")


def training_time(labs: Sequence[Lab]) -> float:
    """The same without the time of this process, which simulates other machines."""
    ended = [lab.computed[1] for lab in labs if lab.ended]
    own = max(ended, default=0.0) - min(lab.computed[0] for lab in labs)
    return wall_time(labs) - own / (os.cpu_count() or 1)


def curve_alone(task: Task) -> dict[str, list[Point]]:
    """The points of the same run, trained here alone."""
    curve: dict[str, list[Point]] = {name: [] for name in LISTS}
    for event in train(task.config):
        if isinstance(event, Progress | Evaluated):
            name = "train" if isinstance(event, Progress) else "val"
            curve[name].append((event.step, _short(event.loss), _short(event.measure("accuracy"))))
    return curve


def _short(value: float) -> float:
    """The value with six digits, as in the feed."""
    return float(f"{value:.6g}")


def steps_of(task: Task) -> int:
    """Optimizer steps of the whole run."""
    started = next(train(task.config))
    assert isinstance(started, Started)
    return started.total_steps


def work_of(tasks: Sequence[Task]) -> tuple[float, ...]:
    """CPU seconds of each run, trained here alone; one measurement for each kind of run."""
    measured: dict[tuple[str, int, int], float] = {}
    for task in tasks:
        kind = task.model, task.train_size, task.epochs
        if kind not in measured:
            began = time.process_time()
            for _event in train(task.config):
                pass
            measured[kind] = time.process_time() - began
    return tuple(measured[task.model, task.train_size, task.epochs] for task in tasks)
