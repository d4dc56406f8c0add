"""A logit is the sum of its products: added by hand, one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from torch import nn

from dl101_core.explain import read_image, sums
from dl101_core.weights import SHIPPED, load_shipped
from tests.explain.networks import IMAGE, built


def test_products_and_bias_sum_to_each_logit() -> None:
    for model in [load_shipped(name) for name in SHIPPED] + [built()]:
        found, reading = sums(model, IMAGE), read_image("", model, IMAGE)
        assert found.logits.tolist() == pytest.approx(reading.logits, abs=1e-6)
        assert found.shares.tolist() == pytest.approx(reading.prediction.probabilities, abs=1e-9)
        for k in range(10):
            products = [f * w for f, w in zip(found.features, found.weights[k], strict=True)]
            by_hand = math.fsum(products) + found.bias[k]
            assert by_hand == pytest.approx(found.logits[k], abs=2e-5)
            shown, rest = found.largest(k, 8)
            assert [abs(p.value) for p in shown] == sorted(map(abs, products), reverse=True)[:8]
            assert sum(p.value for p in shown) + rest == pytest.approx(math.fsum(products))


def test_shares_follow_from_the_powers_by_hand() -> None:
    found = sums(built(), IMAGE)
    top = max(found.logits)
    powers = [math.exp(z - top) for z in found.logits]
    assert found.powers.tolist() == pytest.approx(powers)
    assert found.shares.tolist() == pytest.approx([p / sum(powers) for p in powers])


def test_features_are_named_by_where_they_come_from() -> None:
    softmax = sums(load_shipped("softmax"), IMAGE)
    assert softmax.names[0] == "row 1, col 1"
    assert softmax.names[29] == "row 2, col 2"
    assert softmax.features[29] == pytest.approx(IMAGE[1, 1] / 255)
    small = sums(built(), IMAGE)
    assert small.names[0] == "map 1, row 1, col 1"
    assert small.names[-1] == "map 6, row 7, col 7"
    assert sums(load_shipped("cnn"), IMAGE).names[127] == "unit 128"
    assert sums(load_shipped("gru"), IMAGE).names[0] == "state 1"


def test_without_a_dense_layer_at_the_end_there_are_logits_only() -> None:
    model = nn.Sequential(nn.Conv2d(1, 10, 28), nn.Flatten()).eval()
    found = sums(model, IMAGE)
    assert found.names == ()
    assert np.allclose(found.logits, read_image("", model, IMAGE).logits)
    ends_otherwise = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Tanh()).eval()
    assert sums(ends_otherwise, IMAGE).names == ()
