"""A small network on points of the plane in two classes; its weights are shown while it learns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.models.catalogue import SEEDED
from dl101_core.optim import OptimizerConfig
from dl101_core.settings import choice, decimal, redeclared
from dl101_core.tasks.task import Part, Setting, Size, Task, TaskConfig, weights
from dl101_core.training.events import Array

if TYPE_CHECKING:
    from dl101_core.export import Script
    from dl101_core.training.events import Event

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "none": nn.Identity,
}
MOST_LAYERS, MOST_UNITS = 6, 16
TESTS = 250


def circle(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A disc of radius 2.5 inside a ring from 3.5 to 5."""
    inside = torch.arange(count) < count // 2
    radius = torch.rand(count, generator=generator)
    radius = torch.where(inside, 2.5 * radius, 3.5 + 1.5 * radius)
    angle = 2 * math.pi * torch.rand(count, generator=generator)
    points = torch.stack((radius * angle.cos(), radius * angle.sin()), 1)
    return points + noise * torch.randn(count, 2, generator=generator), inside


def xor(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A square of side 10 in four quarters, with a gap of 0.6 between them."""
    points = 10 * torch.rand(count, 2, generator=generator) - 5
    labels = points[:, 0] * points[:, 1] > 0
    points = points + 0.3 * points.sign()
    return points + noise * torch.randn(count, 2, generator=generator), labels


def gauss(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two round clouds around (2, 2) and (-2, -2)."""
    labels = torch.arange(count) < count // 2
    centres = torch.where(labels, 2.0, -2.0).unsqueeze(1)
    return centres + (1 + noise) * torch.randn(count, 2, generator=generator), labels


def spiral(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two arms of 1.75 turns, from the centre to a radius of 5."""
    labels = torch.arange(count) < count // 2
    along = torch.rand(count, generator=generator)
    angle = 3.5 * math.pi * along + torch.where(labels, 0.0, math.pi)
    points = 5 * along.unsqueeze(1) * torch.stack((angle.sin(), angle.cos()), 1)
    return points + noise * torch.randn(count, 2, generator=generator), labels


Cloud = Callable[[int, float, torch.Generator], tuple[Tensor, Tensor]]
CLOUDS: dict[str, Cloud] = {"circle": circle, "xor": xor, "gauss": gauss, "spiral": spiral}
"""Of ``(count, noise, generator)``: points ``(N, 2)`` and whether each is of the first class."""


@dataclass(frozen=True, kw_only=True)
class PointsConfig(TaskConfig):
    """A multi-layer perceptron that says of every point of the plane which class it is of.

    ``hidden``: units of each hidden layer. ``noise``: standard deviation of what is added to every
    coordinate. The picture of the points is that of TensorFlow Playground (Smilkov et al., 2017).
    """

    STORED_AS: ClassVar[str] = "PointsConfig"
    MEASURES: ClassVar[tuple[str, ...]] = ("accuracy",)
    data: str = choice("circle", tuple(CLOUDS), label="Points")
    noise: float = decimal(0.0, 0.0, 5.0, step=0.1, label="Noise")
    hidden: tuple[int, ...] = (8, 8)
    activation: str = choice("tanh", tuple(ACTIVATIONS), label="Activation")
    train_size: int = redeclared(TaskConfig, "train_size", 250, high=1000)
    val_size: int = redeclared(TaskConfig, "val_size", 250, high=1000)
    batch_size: int = redeclared(TaskConfig, "batch_size", 50)
    optimizer: OptimizerConfig = field(default_factory=lambda: OptimizerConfig(name="sgd", lr=0.1))
    epochs: int = redeclared(TaskConfig, "epochs", 100)

    def __post_init__(self) -> None:
        super().__post_init__()
        fine = all(1 <= units <= MOST_UNITS for units in self.hidden)
        if len(self.hidden) > MOST_LAYERS or not fine:
            raise ValueError(
                f"hidden (={self.hidden}) must be at most {MOST_LAYERS} layers of 1 to "
                f"{MOST_UNITS} units."
            )

    @property
    def title(self) -> str:
        return "A small network on points"

    @property
    def about(self) -> str:
        shape = "-".join(map(str, (2, *self.hidden, 1)))
        return f"{shape} network on {self.data}, {self.epochs} epochs"

    @property
    def test_size(self) -> int:
        return TESTS

    def size(self) -> Size:
        widths = (2, *self.hidden, 1)
        products = sum(a * b for a, b in pairwise(widths))
        return Size(products + sum(widths[1:]), 2 * sum(self.hidden) + 1, products)

    def settings(self) -> dict[str, Setting]:
        own: dict[str, Setting] = {
            "data": self.data,
            "noise": self.noise,
            "hidden": " ".join(map(str, self.hidden)) or "none",
            "activation": self.activation,
        }
        return own | self.common_settings()

    def script(self, events: Iterable[Event] = ()) -> Script:
        from dl101_core.tasks.scripts import points_script

        return points_script(self, events)

    def make_model(self) -> nn.Module:
        widths = (2, *self.hidden, 1)
        layers: list[nn.Module] = []
        with SEEDED, torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            for inputs, outputs in pairwise(widths):
                layers += [nn.Linear(inputs, outputs), ACTIVATIONS[self.activation]()]
        return nn.Sequential(*layers[:-1])

    def build(self) -> Points:
        return Points(self)


class Points(Task):
    """The points as tensors: first those for training and validation, then those of the test."""

    explodes_at = 1e6

    def __init__(self, config: PointsConfig) -> None:
        available = config.train_size + config.val_size
        super().__init__(config.make_model(), available, TESTS)
        generator = torch.Generator().manual_seed(config.seed)
        make, noise = CLOUDS[config.data], config.noise
        self.parts = {"train": made(make, available, noise, generator)}
        self.parts["test"] = made(make, TESTS, noise, generator)

    def examples(self, part: Part, index: Tensor) -> tuple[Tensor, Tensor]:
        points, labels = self.parts[part]
        return points.index_select(0, index), labels.index_select(0, index)

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(outputs, targets)

    def sums(self, outputs: Tensor, targets: Tensor) -> tuple[float, ...]:
        return (int(((outputs > 0) == (targets > 0.5)).sum()),)

    def arrays(self, whole: bool = True) -> tuple[Array, ...]:
        return weights(self.model)


def made(
    make: Cloud, count: int, noise: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Points ``(N, 2)`` and targets ``(N, 1)``, 0 or 1."""
    points, labels = make(count, noise, generator)
    return points, labels.float().unsqueeze(1)
