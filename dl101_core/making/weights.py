"""Train the shipped networks: ``python -m dl101_core.making.weights [name ...]``, ``make weights``.

Data: Strokes, digits as a mouse draws them (``mouse.py``), and from ``DL101_DATA_DIR`` MNIST and
the pen strokes of 24 of the 30 writers of ``pendigits.py``; missing data are named. AdamW with a
warm-up and a cosine to zero, and an average of the weights over the last steps (Polyak & Juditsky
1992). One thread; the same seed gives the same weights on the same machine.

1. Train without the six calibration writers, from nothing or on from the weights in ``--start``.
2. On these six fit the temperature T (Guo et al. 2017): the T for which ``softmax(logits / T)`` is
   likeliest. A network says 90 % and is right about nine times in ten.
3. Train a few more epochs on all, the six included, and divide the last layer by T: then every page
   shows calibrated probabilities, and which class is largest does not change.

The test sets, our digits drawn with a mouse, and six held-back writers are only measured.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional as F

from dl101_core.data import DataUnavailable, Split, load
from dl101_core.draw.digits import from_strokes
from dl101_core.draw.drawn import read_drawn
from dl101_core.making import mouse
from dl101_core.making.augment import AugmentConfig, augment
from dl101_core.making.calibration import divide_last_layer, fit_temperature
from dl101_core.making.pen_variants import COPIES, pen_images
from dl101_core.making.pendigits import CALIBRATION, HELD_BACK, PenDigit, load_pendigits
from dl101_core.models import ModelConfig, build_model
from dl101_core.tasks.images.task import pixels
from dl101_core.weights import (
    SHIPPED,
    WEIGHTS_DIR,
    WeightCard,
    accuracy,
    card,
    load_shipped,
    logits,
    save_shipped,
)

MOUSE_COUNT, MOUSE_SEED, PEN_SEED = 20_000, 1, 7
START = "the networks of version 0.3"
"""The weights, given by ``--start``, from which the shipped networks were trained on."""
DRAWN_DIR = Path(__file__).resolve().parents[2] / "tests" / "drawn"


@dataclass(frozen=True)
class Recipe:
    """How one network is trained. ``average``: decay per step of the averaged weights.

    First ``epochs`` without the calibration writers, from random weights, or ``tuned`` epochs from
    given weights; then ``last_epochs`` on all data. The largest rates of the latter two are the
    shares ``tuned_lr`` and ``last_lr`` of ``lr``. Without ``variants``, pen digits are unchanged.
    """

    model: ModelConfig
    epochs: int
    lr: float
    tuned: float = 0.45
    last_epochs: float = 0.35
    tuned_lr: float = 0.4
    last_lr: float = 0.2
    variants: bool = True
    batch_size: int = 128
    weight_decay: float = 0.01
    warm_up: float = 0.1
    average: float = 0.998
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    seed: int = 0

    def settings(self) -> tuple[tuple[str, float | str], ...]:
        """What the card holds besides model, seed and epochs."""
        skipped = ("model", "epochs", "seed", "augment")
        own = [(key, value) for key, value in asdict(self).items() if key not in skipped]
        changes = [(f"augment_{key}", value) for key, value in asdict(self.augment).items()]
        return (("optimizer", "adamw"), *own, *changes)


MILD = AugmentConfig(rotation=5, shear=0.1, scale=0.05, shift=0.5, bend=0.3, pen=0.15)
STRONG = AugmentConfig(rotation=8, shear=0.18, scale=0.08, shift=0.6, bend=0.6, pen=0.3, ink=0.2)

RECIPES: dict[str, Recipe] = {
    "softmax": Recipe(
        ModelConfig(name="softmax"),
        epochs=12,
        lr=0.003,
        tuned=3,
        last_epochs=2,
        weight_decay=0.0,
        variants=False,
    ),
    "mlp": Recipe(
        ModelConfig(name="mlp", hidden_size=256, num_layers=2, dropout=0.1),
        epochs=20,
        lr=0.002,
        tuned=2,
        last_epochs=1,
        augment=MILD,
    ),
    "cnn": Recipe(
        ModelConfig(name="cnn", channels=16, hidden_size=128, dropout=0.3),
        epochs=24,
        lr=0.003,
        tuned=1.0,
        last_epochs=0.8,
        weight_decay=0.02,
        augment=STRONG,
    ),
    "gru": Recipe(
        ModelConfig(name="gru", hidden_size=128),
        epochs=14,
        lr=0.004,
        augment=MILD,
    ),
}


@dataclass(frozen=True)
class TrainingSet:
    """``late``: rows that only the last epochs see, those of the calibration writers.

    ``variants``: rows of changed pen digits.
    """

    names: tuple[str, ...]
    images: Tensor
    labels: Tensor
    late: Tensor
    variants: Tensor
    calibration: Split | None = None


def training_set() -> TrainingSet:
    """Strokes, digits as a mouse draws them, MNIST and pen digits; missing data are named."""
    names = ["strokes", "mouse"]
    splits = [load("strokes").train, _split(*mouse.generate(MOUSE_COUNT, MOUSE_SEED))]
    try:
        splits.append(load("mnist").train)
        names.append("mnist")
    except DataUnavailable as error:
        print(f"Training without MNIST. {error} (DL101_DATA_DIR tells where to look.)")
    try:
        digits = load_pendigits()
    except DataUnavailable as error:
        print(f"Training without pen digits, and no temperature. {error}")
        return joined(tuple(names), splits)
    unseen = [digit for digit in digits if digit.writer in CALIBRATION]
    seen = [digit for digit in digits if digit.writer not in (*CALIBRATION, *HELD_BACK)]
    early, late = (_split(*pen_images(some, PEN_SEED)) for some in (seen, unseen))
    return joined((*names, "pendigits"), splits, early, late)


def joined(
    names: tuple[str, ...],
    splits: list[Split],
    early: Split | None = None,
    late: Split | None = None,
) -> TrainingSet:
    """One set. ``late``: ``pen_images`` of the calibration writers; ``early``: of the others."""
    pens = [pen for pen in (early, late) if pen is not None]
    every = [*splits, *pens]
    ends = np.cumsum([0, *map(len, every)])
    copied = [
        torch.arange(end - len(pen) + len(pen) // COPIES, end)
        for pen, end in zip(pens, ends[len(splits) + 1 :], strict=True)
    ]
    written = 0 if late is None else len(late) // COPIES
    return TrainingSet(
        names,
        torch.cat([split.images for split in every]),
        torch.cat([split.labels for split in every]),
        torch.arange(ends[-2], ends[-1]) if late is not None else torch.arange(0),
        torch.cat([*copied, torch.arange(0)]),
        None if late is None else Split(late.images[:written], late.labels[:written]),
    )


def _split(images: mouse.UInt8, labels: mouse.UInt8) -> Split:
    return Split(torch.from_numpy(images), torch.from_numpy(labels).long())


@dataclass(frozen=True)
class Phase:
    """``rows`` of the data, shown ``epochs`` times, or a part of them. ``lr``: the largest rate."""

    rows: Tensor
    epochs: float
    lr: float


def fit(
    recipe: Recipe, data: TrainingSet, start: nn.Module | None = None, last: bool = False
) -> Iterator[nn.Module]:
    """Train by ``recipe``; after each epoch yields the averaged network, in evaluation mode.

    From random weights or from ``start``, without the late rows; the ``last`` epochs with them.
    """
    everything = torch.arange(len(data.labels))
    if not recipe.variants:
        everything = everything[~torch.isin(everything, data.variants)]
    if last:
        phase = Phase(everything, recipe.last_epochs, recipe.lr * recipe.last_lr)
    else:
        epochs = recipe.epochs if start is None else recipe.tuned
        lr = recipe.lr * (1 if start is None else recipe.tuned_lr)
        phase = Phase(everything[~torch.isin(everything, data.late)], epochs, lr)
    model = build_model(recipe.model, recipe.seed)
    if start is not None:
        model.load_state_dict(start.state_dict())
    yield from _steps(model.train().requires_grad_(True), recipe, phase, data)


def _steps(
    model: nn.Module, recipe: Recipe, phase: Phase, data: TrainingSet
) -> Iterator[nn.Module]:
    averaged = deepcopy(model).eval()
    optimizer = optim.AdamW(model.parameters(), lr=phase.lr, weight_decay=recipe.weight_decay)
    chance = torch.Generator().manual_seed(recipe.seed)
    torch.manual_seed(recipe.seed)  # dropout draws from the global state
    total = math.ceil(phase.epochs * len(phase.rows) / recipe.batch_size)
    step = 0
    while step < total:
        order = phase.rows[torch.randperm(len(phase.rows), generator=chance)]
        for index in order.split(recipe.batch_size)[: total - step]:
            for group in optimizer.param_groups:
                group["lr"] = phase.lr * schedule(step / total, recipe.warm_up)
            images = augment(pixels(data.images[index]), recipe.augment, chance)
            loss = F.cross_entropy(model(images), data.labels[index])
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


def held_back() -> tuple[PenDigit, ...] | None:
    """Digits of the six writers that no network saw; ``None`` where there are no pen digits."""
    try:
        return tuple(digit for digit in load_pendigits() if digit.writer in HELD_BACK)
    except DataUnavailable:
        return None


@lru_cache(maxsize=1)
def held_back_images() -> Split | None:
    digits = held_back()
    if digits is None:
        return None
    images = np.stack([from_strokes(digit.drawing).image for digit in digits])
    return Split(torch.from_numpy(images), torch.tensor([digit.label for digit in digits]))


def pen_accuracy(model: nn.Module) -> float | None:
    """On the pen digits of the six writers held back; ``None`` where they are not at hand."""
    test = held_back_images()
    return None if test is None else accuracy(model, test.images, test.labels)


def describe(
    name: str, recipe: Recipe, data: tuple[str, ...], model: nn.Module, how: dict[str, Any]
) -> WeightCard:
    """The card of ``model``, with everything measured again. ``how``: ``epochs``, ``start`` and
    ``temperature``."""
    return WeightCard(
        name=name,
        model=recipe.model,
        data=data,
        settings=recipe.settings(),
        seed=recipe.seed,
        parameters=sum(p.numel() for p in model.parameters()),
        mnist_accuracy=mnist_accuracy(model),
        strokes_accuracy=strokes_accuracy(model),
        drawn_accuracy=drawn_accuracy(model),
        pen_accuracy=pen_accuracy(model),
        **how,
    )


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"


def table(cards: list[WeightCard]) -> str:
    titles = " ".join(f"{title:>9s}" for title in ("MNIST", "strokes", "drawn", "pen", "T"))
    lines = [f"{'network':10s} {'parameters':>10s} {titles}"]
    for known in cards:
        shares = (
            known.mnist_accuracy,
            known.strokes_accuracy,
            known.drawn_accuracy,
            known.pen_accuracy,
        )
        cells = " ".join(f"{percent(share):>9s}" for share in shares)
        lines.append(f"{known.name:10s} {known.parameters:>10,d} {cells} {known.temperature:>9.3f}")
    return "\n".join(lines)


def make(
    name: str, data: TrainingSet, start: Path | None = None, folder: Path = WEIGHTS_DIR
) -> WeightCard:
    """Train one network, print its progress, and save it with its card in ``folder``.

    From the weights in the folder ``start``, if it is given. Raises ``ValueError`` if these were
    trained on pen digits, since no writer would be left for the calibration.
    """
    recipe = RECIPES[name]
    before = None
    if start is not None:
        if "pendigits" in card(name, start).data:
            raise ValueError(f"The {name} in {start} was trained on pen digits already.")
        before = load_shipped(name, start)
    model = _told(name, fit(recipe, data, before))
    temperature = 1.0
    if data.calibration is not None:
        temperature = fit_temperature(
            logits(model, data.calibration.images), data.calibration.labels
        )
        model = _told(name, fit(recipe, data, model, last=True))
    divide_last_layer(model, temperature)
    how = {
        "epochs": (recipe.epochs if before is None else recipe.tuned) + recipe.last_epochs,
        "start": "nothing" if start is None else START,
        "temperature": temperature,
    }
    known = describe(name, recipe, data.names, model, how)
    save_shipped(model, known, folder)
    return known


def _told(name: str, epochs: Iterator[nn.Module]) -> nn.Module:
    """The network after the last of ``epochs``; prints a line for each."""
    started, model = time.monotonic(), None
    for epoch, model in enumerate(epochs, 1):
        clock = time.monotonic() - started
        print(
            f"{name} {epoch}: strokes {percent(strokes_accuracy(model))}, {clock:.0f} s", flush=True
        )
    assert model is not None
    return model


def measure(name: str) -> WeightCard:
    """Measure a shipped network again, on the data of this machine, and save its card."""
    model, old = load_shipped(name), card(name)
    known = replace(
        old,
        mnist_accuracy=mnist_accuracy(model) or old.mnist_accuracy,
        strokes_accuracy=strokes_accuracy(model),
        drawn_accuracy=drawn_accuracy(model),
        pen_accuracy=pen_accuracy(model) or old.pen_accuracy,
    )
    save_shipped(model, known)
    return known


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train the shipped networks.")
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(SHIPPED)} (all)")
    parser.add_argument("--measure", action="store_true", help="measure only, do not train")
    parser.add_argument("--start", type=Path, help="go on from the weights in this folder")
    options = parser.parse_args(arguments)
    names = options.names or SHIPPED
    if unknown := [name for name in names if name not in SHIPPED]:
        parser.error(f"unknown network {unknown[0]!r}: choose from {', '.join(SHIPPED)}")
    torch.set_num_threads(1)
    if options.measure:
        cards = [measure(name) for name in names]
    else:
        data = training_set()
        cards = [make(name, data, options.start) for name in names]
    print(table(cards))


if __name__ == "__main__":
    main()
