"""The answer beside Home's pad, and what is read while its example writes itself."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from dl101_core.draw.digits import Drawing, from_strokes
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.view import Network
from dl101_core.home.reading_view import SHARES, rehearsal, seen_and_read, written
from dl101_core.weights import load_shipped


@pytest.fixture(scope="module")
def network() -> Network:
    return Network("cnn", "A network", load_shipped("cnn"))


def darkness(png: str) -> np.ndarray:
    """How dark each pixel of the picture is, from 0 to 255."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("L")
    return 255 - np.asarray(picture)


def test_the_answer_is_that_of_the_network_to_the_pixels_on_show(network: Network) -> None:
    digit = from_strokes(examples()[OWN].drawing)
    data = seen_and_read(network, digit, 7, "")
    x = torch.from_numpy(digit.image.copy())[None, None].float() / 255
    with torch.no_grad():
        shares = torch.softmax(network.model(x), 1)[0]
    assert data["seq"] == 7
    assert data["cards"][0]["digit"] == int(shares.argmax()) == 3
    assert data["cards"][0]["widths"] == pytest.approx((100 * shares).tolist(), abs=0.06)
    seen = darkness(data["seen"])
    assert seen.shape == (28, 28)
    assert bool((seen[digit.image == 0] == 0).all())
    assert bool((seen[digit.image > 200] > 100).all())


def test_without_a_digit_there_is_a_sentence_and_no_picture(network: Network) -> None:
    data = seen_and_read(network, None, 2, "Draw something first.")
    assert (data["message"], data["seen"]) == ("Draw something first.", "")
    assert data["cards"][0]["digit"] is None


def test_the_example_is_read_as_far_as_it_is_written(network: Network) -> None:
    steps = rehearsal(network)
    assert [step["share"] for step in steps] == list(SHARES)
    last = from_strokes(Drawing(written(examples()[OWN].drawing.strokes, SHARES[-1])))
    assert steps[-1]["seen"] == seen_and_read(network, last, 0, "")["seen"]
    assert len({step["seen"] for step in steps}) == len(steps)


@pytest.mark.parametrize(
    ("share", "lengths"), [(0, []), (0.1, [1]), (0.5, [3, 2]), (0.6, [3, 3]), (1, [3, 7])]
)
def test_a_share_of_the_points_is_written_in_order(share: float, lengths: list[int]) -> None:
    strokes = (tuple((float(n), 0.0) for n in range(3)), tuple((float(n), 1.0) for n in range(7)))
    assert [len(stroke) for stroke in written(strokes, share)] == lengths
