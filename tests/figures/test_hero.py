"""The moving picture on Home shows what Sobel's kernel gives, by hand."""

from __future__ import annotations

import torch

from dl101_core.figures.hero import edges, hero_picture


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
    assert all(abs(int(outputs[0][i : i + 2], 16) - 0xF7) <= 2 for i in (1, 3, 5))
