"""The notes' Fashion-MNIST net: ``train()`` beside the same net in the lecture's idiom.

    python -m benchmarks.fashion_idiom [repeats]

The idiom is the notes' Keras program in the obvious PyTorch: a ``DataLoader`` over images that
become tensors one by one, and convolution, leaky ReLU, pooling in this order, in torch's default
memory format. Both train the same net, with the same Adam and batch of 64, in alternation; neither
evaluates meanwhile. The cost of evaluation has a row of its own: the notes' batches of 32 (the
default of Keras) through the loader, against ours in memory.

Real Fashion-MNIST where ``DL101_DATA_DIR`` has it, else the built-in strokes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from benchmarks.tables import print_table, side_by_side
from benchmarks.training_throughput import LectureImages, loop, textbook
from dl101_core.cnn.dropout.compute import BATCH, PairConfig, read
from dl101_core.data import is_available, load
from dl101_core.models import build_model
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.loop import train

REPEATS = 9
WARM, STEPS = 3, 11
# Full batches only, and no more images than the smallest real Fashion-MNIST that we know.
SIZE = STEPS * BATCH
KERAS_BATCH = 32
NET = "fashion_cnn"
DATA = "fashion_mnist" if is_available("fashion_mnist") else "strokes"
DROPOUTS = (0.0, 0.4)


def config(dropout: float) -> ImageConfig:
    without, dropped = PairConfig(
        data=DATA, train_size=SIZE, val_size=10, net=NET, epochs=1, dropout=dropout or 0.4
    ).runs
    return dropped if dropout else without


def loader(batch_size: int) -> DataLoader[tuple[Tensor, int]]:
    return DataLoader(LectureImages(load(DATA).train, SIZE), batch_size, shuffle=True)


def lecture(dropout: float) -> float:
    """Images a second of the lecture's loop, after a few steps to warm up."""
    model = textbook(NET, dropout)
    begin = 0.0

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        nonlocal begin
        for number, (images, labels) in enumerate(loader(BATCH)):
            if number == WARM:
                begin = time.process_time()
            yield images, labels  # type: ignore[misc]

    loop(model, batches(), STEPS)
    return (STEPS - WARM) * BATCH / (time.process_time() - begin)


def ours(dropout: float) -> float:
    """Images a second of the same steps of ``train()``, which yields once a step."""
    run = train(config(dropout))
    next(run)  # Started
    for _ in range(WARM):
        next(run)
    begin = time.process_time()
    for _ in range(STEPS - WARM):
        next(run)
    return (STEPS - WARM) * BATCH / (time.process_time() - begin)


def lecture_reads() -> float:
    """Images a second of the notes' evaluation: through the loader, in batches of 32."""
    model = textbook(NET).eval()
    begin = time.process_time()
    with torch.no_grad():
        for images, labels in loader(KERAS_BATCH):
            (model(images).argmax(1) == labels).sum().item()
    return SIZE / (time.process_time() - begin)


def ours_reads() -> float:
    model, split = build_model(config(0.0).model, 0).eval(), load(DATA).train
    begin = time.process_time()
    read(model, split.images[:SIZE], split.labels[:SIZE])
    return SIZE / (time.process_time() - begin)


def main() -> None:
    torch.set_num_threads(1)
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS
    pairs: dict[str, tuple[Callable[[], float], Callable[[], float]]] = {
        f"train, dropout {p:g}": (partial(lecture, p), partial(ours, p)) for p in DROPOUTS
    }
    pairs["evaluate"] = (lecture_reads, ours_reads)
    rows = []
    for name, (theirs, mine) in pairs.items():
        speeds = side_by_side({"lecture": theirs, "ours": mine}, repeats)
        ratios = [a / b for a, b in zip(speeds["ours"], speeds["lecture"], strict=True)]
        medians = [round(median(speeds[kind])) for kind in ("lecture", "ours")]
        rows.append([name, *medians, median(ratios), min(ratios), max(ratios)])
    print_table(
        f"{load(DATA).info.title}, batch {BATCH}, one thread: images a second of processor time, "
        f"medians of {repeats} repeats in alternation",
        ["", "lecture", "ours", "ratio", "lowest", "highest"],
        rows,
    )


if __name__ == "__main__":
    main()
