"""A finished run of the learner, without workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dl101_core.jobs.runner import RunStatus, UnknownRun
from dl101_core.lab import networks_view as run_networks
from dl101_core.lab import session_runs as runs
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Checkpointed
from dl101_core.training.loop import train

RUN = "a_network_for_this_test"


class OneRun:
    """A runner that knows one finished run."""

    def __init__(self, config: ImageConfig) -> None:
        self.config = config
        self.state = [e.state for e in train(config) if isinstance(e, Checkpointed)][-1]

    def status(self, run_id: str) -> RunStatus:
        if run_id != RUN:
            raise UnknownRun
        return RunStatus(run_id, "me", self.config, "finished")

    def visit(self, owner: str, address: str) -> None:
        pass

    def checkpoint(self, run_id: str) -> bytes:
        return self.state

    def runs(self, owner: str, limit: int) -> list[RunStatus]:
        return []


def only(config: ImageConfig, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For a fixture: the app's runner knows one run of ``config``, and nothing else."""
    runner = OneRun(config)
    for module in (run_networks, runs):
        monkeypatch.setattr(module, "get_runner", lambda: runner)
    yield
    run_networks.trained.clear()
