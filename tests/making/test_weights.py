"""Training of the shipped networks: label-true augmentation, seeded data and steps."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dl101_core.data import Split
from dl101_core.draw.digits import from_strokes
from dl101_core.making import mouse
from dl101_core.making.augment import AugmentConfig, augment
from dl101_core.making.weights import RECIPES, STRONG, Recipe, TrainingSet, fit, joined, schedule
from dl101_core.models import ModelConfig
from dl101_core.weights import SHIPPED, accuracy, load_shipped

GENERATOR_SEED = 3


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(GENERATOR_SEED)


@pytest.fixture(scope="module")
def digits() -> TrainingSet:
    images, labels = mouse.generate(200, 5)
    return joined(("mouse",), [Split(torch.from_numpy(images), torch.from_numpy(labels).long())])


def bar() -> torch.Tensor:
    """One picture: a bar three pixels wide in the middle."""
    image = torch.zeros(1, 1, 28, 28)
    image[0, 0, 4:24, 13:16] = 1
    return image


def test_no_augmentation_changes_nothing() -> None:
    image = torch.rand(3, 1, 28, 28, generator=seeded())
    assert torch.equal(augment(image, AugmentConfig(), seeded()), image)


@pytest.mark.parametrize("field", ["rotation", "shear", "scale", "shift", "bend", "pen", "ink"])
def test_each_setting_changes_the_image_and_keeps_it_between_0_and_1(field: str) -> None:
    image = F.avg_pool2d(bar(), 3, 1, 1).repeat(8, 1, 1, 1)
    changed = augment(image, replace(AugmentConfig(), **{field: 0.4}), seeded())
    assert changed.shape == image.shape
    assert not torch.equal(changed, image)
    assert 0 <= float(changed.min()) <= float(changed.max()) <= 1


def test_a_shift_moves_the_centre_of_mass_by_the_pixels_it_says() -> None:
    many = bar().repeat(2000, 1, 1, 1)
    moved = augment(many, AugmentConfig(shift=1.0), seeded())
    columns = (moved.sum(dim=(1, 2)) * torch.arange(28)).sum(1) / moved.sum(dim=(1, 2, 3))
    assert float(columns.mean()) == pytest.approx(14, abs=0.1)
    assert float(columns.std()) == pytest.approx(1, abs=0.1)


def test_the_same_generator_state_gives_the_same_augmentation() -> None:
    image = bar().repeat(4, 1, 1, 1)
    assert torch.equal(augment(image, STRONG, seeded()), augment(image, STRONG, seeded()))


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_spread_must_be_finite_and_not_negative(value: float) -> None:
    with pytest.raises(ValueError, match=r"shear \(=.*\) must be a finite number"):
        AugmentConfig(shear=value)


def test_strong_augmentation_is_label_true_in_the_eyes_of_the_shipped_cnn(
    digits: TrainingSet,
) -> None:
    changed = augment(digits.images[:, None] / 255, STRONG, seeded())
    images = (changed[:, 0] * 255).round().to(torch.uint8)
    assert accuracy(load_shipped("cnn"), images, digits.labels) > 0.95


def test_mouse_drawings_come_out_the_same_for_the_same_seed_and_position() -> None:
    few, many = mouse.generate(10, 1), mouse.generate(20, 1)
    assert np.array_equal(few[0], many[0][:10])
    assert many[1].tolist() == [*range(10), *range(10)]
    assert not np.array_equal(mouse.generate(10, 2)[0], few[0])


def test_mouse_drawings_report_whole_pixels_on_the_pad() -> None:
    for digit in range(10):
        drawing = mouse.draw(digit, np.random.default_rng(digit))
        points = np.concatenate([np.asarray(stroke) for stroke in drawing.strokes])
        assert np.array_equal(points, points.round())
        assert points.min() >= 0
        assert points.max() <= drawing.size
        assert from_strokes(drawing).image.any()


def test_every_digit_has_angular_ways_inside_the_unit_box() -> None:
    assert sorted(mouse.SEGMENTS) == list(range(10))
    for ways in mouse.SEGMENTS.values():
        for way in ways:
            corners = np.concatenate([np.asarray(stroke) for stroke in way])
            assert corners.min() >= 0
            assert corners.max() <= 1


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    rates = [schedule(step / 100, 0.1) for step in range(101)]
    assert rates[0] == pytest.approx(0.05)
    assert rates[10] == pytest.approx(1)
    assert rates[100] == pytest.approx(0)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_fitting_learns_and_repeats_bit_for_bit(digits: TrainingSet) -> None:
    recipe = Recipe(
        ModelConfig(name="mlp", hidden_size=32, dropout=0.1),
        epochs=12,
        lr=0.01,
        batch_size=20,
        average=0.8,
        augment=AugmentConfig(shift=0.3),
    )
    *_, first = fit(recipe, digits)
    *_, second = fit(recipe, digits)
    assert accuracy(first, digits.images, digits.labels) > 0.8
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_there_is_a_recipe_for_each_shipped_network() -> None:
    assert tuple(RECIPES) == SHIPPED
    assert all(recipe.model.name == name for name, recipe in RECIPES.items())
