"""The moving picture on Home shows what Sobel's kernel gives, by hand."""

from __future__ import annotations

import torch

from dl101_core.home.hero import edges, hero_picture
from tests.ui.test_palette import contrast


def test_a_step_from_paper_to_ink_answers_with_four_and_back_with_minus_four() -> None:
    image = torch.zeros(28, 28, dtype=torch.uint8)
    image[10:20] = 255
    response = edges(image)
    assert response.shape == (26, 26)
    # Row r of the output compares rows r and r + 2 with weights 1, 2, 1.
    assert response[8].unique().tolist() == [4.0]
    assert response[18].unique().tolist() == [-4.0]
    assert response[12].unique().tolist() == [0.0]


def test_the_picture_has_one_colour_per_pixel_and_zero_is_the_middle_of_the_scale() -> None:
    image = torch.zeros(28, 28, dtype=torch.uint8)
    image[10:20] = 255
    data = hero_picture("5", image.numpy().tobytes())
    inputs, outputs = data["input"], data["output"]
    assert isinstance(inputs, list)
    assert isinstance(outputs, list)
    assert (len(inputs), len(outputs)) == (28 * 28, 26 * 26)
    assert inputs[0] == 0
    assert max(inputs) == 255
    assert outputs[0] in (127, 128)
    assert (min(outputs), max(outputs)) == (0, 255)


def test_zero_is_as_light_as_its_page() -> None:
    for scales, page in zip(_scales(), ("#FFFFFF", "#12171C"), strict=True):
        unsigned, signed = (dict(stops) for stops in scales)
        assert contrast(unsigned[0.0], page) < 1.2
        assert contrast(signed[0.5], page) < 1.2
        assert contrast(unsigned[1.0], page) > 3


def _scales() -> tuple[tuple[tuple[tuple[float, str], ...], ...], ...]:
    return hero_picture("5", bytes(range(256)) * 3 + bytes(16))["scales"]  # type: ignore[return-value]
