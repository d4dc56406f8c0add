"""Steps a second of the small tasks: ``train()`` beside a bare loop over tensors in memory.

    python -m benchmarks.task_throughput

Both have the same model, batch size and optimizer, and both compute the validation loss after each
epoch; the bare loop reports and keeps nothing else.
One thread each, and the time is the process's own. Image networks: ``training_throughput``.
"""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

import torch

from benchmarks.tables import median_ratio, print_table, side_by_side
from dl101_core.optim import build_optimizer
from dl101_core.tasks.adding import AddingConfig
from dl101_core.tasks.linear import LinearConfig
from dl101_core.tasks.points import PointsConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Progress
from dl101_core.training.loop import train

STEPS = 1500
REPEATS = 15
ROWS = tuple((float(x % 17), float(x % 5), float(x)) for x in range(1000))
TASKS: dict[str, TaskConfig] = {
    "linear regression, 2 features": LinearConfig(rows=ROWS, train_size=1000, batch_size=32),
    "2-8-8-1 network on points": PointsConfig(train_size=1000, batch_size=50),
    "recurrent unit, 3 digits": AddingConfig(train_size=1900, val_size=100, batch_size=32),
}


def speed_of_train(config: TaskConfig) -> float:
    """Steps a second from the first point on, with all events: points, snapshots, validation."""
    begin = 0.0
    for event in train(replace(config, epochs=100)):
        if isinstance(event, Progress):
            begin = begin or time.process_time()
            if event.step >= STEPS:
                return (event.step - 1) / (time.process_time() - begin)
    raise AssertionError("the run ended first")


def speed_of_loop(config: TaskConfig) -> float:
    task, model = config.build(), config.make_model()
    optimizer = build_optimizer(config.optimizer, model.parameters())
    inputs, targets = task.examples("train", torch.arange(config.train_size))
    known = task.examples("train", torch.arange(config.val_size)) if config.val_size else None
    done, begin = 0, time.process_time()
    while True:
        for index in torch.randperm(config.train_size).split(config.batch_size):
            loss = task.loss(model(inputs.index_select(0, index)), targets.index_select(0, index))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            done += 1
            if done == STEPS:
                return STEPS / (time.process_time() - begin)
        if known:
            with torch.no_grad():
                task.loss(model(known[0]), known[1]).item()


def main() -> None:
    torch.set_num_threads(1)
    rows = []
    for name, config in TASKS.items():
        speeds = side_by_side(
            {
                "bare": lambda: speed_of_loop(config),  # noqa: B023
                "train": lambda: speed_of_train(config),  # noqa: B023
            },
            REPEATS,
        )
        middle = {kind: round(median(values)) for kind, values in speeds.items()}
        rows.append(
            [name, middle["bare"], middle["train"], median_ratio(speeds["train"], speeds["bare"])]
        )
    print_table(
        f"Steps a second, one thread, medians of {REPEATS} interleaved repeats",
        ["task", "bare loop", "train()", "train/bare"],
        rows,
    )


if __name__ == "__main__":
    main()
