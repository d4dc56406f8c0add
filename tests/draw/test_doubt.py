"""When the page says "unsure": two digits, a doubtful CNN, networks that disagree."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.reading import letters, pairs, scribbles, unsure
from dl101_core.draw.doubt import holds_two, why_unsure
from dl101_core.weights import Prediction


def says(digit: int, share: float) -> Prediction:
    rest = (1 - share) / 9
    return Prediction(tuple(share if k == digit else rest for k in range(10)), digit)


ONE = np.zeros((28, 28), np.uint8)
ONE[4:24, 13:16] = 255
TWO = np.zeros((28, 28), np.uint8)
TWO[8:20, 5:8] = TWO[8:20, 15:18] = 255


def test_sure_networks_that_agree_give_no_doubt() -> None:
    assert why_unsure({name: says(1, 0.95) for name in ("cnn", "mlp", "gru")}, ONE) == ""


def test_softmax_regression_has_no_vote() -> None:
    answers = {name: says(1, 0.95) for name in ("cnn", "mlp", "gru")} | {"softmax": says(7, 0.99)}
    assert why_unsure(answers, ONE) == ""


def test_a_doubtful_cnn_is_told_with_its_guess() -> None:
    answers = {name: says(4, 0.62) for name in ("cnn", "mlp", "gru")}
    assert "the CNN's best guess, 4, has only 62 %" in why_unsure(answers, ONE)


def test_networks_that_disagree_are_told_with_their_answers() -> None:
    answers = {"cnn": says(7, 0.95), "mlp": says(1, 0.9), "gru": says(7, 0.9)}
    told = why_unsure(answers, ONE)
    assert "the CNN reads 7, the MLP reads 1 and the GRU reads 7" in told
    assert told.endswith("The networks read one digit at a time.")


def test_two_tall_parts_side_by_side_are_perhaps_two_digits() -> None:
    assert holds_two(TWO)
    assert not holds_two(ONE)
    assert not holds_two(np.zeros((28, 28), np.uint8))
    assert "perhaps two digits" in why_unsure({"cnn": says(0, 0.99)}, TWO)


@pytest.mark.parametrize(("make", "least"), [(pairs, 0.8), (letters, 0.4), (scribbles, 0.4)])
def test_what_is_no_single_digit_is_mostly_doubted(make, least: float) -> None:  # type: ignore[no-untyped-def]
    drawings = make()[:40]
    assert np.mean([unsure(drawing) for drawing in drawings]) >= least
