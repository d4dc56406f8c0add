"""Samples of linked grids: a convolution, a pooled picture, and one too large for numbers."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from dl101_core.views.grid import Box, Grids, Link, NumberGrid

PICTURE = torch.tensor(
    [[0, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0.0]]
)
KERNEL = torch.tensor([[1, 0, -1], [2, 0, -2], [1, 0, -1.0]])


def flat(values: Tensor) -> tuple[float, ...]:
    return tuple(values.flatten().tolist())


def windows(rows: int, columns: int, size: int, stride: int) -> tuple[Box | None, ...]:
    """The window of each output cell."""
    return tuple((r * stride, c * stride, size, size) for r in range(rows) for c in range(columns))


def convolution() -> Grids:
    padded = F.pad(PICTURE, (1, 1, 1, 1))
    output = F.conv2d(padded[None, None], KERNEL[None, None])[0, 0]
    inside = F.pad(torch.ones(5, 5), (1, 1, 1, 1)).flatten()
    return Grids(
        label="A convolution",
        signs=("→",),
        grids=(
            NumberGrid(
                name="input",
                caption="Input, padded",
                rows=7,
                columns=7,
                values=flat(padded),
                tone="unsigned",
                padding=tuple(i for i, one in enumerate(inside.tolist()) if not one),
            ),
            NumberGrid(name="output", caption="Output", rows=5, columns=5, values=flat(output)),
        ),
        links=(Link(source="input", target="output", boxes=windows(5, 5, 3, 1)),),
    )


def wide() -> Grids:
    generator = torch.Generator().manual_seed(3)
    table = torch.randn(3, 8, generator=generator)
    sums = table.sum(0, keepdim=True)
    says = tuple(f"Column {c + 1} adds up to {float(sums[0, c]):.2f}." for c in range(8))
    return Grids(
        label="Column sums",
        grids=(
            NumberGrid(name="table", caption="Table", rows=3, columns=8, values=flat(table)),
            NumberGrid(
                name="sums", caption="Sums", rows=1, columns=8, values=flat(sums), says=says
            ),
        ),
        links=(Link(source="table", target="sums", boxes=tuple((0, c, 3, 1) for c in range(8))),),
    )


def large() -> Grids:
    angle = torch.linspace(0, 6.28, 20)
    picture = (torch.sin(angle)[:, None] * torch.cos(angle)[None]).abs()
    pooled = F.max_pool2d(picture[None], 2)[0]
    return Grids(
        label="Max pooling",
        signs=("→",),
        grids=(
            NumberGrid(
                name="picture",
                caption="Picture",
                rows=20,
                columns=20,
                values=flat(picture),
                tone="unsigned",
            ),
            NumberGrid(
                name="pooled",
                caption="Pooled",
                rows=10,
                columns=10,
                values=flat(pooled),
                tone="unsigned",
            ),
        ),
        links=(Link(source="picture", target="pooled", boxes=windows(10, 10, 2, 2)),),
    )


SAMPLES = {"convolution": convolution, "wide": wide, "large": large}
