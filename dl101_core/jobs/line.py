"""The line: which runs wait, who is next, and when. Plain functions over records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dl101_core.jobs.estimate import Forecast, Job, Speeds, forecast
from dl101_core.jobs.record import Record
from dl101_core.limits import Limits

# Own speed counts once so many steps, or this share of them, have been seen.
SEEN_STEPS, SEEN_SHARE = 5, 0.02


def in_order(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.created)


def loads(records: Iterable[Record]) -> Counter[int]:
    """Runs by worker."""
    return Counter(record.worker for record in records if record.worker is not None)


def owners(records: Iterable[Record]) -> Counter[str]:
    """Runs in workers, by owner."""
    return Counter(record.owner for record in records if record.worker is not None)


def learn(record: Record, speeds: Speeds) -> None:
    """Take in how long the latest steps of a run took."""
    steps = record.step - record.learned_step
    if steps < max(SEEN_STEPS, SEEN_SHARE * record.total_steps):
        return
    if record.learned_step:  # the first steps bear the costs of beginning
        seconds = record.spent_here - record.learned_spent
        record.factor = speeds.learn(record.spec.config, seconds, steps)
    record.learned_step, record.learned_spent = record.step, record.spent_here


def seconds_left(record: Record, speeds: Speeds) -> float:
    """Computing seconds that the run still needs."""
    return speeds.seconds(record.spec.config, record.step, record.factor)


def play_through(
    placed: list[Record], line: list[Record], speeds: Speeds, limits: Limits
) -> dict[str, Forecast]:
    """When the placed and the waiting runs will begin and end."""
    jobs = [
        Job(record.run_id, record.owner, seconds_left(record, speeds), record.worker, record.rank)
        for record in (*placed, *line)
    ]
    busy = {record.worker for record in placed if record.worker is not None}
    idle = range(-1, -1 - max(0, limits.workers - len(busy)), -1)
    return forecast(jobs, [*busy, *idle], limits.live_per_worker, limits.running_per_owner)
