"""The picture with a filter's largest activation, found by gradient ascent on its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from dl101_core.explain.layers import POINTWISE, leaves
from dl101_core.explain.reading import UInt8, batch_of
from dl101_core.settings import Settings, whole

REPORTS = 24
"""Most pictures that one ascent reports."""
QUIETING = (*POINTWISE, nn.MaxPool2d, nn.AvgPool2d)
RATE, DECAY, JITTER, NOISE = 0.08, 0.3, 1, 0.2


@dataclass(frozen=True, kw_only=True)
class AscentConfig(Settings):
    """``layer``: index of a leaf module; ``unit``: index of one of its filters."""

    layer: int
    unit: int
    steps: int = whole(96, 8, 256, typed=True, step=8, label="Steps")
    seed: int = whole(0, 0, 9999, typed=True, label="Seed")


@dataclass(frozen=True, eq=False)
class Dreamt:
    """``activation``: the filter's ``answer`` to exactly this ``picture``, uint8 ``(28, 28)``."""

    step: int
    activation: float
    picture: UInt8


def ascend(model: nn.Module, config: AscentConfig) -> Iterator[Dreamt | None]:
    """Yields a picture, or ``None`` after a step without one. To abandon it, stop iterating.

    ``x ← clip(x + r · (g / rms(g) − DECAY · x), 0, 1)`` with ``g = d/dx a(x')``. Here a is the
    filter's ``answer``; the decay is an L2 penalty on ink; x' is x rolled by up to ``JITTER``
    pixels, so that no result depends on single pixels; the rate r falls from ``RATE`` to 0. The
    first x is grey noise. The same config gives the same pictures. Source: Erhan et al. (2009),
    "Visualizing higher-layer features of a deep network"; jitter: Mordvintsev et al. (2015).

    Raises ``ValueError`` at the first ``next`` for a layer or unit that does not exist.
    """
    layers = leaves(model)
    if not 0 <= config.layer < len(layers):
        raise ValueError(f"layer (={config.layer}) must be one of the {len(layers)} layers.")
    part = layers[: config.layer + 1]
    random = torch.Generator().manual_seed(config.seed)
    picture = (0.5 + NOISE * torch.randn(1, 1, 28, 28, generator=random)).clamp_(0, 1)
    every = max(1, config.steps // REPORTS)
    yield _shown(part, config, 0, picture)
    for step in range(1, config.steps + 1):
        jitter = torch.randint(-JITTER, JITTER + 1, (2,), generator=random).tolist()
        rate = RATE * (1 - (step - 1) / config.steps)
        picture = _climbed(part, config.unit, picture, jitter, rate)
        if step % every == 0 or step == config.steps:
            yield _shown(part, config, step, picture)
        else:
            yield None


def ascended(model: nn.Module, config: AscentConfig) -> tuple[Dreamt, ...]:
    """All pictures of the ascent, made on the spot; for a few steps: tens of milliseconds."""
    return tuple(filter(None, ascend(model, config)))


def answer(layers: tuple[nn.Module, ...], unit: int, batch: Tensor) -> Tensor:
    """The goal of the ascent: the mean of a map's positive cells, or the value of a unit.

    The mean of a whole convolution map is no goal: every pixel has the same weight in it.
    """
    cells = _cells(layers, unit, batch)
    return cells.relu().mean() if cells.ndim else cells


def _cells(layers: tuple[nn.Module, ...], unit: int, batch: Tensor) -> Tensor:
    for layer in layers:
        batch = layer(batch)
    if not 0 <= unit < batch.shape[1]:
        raise ValueError(f"unit (={unit}) must be below {batch.shape[1]}, counted from zero.")
    return batch[0, unit]


def _audible(layers: tuple[nn.Module, ...]) -> tuple[nn.Module, ...]:
    """``layers`` without the activations and poolings at their end; the channels are the same."""
    while len(layers) > 1 and isinstance(layers[-1], QUIETING):
        layers = layers[:-1]
    return layers


def audible(model: nn.Module, layer: int) -> int:
    """The index of the layer that is the goal while the output of ``layer`` is zero."""
    return len(_audible(leaves(model)[: layer + 1])) - 1


def _climbed(
    layers: tuple[nn.Module, ...], unit: int, picture: Tensor, jitter: list[int], rate: float
) -> Tensor:
    leaf = picture.clone().requires_grad_(True)
    rolled = leaf.roll(jitter, (2, 3))
    cells = _cells(layers, unit, rolled)
    if bool((cells <= 0).all() if cells.ndim else cells == 0):
        # A filter of zeros has no gradient: raise its largest value before the ReLU instead.
        goal = _cells(_audible(layers), unit, rolled).max()
    else:
        goal = (cells.relu() if cells.ndim else cells).mean()
    (slope,) = torch.autograd.grad(goal, leaf)
    uphill = slope / (slope.square().mean().sqrt() + 1e-12)
    return (picture + rate * (uphill - DECAY * picture)).clamp_(0, 1)


def _shown(
    layers: tuple[nn.Module, ...], config: AscentConfig, step: int, picture: Tensor
) -> Dreamt:
    """The picture as uint8, and the filter's ``answer`` to exactly this picture."""
    grey = (255 * picture[0, 0]).round().to(torch.uint8).numpy().astype(np.uint8)
    with torch.inference_mode():
        value = answer(layers, config.unit, batch_of(grey))
    return Dreamt(step, float(value), grey)
