"""Accuracy, size and time of the shipped networks: ``python -m benchmarks.shipped_weights``.

MNIST is read from ``DL101_DATA_DIR``; without it that column shows a dash.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from dl101_core.draw.digits import Drawing, from_strokes
from dl101_core.making.weights import drawn_accuracy, mnist_accuracy, percent, strokes_accuracy
from dl101_core.weights import SHIPPED, WEIGHTS_DIR, classify, load_shipped

SEVEN = Drawing((((40, 30), (160, 30), (90, 220)), ((70, 120), (150, 120))))
REPEATS = 200


def milliseconds(work: object) -> float:
    """Median time of ``work()``."""
    assert callable(work)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def main() -> None:
    torch.set_num_threads(1)
    print(
        f"drawing -> 28×28 with its four stages: {milliseconds(lambda: from_strokes(SEVEN)):.2f} ms"
    )
    print()
    print("network    parameters       file     MNIST   strokes     drawn  one image")
    image = from_strokes(SEVEN).image
    for name in SHIPPED:
        model = load_shipped(name)
        shares = (mnist_accuracy(model), strokes_accuracy(model), drawn_accuracy(model))
        cells = " ".join(f"{percent(share):>9s}" for share in shares)
        size = (WEIGHTS_DIR / f"{name}.safetensors").stat().st_size / 1e6
        count = sum(p.numel() for p in model.parameters())
        took = milliseconds(lambda model=model: classify(model, image))
        print(f"{name:10s} {count:>10,d} {size:>7.2f} MB {cells} {took:>7.2f} ms")


if __name__ == "__main__":
    main()
