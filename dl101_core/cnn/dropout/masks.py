"""One dropout layer on one image: the mask that it draws, and its output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from dl101_core.cnn.dropout.compute import NETS
from dl101_core.models import ModelConfig, build_model
from dl101_core.tasks.images.task import pixels

PASSES = 3
"""Masks shown side by side."""
AVERAGED = (1, 4, 16, 64, 256)
SHOWN_MAPS = 16


@dataclass(frozen=True)
class Place:
    """A dropout layer: ``index`` in its ``nn.Sequential``, and its own probability ``p``."""

    index: int
    title: str
    p: float


@dataclass(frozen=True, eq=False)
class Masks:
    """``before``: the layer's input, ``(1, C, H, W)`` or ``(1, C)``, the shape of all tensors.

    ``masks`` (1 keeps, 0 drops) and ``afters`` (outputs): of the first ``PASSES`` of ``averaged``
    passes; ``mean``: of all outputs. ``errors``: root mean square of ``after - before``, for the
    first pass and for the mean; ``expected``: the latter by theory.
    """

    place: Place
    training: bool
    averaged: int
    before: Tensor
    masks: tuple[Tensor, ...]
    afters: tuple[Tensor, ...]
    mean: Tensor
    errors: tuple[float, float]
    expected: float

    @property
    def scale(self) -> float:
        """The factor of a kept unit."""
        return 1 / (1 - self.place.p) if self.training else 1.0

    @property
    def dropped(self) -> tuple[int, ...]:
        """Units set to zero in each pass that is shown."""
        return tuple(int((mask == 0).sum()) for mask in self.masks)

    @property
    def units(self) -> int:
        return self.before.numel()


@lru_cache(maxsize=32)
def fresh_net(net: str, dropout: float, seed: int) -> nn.Sequential:
    """The network before any training, in evaluation mode; shared, so do not change it."""
    if net not in NETS:
        raise ValueError(f"net (={net!r}) must be one of {', '.join(NETS)}.")
    model = build_model(ModelConfig(name=net, hidden_size=64, channels=8, dropout=dropout), seed)
    assert isinstance(model, nn.Sequential)
    return model.eval().requires_grad_(False)


@lru_cache(maxsize=64)
def places(net: str, dropout: float) -> tuple[Place, ...]:
    """The dropout layers of ``net``, from input to output."""
    found: list[Place] = []
    convolutions = 0
    layers = list(fresh_net(net, dropout, 0).children())
    for index, layer in enumerate(layers):
        convolutions += isinstance(layer, nn.Conv2d)
        if isinstance(layer, nn.Dropout):
            flat = any(isinstance(one, nn.Flatten) for one in layers[:index])
            title = "After the dense layer" if flat else f"After convolution {convolutions}"
            found.append(Place(index, title, layer.p))
    return tuple(found)


def activations(model: nn.Sequential, place: Place, image: Tensor) -> Tensor:
    """The input of ``place`` for an image, uint8 ``(28, 28)``, without dropout before it."""
    with torch.inference_mode():
        features = model[: place.index](pixels(image.unsqueeze(0)))
    assert isinstance(features, Tensor)
    return features


def drop(before: Tensor, p: float, noise: torch.Generator) -> tuple[Tensor, Tensor]:
    """``mask`` and ``after = before * mask / (1 - p)``, each entry of ``mask`` 1 with 1 - p.

    Bit for bit what ``F.dropout`` draws and computes if torch's own generator is in the state of
    ``noise``. Torch's own generator is shared by all sessions of the process, so it is not used.
    """
    mask = torch.empty_like(before).bernoulli_(1 - p, generator=noise)
    return mask, before * (mask / (1 - p))


def draw_masks(
    before: Tensor, place: Place, seed: int, averaged: int = 64, training: bool = True
) -> Masks:
    """Send ``before`` through ``nn.Dropout(place.p)`` ``averaged`` times after one ``manual_seed``.

    A unit x becomes 0 or x / (1 - p): its mean is x, its variance x^2 p / (1 - p). The
    mean of N passes is off by ``rms(x) * sqrt(p / ((1 - p) N))``. In evaluation mode
    (``training=False``) the layer passes on what it gets.
    """
    if averaged < 1:
        raise ValueError(f"averaged (={averaged}) must be at least 1.")
    noise = torch.Generator().manual_seed(seed)
    total = torch.zeros_like(before, dtype=torch.float64)
    masks, afters = [], []
    with torch.inference_mode():
        for number in range(max(averaged, PASSES)):
            mask, after = (
                drop(before, place.p, noise) if training else (torch.ones_like(before), before)
            )
            if number < PASSES:
                masks.append(mask)
                afters.append(after)
            if number < averaged:
                total += after
        mean = total / averaged
    spread = math.sqrt(place.p / (1 - place.p) / averaged) if training else 0.0
    return Masks(
        place,
        training,
        averaged,
        before,
        tuple(masks),
        tuple(afters),
        mean,
        (rms(afters[0] - before), rms(mean - before)),
        rms(before) * spread,
    )


def maps_of(values: Tensor) -> Tensor:
    """The values to draw: the first 16 maps ``(16, H, W)``; dense units as one map of rows."""
    if values.ndim == 4:
        return values[0, :SHOWN_MAPS]
    return values.reshape(1, -1, 16)


def rms(values: Tensor) -> float:
    """The root of the mean of the squares."""
    return float(values.double().square().mean().sqrt())
