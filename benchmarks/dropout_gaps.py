"""The gaps in the lesson on dropout: without and with dropout, for seeds 0, 1 and 2.

Every pair is trained as on the page and evaluated three times without dropout: on the page's own
250 validation images, on all images of the training set that were not trained on, and on the test
images.

    python -m benchmarks.dropout_gaps [--pairs fashion strokes_small strokes_large]
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import torch

from benchmarks.tables import print_table
from dl101_core.cnn.dropout.compute import PairConfig, read
from dl101_core.data import is_available, load
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import Checkpointed
from dl101_core.training.loop import split_of, train

PAIRS = {
    "fashion": PairConfig(),
    "strokes_small": PairConfig(data="strokes", net="cnn", dropout=0.5, epochs=80),
    "strokes_large": PairConfig(data="strokes"),
}
SEEDS = (0, 1, 2)


def ended(config: ImageConfig) -> bytes:
    """The state after the last step, which a run reports before its test."""
    states = (event.state for event in train(config) if isinstance(event, Checkpointed))
    return next(states)


def gaps(config: ImageConfig) -> tuple[float, ...]:
    """Points between accuracies, then between losses: of 250, of all others, of the test images."""
    model = trained_model(config, ended(config))
    data = load(config.data)
    known, val = split_of(config, len(data.train))[1:]
    rest = torch.ones(len(data.train), dtype=torch.bool)
    rest[known] = False
    images, labels = data.train.images, data.train.labels
    own = read(model, images[known], labels[known])
    others = [
        read(model, images[val], labels[val]),
        read(model, images[rest], labels[rest]),
        read(model, data.test.images, data.test.labels),
    ]
    return (
        *(100 * (own.accuracy - other.accuracy) for other in others),
        *(other.loss - own.loss for other in others),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", nargs="+", default=list(PAIRS), choices=list(PAIRS))
    rows = []
    for name in parser.parse_args().pairs:
        if not is_available(PAIRS[name].data):
            print(f"{name}: its data are not here; set DL101_DATA_DIR.")
            continue
        for seed in SEEDS:
            for words, config in zip(
                ("without", "with"), replace(PAIRS[name], seed=seed).runs, strict=True
            ):
                rows.append((name, seed, f"{words} dropout", *gaps(config)))
                print(rows[-1], flush=True)
    print_table(
        "Gaps in points of accuracy, and in loss",
        ("pair", "seed", "", "250", "all others", "test", "loss 250", "loss others", "loss test"),
        rows,
    )


if __name__ == "__main__":
    main()
