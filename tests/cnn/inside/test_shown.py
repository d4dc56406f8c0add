"""The data of the pictures of "What the network sees": exact numbers, and fitting words."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from torch import nn

from dl101_core import explain
from dl101_core.cnn.inside import shown as inside
from dl101_core.explain import OcclusionConfig
from dl101_core.models import ModelConfig, build_model
from dl101_core.weights import load_shipped
from tests.explain.networks import IMAGE

DIGITS = tuple("0123456789")


def unpacked(data: dict[str, object]) -> np.ndarray:
    whole = np.frombuffer(base64.b64decode(str(data["values"])), "<i2")
    return whole.astype(np.float64) / 10.0 ** int(str(data["digits"]))


def test_numbers_travel_rounded_to_the_digits_they_are_shown_with() -> None:
    random = np.random.default_rng(0)
    for scale in (1e-9, 1e-3, 0.5, 3.3, 100.0, 32767.0, 4e6):
        values = (random.standard_normal(500) * scale).astype(np.float32)
        data = inside.packed(values)
        digits = int(data["digits"])
        assert np.allclose(unpacked(data), values.astype(np.float64), atol=0.51 * 10.0**-digits)
        if scale > 1e-6:
            assert abs(values).max() * 10.0**digits > 3276  # four figures of the largest
    assert inside.packed(np.zeros(3))["digits"] == inside.MOST_DIGITS


def test_numbers_that_overflowed_are_refused_in_words() -> None:
    for bad in (np.inf, np.nan):
        with pytest.raises(ValueError, match="training went wrong"):
            inside.packed(np.array([1.0, bad]))


def test_every_view_gives_the_numbers_of_its_result() -> None:
    model = load_shipped("cnn")
    looks = explain.look_through(model, IMAGE)
    found = explain.gradients(model, IMAGE, 3)
    for look in looks:
        data = inside.maps_data(look, 0)
        assert np.allclose(unpacked(data), look.maps.ravel(), atol=10.0 ** -int(data["digits"]))
        assert data["signed"] == bool(look.maps.min() < 0)
        slopes = inside.gradient_data(look, found, 0)
        assert slopes["shape"] == look.maps.shape
    assert [bar[0] for bar in slopes["bars"]] == [weight.name for weight in found.weights]
    assert inside.gradient_data(None, found, 0)["shape"] == (1, 28, 28)
    covered = explain.occlude(model, IMAGE, OcclusionConfig())
    data = inside.occlusion_data(covered, 3, DIGITS)
    shares = 100 * covered.probabilities[:, :, 3].ravel()
    assert np.allclose(unpacked(data), shares, atol=0.51 * 10.0 ** -int(data["digits"]))
    says = np.frombuffer(base64.b64decode(data["says"]), np.uint8)
    assert np.array_equal(says, covered.probabilities.argmax(2).ravel())


def short(values: np.ndarray) -> str:
    return f"{values.min():.3g} to {values.max():.3g}".replace("-", "−")


def test_what_is_said_of_a_layer_covers_the_whole_layer() -> None:
    # 200 units and maps: more than are drawn, and the largest numbers are among the others.
    model = build_model(
        ModelConfig(name="built", layers="conv_200_k3-conv_3_k5-flatten-linear_200-linear_10"),
        seed=0,
    ).eval()
    assert isinstance(model, nn.Sequential)
    with torch.no_grad():
        for weight in (model[index].weight for index in (0, 1, 3)):
            assert isinstance(weight, torch.Tensor)
            weight[-1, -1] *= 30
    model.requires_grad_(False)
    looks = {look.index: look for look in explain.look_through(model, IMAGE)}
    found = explain.gradients(model, IMAGE, 3)
    for index, look in looks.items():
        maps, slopes = inside.maps_data(look, 0), inside.gradient_data(look, found, 0)
        assert maps["large"] == f"Whole layer: {short(look.maps)}"
        assert slopes["large"] == f"Whole layer: {short(found.maps[index])}"
        cut = len(look.maps) > inside.MOST_MAPS
        assert ("the first 128 shown" in maps["about"]) is cut
    assert short(looks[0].maps) != short(looks[0].maps[: inside.MOST_MAPS])
    state = model.state_dict()
    for index, channels in ((0, 1), (1, 200)):
        look = looks[index]
        for channel in (0, channels - 1):
            weights = explain.kernels(look, channel)
            assert weights is not None
            data = inside.kernel_data(look, weights, 0, channel)
            every = state[f"{index}.weight"].numpy()
            assert data["large"] == f"All weights of the layer: {short(every)}"
            which = f", for input map {channel + 1} of 200"
            assert (which in data["about"]) is (channels > 1)
    first = explain.kernels(looks[1], 0)
    assert first is not None
    assert short(first) != short(state["1.weight"].numpy())


def test_the_terms_of_a_logit_and_its_bias_sum_to_it_as_shown() -> None:
    found = explain.sums(load_shipped("cnn"), IMAGE)
    data = inside.softmax_data(found, DIGITS, 3)
    for k, (rows, total) in enumerate(data["terms"]):
        shown = [float(row[3].replace("−", "-")) for row in rows]
        assert len(rows) == inside.PRODUCTS + 2
        assert sum(shown) == pytest.approx(float(total.replace("−", "-")), abs=6e-4)
        assert data["rows"][k][1] == total
