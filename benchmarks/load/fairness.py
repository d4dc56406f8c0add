"""Equal sharing: the end of each run if all unfinished runs had the same speed."""

from __future__ import annotations

from collections.abc import Sequence


def ends_when_shared(
    work: Sequence[float], starts: Sequence[float], workers: int = 2
) -> tuple[float, ...]:
    """The end of each run, in seconds, on ``workers`` cores that share their time equally.

    ``work``: seconds of computing of each run; ``starts``: its start. With n unfinished runs, each
    computes at the speed ``min(1, workers / n)``; no run uses more than one core. This is processor
    sharing, the limit of round-robin with short turns.
    """
    if len(work) != len(starts):
        raise ValueError(f"work ({len(work)}) and starts ({len(starts)}) must be equally many.")
    if workers < 1:
        raise ValueError(f"workers (={workers}) must be at least 1.")
    left, ends = list(work), [0.0] * len(work)
    coming = sorted(range(len(work)), key=lambda run: starts[run])
    live: list[int] = []
    now = 0.0
    while coming or live:
        if not live:
            now = max(now, starts[coming[0]])
        while coming and starts[coming[0]] <= now:
            live.append(coming.pop(0))
        speed = min(1.0, workers / len(live))
        until_end = min(left[run] for run in live) / speed
        until_next = starts[coming[0]] - now if coming else until_end
        passed = min(until_end, until_next)
        for run in live:
            left[run] -= passed * speed
        now += passed
        for run in [run for run in live if left[run] <= 1e-9]:
            live.remove(run)
            ends[run] = now
    return tuple(ends)


def shares(
    work: Sequence[float], starts: Sequence[float], ends: Sequence[float], workers: int = 2
) -> tuple[float, ...]:
    """For each run, its time from start to end under equal sharing over its measured time.

    1: as fast as if all had the same speed; 0.5: it had half of its fair share.
    """
    fair = ends_when_shared(work, starts, workers)
    return tuple(
        (even - start) / (end - start) for even, start, end in zip(fair, starts, ends, strict=True)
    )
