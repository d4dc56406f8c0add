"""The ascent: repeatable, with true answers, and higher at the end than at the start."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from dl101_core.explain import AscentConfig, Dreamt, ascend, leaves
from dl101_core.weights import load_shipped
from tests.explain.networks import built


def climbed(model: nn.Module, config: AscentConfig) -> list[Dreamt]:
    return [reached for reached in ascend(model, config) if reached is not None]


def heard(model: nn.Module, config: AscentConfig, picture: np.ndarray) -> float:
    """The filter's answer to ``picture``, read by a hook."""
    own, caught = copy.deepcopy(model), []
    leaves(own)[config.layer].register_forward_hook(lambda _, __, output: caught.append(output))
    own(torch.from_numpy(picture.astype(np.float32) / 255)[None, None])
    cells = caught[0][0, config.unit].detach().double()
    return float(cells.clamp(min=0).mean()) if cells.ndim else float(cells)


def test_each_answer_is_the_one_to_the_picture_beside_it_and_it_grows() -> None:
    for model, layer, unit in (
        (load_shipped("cnn"), 0, 2),
        (load_shipped("cnn"), 5, 7),
        (load_shipped("cnn"), 9, 3),
        (built(), 4, 1),
    ):
        config = AscentConfig(layer=layer, unit=unit, steps=24)
        shown = climbed(model, config)
        assert [one.step for one in shown] == list(range(25))
        for one in (shown[0], shown[12], shown[-1]):
            assert one.picture.dtype == np.uint8
            assert one.activation == pytest.approx(heard(model, config, one.picture), rel=1e-4)
        assert shown[-1].activation > shown[0].activation


def test_the_same_seed_gives_the_same_pictures_whatever_torch_does_meanwhile() -> None:
    config = AscentConfig(layer=3, unit=1, steps=12, seed=4)
    first = climbed(built(), config)
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    again = climbed(built(), config)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, again, strict=True))
    assert [a.activation for a in first] == [b.activation for b in again]
    other = climbed(built(), AscentConfig(layer=3, unit=1, steps=12, seed=5))
    assert not np.array_equal(first[-1].picture, other[-1].picture)


def test_the_picture_of_a_bright_filter_by_hand_is_all_ink() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False)).eval()
    model[0].weight.data.fill_(1.0)
    shown = climbed(model.requires_grad_(False), AscentConfig(layer=0, unit=0, steps=64))
    assert (shown[-1].picture > 250).mean() > 0.99
    assert shown[-1].activation == pytest.approx(shown[-1].picture.mean() / 255, rel=1e-5)


def test_a_silent_filter_is_led_out_of_its_silence() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 3)).eval()
    model[0].weight.data.fill_(1.0)
    model[0].bias.data.fill_(-8.0)  # of nine pixels, which are grey at the start
    shown = climbed(model.requires_grad_(False), AscentConfig(layer=0, unit=0, steps=64, seed=1))
    assert shown[0].activation == 0
    assert shown[-1].activation > 0


def test_a_long_climb_shows_few_pictures_and_the_last_one() -> None:
    shown = climbed(built(), AscentConfig(layer=0, unit=0, steps=101))
    assert len(shown) <= 27
    assert shown[-1].step == 101


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (AscentConfig(layer=99, unit=0), r"layer \(=99\) must be one of the 9 layers"),
        (AscentConfig(layer=0, unit=4), r"unit \(=4\) must be below 4"),
    ],
)
def test_a_filter_that_does_not_exist_is_named(config: AscentConfig, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        next(ascend(built(), config))


@pytest.mark.parametrize("field", ["steps", "seed"])
def test_an_impossible_setting_is_named(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        AscentConfig(layer=0, unit=0, **{field: -1})
