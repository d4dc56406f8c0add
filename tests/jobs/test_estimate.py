"""Estimates of time: right within a factor of two, compared with the real course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field

import pytest

from dl101_core.jobs.estimate import (
    Forecast,
    Job,
    Speeds,
    forecast,
    nominal_seconds,
    nominal_training,
)
from dl101_core.jobs.manager import Manager
from dl101_core.jobs.runner import WorkerInfo
from dl101_core.jobs.slicer import Parked, Slicer, SlicerCommand
from dl101_core.jobs.store.journal import NoJournal
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Finished,
    SaveCheckpoint,
    Started,
    TrainerCommand,
)
from tests.events import finished, progress
from tests.jobs.helpers import start

STEP = {"mlp": 0.004, "cnn": 0.011, "gru": 0.03}


class Simulated:
    """An engine of two workers with simulated time."""

    def __init__(self, room: int) -> None:
        self.now, self.room = [0.0, 0.0], room
        self.slicers = [Slicer(lambda n=n: self.now[n], self._trainer(n)) for n in (0, 1)]  # type: ignore[misc]

    def _trainer(self, n: int) -> object:
        def start(
            of: ImageConfig, state: bytes | None
        ) -> Generator[Event | None, TrainerCommand | None, None]:
            done = int(state) if state else 0
            if not done:
                yield Started(of.total_steps, 1, 1, 1, 1, 1)
            for step in range(done + 1, of.total_steps + 1):
                self.now[n] += STEP[of.model.name]
                if isinstance((yield progress(step, 1.0, 0.0, 0.1)), SaveCheckpoint):
                    yield Checkpointed(step, step + 1, str(step).encode())
            yield finished(step, False, 0.0, 1.0, (), ())

        return start

    def pick(self, loads: Counter[int]) -> int | None:
        worker = min((0, 1), key=lambda n: loads[n])
        return worker if loads[worker] < self.room else None

    def submit(
        self, worker: int, run_id: str, config: ImageConfig, saved: Checkpointed | None, told: int
    ) -> None:
        self.now[worker] = max(self.now[worker], min(self.now))
        at = (saved.state, saved.told) if saved else ()
        self.slicers[worker].submit(run_id, config, *at)

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None:
        self.slicers[worker].command(run_id, command)

    def workers(self) -> tuple[WorkerInfo, ...]:
        return ()

    trouble = ""

    def memory_mb(self) -> float | None:
        return None


@dataclass
class Played:
    """A whole class, from the first start to the last end, in seconds of the engine's time.

    ``told``: (time, run, starts_in, ends_in). ``idle``: when each worker became idle for good.
    """

    told: list[tuple[float, str, float, float]] = field(default_factory=list)
    begins: dict[str, float] = field(default_factory=dict)
    ends: dict[str, float] = field(default_factory=dict)
    idle: list[float] = field(default_factory=lambda: [0.0, 0.0])
    moves: int = 0


def play(configs: list[ImageConfig], room: int) -> Played:
    engine, seen = Simulated(room), Played()
    limits = Limits(workers=2, live_per_worker=room, lease=1e9)
    manager = Manager(engine, NoJournal(settled=False), limits, lambda: min(engine.now))
    ids = [start(manager, of, f"learner {n}") for n, of in enumerate(configs)]
    asked = 0.0
    while len(seen.ends) < len(ids):
        n = engine.now.index(min(engine.now))
        if engine.slicers[n].step():
            seen.idle[n] = engine.now[n]
        else:
            engine.now[n] += 0.01
        for item in engine.slicers[n].poll():
            manager.reported(n, item)
            seen.moves += isinstance(item.event, Parked)
            if isinstance(item.event, Started):
                seen.begins[item.run_id] = engine.now[n]
            if isinstance(item.event, Finished):
                seen.ends[item.run_id] = engine.now[n]
        manager.spent(n, engine.slicers[n].spent())
        if min(engine.now) - asked > 1.0:
            asked = min(engine.now)
            manager.tick()
            seen.told.extend(
                (asked, status.run_id, status.starts_in or 0.0, status.ends_in)
                for status in map(manager.status, ids)
                if status.ends_in is not None
            )
    return seen


def small(name: str, epochs: int) -> ImageConfig:
    return ImageConfig(epochs=epochs, train_size=2000, model=ModelConfig(name=name))


IN_A_LINE = [small(("mlp", "cnn", "gru")[n % 3], 6 + n % 8) for n in range(16)]
SHORT_AND_LONG = [small(("mlp", "gru")[n % 2], 10) for n in range(16)]
"""All short runs come to one worker, and all long runs to the other."""


@pytest.mark.parametrize(("configs", "room"), [(IN_A_LINE, 2), (SHORT_AND_LONG, 15)])
def test_estimates_of_a_class_are_right_within_a_factor_of_two(
    configs: list[ImageConfig], room: int
) -> None:
    seen = play(configs, room)
    late = [item for item in seen.told if item[0] > 3.0]  # the first seconds are for learning
    assert len(late) > 100
    # A second more or less does not matter to anyone.
    good = [
        _within_twice(ends_in, seen.ends[run] - at)
        and _within_twice(starts_in, seen.begins[run] - at)
        for at, run, starts_in, ends_in in late
    ]
    assert sum(good) / len(good) > 0.95
    if room == 2:
        assert any(starts_in > 5 for _, _, starts_in, _ in late)


def test_no_worker_rests_while_another_has_much_to_do() -> None:
    seen = play(SHORT_AND_LONG, 15)
    longest = SHORT_AND_LONG[1].total_steps * STEP["gru"]
    assert max(seen.idle) - min(seen.idle) < longest
    assert 3 <= seen.moves <= 8


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
    # b is the head, with 0.9 of the time; d may begin after b has ended, c only after a.
    assert found["b"] == Forecast(0.0, pytest.approx(4 / 0.9))
    assert found["d"].starts_in == pytest.approx(found["b"].ends_in)
    assert found["c"].starts_in == pytest.approx(found["a"].ends_in)
    assert max(f.ends_in for f in found.values()) == pytest.approx(10 + 4 + 2 + 5)


def test_a_worker_without_runs_is_expected_to_take_over_half_of_the_others() -> None:
    jobs = [Job(name, name, 8.0, worker=1, rank=n) for n, name in enumerate("abcd")]
    found = forecast([*jobs, Job("e", "e", 1.0, worker=2)], [1, 2], 15, 1)
    assert found["e"].ends_in == pytest.approx(1.0)
    assert max(f.ends_in for f in found.values()) == pytest.approx((4 * 8 + 1) / 2, rel=0.05)


def test_speeds_are_learned_by_kind_of_network() -> None:
    speeds = Speeds()
    mlp, cnn = (
        ImageConfig(model=ModelConfig(name="mlp")),
        ImageConfig(model=ModelConfig(name="cnn")),
    )
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
