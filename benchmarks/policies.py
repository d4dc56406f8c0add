"""Which run trains next? A class's runs in one worker, under three policies, with real trainers.

Time is the processor's (``time.process_time``), so a busy machine does not disturb the comparison.
"Fair share": a run's end under round-robin over its end under the policy; 0.5 means that it ended
twice as late as under equal sharing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import mean, median

import torch

from benchmarks.tables import print_table
from dl101_core.data import load
from dl101_core.jobs.slicer import CYCLE, Slicer
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Failed, Finished, Progress

FIFO, ROUND_ROBIN, FORMER, OURS = "FIFO", "round-robin", "20 % shared, rest FIFO", "ours"


class _Fifo(Slicer):
    """The head is the oldest run."""

    def _choose_head(self) -> str:
        return next(iter(self._live))


POLICIES: dict[str, Callable[[], Slicer]] = {
    FIFO: lambda: _Fifo(time.process_time, share=0.0),
    ROUND_ROBIN: lambda: Slicer(time.process_time, share=1.0),
    FORMER: lambda: _Fifo(time.process_time, cycle=1.5),
    OURS: lambda: Slicer(time.process_time),
}


@dataclass
class Outcome:
    """Results in processor seconds after the common Start."""

    points: dict[str, list[float]] = field(default_factory=dict)
    ends: dict[str, float] = field(default_factory=dict)
    total: float = 0.0


def class_of(learners: int) -> list[ImageConfig]:
    """Every second an MLP, every second a CNN, each in the lab's size."""
    kinds = (
        {"model": ModelConfig(name="mlp"), "train_size": 4000, "epochs": 10},
        {"model": ModelConfig(name="cnn"), "train_size": 2000, "epochs": 3},
    )
    return [ImageConfig(seed=n, **kinds[n % 2]) for n in range(learners)]  # type: ignore[arg-type]


def play(slicer: Slicer, configs: list[ImageConfig]) -> Outcome:
    outcome = Outcome()
    began = time.process_time()
    for number, config in enumerate(configs):
        slicer.submit(str(number), config)
    while slicer.step():
        now = time.process_time() - began
        for report in slicer.poll():
            if isinstance(report.event, Progress):
                outcome.points.setdefault(report.run_id, []).append(now)
            if isinstance(report.event, Finished | Failed):
                outcome.ends[report.run_id] = now
    outcome.total = time.process_time() - began
    return outcome


def row(
    name: str, played: list[Outcome], fair: list[Outcome], plain: list[Outcome]
) -> list[object]:
    freezes = [
        max(b - a for points in o.points.values() for a, b in pairwise(points)) for o in played
    ]
    shares = [
        min(f.ends[run] / o.ends[run] for run in o.ends) for o, f in zip(played, fair, strict=True)
    ]
    ends = [mean(o.ends.values()) for o in played]
    fair_ends = [mean(o.ends.values()) for o in fair]
    return [
        name,
        median(max(points[0] for points in o.points.values()) for o in played),
        median(freezes),
        median(ends),
        median(a / b for a, b in zip(ends, fair_ends, strict=True)),
        median(o.total / p.total for o, p in zip(played, plain, strict=True)),
        median(shares),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs in this one worker")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    load("strokes")
    configs = class_of(arguments.runs)
    play(Slicer(), configs[:2])  # warm up
    played: dict[str, list[Outcome]] = {name: [] for name in POLICIES}
    for _ in range(arguments.repeats):
        for name, make in POLICIES.items():
            played[name].append(play(make(), configs))
    print_table(
        f"{arguments.runs} runs in one worker, cycle {CYCLE:g} s (CPU seconds, medians)",
        (
            "Policy",
            "last first point",
            "longest freeze",
            "mean end",
            "mean end / round-robin",
            "total CPU / FIFO",
            "least fair share",
        ),
        [row(n, o, played[ROUND_ROBIN], played[FIFO]) for n, o in played.items()],
    )


if __name__ == "__main__":
    main()
