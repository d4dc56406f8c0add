"""Record the finished example of the dropout page: ``python -m benchmarks.dropout_example``.

Trains the page's pair for ten seeds, on the built-in strokes and one thread, as the page would.
The curves of the first seed are kept whole; of the others only what both nets read at the end.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec
import torch

from dl101_core.cnn.dropout.compute import gap_of
from dl101_core.cnn.dropout.example import EXAMPLE, STROKES, Ends, Example, Run
from dl101_core.lab.curves import Curve
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Checkpointed, Finished
from dl101_core.training.loop import train

SEEDS = range(10)


def record(config: ImageConfig) -> Run:
    """Train to the end; the curve, the gap measured with nothing dropped, and the test."""
    events = [event for event in train(config) if event]
    curve = Curve()
    curve.take(events)
    state = [event.state for event in events if isinstance(event, Checkpointed)][-1]
    (end,) = [event for event in events if isinstance(event, Finished)]
    return Run(
        total=curve.total_steps,
        train=tuple(curve.train),  # type: ignore[arg-type]
        val=tuple(curve.val),  # type: ignore[arg-type]
        gap=gap_of(config, state),
        test=end.measure("accuracy"),
    )


def ends(seed: int, runs: tuple[Run, Run]) -> Ends:
    without, dropped = runs
    return Ends(
        seed=seed,
        gaps=(without.gap.points, dropped.gap.points),
        tests=(without.test, dropped.test),
    )


def main() -> None:
    torch.set_num_threads(1)
    first, found = None, []
    for seed in SEEDS:
        without, dropped = replace(STROKES, seed=seed).runs
        runs = record(without), record(dropped)
        first = first or runs
        found.append(ends(seed, runs))
        print(found[-1], flush=True)
    assert first
    EXAMPLE.parent.mkdir(exist_ok=True)
    EXAMPLE.write_bytes(msgspec.json.encode(Example(runs=first, seeds=tuple(found))) + b"\n")


if __name__ == "__main__":
    main()
