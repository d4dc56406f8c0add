"""Occlusion against a loop that covers one place at a time."""

from __future__ import annotations

import numpy as np
import pytest

from dl101_core.cnn.sizes import output_size
from dl101_core.explain import OcclusionConfig, occlude
from dl101_core.explain.occlusion import FILLS
from dl101_core.weights import classify, load_shipped
from tests.explain.networks import IMAGE, built


def test_every_place_is_the_answer_to_that_covered_image() -> None:
    for model in (load_shipped("cnn"), built(), load_shipped("gru")):
        for patch, stride, fill in ((6, 2, "paper"), (14, 4, "grey"), (5, 3, "ink")):
            config = OcclusionConfig(patch=patch, stride=stride, fill=fill)
            found = occlude(model, IMAGE, config)
            assert np.allclose(found.whole, classify(model, IMAGE).probabilities, atol=1e-5)
            tops = range(0, 28 - patch + 1, stride)
            assert found.probabilities.shape == (len(tops), len(tops), 10)
            for row, top in enumerate(tops):
                for column, left in enumerate(tops):
                    covered = IMAGE.copy()
                    covered[top : top + patch, left : left + patch] = FILLS[fill]
                    expected = classify(model, covered).probabilities
                    assert np.allclose(found.probabilities[row, column], expected, atol=1e-5)
                    assert config.field.seen(row) == (top, top + patch)


def test_the_number_of_places_is_the_output_size_of_a_convolution() -> None:
    for patch in range(2, 15):
        for stride in range(1, 5):
            config = OcclusionConfig(patch=patch, stride=stride)
            assert config.places == output_size(28, patch, stride, 0, 1)


@pytest.mark.parametrize(
    ("field", "value"), [("patch", 1), ("patch", 15), ("stride", 0), ("fill", "red")]
)
def test_an_impossible_setting_is_named(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        OcclusionConfig(**{field: value})  # type: ignore[arg-type]
