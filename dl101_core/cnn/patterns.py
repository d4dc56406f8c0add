"""Small pictures and named kernels of any size, for seeing a convolution cell by cell.

Pixels are whole quarters and kernel entries are whole numbers over one divisor. So every product
and every sum is exact in float32, except where the divisor is not a power of two.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

Picture = Callable[[int], torch.Tensor]
KernelMaker = Callable[[int], tuple[torch.Tensor, int]]

NOTES_IMAGE = ((1, 1, 1, 0, 0), (0, 1, 1, 1, 0), (0, 0, 1, 1, 1), (0, 0, 1, 1, 0), (0, 1, 1, 0, 0))


def _axes(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Row and column of every cell, ``(size, 1)`` and ``(1, size)``."""
    steps = torch.arange(size, dtype=torch.float32)
    return steps[:, None], steps[None, :]


def _quarters(picture: torch.Tensor) -> torch.Tensor:
    return (picture.clamp(0, 1) * 4 + 0.5).floor() / 4


def _notes(size: int) -> torch.Tensor:
    """The 5×5 picture of the notes, repeated or cut to fit."""
    tile = torch.tensor(NOTES_IMAGE, dtype=torch.float32)
    repeats = -(-size // len(NOTES_IMAGE))
    return tile.repeat(repeats, repeats)[:size, :size]


def _seven(size: int) -> torch.Tensor:
    """A bar and a slanted stroke, inked by the distance to them."""
    rows, columns = _axes(size)
    y, x = (rows + 0.5) / size, (columns + 0.5) / size
    bar = torch.maximum((y - 0.22).abs(), torch.maximum(0.2 - x, x - 0.8))
    along = ((y - 0.22) / 0.62).clamp(0, 1)
    stroke = torch.hypot(x - (0.75 - 0.33 * along), y - (0.22 + 0.62 * along))
    width = max(0.07, 0.55 / size)
    return _quarters((width - torch.minimum(bar, stroke)) * size + 0.5)


def _circle(size: int) -> torch.Tensor:
    rows, columns = _axes(size)
    centre = (size - 1) / 2
    distance = torch.hypot(rows - centre, columns - centre)
    ring = (distance - 0.34 * size).abs()
    return _quarters(max(0.09 * size, 0.5) - ring + 0.5)


def _diagonal(size: int) -> torch.Tensor:
    rows, columns = _axes(size)
    return (columns <= rows).float()


def _checkerboard(size: int) -> torch.Tensor:
    rows, columns = _axes(size)
    return (rows + columns + 1) % 2


def _gradient(size: int) -> torch.Tensor:
    _, columns = _axes(size)
    return _quarters(columns / (size - 1)).repeat(size, 1)


def _dot(size: int) -> torch.Tensor:
    picture = torch.zeros(size, size)
    picture[(size - 1) // 2, (size - 1) // 2] = 1
    return picture


PICTURES: dict[str, tuple[str, Picture]] = {
    "notes": ("Notes’ 5×5", _notes),
    "seven": ("Digit seven", _seven),
    "diagonal": ("Diagonal edge", _diagonal),
    "checkerboard": ("Checkerboard", _checkerboard),
    "circle": ("Circle", _circle),
    "gradient": ("Gradient", _gradient),
    "dot": ("Bright dot", _dot),
}
"""Key → title and a function from the size to pixels in [0, 1], ``(size, size)``."""


def _middle(size: int) -> int:
    return (size - 1) // 2


def _cross(size: int) -> tuple[torch.Tensor, int]:
    """Ones on both diagonals: [[1,0,1],[0,1,0],[1,0,1]] at size 3."""
    eye = torch.eye(size)
    return torch.maximum(eye, eye.flip(1)), 1


def _vertical_edge(size: int) -> tuple[torch.Tensor, int]:
    """−1 left of the middle, 1 right of it. A 1×1 kernel has no neighbours: it copies."""
    if size == 1:
        return _identity(size)
    sign = torch.sign(2 * torch.arange(size) - (size - 1)).float()
    return sign.repeat(size, 1), 1


def _horizontal_edge(size: int) -> tuple[torch.Tensor, int]:
    kernel, divisor = _vertical_edge(size)
    return kernel.T.contiguous(), divisor


def _box_blur(size: int) -> tuple[torch.Tensor, int]:
    return torch.ones(size, size), size * size


def _sharpen(size: int) -> tuple[torch.Tensor, int]:
    """−1 on the arms of a plus; the middle makes the sum 1, so that flat areas stay."""
    kernel, middle = torch.zeros(size, size), _middle(size)
    kernel[middle, :] = kernel[:, middle] = -1
    kernel[middle, middle] = 2 * size - 1
    return kernel, 1


def _outline(size: int) -> tuple[torch.Tensor, int]:
    """−1 all round; the middle makes the sum 0, so that flat areas vanish. 1×1 copies."""
    if size == 1:
        return _identity(size)
    kernel, middle = -torch.ones(size, size), _middle(size)
    kernel[middle, middle] = size * size - 1
    return kernel, 1


def _identity(size: int) -> tuple[torch.Tensor, int]:
    kernel, middle = torch.zeros(size, size), _middle(size)
    kernel[middle, middle] = 1
    return kernel, 1


KERNELS: dict[str, tuple[str, KernelMaker]] = {
    "cross": ("Notes’ X", _cross),
    "vertical": ("Vertical edge", _vertical_edge),
    "horizontal": ("Horizontal edge", _horizontal_edge),
    "box": ("Box blur", _box_blur),
    "sharpen": ("Sharpen", _sharpen),
    "outline": ("Outline", _outline),
    "identity": ("Identity", _identity),
}
"""Key → title and a function from the size to whole entries ``(size, size)`` and their divisor."""
