"""The reader of pen digits, and the changed drawings that the shipped networks learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dl101_core.data import DataUnavailable
from dl101_core.draw.digits import PAD_SIZE, Drawing
from dl101_core.making.pen_variants import CHANGED, COPIES, changed, pen_images, thick
from dl101_core.making.pendigits import (
    CALIBRATION,
    HELD_BACK,
    PenDigit,
    load_pendigits,
    read_unipen,
)

FOUR = """.INCLUDE dene.doc
.SEGMENT DIGIT    0 ? "4"
.COMMENT 4 12  224
.PEN_DOWN
 100  500
  50  250
 250  250
.PEN_UP
.DT 100
.PEN_DOWN
 200  400
 200    0
.PEN_UP
"""
ONE = """.SEGMENT DIGIT 1 ? "1"
.COMMENT 1 30 225
.PEN_DOWN
 0 0
 0 500
.PEN_UP
"""


def test_points_become_strokes_on_the_pad_with_y_down() -> None:
    four, one = read_unipen(FOUR + ONE)
    half = PAD_SIZE / 2
    expected = (((56, 0), (28, half), (half, half)), ((112, 56), (112, PAD_SIZE)))
    assert (four.label, four.writer) == (4, 12)
    for stroke, points in zip(four.drawing.strokes, expected, strict=True):
        np.testing.assert_allclose(stroke, points)
    assert (one.label, one.writer) == (1, 30)
    assert one.drawing.strokes == (((0.0, PAD_SIZE), (0.0, 0.0)),)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (".COMMENT 4 12", ".COMMENT 10 12", "label 10 is not from 0 to 9"),
        (".COMMENT 4 12", ".COMMENT four 12", "four"),
        (".COMMENT 4 12  224", "", "segment 0 is no digit"),
        (" 100  500", " 100  up", "up"),
        (".PEN_DOWN", ".PEN_REST", "no stroke"),
    ],
)
def test_what_is_no_digit_is_named_by_its_segment(right: str, wrong: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as told:
        list(read_unipen(FOUR.replace(right, wrong)))
    assert "segment 0" in str(told.value)


def test_a_file_that_is_missing_or_damaged_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    with pytest.raises(DataUnavailable, match="not on this machine"):
        load_pendigits()
    file = tmp_path / "pendigits" / "pendigits-orig.tra"
    file.parent.mkdir()
    file.write_text(FOUR + ONE)
    assert [digit.label for digit in load_pendigits()] == [4, 1]
    file.write_text(FOUR.replace("500", "ü"), encoding="utf-8")
    with pytest.raises(DataUnavailable, match="cannot be read"):
        load_pendigits()


def test_no_writer_who_is_held_back_helps_to_calibrate() -> None:
    assert not {*HELD_BACK} & {*CALIBRATION}
    assert all(1 <= writer <= 30 for writer in (*HELD_BACK, *CALIBRATION))


@pytest.fixture
def digits() -> list[PenDigit]:
    return list(read_unipen(FOUR + ONE))


def test_each_digit_gives_its_copies_with_its_label_and_the_same_for_a_seed(
    digits: list[PenDigit],
) -> None:
    images, labels = pen_images(digits, seed=3)
    assert images.shape == (COPIES * len(digits), 28, 28)
    assert labels.tolist() == [4, 1] * COPIES
    again, _ = pen_images(digits, seed=3)
    assert np.array_equal(images, again)
    other, _ = pen_images(digits, seed=4)
    assert np.array_equal(images[:2], other[:2]), "as they were written"
    assert all(not np.array_equal(a, b) for a, b in zip(images[2:], other[2:], strict=True))
    assert len({image.tobytes() for image in images}) == len(images)
    assert CHANGED + 2 == COPIES


def test_a_changed_drawing_keeps_its_strokes_and_stays_on_the_pad(digits: list[PenDigit]) -> None:
    drawing = digits[0].drawing
    for seed in range(50):
        made = changed(drawing, np.random.default_rng(seed))
        assert [len(stroke) for stroke in made.strokes] == [3, 2]
        points = np.concatenate([np.array(stroke) for stroke in made.strokes])
        assert points.min() >= 0.1 * PAD_SIZE - 1e-9
        assert points.max() <= 0.9 * PAD_SIZE + 1e-9
        assert np.ptp(points, axis=0).max() == pytest.approx(0.8 * PAD_SIZE)


def test_a_thick_drawing_is_dark_on_light_along_the_stroke() -> None:
    line = Drawing((((70.0, 140.0), (210.0, 140.0)),))
    for seed in range(20):
        picture = thick(line, np.random.default_rng(seed))
        assert picture.shape == (112, 112)
        assert picture[56, 30:82].max() < 60
        assert picture[:35].min() == picture[77:].min() == 240
        widths = (picture < 130).sum(axis=0)[40:72]
        assert 3 <= widths.min() <= widths.max() <= 12
        assert widths.max() - widths.min() <= 1
