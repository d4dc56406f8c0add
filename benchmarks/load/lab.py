"""A class in the Training lab: everybody presses Start within one second."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert

from benchmarks.load.client import LostAnswerError, Node, Session
from dl101_core.events import Started
from dl101_core.models import MODELS, ModelConfig
from dl101_core.training import TrainConfig, train

PRESS_WITHIN = 1.0
"""Seconds in which all of them press Start."""
LONGEST = 600.0
"""Seconds after which a run counts as lost."""
SIZES = (2000, 3000, 4000)
VAL_SIZE = 1000


@dataclass(frozen=True)
class Task:
    """What one learner trains; the rest are the lab's defaults."""

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
    def config(self) -> TrainConfig:
        return TrainConfig(
            train_size=self.train_size,
            val_size=VAL_SIZE,
            model=ModelConfig(self.model),
            epochs=self.epochs,
            seed=self.seed,
        )


def class_tasks(learners: int, epochs: int = 5) -> list[Task]:
    """MLP and CNN in turn, on 2,000, 3,000 or 4,000 images, each with a seed of its own."""
    return [
        Task(("mlp", "cnn")[i % 2], SIZES[i // 2 % len(SIZES)], seed=i, epochs=epochs)
        for i in range(learners)
    ]


@dataclass
class Watched:
    """One learner's run as it came to the session; times are in seconds after the press.

    ``points``: when the chart came with a further point. ``ended``: when the page said so.
    ``sentences``: what the page said to one who had to wait.
    """

    task: Task
    pressed: float = 0.0
    points: list[float] = field(default_factory=list)
    ended: float = 0.0
    outcome: str = ""
    last_step: int = 0
    sentences: set[str] = field(default_factory=set)
    _drawn: tuple[int, int] = (0, 0)

    def hear(self, _: Session, node: Node, now: float) -> None:
        """The session's listener."""
        if not self.pressed or self.ended:
            return
        if node.kind == "echarts_chart":
            self._chart(node.proto.spec, now - self.pressed)
        elif node.kind == "alert":
            self._alert(node.proto, now - self.pressed)

    def _chart(self, spec: str, at: float) -> None:
        drawn = points_of(spec)
        if drawn > self._drawn:
            self._drawn = drawn
            self.last_step = drawn[1]
            self.points.append(at)

    def _alert(self, alert: Alert, at: float) -> None:
        over = alert.format in (Alert.SUCCESS, Alert.ERROR) or alert.body.startswith("Stopped")
        if over:
            self.ended, self.outcome = at, alert.body
        else:
            self.sentences.add(alert.body)

    @property
    def finished(self) -> bool:
        return "Finished" in self.outcome

    @property
    def gaps(self) -> list[float]:
        """Seconds between two points on the chart, and from the last one to the end."""
        times = [*self.points, self.ended] if self.ended else self.points
        return [b - a for a, b in pairwise(times)]


def points_of(spec: str) -> tuple[int, int]:
    """Points of the last run in the loss chart's option, and its last step; (0, 0) for others."""
    option = json.loads(spec)
    if option["title"]["text"] != "Loss":
        return 0, 0
    points = [point for series in option["series"][-2:] for point in series["data"]]
    return len(points), max((int(point[0]) for point in points), default=0)


async def train_together(
    url: str,
    tasks: Sequence[Task],
    seed: int,
    keep: int | None = None,
    guest: Callable[[], Awaitable[None]] | None = None,
) -> list[Watched]:
    """A session for each task; all press Start; watch until all have ended.

    ``keep``: only so many of them stay to the end, the last to press; the others close their tab.
    ``guest``: one more learner, who begins when the first one presses.
    """
    watched = [Watched(task) for task in tasks]
    sessions = [Session(url, "training", one.task.query, one.hear) for one in watched]
    moments = sorted(random.Random(seed).random() * PRESS_WITHIN for _ in tasks)
    staying = len(tasks) if keep is None else keep

    async def learner(place: int) -> None:
        session, one = sessions[place], watched[place]
        await asyncio.sleep(moments[place])
        one.pressed = time.perf_counter()
        answered = session.expect(lambda s: "run=" in s.query)
        await session.press("start")
        await answered
        if place < len(tasks) - staying:
            await session.close()
            return
        while not one.ended and time.perf_counter() - one.pressed < LONGEST:
            await asyncio.sleep(0.05)

    try:
        for session in sessions:
            await session.open()
        await asyncio.sleep(1)
        visit = asyncio.ensure_future(guest()) if guest else None
        results = await asyncio.gather(*map(learner, range(len(tasks))), return_exceptions=True)
        if visit:
            await visit
        for one, result in zip(watched, results, strict=True):
            if isinstance(result, LostAnswerError):
                one.outcome = str(result)
            elif isinstance(result, BaseException):
                raise result
    finally:
        await asyncio.gather(*(session.close() for session in sessions))
    return watched


def wall_time(watched: Sequence[Watched]) -> float:
    """Seconds from the first press to the last end."""
    ends = [one.pressed + one.ended for one in watched if one.ended]
    return max(ends) - min(one.pressed for one in watched) if ends else float("nan")


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
