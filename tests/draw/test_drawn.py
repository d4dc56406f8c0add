"""Digits really drawn with a mouse on the pad (``tests/drawn/*.json``): the shipped CNN reads them.

No network is trained on these drawings.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from dl101_core.draw.digits import from_pixels, from_strokes
from dl101_core.draw.drawn import DrawnDigit, read_drawn
from dl101_core.making.weights import drawn_accuracy
from dl101_core.weights import SHIPPED, accuracy, card, load_shipped, predict

DRAWN = Path(__file__).resolve().parents[1] / "drawn"
BAR = 0.99
GOOD = {"label": 7, "style": "plain", "hand": "A", "strokes": [[[0, 0], [50, 0], [20, 90]]]}


@pytest.fixture(scope="module")
def drawn() -> tuple[DrawnDigit, ...]:
    return read_drawn(DRAWN)


def test_the_set_holds_every_digit_in_several_styles_and_hands(
    drawn: tuple[DrawnDigit, ...],
) -> None:
    assert len(drawn) >= 60
    assert min(Counter(d.label for d in drawn)[label] for label in range(10)) >= 4
    assert len({d.hand for d in drawn}) >= 2
    assert len({d.style for d in drawn}) >= 5


def test_the_shipped_cnn_reads_99_percent_of_them(drawn: tuple[DrawnDigit, ...]) -> None:
    images = torch.from_numpy(np.stack([from_strokes(d.drawing).image for d in drawn]))
    read = predict(load_shipped("cnn"), images).tolist()
    wrong = [
        f"{d.source} ({d.label} {d.style}, hand {d.hand}) read as {answer}"
        for d, answer in zip(drawn, read, strict=True)
        if answer != d.label
    ]
    assert len(wrong) <= (1 - BAR) * len(drawn), "\n".join(wrong)


def photo(digit: DrawnDigit) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The drawing in dark ink on paper with grain and uneven light, 560 × 560."""
    paper = Image.new("L", (560, 560))
    brush = ImageDraw.Draw(paper)
    for stroke in digit.drawing.strokes:
        points = [(2 * x, 2 * y) for x, y in stroke]
        brush.line(points, fill=255, width=12, joint="curve")
        for x, y in points:
            brush.circle((x, y), 6, fill=255)
    grain = np.random.default_rng(digit.label).normal(0, 5, (560, 560))
    light = np.linspace(170, 225, 560)
    return np.clip(light - 0.5 * np.asarray(paper) + grain, 0, 255).astype(np.uint8)


def test_the_shipped_cnn_reads_photos_of_the_larger_ones_as_well(
    drawn: tuple[DrawnDigit, ...],
) -> None:
    # a thick pen closes the loops of a small digit on paper; the pad knows its middle line
    large = [d for d in drawn if np.ptp(np.concatenate(d.drawing.strokes), axis=0).max() > 90]
    assert len(large) >= 40
    images = torch.from_numpy(np.stack([from_pixels(photo(d)).image for d in large]))
    labels = torch.tensor([d.label for d in large])
    assert accuracy(load_shipped("cnn"), images, labels) >= 0.97


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_tells_the_accuracy_on_drawn_digits_truly(name: str) -> None:
    measured = drawn_accuracy(load_shipped(name), DRAWN)
    assert measured is not None
    assert card(name).drawn_accuracy == pytest.approx(measured, abs=0.01)


def test_records_are_read_with_their_label_style_hand_and_place(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps([GOOD, {**GOOD, "label": 1}]))
    (tmp_path / "a.json").write_text(json.dumps([{**GOOD, "hand": "B"}]))
    first, second, third = read_drawn(tmp_path)
    assert (first.source, first.hand, first.label) == ("a.json[0]", "B", 7)
    assert (second.source, third.source, third.label) == ("b.json[0]", "b.json[1]", 1)
    assert second.drawing.strokes == (((0.0, 0.0), (50.0, 0.0), (20.0, 90.0)),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "x.json is not JSON"),
        ("3", "x.json must hold a list of records"),
        ("[3]", r"x.json\[0\] must be an object with a label from 0 to 9"),
        (json.dumps([GOOD, {**GOOD, "label": 10}]), r"x.json\[1\] must be an object with a label"),
        (
            json.dumps([{**GOOD, "strokes": [[[1]]]}]),
            r"x.json\[0\]: point \(=\[1\]\) must be a pair",
        ),
    ],
)
def test_a_bad_record_is_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        read_drawn(tmp_path)
