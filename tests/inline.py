"""``InlineRunner``: trains inside the calls that look at it; one process, no threads."""

from __future__ import annotations

import threading
from collections import Counter

from dl101_core.jobs.manager import Manager
from dl101_core.jobs.runner import RunStatus, WorkerInfo
from dl101_core.jobs.slicer import Slicer, SlicerCommand
from dl101_core.jobs.store.journal import NoJournal
from dl101_core.limits import Limits
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Checkpointed, Event

STEPS_PER_LOOK = 20


class _OneSlicer:
    """The engine with a single worker, number 0, in this process."""

    trouble = ""

    def __init__(self, limits: Limits) -> None:
        self.slicer = Slicer(checkpoint_every=limits.checkpoint_every)
        self._room = limits.live_per_worker * limits.workers

    def pick(self, loads: Counter[int]) -> int | None:
        return 0 if loads[0] < self._room else None

    def submit(
        self,
        worker: int,
        run_id: str,
        config: TaskConfig,
        checkpoint: Checkpointed | None,
        replay_until: int,
    ) -> None:
        state, reported = (checkpoint.state, checkpoint.told) if checkpoint else (None, 0)
        self.slicer.submit(run_id, config, state, reported, replay_until)

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None:
        self.slicer.command(run_id, command)

    def workers(self) -> tuple[WorkerInfo, ...]:
        return ()

    def memory_mb(self) -> None:
        return None


class InlineRunner(Manager):
    """Every ``events`` or ``status`` first advances the live runs by ``steps`` steps in all."""

    def __init__(self, limits: Limits | None = None, steps: int = STEPS_PER_LOOK) -> None:
        limits = limits or Limits()
        self._one = _OneSlicer(limits)
        self._steps = steps
        self._pumping = threading.Lock()
        super().__init__(self._one, NoJournal(), limits)

    def events(self, run_id: str, after: int = 0) -> list[tuple[int, Event]]:
        self.touch(run_id)
        self._pump()
        return super().events(run_id, after)

    def status(self, run_id: str) -> RunStatus:
        self.touch(run_id)
        self._pump()
        return super().status(run_id)

    def _pump(self) -> None:
        with self._pumping, self._lock:
            for _ in range(self._steps):
                if not self._one.slicer.step():
                    break
                self._deliver()
            self._deliver()
            self.spent(0, self._one.slicer.spent())
            self.tick()

    def _deliver(self) -> None:
        for report in self._one.slicer.poll():
            self.reported(0, report)
