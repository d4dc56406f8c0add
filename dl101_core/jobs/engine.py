"""Two small interfaces between the manager and its processes: ``Engine`` and ``Listener``."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from dl101_core.jobs.runner import WorkerInfo
from dl101_core.jobs.slicer import EventReport, SlicerCommand
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Checkpointed


class Engine(Protocol):
    """Hosts one slicer per worker; ``worker`` is any number that it has handed out.

    ``trouble``: a sentence for learners if workers do not start, else empty.
    """

    @property
    def trouble(self) -> str: ...

    def pick(self, loads: Counter[int]) -> int | None:
        """The worker for the next run, or None if all are full. ``loads``: runs by worker."""

    def submit(
        self,
        worker: int,
        run_id: str,
        config: TaskConfig,
        checkpoint: Checkpointed | None,
        replay_until: int,
    ) -> None: ...

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None: ...

    def workers(self) -> tuple[WorkerInfo, ...]:
        """The processes that have reported."""

    def memory_mb(self) -> float | None:
        """Megabytes of the server and all its processes; None if unknown."""


class Listener(Protocol):
    """Receives the workers' reports (the manager)."""

    def reported(self, worker: int, report: EventReport) -> None: ...

    def spent(self, worker: int, seconds: dict[str, float]) -> None:
        """Computing seconds that a worker has given to each of its runs; next head first."""

    def lost(self, worker: int, suspect: str, hung: bool = False) -> None:
        """The worker has died or hung; ``suspect``: the run whose turn it was, or empty."""

    def tick(self) -> None:
        """About once a second."""
