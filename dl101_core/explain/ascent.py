"""The picture that excites a filter most, found by gradient ascent on its pixels."""

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
"""Pictures that one ascent shows on its way, at most."""
QUIETING = (*POINTWISE, nn.MaxPool2d, nn.AvgPool2d)
RATE, DECAY, JITTER, NOISE = 0.08, 0.3, 1, 0.2


@dataclass(frozen=True, kw_only=True)
class AscentConfig(Settings):
    """``layer``: place of a leaf of the network; ``unit``: one of its filters, from zero."""

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
    """Climb; ``None`` after a step with nothing to show. To abandon the climb, stop iterating.

    ``x ← clip(x + r · (g / rms(g) − DECAY · x), 0, 1)`` with ``g = d/dx a(x')``, a the filter's
    ``answer``, the decay an L2 penalty on ink, x' = x rolled by up to ``JITTER`` pixels, so that
    what survives does not hang on single pixels, and a rate r that falls from ``RATE`` to 0. It
    starts from grey noise. The same config gives the same pictures. Source: Erhan et al. (2009),
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


def answer(layers: tuple[nn.Module, ...], unit: int, batch: Tensor) -> Tensor:
    """What is climbed: of a map the mean of its positive cells, of a unit its value.

    The mean of a whole map would tell nothing of a convolution: each pixel counts the same in it.
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
    """``layers`` without the activations and poolings at their end: the same channels."""
    while len(layers) > 1 and isinstance(layers[-1], QUIETING):
        layers = layers[:-1]
    return layers


def audible(model: nn.Module, layer: int) -> int:
    """The place of the layer that is climbed while ``layer`` is silent."""
    return len(_audible(leaves(model)[: layer + 1])) - 1


def _climbed(
    layers: tuple[nn.Module, ...], unit: int, picture: Tensor, jitter: list[int], rate: float
) -> Tensor:
    leaf = picture.clone().requires_grad_(True)
    rolled = leaf.roll(jitter, (2, 3))
    cells = _cells(layers, unit, rolled)
    if bool((cells <= 0).all() if cells.ndim else cells == 0):
        # A silent filter has no slope: what comes nearest to a sound before the ReLU is raised.
        goal = _cells(_audible(layers), unit, rolled).max()
    else:
        goal = (cells.relu() if cells.ndim else cells).mean()
    (slope,) = torch.autograd.grad(goal, leaf)
    uphill = slope / (slope.square().mean().sqrt() + 1e-12)
    return (picture + rate * (uphill - DECAY * picture)).clamp_(0, 1)


def _shown(
    layers: tuple[nn.Module, ...], config: AscentConfig, step: int, picture: Tensor
) -> Dreamt:
    """The picture in whole greys, and what the filter answers to that very picture."""
    grey = (255 * picture[0, 0]).round().to(torch.uint8).numpy().astype(np.uint8)
    with torch.inference_mode():
        value = answer(layers, config.unit, batch_of(grey))
    return Dreamt(step, float(value), grey)
