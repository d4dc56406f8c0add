"""How long runs will take: learned from those that run, and a play-through of what waits.

The line is played through in advance, with the policy of the slicer: in every worker the run
that would end first in equal sharing gets most of the time. The aim: right within a factor of two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dl101_core.jobs.admission import size_of
from dl101_core.jobs.slicer import EQUAL_SHARE
from dl101_core.training import TrainConfig, steps_of

# Seconds per step beyond the arithmetic, and multiply-adds a second, measured on one slow core.
STEP_OVERHEAD = 3e-4
SPEED = 6e9
TEST_IMAGES = 2000
# How far one observation moves what is known.
LEARNING = 0.3


def nominal_seconds(config: TrainConfig) -> float:
    """Computing seconds of a whole run, by arithmetic: 3 passes to train, 1 to evaluate."""
    cost = size_of(config.model).multiply_adds
    trained = 3 * config.train_size * config.epochs
    tested = config.val_size * config.epochs + TEST_IMAGES
    return STEP_OVERHEAD * steps_of(config) + cost * (trained + tested) / SPEED


class Speeds:
    """How much longer than by arithmetic runs take here: per kind of model, learned on the way."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}

    def learn(self, config: TrainConfig, seconds: float, steps: int) -> float:
        """``steps`` steps of ``config`` took ``seconds`` of computing: the factor of that run."""
        expected = nominal_seconds(config) * steps / steps_of(config)
        seen, name = max(seconds, 1e-6) / expected, config.model.name
        known = self._factors.get(name, seen)
        self._factors[name] = known * (seen / known) ** LEARNING
        return seen

    def seconds(self, config: TrainConfig, factor: float | None = None) -> float:
        """Computing seconds of a whole run of ``config``, by its own ``factor`` if there is one."""
        return nominal_seconds(config) * (factor or self._factors.get(config.model.name, 1.0))


@dataclass
class Job:
    """An unfinished run: ``left`` seconds of computing; ``worker`` None while it waits."""

    run_id: str
    owner: str
    left: float
    worker: int | None = None


@dataclass(frozen=True)
class Forecast:
    """Seconds from now; ``starts_in`` is 0 for what runs already."""

    starts_in: float
    ends_in: float


def forecast(
    jobs: Sequence[Job], workers: Iterable[int], live_per_worker: int, per_owner: int
) -> dict[str, Forecast]:
    """Play through the ``jobs``: first those in workers, then the waiting ones, in order."""
    numbers = list(workers)
    live: dict[int, list[Job]] = {n: [j for j in jobs if j.worker == n] for n in numbers}
    line = [job for job in jobs if job.worker is None]
    begun = {job.run_id: 0.0 for job in jobs if job.worker is not None}
    ends: dict[str, Forecast] = {}
    now = 0.0
    while True:
        _fill(live, line, begun, now, live_per_worker, per_owner)
        rates = {n: _rates(jobs_here) for n, jobs_here in live.items()}
        step = min(
            (job.left / rate for n in numbers for job, rate in rates[n] if rate), default=None
        )
        if step is None:
            return ends
        now += step
        for n in numbers:
            for job, rate in rates[n]:
                job.left -= step * rate
            for job in [job for job in live[n] if job.left <= 1e-9]:
                live[n].remove(job)
                ends[job.run_id] = Forecast(begun[job.run_id], now)


def _fill(
    live: dict[int, list[Job]],
    line: list[Job],
    begun: dict[str, float],
    now: float,
    live_per_worker: int,
    per_owner: int,
) -> None:
    if not live:
        return
    owners = Counter(job.owner for here in live.values() for job in here)
    for job in list(line):
        if owners[job.owner] >= per_owner:
            continue
        worker = min(live, key=lambda n: len(live[n]))
        if len(live[worker]) >= live_per_worker:
            return
        line.remove(job)
        live[worker].append(job)
        begun[job.run_id] = now
        owners[job.owner] += 1


def _rates(here: list[Job]) -> list[tuple[Job, float]]:
    """Seconds of computing per second for every run of one worker."""
    if not here:
        return []
    head = min(here, key=lambda job: job.left)
    equal = EQUAL_SHARE / len(here)
    return [(job, equal + (1 - EQUAL_SHARE) * (job is head)) for job in here]
