"""Thirty learners, killed processes, and checks of the result."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
import torch

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.runner import Runner
from dl101_core.jobs.store.journal import open_journal
from dl101_core.limits import Limits
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import Checkpointed, Event
from dl101_core.training.loop import train
from tests.jobs.helpers import config, start
from tests.patience import wait_for

ROOT = Path(__file__).resolve().parents[2]
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
needs_fork = pytest.mark.skipif(Limits().start_method != "fork", reason="needs fork")

# Two of each, so that the undisturbed curves need not be computed thirty times.
MIXED = tuple(
    made
    for seed in range(2)
    for made in (
        config("mlp", epochs=12, train_size=600, seed=seed),
        config("cnn", epochs=8, train_size=300, seed=seed),
    )
)


def a_class(size: int = 30) -> list[ImageConfig]:
    """The configs of ``size`` learners."""
    return [MIXED[n % len(MIXED)] for n in range(size)]


def begin(runner: Runner, configs: Iterable[ImageConfig]) -> dict[str, ImageConfig]:
    """Submit every run by another learner."""
    return {start(runner, of, key=f"learner {n}"): of for n, of in enumerate(configs)}


def local(folder: Path, **limits: object) -> LocalRunner:
    settings = {"workers": 2, "checkpoint_every": 0.05} | limits
    journal = open_journal(f"sqlite:///{folder}/runs.sqlite")
    return LocalRunner(journal, Limits(**settings))  # type: ignore[arg-type]


def told(runner: Runner, run_id: str) -> list[Event]:
    return [event for _, event in runner.events(run_id)]


def all_told(runner: Runner, runs: dict[str, ImageConfig]) -> int:
    """Poll every run, as thirty pages do; gives the number of events so far."""
    return sum(len(runner.events(run_id)) for run_id in runs)


def all_end(runner: Runner, runs: dict[str, ImageConfig]) -> None:
    """Poll all runs until the last has ended."""
    wait_for(lambda: sum(runner.status(run_id).ended for run_id in runs) == len(runs))


def assert_nothing_lost(runner: Runner, runs: dict[str, ImageConfig]) -> None:
    """Each curve equals the undisturbed one, event by event; its final weights load."""
    for run_id, of in runs.items():
        numbers = [seq for seq, _ in runner.events(run_id)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert told(runner, run_id) == undisturbed(of)[0]
        state = runner.checkpoint(run_id)
        assert state is not None
        assert has_final_weights(of, state)


def has_final_weights(of: ImageConfig, state: bytes) -> bool:
    """Whether ``state`` holds, bit for bit, the network of the undisturbed run."""
    ours, theirs = (trained_model(of, one).state_dict() for one in (state, undisturbed(of)[1]))
    return all(torch.equal(ours[name], tensor) for name, tensor in theirs.items())


@cache
def undisturbed(of: ImageConfig) -> tuple[list[Event], bytes]:
    """Curve and last state of a run that nothing disturbs."""
    curve, state = list[Event](), b""
    for event in train(of):
        if isinstance(event, Checkpointed):
            state = event.state
        elif event is not None:
            curve.append(event)
    return curve, state


def dice(seed: int) -> random.Random:
    return random.Random(seed)


def strike(*pids: int | None) -> None:
    """kill -9 without warning; some may have ended by themselves."""
    for pid in pids:
        if pid:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def descendants(pid: int) -> set[int]:
    """All descendants of ``pid`` whose parents still run."""
    found: set[int] = set()
    ahead = [pid]
    while ahead:
        for task in _tasks(ahead.pop()):
            try:
                children = {int(word) for word in (task / "children").read_text().split()}
            except OSError:
                continue
            ahead += children - found
            found |= children
    return found


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []
