"""Samples of charts: a small network on two moons of points, trained by PyTorch here and now."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.views.chart import (
    Chart,
    ChartBand,
    ChartBracket,
    ChartCurve,
    ChartLevel,
    ChartLine,
    ChartMark,
    points,
    smoothed,
)

STEPS = 300
SLOWER = 200
"""The step after which the learning rate is a tenth."""
EVERY = 25
GUESSING = math.log(2)


class Run(NamedTuple):
    losses: list[float]
    tests: list[tuple[int, float]]
    accuracies: list[float]
    broke: int | None


def moons(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """``count`` points on two half circles, with noise: (count, 2), and their classes."""
    angle = math.pi * torch.rand(count, generator=generator)
    upper = torch.arange(count) % 2 == 0
    x = torch.where(upper, angle.cos(), 1 - angle.cos())
    y = torch.where(upper, angle.sin(), 0.5 - angle.sin())
    noise = 0.25 * torch.randn(count, 2, generator=generator)
    return torch.stack((x, y), 1) + noise, upper.long()


@cache
def trained(seed: int, lr: float, steps: int = STEPS) -> Run:
    """SGD with momentum 0.9 on batches of 16; the rate is a tenth after ``SLOWER`` steps."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = nn.Sequential(
            nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2)
        )
    inputs, targets = moons(400, generator)
    unseen, answers = moons(200, generator)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    run = Run([], [], [], None)
    for step in range(1, steps + 1):
        if step == SLOWER + 1:
            optimizer.param_groups[0]["lr"] = lr / 10
        batch = torch.randint(len(inputs), (16,), generator=generator)
        logits = net(inputs[batch])
        loss = F.cross_entropy(logits, targets[batch])
        run.losses.append(loss.item())
        run.accuracies.append((logits.argmax(1) == targets[batch]).double().mean().item())
        if not torch.isfinite(loss):
            return run._replace(broke=step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % EVERY == 0:
            with torch.no_grad():
                run.tests.append((step, F.cross_entropy(net(unseen), answers).item()))
    return run


def run_of_training() -> Chart:
    run = trained(0, 0.05)
    learned = ChartCurve(
        name="training",
        place=0,
        lines=(
            ChartLine(name="each batch", points=points(run.losses)),
            ChartLine(name="smoothed", points=points(smoothed(run.losses)), kind="smooth"),
        ),
        marks=(ChartMark(x=SLOWER, words="rate → 0.005"),),
    )
    measured = ChartCurve(
        name="validation",
        place=3,
        lines=(ChartLine(name="200 unseen points", points=tuple(run.tests), kind="points"),),
    )
    return Chart(
        title="Loss",
        y_label="how wrong it is",
        curves=(learned, measured),
        levels=(ChartLevel(y=GUESSING, words=f"guessing: {GUESSING:.2f}"),),
        total=STEPS,
        cursor=240,
    )


def explosion() -> Chart:
    """A rate of 1 throws the loss up to 344; the same network learns with 0.05."""
    rates = {"lr 0.05": 0.05, "lr 1": 1.0}
    curves = (overlaid(name, place, lr) for place, (name, lr) in enumerate(rates.items()))
    return Chart(title="Loss", curves=tuple(curves), total=60)


def broken() -> Chart:
    """A rate of 10,000: after a few steps the loss is no number."""
    curve = overlaid("lr 10,000", 2, 1e4)
    return Chart(title="Loss", curves=(curve,), total=8)


def overlaid(name: str, place: int, lr: float) -> ChartCurve:
    run = trained(3, lr, 60)
    measured = ChartLine(name="validation", points=tuple(run.tests), kind="thick", marks=True)
    learned = ChartLine(name="training", points=points(run.losses))
    return ChartCurve(name=name, place=place, lines=(learned, measured), broke=run.broke)


def thirty_seeds() -> Chart:
    runs = [trained(seed, 0.05) for seed in range(30)]
    losses = torch.tensor([smoothed(run.losses) for run in runs], dtype=torch.float64)
    mean, spread = losses.mean(0), losses.std(0)
    faint = tuple(
        ChartCurve(
            name=f"seed {seed}",
            place=0,
            lines=(ChartLine(name="one seed", points=points(row.tolist())),),
            role="faint",
        )
        for seed, row in enumerate(losses)
    )
    band = tuple(
        (float(step), lower, upper)
        for step, lower, upper in zip(
            range(1, STEPS + 1), (mean - spread).tolist(), (mean + spread).tolist(), strict=True
        )
    )
    whole = ChartCurve(
        name="30 seeds",
        place=0,
        lines=(ChartLine(name="mean of 30 seeds", points=points(mean.tolist()), kind="smooth"),),
        band=ChartBand(name="mean ± standard deviation", points=band),
    )
    return Chart(title="Loss", y_label="smoothed", curves=(*faint, whole))


def two_runs() -> Chart:
    curves = []
    for place, (name, lr) in enumerate({"quick": 0.05, "slow: a tenth": 0.005}.items()):
        run = trained(1, lr)
        shares = smoothed(run.accuracies, 0.95)
        curves.append(
            ChartCurve(
                name=name,
                place=place,
                lines=(ChartLine(name="training", points=points(shares), kind="smooth"),),
                bracket=ChartBracket(
                    low=0.5, high=shares[-1], words=f"{100 * shares[-1] - 50:.0f}"
                ),
            )
        )
    return Chart(
        title="Accuracy",
        y_label="how often it is right",
        values="percent",
        low=0,
        high=1,
        scale="linear",
        curves=tuple(curves),
        levels=(ChartLevel(y=0.5, words="guessing: 50 %"),),
    )


def empty() -> Chart:
    return Chart(title="Loss", total=STEPS)


SAMPLES = {
    "a run": run_of_training,
    "an explosion": explosion,
    "a run that broke": broken,
    "thirty seeds": thirty_seeds,
    "two runs in percent": two_runs,
    "empty": empty,
}
