"""How long it will take: right within a factor of two, measured against what then happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

import pytest

from dl101_core.events import Checkpointed, Event, Finished, Progress, Started, TrainerCommand
from dl101_core.jobs.desk import Desk
from dl101_core.jobs.estimate import (
    Forecast,
    Job,
    Speeds,
    forecast,
    nominal_seconds,
    nominal_training,
)
from dl101_core.jobs.inline import NoJournal
from dl101_core.jobs.runner import WorkerInfo
from dl101_core.jobs.slicer import Slicer, SlicerCommand
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.training import TrainConfig, steps_of
from tests.jobs.helpers import start

STEP = {"mlp": 0.004, "cnn": 0.011, "gru": 0.03}


class Simulated:
    """An engine of two workers whose time is counted, not lived through."""

    def __init__(self) -> None:
        self.now = [0.0, 0.0]
        self.slicers = [Slicer(lambda n=n: self.now[n], self._trainer(n)) for n in (0, 1)]  # type: ignore[misc]

    def _trainer(self, n: int) -> object:
        def start(
            of: TrainConfig, state: bytes | None
        ) -> Generator[Event | None, TrainerCommand | None, None]:
            yield Started(steps_of(of), 1, 1, 1, 1, 1)
            for step in range(1, steps_of(of) + 1):
                self.now[n] += STEP[of.model.name]
                yield Progress(step, 1.0, 0.0, 0.1)
            yield Finished(step, False, 0.0, 1.0, (), ())

        return start

    def pick(self, loads: Counter[int]) -> int | None:
        worker = min((0, 1), key=lambda n: loads[n])
        return worker if loads[worker] < 2 else None

    def submit(
        self, worker: int, run_id: str, config: TrainConfig, _: Checkpointed | None, __: int
    ) -> None:
        self.now[worker] = max(self.now[worker], min(self.now))
        self.slicers[worker].submit(run_id, config)

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None: ...

    def workers(self) -> tuple[WorkerInfo, ...]:
        return ()

    def memory_mb(self) -> float | None:
        return None


def test_estimates_of_a_class_are_right_within_a_factor_of_two() -> None:
    engine = Simulated()
    limits = Limits(workers=2, live_per_worker=2, lease=1e9)
    desk = Desk(engine, NoJournal(settled=False), limits, lambda: min(engine.now))
    names = ("mlp", "cnn", "gru")
    ids = [
        start(
            desk,
            TrainConfig(epochs=6 + n % 8, train_size=2000, model=ModelConfig(names[n % 3])),
            f"learner {n}",
        )
        for n in range(16)
    ]
    told: list[tuple[float, str, float, float]] = []  # at, run, starts_in, ends_in
    begins: dict[str, float] = {}
    ends: dict[str, float] = {}
    asked = 0.0
    while len(ends) < len(ids):
        n = engine.now.index(min(engine.now))
        if not engine.slicers[n].step():
            engine.now[n] += 0.01
        for item in engine.slicers[n].poll():
            desk.told(n, item)
            if isinstance(item.event, Started):
                begins[item.run_id] = engine.now[n]
            if isinstance(item.event, Finished):
                ends[item.run_id] = engine.now[n]
        desk.spent(n, engine.slicers[n].spent())
        if min(engine.now) - asked > 1.0:
            asked = min(engine.now)
            told.extend(
                (asked, status.run_id, status.starts_in or 0.0, status.ends_in)
                for status in map(desk.status, ids)
                if status.ends_in is not None
            )
    late = [item for item in told if item[0] > 3.0]  # the first seconds are for learning
    assert len(late) > 100
    # A second more or less does not matter to anyone.
    good = [
        _within_twice(ends_in, ends[run] - at) and _within_twice(starts_in, begins[run] - at)
        for at, run, starts_in, ends_in in late
    ]
    assert sum(good) / len(good) > 0.95
    assert any(starts_in > 5 for _, _, starts_in, _ in late)


def _within_twice(guess: float, truth: float) -> bool:
    return guess <= 2 * max(0.0, truth) + 1.5 and max(0.0, truth) <= 2 * guess + 1.5


def test_a_line_is_played_through() -> None:
    jobs = [
        Job("a", "one", 10.0, worker=1, rank=1),
        Job("b", "two", 4.0, worker=1, rank=0),
        Job("c", "one", 2.0, rank=9),
        Job("d", "three", 5.0, rank=9),
    ]
    found = forecast(jobs, [1], live_per_worker=2, per_owner=1)
    # b is the head: 0.9 of the time; when it has gone d may begin, c only after a.
    assert found["b"] == Forecast(0.0, pytest.approx(4 / 0.9))
    assert found["d"].starts_in == pytest.approx(found["b"].ends_in)
    assert found["c"].starts_in == pytest.approx(found["a"].ends_in)
    assert max(f.ends_in for f in found.values()) == pytest.approx(10 + 4 + 2 + 5)


def test_speeds_are_learned_by_kind_of_network() -> None:
    speeds = Speeds()
    mlp, cnn = TrainConfig(model=ModelConfig("mlp")), TrainConfig(model=ModelConfig("cnn"))
    assert speeds.seconds(mlp) == nominal_seconds(mlp)
    took = 3 * nominal_training(mlp, 100)
    assert speeds.learn(mlp, took, 100) == pytest.approx(3)
    assert speeds.seconds(mlp) == pytest.approx(3 * nominal_seconds(mlp))
    assert speeds.seconds(cnn) == nominal_seconds(cnn)
    for _ in range(30):
        speeds.learn(mlp, nominal_training(mlp, 10), 10)
    assert speeds.seconds(mlp) == pytest.approx(nominal_seconds(mlp), rel=0.01)


def test_nobody_runs_and_nobody_waits() -> None:
    assert forecast([], [], 15, 1) == {}
    assert forecast([Job("a", "one", 1.0)], [], 15, 1) == {}
