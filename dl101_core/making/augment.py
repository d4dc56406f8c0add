"""Label-true changes of digit images for training: another hand, another pen, another angle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class AugmentConfig:
    """Spreads (standard deviations) of the random changes; 0 leaves that change out.

    ``rotation`` in degrees; ``shear``: horizontal shift per unit of height (slant); ``scale``: of
    the logarithm of width and of height; ``shift`` in pixels; ``bend`` in pixels, a smooth field;
    ``pen``: 1 makes the strokes about a pixel wider or thinner on each side; ``ink``: of the
    logarithm of a power on the grey levels.
    """

    rotation: float = 0.0
    shear: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    bend: float = 0.0
    pen: float = 0.0
    ink: float = 0.0

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} (={value}) must be a finite number of at least 0.")


def augment(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Change each of ``images``, float ``(N, 1, H, W)`` in [0, 1], on its own; same shape."""
    moved = images
    if any((config.rotation, config.shear, config.scale, config.shift, config.bend)):
        moved = F.grid_sample(images, _grid(images, config, generator), align_corners=False)
    if config.pen:
        moved = _change_pen(moved, config.pen, generator)
    if config.ink:
        power = torch.exp(_normal((len(images), 1, 1, 1), generator) * config.ink)
        moved = moved.clamp_min(1e-6) ** power
    return moved.clamp(0, 1).contiguous(memory_format=torch.channels_last)


def _normal(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    # no hand is three deviations off, and the labels must stay true
    return torch.randn(shape, generator=generator).clamp_(-2.5, 2.5)


def _grid(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """The place from which each pixel is read, ``(N, H, W, 2)`` in units of half the picture."""
    count, _, height, width = images.shape
    turn, slant, wide, high, right, down = _normal((6, count), generator)
    turn = turn * math.radians(config.rotation)
    wide, high = torch.exp(wide * config.scale), torch.exp(high * config.scale)
    cos, sin, slant = turn.cos(), turn.sin(), slant * config.shear
    theta = torch.stack(
        [
            torch.stack(
                [cos * wide, (slant * cos - sin) * high, right * config.shift * 2 / width], 1
            ),
            torch.stack(
                [sin * wide, (slant * sin + cos) * high, down * config.shift * 2 / height], 1
            ),
        ],
        1,
    )  # (N, 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    if config.bend:
        coarse = _normal((count, 2, 5, 5), generator) * (config.bend * 2 / width)
        grid = grid + _smooth(coarse, height, width)
    return grid


def _smooth(coarse: Tensor, height: int, width: int) -> Tensor:
    """Bicubic between the points of ``coarse``, ``(N, 2, n, n) -> (N, height, width, 2)``.

    The same numbers as ``F.interpolate``, by two products of matrices: four times as fast.
    """
    count, _, points, _ = coarse.shape
    rows, columns = _bicubic(points, height), _bicubic(points, width)
    wide = coarse.reshape(-1, points) @ columns.T  # (N·2·n, width)
    high = wide.reshape(-1, points, width).transpose(1, 2).reshape(-1, points) @ rows.T
    return high.reshape(count, 2, width, height).permute(0, 3, 2, 1)


@lru_cache(maxsize=8)
def _bicubic(points: int, side: int) -> Tensor:
    """Weight of each of ``points`` in each of ``side`` places, ``(side, points)``."""
    each = torch.eye(points)[:, None, None]  # (points, 1, 1, points)
    row = F.interpolate(each, (1, side), mode="bicubic", align_corners=True)
    return row[:, 0, 0].T.contiguous()


def _change_pen(images: Tensor, spread: float, generator: torch.Generator) -> Tensor:
    """Blend with the grey dilation (wider pen) or the grey erosion (thinner pen) of 3×3 pixels."""
    wider = _widest(images)
    thinner = -_widest(-images)
    amount = _normal((len(images), 1, 1, 1), generator) * spread
    more, less = amount.clamp(0, 1), (-amount).clamp(0, 0.8)  # a thin line must not vanish
    return images + more * (wider - images) - less * (images - thinner)


def _widest(images: Tensor) -> Tensor:
    """``F.max_pool2d(images, 3, 1, 1)``, which is slow here for a single channel."""
    padded = F.pad(images, (1, 1, 1, 1), value=-torch.inf)
    above, same, below = padded[..., :-2, :], padded[..., 1:-1, :], padded[..., 2:, :]
    rows = torch.maximum(torch.maximum(above, same), below)
    return torch.maximum(torch.maximum(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
