"""Gradients against finite differences in float64, and against ``backward``."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.explain import gradients, leaves, saliency
from dl101_core.models import ModelConfig, build_model
from dl101_core.weights import SHIPPED, load_shipped
from tests.explain.networks import IMAGE, built, doubled, image64, networks

STEP = 1e-5


def differences(f: nn.Sequential, at: Tensor, places: Tensor, value) -> Tensor:  # type: ignore[no-untyped-def]
    """Central differences of ``value(f(at))`` at flat ``places``, all in one batch."""
    moved = at.repeat(2 * len(places), *[1] * (at.ndim - 1)).reshape(2 * len(places), -1)
    rows = torch.arange(len(places))
    moved[rows, places] += STEP
    moved[rows + len(places), places] -= STEP
    with torch.no_grad():
        values = value(f(moved.reshape(-1, *at.shape[1:])))
    return (values[: len(places)] - values[len(places) :]) / (2 * STEP)


def test_saliency_is_the_slope_of_a_logit_at_a_pixel() -> None:
    places = torch.randperm(784, generator=torch.Generator().manual_seed(2))[:100]
    for model in networks():
        for target in (0, 7):
            found = saliency(model, IMAGE, target)
            expected = differences(doubled(model), image64(), places, lambda z, k=target: z[:, k])
            assert np.allclose(found.ravel()[places], expected, atol=1e-4 * np.abs(found).max())


def test_the_gradient_of_the_loss_after_each_layer_is_its_finite_difference() -> None:
    for model in networks():
        found, exact = gradients(model, IMAGE, 4), doubled(model)
        layers = leaves(exact)

        def loss(z: Tensor) -> Tensor:
            return F.cross_entropy(z, torch.full((len(z),), 4), reduction="none")

        with torch.no_grad():
            assert found.loss == pytest.approx(float(loss(exact(image64()))[0]), rel=1e-5)
        features = image64()
        places = torch.randperm(784, generator=torch.Generator().manual_seed(1))[:80]
        assert np.allclose(
            found.pixels.ravel()[places],
            differences(exact, features, places, loss),
            atol=2e-4 * np.abs(found.pixels).max(),
        )
        for index, layer in enumerate(layers):
            features = layer(features).detach()
            if index not in found.maps:
                continue
            maps = found.maps[index].ravel()
            places = torch.arange(features.numel())[:: max(1, features.numel() // 80)]
            rest = nn.Sequential(*layers[index + 1 :])
            expected = differences(rest, features, places, loss)
            # Where cells of equal value meet in max pooling the slope has two sides.
            close = np.isclose(maps[places], expected, atol=2e-4 * max(np.abs(maps).max(), 1e-3))
            assert close.all(), (index, layer)


def test_weight_gradients_are_those_of_backward() -> None:
    for model in [load_shipped(name) for name in SHIPPED] + [built()]:
        own = copy.deepcopy(model).requires_grad_(True)
        batch = torch.from_numpy(IMAGE.astype(np.float32) / 255)[None, None]
        F.cross_entropy(own(batch), torch.tensor([2])).backward()
        groups = [list(m.parameters(recurse=False)) for m in own.modules()]
        norms = [
            torch.cat([p.grad.flatten() for p in group if p.grad is not None]).double()
            for group in groups
            if group
        ]
        found = gradients(model, IMAGE, 2).weights
        assert [w.count for w in found] == [len(n) for n in norms]
        assert [w.norm for w in found] == pytest.approx([float(n.norm()) for n in norms], rel=1e-4)
        assert [w.rms for w in found] == pytest.approx(
            [float(n.square().mean().sqrt()) for n in norms], rel=1e-4
        )


def test_a_recurrent_network_has_slopes_of_its_input_and_weights_only() -> None:
    model = build_model(ModelConfig(name="rnn", hidden_size=8), 1).eval().requires_grad_(False)
    found = gradients(model, IMAGE, 0)
    assert found.maps == {}
    assert np.abs(found.pixels).max() > 0
    assert [w.name for w in found.weights] == ["rnn: RNN", "head: Linear"]


def test_a_class_that_does_not_exist_is_named() -> None:
    for ask in (gradients, saliency):
        with pytest.raises(ValueError, match=r"target \(=10\) must be a class from 0 to 9"):
            ask(built(), IMAGE, 10)
