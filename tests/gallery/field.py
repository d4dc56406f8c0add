"""Samples of a field: a decision boundary, the loss of a line, and one before anything happened."""

from __future__ import annotations

from functools import cache

import torch
from torch import nn

from dl101_core.views.field import (
    Field,
    FieldAxis,
    FieldHandle,
    FieldPoint,
    FieldWay,
    middles,
    packed,
)

SIDE = 60
PLANE = (FieldAxis(label="x₁", low=-6, high=6), FieldAxis(label="x₂", low=-6, high=6))


@cache
def circles() -> tuple[torch.Tensor, torch.Tensor]:
    """120 points (120, 2) inside and around a circle, and their class 0 or 1."""
    numbers = torch.Generator().manual_seed(3)
    kinds = torch.arange(120) % 2
    angle = 2 * torch.pi * torch.rand(120, generator=numbers)
    radius = torch.where(kinds == 0, 0.0, 3.6) + 1.7 * torch.rand(120, generator=numbers)
    points = torch.stack((angle.cos(), angle.sin()), 1) * radius[:, None]
    return points + 0.25 * torch.randn(120, 2, generator=numbers), kinds


def plane(side: int = SIDE) -> torch.Tensor:
    """All middles of cells, (side · side, 2), row by row from the bottom."""
    x, y = (torch.tensor(middles(axis.low, axis.high, side)) for axis in PLANE)
    return torch.cartesian_prod(y, x).flip(1)


@cache
@torch.enable_grad()
def network() -> nn.Sequential:
    """2-8-8-1 with tanh, trained on the training half of the circles for less than a second."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        net = nn.Sequential(
            nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Tanh()
        )
    points, kinds = (one[:80] for one in circles())
    target = 2.0 * kinds[:, None] - 1
    steps = torch.optim.Adam(net.parameters(), 0.03)
    for _ in range(150):
        steps.zero_grad()
        nn.functional.mse_loss(net(points), target).backward()
        steps.step()
    return net


def boundary() -> Field:
    points, kinds = circles()
    with torch.no_grad():
        values = network()(plane())[:, 0]
    marks = (
        FieldPoint(x=x, y=y, kind=kind, target=2.0 * kind - 1, held_out=i >= 80)
        for i, ((x, y), kind) in enumerate(zip(points.tolist(), kinds.tolist(), strict=True))
    )
    return Field(
        caption="The network’s answer",
        axes=PLANE,
        value_name="answer",
        values=packed(values.tolist()),
        rows=SIDE,
        columns=SIDE,
        low=-1,
        high=1,
        levels=(0,),
        kinds=("blue", "orange"),
        points=tuple(marks),
    )


def regression() -> tuple[torch.Tensor, torch.Tensor]:
    """Twelve pairs of x and y near y = 1.5 x − 0.5."""
    numbers = torch.Generator().manual_seed(5)
    x = torch.linspace(-1, 2.6, 12)
    return x, 1.5 * x - 0.5 + 0.4 * torch.randn(12, generator=numbers)


def loss(w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Mean squared error of y = w x + b for each pair of w and b, both of shape (n,)."""
    x, y = regression()
    return ((w[:, None] * x + b[:, None] - y) ** 2).mean(1)


def walk(name: str, make: type[torch.optim.Optimizer], steps: int, **settings: float) -> FieldWay:
    at = torch.tensor([-1.0, 2.5], requires_grad=True)
    optimizer = make([at], **settings)
    found = [tuple(at.tolist())]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(at[:1], at[1:]).sum().backward()
        optimizer.step()
        found.append(tuple(at.tolist()))
    return FieldWay(name=name, steps=tuple(found), current=steps // 2)


def surface() -> Field:
    width, height = 72, 48
    axes = (FieldAxis(label="slope w", low=-2, high=4), FieldAxis(label="bias b", low=-3, high=3))
    w, b = (
        torch.tensor(middles(axis.low, axis.high, count))
        for axis, count in zip(axes, (width, height), strict=True)
    )
    pairs = torch.cartesian_prod(b, w)
    return Field(
        caption="The loss for every line",
        axes=axes,
        value_name="loss",
        values=packed(loss(pairs[:, 1], pairs[:, 0]).tolist()),
        rows=height,
        columns=width,
        scale="log",
        levels=(0.25, 0.5, 1, 2, 4, 8, 16),
        ways=(
            walk("SGD", torch.optim.SGD, 18, lr=0.1),
            walk("Momentum", torch.optim.SGD, 36, lr=0.05, momentum=0.9),
        ),
        handles=(FieldHandle(name="start", label="Start of both ways", x=-1, y=2.5),),
        aspect=1.5,
    )


def coarse() -> Field:
    points, _ = circles()
    with torch.no_grad():
        values = network()(plane(12))[:, 0] * 40
    values[5] = float("nan")
    return Field(
        caption="Twelve by twelve cells, one of them without a number",
        axes=PLANE,
        value_name="logit",
        values=packed(values.tolist()),
        rows=12,
        columns=12,
        smooth=False,
        kinds=tuple(f"class {k}" for k in range(10)),
        points=tuple(
            FieldPoint(x=x, y=y, kind=i % 10, held_out=i % 4 == 0, label=f"example {i + 1}")
            for i, (x, y) in enumerate(points[:30].tolist())
        ),
    )


def empty() -> Field:
    return Field(
        caption="Before the first point",
        axes=PLANE,
        value_name="answer",
        handles=(FieldHandle(name="corner", label="A corner", x=2, y=-3, form="square"),),
        note="Nothing is here yet.",
    )


SAMPLES = {"boundary": boundary, "surface": surface, "coarse": coarse, "empty": empty}
