"""The slicer: many training runs share one process, because a trainer yields after every step.

Policy, chosen by measurement: in a cycle of 1.5 s, 20 % of the time is shared equally by all live
runs and 80 % goes to the head of the line. Every learner sees movement, and the mean run still ends
nearly as early as in a plain queue. The slicer knows nothing of processes, pipes or pages.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from dl101_core.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SaveCheckpoint,
    Stop,
    TrainerCommand,
)
from dl101_core.jobs.runner import Pause
from dl101_core.training import TrainConfig, Trainer, train

log = logging.getLogger(__name__)

CYCLE = 1.5
EQUAL_SHARE = 0.2
CHECKPOINT_EVERY = 5.0
# A large network's checkpoint may cost a second: never more than 1/40 of a run's time.
CHECKPOINT_COST = 40
BROKEN = "The training stopped because of an error in the program, not in your settings."
NO_MEMORY = "There is not enough memory for this: choose a smaller network or a smaller batch."

SlicerCommand = TrainerCommand | Pause


@dataclass(frozen=True)
class Parked:
    """The run was paused: its ``Checkpointed`` has been told, and the slicer has let go of it."""


@dataclass(frozen=True)
class Told:
    """``seq``: 1, 2, 3, … over a run's events; a checkpoint or ``Parked`` repeats the last one."""

    run_id: str
    seq: int
    event: Event | Parked


@dataclass
class _Live:
    """A run that the slicer is training."""

    run_id: str
    trainer: Trainer
    told: int
    replay_until: int
    saved_at: float
    step: int = 0
    advances: int = 0
    save_every: float = CHECKPOINT_EVERY
    pausing: bool = False
    stopping: bool = False
    inbox: deque[TrainerCommand] = field(default_factory=deque)

    @property
    def replaying(self) -> bool:
        """Whether it repeats what an earlier worker has already told: commands must wait."""
        return self.told < self.replay_until

    @property
    def fresh(self) -> bool:
        """Whether its first point is still to come: ``Started``, then ``Progress`` at step 1."""
        return self.advances < 2


@dataclass(frozen=True)
class _Turn:
    run_id: str
    seconds: float


class Slicer:
    """Trains the submitted runs; call ``step`` again and again, and ``poll`` for what they told."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        start: Callable[[TrainConfig, bytes | None], Trainer] = train,
        cycle: float = CYCLE,
        share: float = EQUAL_SHARE,
        checkpoint_every: float = CHECKPOINT_EVERY,
    ) -> None:
        self._clock, self._start = clock, start
        self._cycle, self._share, self._checkpoint_every = cycle, share, checkpoint_every
        self._live: dict[str, _Live] = {}
        self._turns: deque[_Turn] = deque()
        self._turn: _Turn | None = None
        self._turn_ends = 0.0
        self._out: list[Told] = []

    def submit(
        self,
        run_id: str,
        config: TrainConfig,
        state: bytes | None = None,
        told: int = 0,
        replay_until: int = 0,
    ) -> None:
        """Take a run, at the end of the line; ``state`` and ``told`` are a ``Checkpointed``'s.

        Events up to number ``replay_until`` are known already; commands take effect after them, so
        that the repeated part of the curve is the same as before.
        """
        if run_id in self._live:
            return
        now = self._clock()
        self._live[run_id] = _Live(
            run_id,
            self._start(config, state),
            told,
            replay_until,
            now,
            save_every=self._checkpoint_every,
        )

    def command(self, run_id: str, command: SlicerCommand) -> None:
        """Steer a run; unknown ones (they may just have ended) are left alone."""
        run = self._live.get(run_id)
        if run is None:
            return
        if isinstance(command, Pause):
            if not run.pausing:
                run.pausing = True
                run.inbox.append(SaveCheckpoint())
            return
        run.stopping = run.stopping or isinstance(command, Stop)
        run.inbox.append(command)

    def save_all(self) -> None:
        """Pause every run, so that each tells a checkpoint: for a shutdown."""
        for run_id in list(self._live):
            self.command(run_id, Pause())

    def poll(self) -> list[Told]:
        """What was told since the last call, in order."""
        told, self._out = self._out, []
        return told

    def stats(self) -> dict[str, int]:
        """Step of every live run, in the order of the line."""
        return {run.run_id: run.step for run in self._live.values()}

    @property
    def idle(self) -> bool:
        return not self._live

    def step(self) -> bool:
        """Let one run take one step. False if there is nothing to do."""
        run = self._next()
        if run is None:
            return False
        self._advance(run)
        return True

    def _next(self) -> _Live | None:
        """The run whose turn it is: urgent ones first, then the turns of the cycle."""
        for urgent in self._live.values():
            if urgent.fresh or (urgent.pausing and not urgent.replaying):
                return urgent
        while self._live:
            if self._turn is not None and self._clock() < self._turn_ends:
                run = self._live.get(self._turn.run_id)
                if run is not None:
                    return run
            if not self._turns:
                self._turns = deque(self._plan())
            self._turn = self._turns.popleft()
            self._turn_ends = self._clock() + self._turn.seconds
        return None

    def _plan(self) -> list[_Turn]:
        """One cycle: a small equal turn for each, then the rest for the head of the line."""
        equal = self._cycle * self._share / len(self._live)
        # Who asked to stop only waits for the test result: let that not take minutes.
        head = next((run for run in self._live.values() if run.stopping), None)
        head = head or next(iter(self._live.values()))
        turns = [_Turn(run_id, equal) for run_id in self._live]
        return [*turns, _Turn(head.run_id, self._cycle * (1 - self._share))]

    def _advance(self, run: _Live) -> None:
        began = self._clock()
        try:
            event = run.trainer.send(self._message(run, began))
            run.advances += 1
            self._tell(run, event, began)
            while isinstance(event, LearningRateChanged):
                # The trainer's checkpoint follows at once; both must leave in the same batch.
                event = run.trainer.send(None)
                self._tell(run, event, began)
        except StopIteration:
            self._live.pop(run.run_id, None)
        except Exception as error:
            log.exception("run %s failed after step %d", run.run_id, run.step)
            full = isinstance(error, MemoryError) or "allocate memory" in str(error)
            self._tell(run, Failed(run.step, NO_MEMORY if full else BROKEN), began)

    def _message(self, run: _Live, now: float) -> TrainerCommand | None:
        if run.advances == 0:
            return None
        if run.inbox and not run.replaying:
            return run.inbox.popleft()
        if now - run.saved_at >= run.save_every:
            run.saved_at = now
            return SaveCheckpoint()
        return None

    def _tell(self, run: _Live, event: Event | None, began: float) -> None:
        match event:
            case None:
                return
            case Checkpointed():
                self._out.append(Told(run.run_id, event.told, event))
                run.saved_at = self._clock()
                cost = run.saved_at - began
                run.save_every = max(self._checkpoint_every, CHECKPOINT_COST * cost)
                if run.pausing and not run.replaying and not run.inbox:
                    self._out.append(Told(run.run_id, run.told, Parked()))
                    self._drop(run)
                return
        run.told += 1
        if isinstance(event, Progress):
            run.step = event.step
        self._out.append(Told(run.run_id, run.told, event))
        if isinstance(event, Finished | Failed):
            self._drop(run)

    def _drop(self, run: _Live) -> None:
        self._live.pop(run.run_id, None)
        run.trainer.close()
