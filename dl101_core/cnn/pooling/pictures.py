"""Small pictures to pool: patterns, two handwritten digits, and a feature map with its signs.

Pixels are whole quarters, so every sum over a window is exact in float32.
"""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F

from dl101_core import pictures
from dl101_core.cnn.patterns import PICTURES, Picture
from dl101_core.data.idx import read_idx
from dl101_core.data.strokes import FOLDER

_STROKES = FOLDER / "t10k-images-idx3-ubyte.gz"
_FIVE = 33
"""Place of a boldly written 5 in the built-in strokes."""


@lru_cache(maxsize=1)
def _ink() -> torch.Tensor:
    """The digit in its box of 24 × 24 pixels, 0 to 1."""
    pixels = read_idx(_STROKES)[_FIVE].copy()
    return torch.from_numpy(pixels)[2:-2, 2:-2].float() / 255


def _handwritten(size: int) -> torch.Tensor:
    return _quarters(_shrink(_ink(), size)).clamp(0, 1)


@lru_cache(maxsize=1)
def _lighthouse() -> torch.Tensor:
    """The middle of the sample picture, square, grey, 0 to 1."""
    grey = torch.from_numpy(pictures.grey(pictures.sample("lighthouse"))[:, :, 0].copy()).float()
    side = min(grey.shape)
    top, left = ((length - side) // 2 for length in grey.shape)
    return grey[top : top + side, left : left + side] / 255


def _feature_map(size: int) -> torch.Tensor:
    """Left to right edges of the lighthouse, before any ReLU: dark to light is positive."""
    small = _shrink(_lighthouse(), size + 2)
    kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    edges = F.conv2d(small[None, None], kernel[None, None])[0, 0]
    return _quarters(edges / edges.abs().max())


def _shrink(picture: torch.Tensor, size: int) -> torch.Tensor:
    """The mean of the pixels under each of ``size`` × ``size`` cells."""
    return F.adaptive_avg_pool2d(picture[None], size)[0]


def _quarters(picture: torch.Tensor) -> torch.Tensor:
    return (picture * 4).round() / 4 + 0.0


POOL_PICTURES: dict[str, tuple[str, Picture]] = {
    "handwritten": ("Handwritten 5", _handwritten),
    "edges": ("Feature map", _feature_map),
    **PICTURES,
}
"""Key → title and a function from the size to pixels, ``(size, size)``.

All are in [0, 1] but the feature map, which is in [−1, 1].
"""
