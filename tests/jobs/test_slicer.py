"""The slicer's policy, with trainers that cost exactly what the test says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from itertools import pairwise

import pytest

from dl101_core.jobs.runner import Pause
from dl101_core.jobs.slicer import CYCLE, Drop, EventReport, Parked, Slicer
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SaveCheckpoint,
    SetLearningRate,
    Started,
    Stop,
    TrainerCommand,
)
from dl101_core.training.loop import Trainer, train
from tests.events import finished, progress
from tests.jobs.helpers import config

SECOND = 0.01


class World:
    """A clock that moves only while a trainer works, and trainers that do nothing else."""

    def __init__(self) -> None:
        self.now = 0.0
        self.spent: Counter[int] = Counter()
        self.order: list[int] = []

    def clock(self) -> float:
        return self.now

    def start(
        self, of: ImageConfig, state: bytes | None
    ) -> Generator[Event | None, TrainerCommand | None, None]:
        yield Started(of.epochs, 1, 1, 1, 1, 1)
        told, command = 1, None
        for step in range(1, of.epochs * 100):
            self.now += SECOND
            self.spent[of.seed] += 1
            self.order.append(of.seed)
            command = yield progress(step, 1.0, 0.0, 0.1)
            told += 1
            match command:
                case SaveCheckpoint():
                    yield Checkpointed(step, told, b"state")
                case SetLearningRate(lr):
                    yield LearningRateChanged(step, lr)
                    told += 1
                    yield Checkpointed(step, told, b"state")
                case Stop():
                    break
        yield finished(step, False, 0.0, 1.0, (), ())


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def slicer(world: World) -> Slicer:
    return Slicer(world.clock, world.start)


def submit(slicer: Slicer, *seeds: int, epochs: int = 100) -> None:
    for seed in seeds:
        slicer.submit(f"run-{seed}", ImageConfig(seed=seed, epochs=epochs))


def work_until(slicer: Slicer, world: World, end: float) -> None:
    while world.now < end and slicer.step():
        pass


def test_an_idle_slicer_has_nothing_to_do(slicer: Slicer) -> None:
    assert slicer.idle
    assert not slicer.step()
    assert slicer.poll() == []


def test_every_new_run_has_its_first_point_before_any_gets_a_second(
    slicer: Slicer, world: World
) -> None:
    submit(slicer, *range(30))
    work_until(slicer, world, 30 * SECOND)
    points = [t.run_id for t in slicer.poll() if isinstance(t.event, Progress)]
    assert points == [f"run-{seed}" for seed in range(30)]


def test_a_late_comer_need_not_wait_for_the_cycle_to_end(slicer: Slicer, world: World) -> None:
    submit(slicer, 0, 1)
    work_until(slicer, world, 1.0)
    submit(slicer, 2)
    slicer.step()
    slicer.step()
    assert world.order[-1] == 2


def test_the_head_gets_eighty_percent_and_all_share_the_rest(world: World) -> None:
    slicer = Slicer(world.clock, world.start, cycle=100 * SECOND)  # turns of some steps each
    submit(slicer, 0, 1, 2, 3, 4)
    work_until(slicer, world, 60.0)
    share = {seed: spent * SECOND / 60 for seed, spent in world.spent.items()}
    assert share[0] == pytest.approx(0.82, abs=0.03)
    assert all(share[seed] == pytest.approx(0.045, abs=0.012) for seed in range(1, 5))


def test_nobody_waits_longer_than_a_cycle(slicer: Slicer, world: World) -> None:
    submit(slicer, *range(10))
    work_until(slicer, world, 30.0)
    for seed in range(10):
        turns = [n for n, who in enumerate(world.order) if who == seed]
        gaps = [b - a for a, b in pairwise(turns)]
        assert max(gaps) * SECOND <= CYCLE + 10 * SECOND


def test_a_run_that_tells_seldom_has_a_longer_turn_until_it_has_told(world: World) -> None:
    def seldom(of: ImageConfig, state: bytes | None) -> Trainer:
        for event in world.start(of, state):
            told = isinstance(event, Progress) and event.step > 1 and event.step % 4
            yield None if told else event

    slicer = Slicer(world.clock, seldom)
    submit(slicer, *range(15))
    told: dict[str, list[float]] = {}
    while world.now < 20 and slicer.step():
        for item in slicer.poll():
            told.setdefault(item.run_id, []).append(world.now)
    gaps = [b - a for times in told.values() for a, b in pairwise(times)]
    assert max(gaps) < 2.0


def test_a_short_run_that_comes_late_ends_before_a_long_one(slicer: Slicer, world: World) -> None:
    submit(slicer, 0, epochs=90)
    work_until(slicer, world, 5.0)
    submit(slicer, 1, epochs=2)
    work_until(slicer, world, 12.0)
    assert world.spent[1] == 199
    assert world.spent[0] < 90 * 100


def test_short_runs_that_keep_coming_do_not_keep_a_long_one_for_ever(
    slicer: Slicer, world: World
) -> None:
    submit(slicer, 0, epochs=10)  # 10 s of work
    seed = 0
    while "run-0" in slicer.stats() and world.now < 200:
        if len(slicer.stats()) < 3:
            seed += 1
            submit(slicer, seed, epochs=2)
        slicer.step()
    # Equal sharing with two other runs would let it end after 30 s.
    assert world.now < 30 / 0.8


@pytest.mark.parametrize("epochs", [(9, 1, 4, 2, 6), (3, 3, 3, 3, 3), (1, 2, 3, 4, 5)])
def test_nobody_ends_much_later_than_under_equal_sharing(
    world: World, epochs: tuple[int, ...]
) -> None:
    def ends(slicer: Slicer) -> list[float]:
        world.now = 0.0
        for seed, length in enumerate(epochs):
            submit(slicer, seed, epochs=length)
        found: dict[str, float] = {}
        while slicer.step():
            over = [t.run_id for t in slicer.poll() if isinstance(t.event, Finished)]
            found |= dict.fromkeys(over, world.now)
        return [found[f"run-{seed}"] for seed in range(len(epochs))]

    equal = ends(Slicer(world.clock, world.start, share=1.0))
    ours = ends(Slicer(world.clock, world.start))
    assert all(a <= b / 0.8 + 0.5 for a, b in zip(ours, equal, strict=True))
    assert sum(ours) < 0.85 * sum(equal)


def test_what_a_run_has_had_is_counted(slicer: Slicer, world: World) -> None:
    submit(slicer, 0, 1)
    work_until(slicer, world, 5.0)
    spent = slicer.spent()
    assert sum(spent.values()) == pytest.approx(world.now)
    assert spent["run-0"] == pytest.approx(world.spent[0] * SECOND)


def test_every_turn_is_announced_before_it_begins(world: World) -> None:
    turns: list[tuple[str, float]] = []
    slicer = Slicer(world.clock, world.start, on_turn=lambda run: turns.append((run, world.now)))
    submit(slicer, 0, 1)
    work_until(slicer, world, 3.0)
    assert turns[0] == ("run-0", 0.0)
    assert all(a != b for (a, _), (b, _) in pairwise(turns))
    ends = [at for _, at in turns[1:]] + [world.now]
    for (run, begin), end in zip(turns, ends, strict=True):
        steps = world.order[round(begin / SECOND) : round(end / SECOND)]
        assert set(steps) <= {int(run[-1])}


def test_a_dropped_run_is_gone_at_once(slicer: Slicer, world: World) -> None:
    submit(slicer, 0, 1)
    work_until(slicer, world, 1.0)
    slicer.poll()
    slicer.command("run-0", Drop())
    before = world.spent[0]
    work_until(slicer, world, 3.0)
    assert world.spent[0] == before
    assert {told.run_id for told in slicer.poll()} == {"run-1"}


def test_the_next_in_line_becomes_the_head(slicer: Slicer, world: World) -> None:
    submit(slicer, 0, epochs=1)
    submit(slicer, 1, 2)
    work_until(slicer, world, 60.0)
    assert world.spent[0] == 99
    assert world.spent[1] > 5 * world.spent[2]


def test_who_asked_to_stop_is_served_first(slicer: Slicer, world: World) -> None:
    submit(slicer, *range(10))
    work_until(slicer, world, 3.0)
    slicer.command("run-9", Stop())
    work_until(slicer, world, 6.0)
    assert "run-9" not in slicer.stats()


def test_a_paused_run_takes_no_time(slicer: Slicer, world: World) -> None:
    submit(slicer, 0, 1)
    work_until(slicer, world, 1.0)
    slicer.command("run-0", Pause())
    work_until(slicer, world, 2.0)
    before = world.spent[0]
    last = [t.event for t in slicer.poll() if t.run_id == "run-0"][-2:]
    assert isinstance(last[0], Checkpointed)
    assert last[1] == Parked()
    work_until(slicer, world, 5.0)
    assert world.spent[0] == before
    assert list(slicer.stats()) == ["run-1"]


def test_a_checkpoint_comes_every_five_seconds(slicer: Slicer, world: World) -> None:
    submit(slicer, 0)
    work_until(slicer, world, 21.0)
    saved = [t for t in slicer.poll() if isinstance(t.event, Checkpointed)]
    assert len(saved) == 4


def test_a_checkpoint_counts_the_events_before_it(slicer: Slicer, world: World) -> None:
    submit(slicer, 0)
    work_until(slicer, world, 12.0)
    told = slicer.poll()
    for n, item in enumerate(told):
        before = sum(not isinstance(t.event, Checkpointed) for t in told[: n + 1])
        assert item.seq == before
        if isinstance(item.event, Checkpointed):
            assert item.event.told == before


def test_a_new_learning_rate_never_leaves_without_its_checkpoint(
    slicer: Slicer, world: World
) -> None:
    submit(slicer, 0)
    work_until(slicer, world, 1.0)
    slicer.command("run-0", SetLearningRate(0.5))
    batch: list[EventReport] = []
    while not any(isinstance(t.event, LearningRateChanged) for t in batch):
        slicer.step()
        batch = slicer.poll()
    assert isinstance(batch[-1].event, Checkpointed)


def test_commands_wait_until_a_resumed_run_has_caught_up(slicer: Slicer, world: World) -> None:
    slicer.submit("run-0", ImageConfig(epochs=100), replay_until=50)
    slicer.command("run-0", Stop())
    work_until(slicer, world, 100.0)
    assert slicer.idle
    told = slicer.poll()
    assert isinstance(told[-1].event, Finished)
    assert told[-1].seq > 50


def test_an_error_in_a_trainer_ends_this_run_alone_with_a_sentence(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def fragile(
        of: ImageConfig, state: bytes | None
    ) -> Generator[Event | None, TrainerCommand | None, None]:
        for event in world.start(of, state):
            yield event
            if of.seed == 1 and world.spent[1] == 3:
                raise RuntimeError("secret detail in /home/someone")

    slicer = Slicer(world.clock, fragile)
    submit(slicer, 0, 1)
    work_until(slicer, world, 3.0)
    (failed,) = [t.event for t in slicer.poll() if isinstance(t.event, Failed)]
    assert failed.step == 3
    assert failed.message.endswith(".")
    assert "secret" not in failed.message
    assert "secret detail" in caplog.text
    assert list(slicer.stats()) == ["run-0"]


def test_too_little_memory_is_said_as_such(world: World) -> None:
    def huge(
        of: ImageConfig, state: bytes | None
    ) -> Generator[Event | None, TrainerCommand | None, None]:
        yield Started(1, 1, 1, 1, 1, 1)
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    slicer = Slicer(world.clock, huge)
    submit(slicer, 0)
    work_until(slicer, world, 1.0)
    while slicer.step():
        pass
    last = slicer.poll()[-1].event
    assert isinstance(last, Failed)
    assert "smaller network" in last.message


def test_a_run_resumed_at_any_checkpoint_tells_the_rest_bit_for_bit() -> None:
    slicer = Slicer(checkpoint_every=0.0)
    slicer.submit("a", config("mlp", epochs=2))
    while slicer.step():
        pass
    told = slicer.poll()
    whole = [t for t in told if not isinstance(t.event, Checkpointed)]
    saved = [t.event for t in told if isinstance(t.event, Checkpointed)]
    assert [t.event for t in whole] == [
        e for e in train(config("mlp", epochs=2)) if e and not isinstance(e, Checkpointed)
    ]
    for checkpoint in saved[:: max(1, len(saved) // 4)]:
        again = Slicer()
        again.submit("a", config("mlp", epochs=2), checkpoint.state, checkpoint.told)
        while again.step():
            pass
        rest = [t for t in again.poll() if not isinstance(t.event, Checkpointed)]
        assert rest == whole[checkpoint.told :]
