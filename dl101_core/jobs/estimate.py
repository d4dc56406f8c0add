"""Estimates how long runs will take: speeds learned from running runs, and a simulated queue.

The simulation follows the policy of the slicer: in every worker the first run in its order gets
most of the time. The aim: right within a factor of two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dl101_core.jobs.slicer import EQUAL_SHARE
from dl101_core.tasks.task import TaskConfig

# Seconds per step beyond the arithmetic, and multiply-adds a second, measured on one slow core.
STEP_OVERHEAD = 3e-4
SPEED = 6e9
# Weight of one observation against the earlier ones.
LEARNING = 0.3


def nominal_seconds(config: TaskConfig, step: int = 0) -> float:
    """Computing seconds that a run still needs after ``step`` steps, by arithmetic.

    Training is three passes, validation after each epoch and the test at the end are one.
    """
    return nominal_training(config, config.total_steps - step) + _passes(config, config.test_size)


def nominal_training(config: TaskConfig, steps: int) -> float:
    """Computing seconds of ``steps`` steps, each with its part of the validation."""
    examples = 3 * config.batch_size + config.val_size * config.epochs / config.total_steps
    return steps * (STEP_OVERHEAD + _passes(config, examples))


def _passes(config: TaskConfig, examples: float) -> float:
    return examples * config.size().multiply_adds / SPEED


class Speeds:
    """Factors between a run's time and its arithmetic: per kind of task, learned from runs."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}

    def learn(self, config: TaskConfig, seconds: float, steps: int) -> float:
        """Learn from ``seconds`` of computing for ``steps`` steps; gives the factor of the run."""
        seen, name = max(seconds, 1e-6) / nominal_training(config, steps), config.kind
        known = self._factors.get(name, seen)
        self._factors[name] = known * (seen / known) ** LEARNING
        return seen

    def seconds(self, config: TaskConfig, step: int = 0, factor: float | None = None) -> float:
        """Computing seconds that a run needs after ``step``, by its own ``factor`` if known."""
        factor = factor or self._factors.get(config.kind, 1.0)
        return nominal_seconds(config, step) * factor


@dataclass
class Job:
    """An unfinished run: ``left`` seconds of computing; ``worker`` None while it waits.

    ``rank``: its place in the order of its worker.
    """

    run_id: str
    owner: str
    left: float
    worker: int | None = None
    rank: int = 0


@dataclass(frozen=True)
class Forecast:
    """Seconds from now; ``starts_in`` is 0 for what runs already."""

    starts_in: float
    ends_in: float


@dataclass
class _Worker:
    """``tags``: by run, when it would end on the ``clock`` of equal sharing; lowest is head."""

    live: list[Job]
    tags: dict[str, float]
    clock: float = 0.0

    def admit(self, job: Job) -> None:
        self.live.append(job)
        self.tags[job.run_id] = self.clock + job.left

    def rates(self) -> list[tuple[Job, float]]:
        """Seconds of computing per second for every run."""
        if not self.live:
            return []
        head = min(self.live, key=lambda job: self.tags[job.run_id])
        equal = EQUAL_SHARE / len(self.live)
        return [(job, equal + (1 - EQUAL_SHARE) * (job is head)) for job in self.live]

    def advance(self, seconds: float) -> list[Job]:
        """Let time pass; gives the runs that have ended."""
        for job, rate in self.rates():
            job.left -= seconds * rate
        if self.live:
            self.clock += seconds / len(self.live)
        ended = [job for job in self.live if job.left <= 1e-9]
        self.live = [job for job in self.live if job.left > 1e-9]
        return ended


def forecast(
    jobs: Sequence[Job], workers: Iterable[int], live_per_worker: int, per_owner: int
) -> dict[str, Forecast]:
    """Simulate the ``jobs``: first those in workers, then the waiting ones, in order."""
    hosts = [_worker([job for job in jobs if job.worker == number]) for number in workers]
    queue = [job for job in jobs if job.worker is None]
    begun = {job.run_id: 0.0 for job in jobs if job.worker is not None}
    ends: dict[str, Forecast] = {}
    now = 0.0
    while True:
        for job in _fill(hosts, queue, live_per_worker, per_owner):
            begun[job.run_id] = now
        times = [job.left / rate for host in hosts for job, rate in host.rates()]
        if not times:
            return ends
        now += min(times)
        for host in hosts:
            ended = host.advance(min(times))
            ends |= {job.run_id: Forecast(begun[job.run_id], now) for job in ended}
        if not queue:
            _balance(hosts)


def _worker(live: list[Job]) -> _Worker:
    """A worker with the ``live`` jobs in the order of their ranks, whatever their estimates."""
    ordered, highest, tags = sorted(live, key=lambda job: job.rank), 0.0, {}
    for job in ordered:
        tags[job.run_id] = highest = max(highest, job.left)
    return _Worker(ordered, tags)


def _balance(hosts: list[_Worker]) -> None:
    """Move jobs like the queue: from the fullest to the idlest, the last in its order first."""
    idlest, fullest = (pick(hosts, key=lambda host: len(host.live)) for pick in (min, max))
    for _ in range((len(fullest.live) - len(idlest.live)) // 2):
        job = max(fullest.live, key=lambda job: fullest.tags[job.run_id])
        fullest.live.remove(job)
        idlest.admit(job)


def _fill(
    hosts: list[_Worker], queue: list[Job], live_per_worker: int, per_owner: int
) -> list[Job]:
    """Move waiting jobs to workers with room, then to idle workers; gives the moved jobs."""
    owners = Counter(job.owner for host in hosts for job in host.live)
    moved: list[Job] = []

    def move(job: Job, host: _Worker) -> None:
        host.admit(job)
        owners[job.owner] += 1
        moved.append(job)

    for job in queue if hosts else []:
        host = min(hosts, key=lambda host: len(host.live))
        if len(host.live) >= live_per_worker:
            break
        if owners[job.owner] < per_owner:
            move(job, host)
    resting = [host for host in hosts if not host.live]
    for job, host in zip((job for job in queue if job not in moved), resting, strict=False):
        move(job, host)
    queue[:] = [job for job in queue if job not in moved]
    return moved
