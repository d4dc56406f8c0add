"""The contract of every task: the same curve again, from any step on, and its own measures."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import torch

from dl101_core.jobs.admission import check_size, need_mb
from dl101_core.jobs.estimate import nominal_seconds
from dl101_core.jobs.runner import Refused
from dl101_core.jobs.workers.codec import from_text, to_text
from dl101_core.lab.run_names import run_names
from dl101_core.limits import Limits
from dl101_core.models import summarise
from dl101_core.settings import Whole, declarations
from dl101_core.tasks.catalogue import TASKS
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.checkpoints import resumes, trained_model
from dl101_core.training.config_key import key_of, read_key
from dl101_core.training.events import (
    Checkpointed,
    Evaluated,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SaveCheckpoint,
    SetLearningRate,
    Snapshot,
    Started,
    Stop,
    TrainerCommand,
)
from dl101_core.training.loop import train
from dl101_core.training.states import DamagedState
from tests.tasks.small import SMALL, every_task, momentum


def events_of(
    config: TaskConfig,
    state: bytes | None = None,
    commands: dict[int, TrainerCommand] | None = None,
) -> list[Event]:
    """All events; ``commands``: by the number of the ``next`` that sends the command in."""
    run, found, number = train(config, state), [], 0
    commands = commands or {}
    try:
        event = next(run)
        while True:
            if event is not None:
                found.append(event)
            number += 1
            event = run.send(commands.get(number))
    except StopIteration:
        return found


def told(config: TaskConfig, state: bytes | None = None) -> list[Event]:
    return [event for event in events_of(config, state) if not isinstance(event, Checkpointed)]


@every_task
def test_the_same_config_tells_the_same_bit_for_bit(config: TaskConfig) -> None:
    assert told(config) == told(config)
    assert told(replace(config, optimizer=momentum)) != told(config)


@every_task
@pytest.mark.parametrize("advance", [3, 7, 12, 23, 37])
def test_a_run_goes_on_from_any_step_bit_for_bit(config: TaskConfig, advance: int) -> None:
    config = replace(config, optimizer=momentum)
    events = events_of(config, commands={advance: SaveCheckpoint()})
    saved = next(event for event in events if isinstance(event, Checkpointed))
    assert 0 < saved.step < config.total_steps
    assert told(config, saved.state) == told(config)[saved.told :]
    assert resumes(config, saved.state)


@every_task
def test_a_state_of_another_run_or_task_is_refused(config: TaskConfig) -> None:
    state = next(e.state for e in events_of(config) if isinstance(e, Checkpointed))
    assert not resumes(replace(config, epochs=config.epochs + 1), state)
    others = [other for other in SMALL if type(other) is not type(config)]
    assert not any(resumes(other, state) for other in others)
    with pytest.raises(DamagedState):
        next(train(others[0], state))


@every_task
def test_the_course_of_a_run(config: TaskConfig) -> None:
    first, *middle, last = told(config)
    assert isinstance(first, Started)
    assert (first.total_steps, first.steps_per_epoch) == (
        config.total_steps,
        config.steps_per_epoch,
    )
    points = [event for event in middle if isinstance(event, Progress)]
    assert points[0].step == 1
    assert points[-1].step == config.total_steps
    names = ("loss", *config.MEASURES)
    for event in (*points, *(event for event in middle if isinstance(event, Evaluated)), last):
        assert tuple(name for name, _ in event.measures) == names  # type: ignore[union-attr]
    checked = [event.step for event in middle if isinstance(event, Evaluated)]
    per_epoch = config.steps_per_epoch
    every = list(range(per_epoch, config.total_steps + 1, per_epoch))
    assert checked == (every if config.val_size else [])
    assert isinstance(last, Finished)
    assert last.loss < points[0].loss


@every_task
def test_it_stops_and_takes_another_rate_at_once(config: TaskConfig) -> None:
    stopped = events_of(config, commands={4: Stop()})[-1]
    assert isinstance(stopped, Finished)
    assert stopped.stopped
    assert stopped.step < 6
    rate = next(
        event
        for event in events_of(config, commands={4: SetLearningRate(0.003)})
        if isinstance(event, LearningRateChanged)
    )
    assert rate.lr == 0.003


@every_task
def test_a_rate_that_is_too_large_ends_with_one_that_learns(config: TaskConfig) -> None:
    wild = replace(config, epochs=100, optimizer=replace(momentum, name="sgd", lr=100.0))
    last = told(wild)[-1]
    if isinstance(last, Failed):
        assert "lr = 100 is too large" in last.message
        calm = replace(wild, optimizer=replace(wild.optimizer, lr=last.safe_lr))
        assert isinstance(told(calm)[-1], Finished)
    else:  # a bounded loss cannot explode
        assert config.STORED_AS == "PointsConfig"


@every_task
def test_the_size_is_that_of_the_model(config: TaskConfig) -> None:
    model, size = config.make_model(), config.size()
    assert size.parameters == sum(p.numel() for p in model.parameters())
    inputs, _ = config.build().examples("train", torch.arange(1))
    rows = summarise(model, tuple(inputs.shape[1:]))
    linear = sum(row.multiply_adds for row in rows)
    if linear:  # the unit that adds has no layers: two products a digit
        assert size.multiply_adds == linear
        assert size.activations == sum(int(np.prod(row.output_shape)) for row in rows)
    assert 0 < need_mb(config) < 10
    assert 0 < nominal_seconds(config) < 60
    check_size(config, Limits())
    with pytest.raises(Refused, match=f"not {config.epochs}"):
        check_size(config, Limits(max_epochs=1))


@every_task
def test_weights_of_a_state_are_those_of_the_last_snapshot(config: TaskConfig) -> None:
    events = events_of(config)
    shown = [event for event in events if isinstance(event, Snapshot)]
    state = next(e.state for e in reversed(events) if isinstance(e, Checkpointed))
    model = trained_model(config, state)
    if config.build().LOOKS:
        return  # it shows other arrays, and at a pace of its own: tests/tasks/test_pictures.py
    assert [event.step for event in shown] == [
        0,
        *(event.step for event in events if isinstance(event, Progress)),
    ]
    for made, snapshot in ((config.make_model(), shown[0]), (model, shown[-1])):
        expected = {name: values.detach().numpy() for name, values in made.named_parameters()}
        found = {
            one.name: np.frombuffer(one.data, "<f4").reshape(one.shape) for one in snapshot.arrays
        }
        assert found.keys() == expected.keys()
        assert all((found[name] == expected[name]).all() for name in found)


@every_task
def test_everything_that_it_tells_survives_a_store(config: TaskConfig) -> None:
    for value in (config, *told(config)):
        assert from_text(to_text(value)) == value
    assert read_key(type(config), key_of(config)) == config
    assert key_of(type(config)()) == f'{{"{config.STORED_AS}":{{}}}}'


@every_task
def test_the_script_runs_alone_and_prints_what_the_run_told(config: TaskConfig) -> None:
    script = config.script(told(config))
    assert script.prints
    done = subprocess.run(
        [sys.executable, "-c", script.source], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == script.prints
    assert "dl101_core" not in script.source
    assert config.script().prints == ""


@every_task
def test_its_settings_name_a_run_and_cannot_be_changed(config: TaskConfig) -> None:
    other = replace(config, seed=7)
    assert run_names([config, other]) == ["Run 1: seed 0", "Run 2: seed 7"]
    assert config.title
    assert config.about
    with pytest.raises(FrozenInstanceError):
        config.seed = 7  # type: ignore[misc]


@pytest.mark.parametrize("cls", TASKS, ids=lambda cls: cls.STORED_AS)
def test_settings_out_of_range_are_named_with_value_and_range(cls: type[TaskConfig]) -> None:
    whole = {n: one for n, one in declarations(cls).items() if isinstance(one, Whole)}
    assert {"train_size", "val_size", "batch_size", "epochs", "seed"} <= set(whole)
    for name, declared in whole.items():
        for value in (declared.low - 1, declared.high + 1):
            with pytest.raises(
                ValueError,
                match=rf"{name} \(={value}\) must be a whole number from {declared.low} to ",
            ):
                cls(**{name: value})  # type: ignore[arg-type]


def test_names_in_stores_never_change() -> None:
    assert [cls.STORED_AS for cls in TASKS] == [
        "TrainConfig",
        "LinearConfig",
        "PointsConfig",
        "AddingConfig",
    ]
    assert ImageConfig.__name__ != ImageConfig.STORED_AS
