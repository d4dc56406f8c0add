"""The slicer: many training runs share one process, because a trainer yields after every step.

Policy, chosen by measurement (``benchmarks/policies.py``): in a cycle, 20 % of the time is shared
equally by all live runs, and the rest goes to one of them, the head. An equal turn lasts until the
run's next point, so many runs with slow points share more than 20 %, and the cycle is longer. The
head is the run that would end first under equal sharing (Friedman and Henderson 2003, "Fair Sojourn
Protocol"): every learner sees progress, the mean run ends early, and no run ends much later than
under equal sharing. The slicer is independent of processes, pipes and pages.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta, Struct

from dl101_core.jobs.runner import Pause
from dl101_core.jobs.workers.memory import ran_out
from dl101_core.limits import Limits
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Message,
    Progress,
    SaveCheckpoint,
    Snapshot,
    Stop,
    TrainerCommand,
)
from dl101_core.training.loop import Trainer, train
from dl101_core.training.states import DamagedState

log = logging.getLogger(__name__)

CYCLE = 1 / 3
EQUAL_SHARE = 0.2
# Runs whose ends differ by less than this share of their size count as equal, because estimates
# fluctuate: the older run goes first. The head changes only if another run is clearly shorter.
EQUAL_WITHIN, HEAD_STAYS_WITHIN = 0.25, 0.5
# An equal turn may be longer by this factor until the run has reported a point.
PATIENCE = 15
# A large network's checkpoint may cost a second: never more than 1/40 of a run's time.
CHECKPOINT_COST = 40
BROKEN = "The training stopped because of an error in the program, not in your settings."
NO_MEMORY = "There is not enough memory for this: choose a smaller network or a smaller batch."


RunId = Annotated[str, Meta(min_length=1, max_length=100)]
Whole = Annotated[int, Meta(ge=0, lt=2**53)]


class Drop(Message, frozen=True):
    """Drop the run at once, without a checkpoint, because it was deleted."""


SlicerCommand = TrainerCommand | Pause | Drop


class Parked(Message, frozen=True):
    """The run was paused: its ``Checkpointed`` is reported, and the slicer has dropped the run."""


class EventReport(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """``seq``: 1, 2, 3, … over a run's events; a checkpoint or ``Parked`` repeats the last one."""

    run_id: RunId
    seq: Whole
    event: Event | Parked


@dataclass
class _Live:
    """A run that the slicer is training.

    ``shows``: it reported a ``Snapshot`` before its first step. ``born``: the
    equal-sharing clock at its submission. ``spent``: seconds of computing since then.
    """

    run_id: str
    trainer: Trainer
    total_steps: int
    reported: int
    replay_until: int
    saved_at: float
    born: float
    save_every: float
    step: int = 0
    first_step: int = 0
    first_spent: float = 0.0
    advances: int = 0
    shows: bool = False
    spent: float = 0.0
    pausing: bool = False
    stopping: bool = False
    inbox: deque[TrainerCommand] = field(default_factory=deque)

    @property
    def replaying(self) -> bool:
        """Whether the run repeats events that an earlier worker reported: commands must wait."""
        return self.reported < self.replay_until

    @property
    def fresh(self) -> bool:
        """Whether the run has reported no point yet after ``Started`` and maybe ``Snapshot``."""
        return self.advances < (3 if self.shows else 2)

    @property
    def only_tests(self) -> bool:
        """Whether only the test is left: its result should come soon."""
        return self.stopping or self.step >= self.total_steps

    @property
    def size(self) -> float:
        """Seconds of computing of the whole run, estimated from its steps so far."""
        done = self.step - self.first_step
        if done <= 0:
            return math.inf
        return (self.spent - self.first_spent) / done * (self.total_steps - self.first_step)

    @property
    def fair_end(self) -> float:
        """The run's end on the equal-sharing clock, if all runs shared equally."""
        return self.born + self.size


class Slicer:
    """Trains the submitted runs; call ``step`` again and again, and ``poll`` for their reports."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        start: Callable[[TaskConfig, bytes | None], Trainer] = train,
        cycle: float = CYCLE,
        share: float = EQUAL_SHARE,
        checkpoint_every: float = Limits.checkpoint_every,
        on_turn: Callable[[str], None] = lambda run_id: None,
    ) -> None:
        self._clock, self._start, self._on_turn = clock, start, on_turn
        self._cycle, self._share, self._checkpoint_every = cycle, share, checkpoint_every
        self._live: dict[str, _Live] = {}
        self._turns: deque[str] = deque()
        self._turn = ""
        self._turn_ends = self._turn_limit = 0.0
        self._reported_before = 0
        self._cycle_ends = 0.0
        self._head = ""
        # Advances by 1/n per second while n runs share: the time that each would have got so far.
        self._equal_clock = 0.0
        self._announced = ""
        self._out: list[EventReport] = []

    def submit(
        self,
        run_id: str,
        config: TaskConfig,
        state: bytes | None = None,
        reported: int = 0,
        replay_until: int = 0,
    ) -> None:
        """Take a run, at the end of the queue; ``state`` and ``reported`` are a ``Checkpointed``'s.

        Events up to number ``replay_until`` are known already. Commands take effect after these, so
        that the repeated part of the curve is the same as before.
        """
        if run_id in self._live:
            return
        self._live[run_id] = _Live(
            run_id,
            self._start(config, state),
            config.total_steps,
            reported,
            replay_until,
            self._clock(),
            self._equal_clock,
            self._checkpoint_every,
        )

    def command(self, run_id: str, command: SlicerCommand) -> None:
        """Steer a run; an unknown run (it may just have ended) is ignored."""
        run = self._live.get(run_id)
        if run is None:
            return
        if isinstance(command, Drop):
            self._drop(run)
            return
        if isinstance(command, Pause):
            if not run.pausing:
                run.pausing = True
                run.inbox.append(SaveCheckpoint())
            return
        run.stopping = run.stopping or isinstance(command, Stop)
        run.inbox.append(command)

    def save_all(self) -> None:
        """Pause every run, so that each reports a checkpoint: for a shutdown."""
        for run_id in list(self._live):
            self.command(run_id, Pause())

    def poll(self) -> list[EventReport]:
        """The reports since the last call, in order."""
        reports, self._out = self._out, []
        return reports

    def stats(self) -> dict[str, int]:
        """Step of every live run, in the order of the queue."""
        return {run.run_id: run.step for run in self._live.values()}

    def spent(self) -> dict[str, float]:
        """Seconds of computing of every live run here; next head first."""
        waiting, head = list(self._live.values()), self._live.get(self._head)
        found: dict[str, float] = {}
        while waiting:
            first = _first(waiting, head)
            waiting.remove(first)
            found[first.run_id] = first.spent
            head = None
        return found

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
            run = self._live.get(self._turn)
            if run and not self._turn_is_over(run):
                return run
            self._next_turn()
        return None

    def _turn_is_over(self, run: _Live) -> bool:
        now = self._clock()
        silent = run.reported == self._reported_before
        return now >= (self._turn_limit if silent else self._turn_ends)

    def _next_turn(self) -> None:
        """A small equal turn for each, then the rest of the cycle for the head."""
        now = self._clock()
        if self._turns:
            self._turn = self._turns.popleft()
            seconds = self._cycle * self._share / len(self._live)
            self._turn_ends, self._turn_limit = now + seconds, now + PATIENCE * seconds
            run = self._live.get(self._turn)
            self._reported_before = run.reported if run else 0
        elif now < self._cycle_ends:
            self._turn = self._head = self._choose_head()
            self._turn_ends = self._turn_limit = self._cycle_ends
        else:
            self._turns.extend(self._live)
            self._cycle_ends = now + self._cycle

    def _choose_head(self) -> str:
        tested = next((run for run in self._live.values() if run.only_tests), None)
        if tested:
            return tested.run_id
        first = _first(list(self._live.values()), self._live.get(self._head))
        return first.run_id

    def _advance(self, run: _Live) -> None:
        if run.run_id != self._announced:
            self._announced = run.run_id
            self._on_turn(run.run_id)
        began, sharing = self._clock(), len(self._live)
        try:
            event = run.trainer.send(self._message(run, began))
            run.advances += 1
            self._report(run, event, began)
            while isinstance(event, LearningRateChanged):
                # The trainer's checkpoint follows at once; both must leave in the same batch.
                event = run.trainer.send(None)
                self._report(run, event, began)
        except StopIteration:
            self._live.pop(run.run_id, None)
        except DamagedState as error:
            log.warning("run cannot go on: %s", error, extra={"run": run.run_id})
            self._report(run, Failed(run.step, str(error)), began)
        except Exception as error:
            log.exception("run failed after step %d", run.step, extra={"run": run.run_id})
            full = ran_out(error)
            self._report(run, Failed(run.step, NO_MEMORY if full else BROKEN), began)
        finally:
            seconds = self._clock() - began
            run.spent += seconds
            self._equal_clock += seconds / sharing

    def _message(self, run: _Live, now: float) -> TrainerCommand | None:
        if run.advances == 0:
            return None
        if run.inbox and not run.replaying:
            return run.inbox.popleft()
        if now - run.saved_at >= run.save_every:
            run.saved_at = now
            return SaveCheckpoint()
        return None

    def _report(self, run: _Live, event: Event | None, began: float) -> None:
        match event:
            case None:
                return
            case Checkpointed():
                self._out.append(EventReport(run.run_id, event.told, event))
                run.saved_at = self._clock()
                cost = run.saved_at - began
                run.save_every = max(self._checkpoint_every, CHECKPOINT_COST * cost)
                if run.pausing and not run.replaying and not run.inbox:
                    self._out.append(EventReport(run.run_id, run.reported, Parked()))
                    self._drop(run)
                return
        run.reported += 1
        if isinstance(event, Snapshot) and not event.step:
            run.shows = True
        if isinstance(event, Progress):
            if not run.step:  # the time of the start does not count for its speed
                run.first_step, run.first_spent = event.step, run.spent + self._clock() - began
            run.step = event.step
        self._out.append(EventReport(run.run_id, run.reported, event))
        if isinstance(event, Finished | Failed):
            self._drop(run)

    def _drop(self, run: _Live) -> None:
        self._live.pop(run.run_id, None)
        self._announced = ""
        run.trainer.close()


def _first(runs: list[_Live], head: _Live | None) -> _Live:
    """The next head: the run that would end first under equal sharing."""
    best = min(runs, key=lambda run: run.fair_end)
    if math.isinf(best.fair_end):
        return head or runs[0]
    if head is not None and head.fair_end - best.fair_end <= HEAD_STAYS_WITHIN * head.size:
        return head
    limit = best.fair_end + EQUAL_WITHIN * best.size
    return next(run for run in runs if run.fair_end <= limit)
