"""Small runs, and waits: every wait has a long timeout, and no test measures time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

import pytest

from dl101_core.jobs.manager import Manager
from dl101_core.jobs.runner import Command, Runner, RunSpec, new_run_id, owner_of
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Checkpointed, Event
from dl101_core.training.loop import train
from tests.patience import PATIENCE, looks_for, wait_for

__all__ = ["PATIENCE", "wait_for"]
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")


def config(name: str = "softmax", epochs: int = 4, **changes: object) -> ImageConfig:
    settings: dict[str, object] = {
        "train_size": 300,
        "val_size": 50,
        "batch_size": 20,
        "model": ModelConfig(name=name, hidden_size=16, channels=2),
        "epochs": epochs,
    }
    return ImageConfig(**(settings | changes))  # type: ignore[arg-type]


# A second or two; and one that only a Stop can end.
LONG = config("mlp", epochs=40, train_size=2000, optimizer=OptimizerConfig(name="sgd", lr=0.05))
ENDLESS = config("mlp", epochs=100, train_size=15_000)


@cache
def curve(of: TaskConfig) -> list[Event]:
    """The events of an undisturbed run."""
    return [e for e in train(of) if e is not None and not isinstance(e, Checkpointed)]


KEYS: dict[str, str] = {}
"""The key of each run's learner, by run id."""


def start(runner: Runner, of: TaskConfig, key: str = "me") -> str:
    run_id = runner.submit(RunSpec(new_run_id(), owner_of(key), of))
    KEYS[run_id] = key
    return run_id


def steer(runner: Runner, run_id: str, command: Command) -> None:
    """Send a command with the key of the run's owner."""
    runner.command(run_id, command, KEYS.get(run_id, "me"))


def looks(runner: Runner, run_id: str) -> Iterator[list[Event]]:
    """Poll a run like a page, with a cursor, until its end; yields the curve so far."""
    seen: list[Event] = []
    for _ in looks_for(vain="the run does not end"):
        ended = runner.status(run_id).ended
        for seq, event in runner.events(run_id, after=len(seen)):
            assert seq == len(seen) + 1
            seen.append(event)
        yield seen
        if ended:
            return


def watch(runner: Runner, run_id: str) -> list[Event]:
    """The whole curve."""
    *_, seen = looks(runner, run_id)
    return seen


def rests(manager: Manager, run_id: str) -> bool:
    """Whether no worker holds the run."""
    record = getattr(manager, "manager", manager)._records.get(run_id)
    return record is None or record.worker is None
