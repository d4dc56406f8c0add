"""Photos and small drawings as people make them: read, or refused in words."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dl101_core.draw.black_hat import closing
from dl101_core.draw.digits import Drawing, from_pixels, from_strokes
from dl101_core.draw.drawn import DrawnDigit, read_drawn
from dl101_core.draw.segmentation import BLANK, NOT_A_DIGIT
from dl101_core.draw.shown import stage_panels
from dl101_core.pictures import grey, read_upload
from dl101_core.weights import load_shipped, predict
from tests.photos import UInt8, framed, lines, on_paper, shadowed, tilted

DRAWN = read_drawn(Path(__file__).resolve().parents[1] / "drawn")
SAMPLE = [d for d in DRAWN if np.ptp(np.concatenate(d.drawing.strokes), axis=0).max() > 110][::3]
SEVEN = Drawing((((70, 60), (190, 60), (120, 220)), ((100, 130), (180, 130))))


def right(photos: list[UInt8], digits: list[DrawnDigit]) -> tuple[int, int, int]:
    """Number of photos that are read rightly, read wrongly, and refused in words."""
    images, labels, refused = [], [], 0
    for photo, digit in zip(photos, digits, strict=True):
        try:
            images.append(from_pixels(photo).image)
            labels.append(digit.label)
        except ValueError as problem:
            assert str(problem) in (NOT_A_DIGIT, BLANK)  # noqa: PT017
            refused += 1
    if not images:
        return 0, 0, refused
    read = predict(load_shipped("cnn"), torch.from_numpy(np.stack(images)))
    good = int((read == torch.tensor(labels)).sum())
    return good, len(images) - good, refused


def test_enough_digits_are_photographed() -> None:
    assert len(SAMPLE) >= 12


@pytest.mark.parametrize(
    "sides", [["left"], ["bottom"], ["top", "right"], ["left", "right"], ["left", "top", "bottom"]]
)
def test_a_dark_table_at_the_edge_is_cropped_away(sides: list[str]) -> None:
    # the pad's digits may reach under a wide edge; twelve hundredths leave them whole
    whole = [d for d in SAMPLE if within(d, 0.14)]
    good, wrong, refused = right([framed(d.drawing, sides) for d in whole], whole)
    assert wrong <= 1
    assert refused <= 1
    assert good >= len(whole) - 1


def within(digit: DrawnDigit, share: float) -> bool:
    points = np.concatenate(digit.drawing.strokes)
    size = digit.drawing.size
    return bool((points > share * size).all() and (points < (1 - share) * size).all())


@pytest.mark.parametrize("degrees", [0, 4, 9, -15])
def test_a_card_on_a_dark_table_is_read_however_it_lies(degrees: float) -> None:
    good, wrong, _ = right([tilted(d.drawing, degrees) for d in SAMPLE], SAMPLE)
    assert wrong <= 1
    assert good >= 0.85 * len(SAMPLE)


@pytest.mark.parametrize("degrees", [0, 60, 135])
def test_a_hard_shadow_is_not_taken_for_ink(degrees: float) -> None:
    good, wrong, _ = right([shadowed(d.drawing, degrees) for d in SAMPLE], SAMPLE)
    assert wrong <= 1
    assert good >= 0.85 * len(SAMPLE)


@pytest.mark.parametrize("make", ["square", "half"])
def test_an_area_is_no_digit_and_is_told_so(make: str) -> None:
    y, x = np.mgrid[0:200, 0:200]
    ink = {
        "square": (abs(x - 100) < 60) & (abs(y - 100) < 60),
        "half": x < 90,
    }[make]
    with pytest.raises(ValueError, match="does not look like one digit"):
        from_pixels(on_paper(ink.astype(np.float64)))


@pytest.mark.parametrize("side", [8, 12, 16, 20, 28, 40])
@pytest.mark.parametrize("smooth", [True, False])
def test_a_small_valid_picture_is_never_blank(side: int, smooth: bool) -> None:
    for strokes in ((((140, 40), (140, 240)),), SEVEN.strokes):
        ink = lines(Drawing(strokes), side, 1, smooth)
        from_pixels(np.where(ink > 0, 255 - 200 * np.maximum(ink, 0.5), 255).astype(np.uint8))


@pytest.mark.parametrize("side", [20, 40, 100, 256, 700])
@pytest.mark.parametrize("noise", [2.0, 5.0, 9.0, 14.0])
def test_blank_paper_is_refused_however_noisy(side: int, noise: float) -> None:
    for seed in range(5):
        grain = np.random.default_rng(seed).normal(0, noise, (side, side))
        paper = np.clip(200 + grain, 0, 255).astype(np.uint8)
        with pytest.raises(ValueError, match="looks blank"):
            from_pixels(paper)


@pytest.mark.parametrize("side", [56, 112, 256, 1200])
def test_a_thin_line_that_is_broken_is_one_digit(side: int) -> None:
    ink = lines(SEVEN, side, 0.012 * side)
    gap = max(1, round(0.02 * side))
    for start in range(round(0.3 * side), side, round(0.11 * side)):
        ink[start : start + gap] = 0  # white bars over the stem
    whole = from_pixels(on_paper(lines(SEVEN, side, 0.012 * side), 0)).image
    broken = from_pixels(on_paper(ink, 0)).image
    assert np.corrcoef(whole.ravel(), broken.ravel())[0, 1] > 0.8


def shown(panel_image: UInt8) -> np.ndarray:
    """Brightness on screen: the palette draws 0 white and 255 darkest."""
    return 255 - panel_image.astype(float)


def test_the_first_panel_is_the_picture_and_no_negative() -> None:
    ink = lines(SEVEN, 200, 10)
    for photo in (on_paper(ink), 255 - on_paper(ink)):
        panel = from_pixels(photo).stages[0]
        assert np.corrcoef(shown(panel.image).ravel(), photo.astype(float).ravel())[0, 1] > 0.99
        assert "light and dark" in panel.sentence


def test_the_second_panel_shows_dark_ink_on_white_paper_as_its_sentence_says() -> None:
    ink = lines(SEVEN, 200, 10)
    for photo in (on_paper(ink), 255 - on_paper(ink)):
        panel = from_pixels(photo).stages[1]
        bright = shown(panel.image)
        assert "dark on white paper" in panel.sentence
        assert (bright > 250).mean() > 0.5  # mostly paper
        assert (bright < 60).mean() > 0.05
    drawn = from_strokes(SEVEN)
    assert [stage.image.max() for stage in drawn.stages] == [255] * 4
    assert len(stage_panels(drawn.stages)) == 4


def transparent(colour: tuple[int, int, int]) -> bytes:
    ink = lines(SEVEN, 160, 9)
    layer = np.zeros((160, 160, 4), np.uint8)
    layer[..., :3] = colour
    layer[..., 3] = np.round(255 * ink)
    return png(Image.fromarray(layer, "RGBA"))


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def read(data: bytes) -> UInt8:
    return from_pixels(grey(read_upload(data))[:, :, 0].copy()).image


@pytest.mark.parametrize(
    "colour", [(255, 255, 255), (255, 235, 60), (0, 0, 0), (30, 60, 200), (250, 160, 160)]
)
def test_ink_of_any_colour_on_a_transparent_picture_is_read(colour: tuple[int, int, int]) -> None:
    expected = from_pixels(on_paper(lines(SEVEN, 160, 9), 0)).image
    assert np.corrcoef(read(transparent(colour)).ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("bits", [10, 12, 16])
def test_grey_of_more_than_eight_bits_is_read(bits: int) -> None:
    ink = lines(SEVEN, 160, 9)
    values = np.round((0.9 - 0.8 * ink) * (2**bits - 1)).astype(np.uint16)
    expected = from_pixels(on_paper(ink, 0)).image
    image = read(png(Image.fromarray(values)))
    assert np.corrcoef(image.ravel(), expected.ravel())[0, 1] > 0.95


def test_sixteen_bits_are_turned_as_the_camera_was_held() -> None:
    values = np.zeros((20, 40), dtype=np.uint16)
    values[:, :10] = 60_000
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter clockwise
    picture = read_upload(png(Image.fromarray(values), exif=exif))
    assert picture.shape == (40, 20, 3)
    assert picture[2, 10, 0] > 200
    assert picture[-3, 10, 0] < 20


def test_closing_is_the_least_of_the_largest_by_hand() -> None:
    light = np.array([[9, 9, 1, 9, 9, 9, 2, 2, 2, 2]], dtype=np.float32)
    # windows of 3: the single dark pixel vanishes; the dark end goes on outside and stays
    assert closing(light, 3).tolist() == [[9, 9, 9, 9, 9, 9, 2, 2, 2, 2]]
