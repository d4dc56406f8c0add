"""Train the shipped networks: ``python -m dl101_core.make_weights [name ...]`` (``make weights``).

Data: MNIST from ``DL101_DATA_DIR`` plus Strokes plus digits as a mouse draws them (``mouse.py``);
without MNIST, the other two, and it says so. AdamW with a warm-up and a cosine to zero, label
smoothing, and an average of the weights over the last steps (Polyak & Juditsky 1992). One thread;
the same seed gives the same weights on the same machine. The test sets, and our digits drawn with a
mouse, are only measured.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional as F

from dl101_core import mouse
from dl101_core.augment import AugmentConfig, augment
from dl101_core.data import DataUnavailable, Split, load
from dl101_core.digits import from_strokes
from dl101_core.drawn import read_drawn
from dl101_core.models import ModelConfig, build_model
from dl101_core.training import pixels
from dl101_core.weights import SHIPPED, WeightCard, accuracy, card, load_shipped, save_shipped

MOUSE_COUNT, MOUSE_SEED = 15_000, 1
DRAWN_DIR = Path(__file__).resolve().parents[1] / "tests" / "drawn"


@dataclass(frozen=True)
class Recipe:
    """How one network is trained. ``average``: decay per step of the averaged weights."""

    model: ModelConfig
    epochs: int
    lr: float
    batch_size: int = 128
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    warm_up: float = 0.1
    average: float = 0.998
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    seed: int = 0

    def settings(self) -> tuple[tuple[str, float | str], ...]:
        """What the card tells beside model, seed and epochs."""
        skipped = ("model", "epochs", "seed", "augment")
        own = [(key, value) for key, value in asdict(self).items() if key not in skipped]
        changes = [(f"augment_{key}", value) for key, value in asdict(self.augment).items()]
        return (("optimizer", "adamw"), *own, *changes)


MILD = AugmentConfig(rotation=5, shear=0.08, scale=0.04, shift=0.4, pen=0.15)
STRONG = AugmentConfig(rotation=8, shear=0.18, scale=0.08, shift=0.6, bend=0.6, pen=0.3, ink=0.2)

RECIPES: dict[str, Recipe] = {
    "softmax": Recipe(ModelConfig("softmax"), epochs=12, lr=0.003, weight_decay=0.0),
    "mlp": Recipe(
        ModelConfig("mlp", hidden_size=256, num_layers=2, dropout=0.1),
        epochs=20,
        lr=0.002,
        augment=MILD,
    ),
    "cnn": Recipe(
        ModelConfig("cnn", channels=16, hidden_size=128, dropout=0.3),
        epochs=24,
        lr=0.003,
        weight_decay=0.02,
        label_smoothing=0.05,
        augment=STRONG,
    ),
    "gru": Recipe(
        ModelConfig("gru", hidden_size=128),
        epochs=14,
        lr=0.004,
        augment=MILD,
    ),
}


@dataclass(frozen=True)
class TrainingSet:
    names: tuple[str, ...]
    images: Tensor
    labels: Tensor


def training_set() -> TrainingSet:
    """Strokes, digits as a mouse draws them, and MNIST; without MNIST it says so."""
    images, labels = (torch.from_numpy(part) for part in mouse.generate(MOUSE_COUNT, MOUSE_SEED))
    names, splits = ["strokes", "mouse"], [load("strokes").train, Split(images, labels.long())]
    try:
        splits.append(load("mnist").train)
        names.append("mnist")
    except DataUnavailable as error:
        print(f"Training without MNIST. {error} (DL101_DATA_DIR tells where to look.)")
    return TrainingSet(
        tuple(names), torch.cat([s.images for s in splits]), torch.cat([s.labels for s in splits])
    )


def fit(recipe: Recipe, data: TrainingSet) -> Iterator[nn.Module]:
    """Train by ``recipe``; after each epoch yields the averaged network, in evaluation mode."""
    model = build_model(recipe.model, recipe.seed).train()
    averaged = deepcopy(model).eval()
    optimizer = optim.AdamW(model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay)
    chance = torch.Generator().manual_seed(recipe.seed)
    torch.manual_seed(recipe.seed)  # dropout draws from the global state
    total = recipe.epochs * math.ceil(len(data.labels) / recipe.batch_size)
    step = 0
    for _ in range(recipe.epochs):
        for index in torch.randperm(len(data.labels), generator=chance).split(recipe.batch_size):
            for group in optimizer.param_groups:
                group["lr"] = recipe.lr * schedule(step / total, recipe.warm_up)
            images = augment(pixels(data.images[index]), recipe.augment, chance)
            loss = F.cross_entropy(
                model(images), data.labels[index], label_smoothing=recipe.label_smoothing
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            step += 1
            _average(averaged, model, min(recipe.average, step / (step + 10)))
        yield averaged


def schedule(done: float, warm_up: float) -> float:
    """Share of the largest learning rate after the share ``done`` of all steps."""
    if done < warm_up:
        return 0.05 + 0.95 * done / warm_up
    return 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up)))


@torch.no_grad()
def _average(averaged: nn.Module, model: nn.Module, keep: float) -> None:
    for old, new in zip(averaged.parameters(), model.parameters(), strict=True):
        old.lerp_(new, 1 - keep)


def mnist_accuracy(model: nn.Module) -> float | None:
    """On MNIST's test set; ``None`` where it is not on this machine."""
    try:
        test = load("mnist").test
    except DataUnavailable:
        return None
    return accuracy(model, test.images, test.labels)


def strokes_accuracy(model: nn.Module) -> float:
    test = load("strokes").test
    return accuracy(model, test.images, test.labels)


def drawn_accuracy(model: nn.Module, folder: Path = DRAWN_DIR) -> float | None:
    """On our digits drawn with a mouse; ``None`` where there are none."""
    digits = read_drawn(folder)
    if not digits:
        return None
    images = np.stack([from_strokes(digit.drawing).image for digit in digits])
    return accuracy(model, torch.from_numpy(images), torch.tensor([d.label for d in digits]))


def describe(name: str, recipe: Recipe, data: tuple[str, ...], model: nn.Module) -> WeightCard:
    """The card of ``model``, with everything measured anew."""
    return WeightCard(
        name,
        recipe.model,
        data,
        recipe.settings(),
        recipe.seed,
        recipe.epochs,
        sum(p.numel() for p in model.parameters()),
        mnist_accuracy(model),
        strokes_accuracy(model),
        drawn_accuracy(model),
    )


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"


def table(cards: list[WeightCard]) -> str:
    lines = [f"{'network':10s} {'parameters':>10s} {'MNIST':>9s} {'strokes':>9s} {'drawn':>9s}"]
    for known in cards:
        shares = (known.mnist_accuracy, known.strokes_accuracy, known.drawn_accuracy)
        cells = " ".join(f"{percent(share):>9s}" for share in shares)
        lines.append(f"{known.name:10s} {known.parameters:>10,d} {cells}")
    return "\n".join(lines)


def make(name: str, data: TrainingSet) -> WeightCard:
    """Train one network, tell how it goes, and save it with its card."""
    recipe, started = RECIPES[name], time.monotonic()
    model = None
    for epoch, model in enumerate(fit(recipe, data), 1):
        shares = percent(mnist_accuracy(model)), percent(strokes_accuracy(model))
        clock = time.monotonic() - started
        print(
            f"{name} {epoch}/{recipe.epochs}: MNIST {shares[0]}, strokes {shares[1]}, {clock:.0f} s"
        )
    assert model is not None
    known = describe(name, recipe, data.names, model)
    save_shipped(model, known)
    return known


def measure(name: str) -> WeightCard:
    """Measure a shipped network anew, on what data there are, and save its card."""
    model, old = load_shipped(name), card(name)
    known = replace(
        old,
        mnist_accuracy=mnist_accuracy(model) or old.mnist_accuracy,
        strokes_accuracy=strokes_accuracy(model),
        drawn_accuracy=drawn_accuracy(model),
    )
    save_shipped(model, known)
    return known


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train the shipped networks.")
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(SHIPPED)} (all)")
    parser.add_argument("--measure", action="store_true", help="measure only, do not train")
    options = parser.parse_args(arguments)
    names = options.names or SHIPPED
    if unknown := [name for name in names if name not in SHIPPED]:
        parser.error(f"unknown network {unknown[0]!r}: choose from {', '.join(SHIPPED)}")
    torch.set_num_threads(1)
    if options.measure:
        cards = [measure(name) for name in names]
    else:
        data = training_set()
        cards = [make(name, data) for name in names]
    print(table(cards))


if __name__ == "__main__":
    main()
