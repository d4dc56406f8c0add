"""Points of the plane: both classes are there, and a network of enough units tells them apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.points import CLOUDS, PointsConfig, made
from dl101_core.training.events import Finished
from dl101_core.training.loop import train


@pytest.mark.parametrize("name", CLOUDS)
def test_both_classes_are_about_as_many_and_noise_moves_the_points(name: str) -> None:
    still, targets = made(CLOUDS[name], 400, 0.0, torch.Generator().manual_seed(3))
    moved, same = made(CLOUDS[name], 400, 0.5, torch.Generator().manual_seed(3))
    assert still.shape == (400, 2)
    assert targets.shape == (400, 1)
    assert 0.4 < float(targets.mean()) < 0.6
    assert (targets == same).all()
    assert 0.3 < float((moved - still).std()) < 0.7
    assert float(still.abs().max()) < 8


def test_a_disc_lies_inside_a_ring() -> None:
    points, targets = made(CLOUDS["circle"], 500, 0.0, torch.Generator().manual_seed(0))
    radius = points.norm(dim=1)
    assert radius[targets[:, 0] == 1].max() <= 2.5
    assert radius[targets[:, 0] == 0].min() >= 3.5


def test_quarters_of_one_class_lie_opposite() -> None:
    points, targets = made(CLOUDS["xor"], 500, 0.0, torch.Generator().manual_seed(0))
    assert ((points.prod(1) > 0) == (targets[:, 0] == 1)).all()
    assert points.abs().min() >= 0.3


def accuracy(config: PointsConfig) -> float:
    *_, last = train(config)
    assert isinstance(last, Finished)
    return last.measure("accuracy")


def test_two_hidden_layers_learn_the_disc_and_a_line_cannot() -> None:
    deep = PointsConfig(optimizer=OptimizerConfig(name="adam", lr=0.03), epochs=60)
    assert accuracy(deep) > 0.98
    assert accuracy(replace(deep, hidden=())) < 0.75


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"data": "moons"}, "data"),
        ({"activation": "gelu"}, "activation"),
        ({"noise": -0.1}, "noise"),
        ({"hidden": (8,) * 7}, "hidden"),
        ({"hidden": (0,)}, "hidden"),
        ({"hidden": (17,)}, "hidden"),
    ],
)
def test_settings_that_no_network_has_are_named(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=rf"{said} \(="):
        PointsConfig(**wrong)  # type: ignore[arg-type]
