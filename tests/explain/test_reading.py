"""What a network says about an image, against the layers applied by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dl101_core.draw.digits import from_strokes
from dl101_core.draw.drawn import read_drawn
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.shown import LINE_INDEX, bar_card, map_grid, map_panels, percent, softmax_latex
from dl101_core.explain import FeatureMaps, feature_maps, read_image
from dl101_core.weights import SHIPPED, classify, load_shipped

IMAGE = from_strokes(examples()["bar"].drawing).image


@pytest.mark.parametrize("name", SHIPPED)
def test_a_reading_is_what_classify_says(name: str) -> None:
    model = load_shipped(name)
    reading = read_image("N", model, IMAGE)
    assert reading.prediction == classify(model, IMAGE)
    powers = np.exp(np.array(reading.logits, dtype=np.float64))
    assert np.allclose(powers / powers.sum(), reading.prediction.probabilities, atol=1e-6)


def test_feature_maps_are_convolution_then_relu_then_pooling() -> None:
    weights = load_shipped("cnn").state_dict()
    image = torch.from_numpy(IMAGE.astype(np.float32) / 255)[None, None]
    first = F.max_pool2d(F.relu(F.conv2d(image, weights["0.weight"], weights["0.bias"], 1, 2)), 2)
    second = F.max_pool2d(F.relu(F.conv2d(first, weights["3.weight"], weights["3.bias"])), 2)
    layers = feature_maps(load_shipped("cnn"), IMAGE)
    assert [layer.name for layer in layers] == ["5×5 convolution, max pooling, ReLU"] * 2
    for layer, expected in zip(layers, (first, second), strict=True):
        assert np.allclose(layer.maps, expected[0].numpy(), atol=1e-5)


def test_a_network_without_convolutions_has_no_feature_maps() -> None:
    assert feature_maps(load_shipped("mlp"), IMAGE) == ()
    assert feature_maps(load_shipped("gru"), IMAGE) == ()


def test_an_image_of_another_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"image \(=uint8 of shape \(20, 20\)\)"):
        read_image("CNN", load_shipped("cnn"), np.zeros((20, 20), np.uint8))


def test_every_example_that_is_a_digit_is_read_by_the_cnn() -> None:
    digits = {OWN: 3, "tiny": 4, "corner": 2, "boxy": 6, "bar": 7, "flag": 1}
    for name, digit in digits.items():
        image = from_strokes(examples()[name].drawing).image
        assert classify(load_shipped("cnn"), image).predicted == digit, name


def test_the_cnn_reads_97_percent_of_the_drawn_digits() -> None:
    drawn = read_drawn(Path(__file__).resolve().parents[1] / "drawn")
    cnn = load_shipped("cnn")
    right = [classify(cnn, from_strokes(d.drawing).image).predicted == d.label for d in drawn]
    assert len(drawn) >= 60
    assert sum(right) / len(right) >= 0.97


def test_a_star_still_gets_probabilities_that_sum_to_one() -> None:
    image = from_strokes(examples()["star"].drawing).image
    for name in SHIPPED:
        assert sum(classify(load_shipped(name), image).probabilities) == pytest.approx(1)


def test_a_percentage_never_claims_certainty() -> None:
    assert percent(1.0) == percent(0.99951) == "> 99.9 %"
    assert percent(0.0) == percent(0.0009) == "< 0.1 %"
    assert percent(0.1234) == "12.3 %"


def test_a_card_shows_the_numbers_of_the_reading() -> None:
    reading = read_image("CNN", load_shipped("cnn"), IMAGE)
    card = bar_card(reading)
    assert card["digit"] == 7
    assert card["widths"] == [round(100 * p, 1) for p in reading.prediction.probabilities]
    latex = softmax_latex(reading, "The drawing")
    assert all(f"{logit:.2f}" in latex for logit in reading.logits)
    assert r"\mathbf{7}" in latex


def test_maps_stand_in_rows_of_eight_with_lines_between() -> None:
    maps = np.arange(9, dtype=np.uint8)[:, None, None] * np.ones((9, 2, 3), dtype=np.uint8)
    grid = map_grid(maps)
    tall, wide = 2 * 9 + 1, 3 * 9 + 1  # nine times as large fits into 28
    assert grid.shape == (2 * tall + 1, 8 * wide + 1)
    assert (grid[0] == LINE_INDEX).all()
    assert (grid[:, 0] == LINE_INDEX).all()
    assert grid[1, 1 + 7 * wide] == 7
    assert grid[1 + tall, 1] == 8
    assert grid[1 + tall, 1 + wide] == LINE_INDEX


def test_maps_without_any_answer_are_white_not_an_error() -> None:
    panel = map_panels([FeatureMaps("c", np.zeros((2, 3, 3), np.float32))])[0]
    assert panel["size"] == "2 maps of 3 × 3"
    assert panel["sentence"] == "White is 0, the darkest pixel 0.00."
