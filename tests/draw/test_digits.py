"""Digits: strokes and pixels become what MNIST would hold."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from dl101_core.draw.digits import (
    BOX,
    DOT,
    EDGE,
    EMPTY,
    MAX_POINTS,
    MAX_STROKES,
    PEN_RADIUS,
    Drawing,
    from_pixels,
    from_strokes,
)
from dl101_core.draw.segmentation import BLANK, NOT_A_DIGIT, distance_transform

UInt8 = npt.NDArray[np.uint8]

SEVEN: tuple[tuple[tuple[float, float], ...], ...] = (
    ((40, 30), (160, 30), (90, 220)),
    ((70, 120), (150, 120)),
)
RING = (tuple((140 + 60 * math.cos(t / 10), 140 + 100 * math.sin(t / 10)) for t in range(64)),)


def sides(image: UInt8) -> tuple[int, int]:
    """Height and width of the box of the ink."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def centre_of_mass(image: UInt8) -> tuple[float, float]:
    mass, index = float(image.sum()), np.arange(28)
    return float(image.sum(axis=1) @ index) / mass, float(image.sum(axis=0) @ index) / mass


def moved(strokes: tuple[tuple[tuple[float, float], ...], ...], scale: float, by: float) -> Drawing:
    return Drawing(tuple(tuple((x * scale + by, y * scale + by) for x, y in s) for s in strokes))


def picture(strokes: tuple[tuple[tuple[float, float], ...], ...], pen: int = 16) -> UInt8:
    """Dark strokes on light paper, 280 × 280, drawn at four times the size."""
    big = Image.new("L", (1120, 1120), 230)
    brush = ImageDraw.Draw(big)
    for stroke in strokes:
        points = [(4 * x, 4 * y) for x, y in stroke]
        brush.line(points, fill=30, width=4 * pen, joint="curve")
        for x, y in points:
            brush.circle((x, y), 2 * pen, fill=30)
    return np.array(big.resize((280, 280), Image.Resampling.BOX))


# ---------------------------------------------------------------- strokes


def test_a_vertical_line_has_the_ink_that_the_formula_gives_by_hand() -> None:
    image = from_strokes(Drawing((((100, 50), (100, 200)),))).image
    # the line lies between the pixel centres 9.5 and 10.5 of the box: 0.5 and 1.5 pixels away
    near = round(255 * min(1.0, 0.5 + (PEN_RADIUS - 0.5) / EDGE))
    far = round(255 * (0.5 + (PEN_RADIUS - 1.5) / EDGE))
    assert near == 255
    assert far == 79
    middle = image[14]
    columns = np.flatnonzero(middle)
    # the line is a row of points 0.2 apart, so a grey may be one level off
    assert middle[columns].tolist() == pytest.approx([far, near, near, far], abs=1)
    assert sides(image) == (20, 4)


def test_the_image_is_28_by_28_bytes_and_cannot_be_changed() -> None:
    image = from_strokes(Drawing(SEVEN)).image
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        image[0, 0] = 1


def test_there_are_four_stages_with_names_sentences_and_pictures() -> None:
    for digit in (from_strokes(Drawing(SEVEN)), from_pixels(picture(SEVEN))):
        assert len(digit.stages) == 4
        assert len({stage.name for stage in digit.stages}) == 4
        for stage in digit.stages:
            assert stage.sentence.endswith(".")
            assert stage.image.dtype == np.uint8
            assert stage.image.any()
        assert digit.stages[2].image.shape == (20, 20)
        assert digit.image is digit.stages[3].image


@pytest.mark.parametrize("strokes", [SEVEN, RING])
def test_the_longest_side_is_20_pixels_and_the_mass_lies_at_14(strokes: object) -> None:
    image = from_strokes(Drawing(strokes)).image  # type: ignore[arg-type]
    assert max(sides(image)) == BOX
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.5)


@pytest.mark.parametrize(("scale", "by"), [(1, 0), (0.05, 3), (0.2, 200), (1.2, -20), (1, 55)])
def test_neither_size_nor_place_of_a_drawing_matters(scale: float, by: float) -> None:
    reference = from_strokes(Drawing(SEVEN)).image.astype(int)
    assert np.abs(from_strokes(moved(SEVEN, scale, by)).image - reference).max() <= 2


def test_the_number_of_points_and_duplicate_points_do_not_matter() -> None:
    once = ((50.0, 50.0), (50.0, 250.0))
    many = tuple((50.0, 50.0 + 200 * k / 400) for k in range(401) for _ in range(3))
    difference = from_strokes(Drawing((once,))).image.astype(int) - from_strokes(
        Drawing((many,))
    ).image.astype(int)
    assert np.abs(difference).max() <= 2


def test_a_long_horizontal_line_stays_on_the_picture() -> None:
    image = from_strokes(Drawing((((5, 140), (275, 141)),))).image
    assert sides(image)[1] == BOX
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.5)


def test_ink_far_from_its_centre_of_mass_is_never_cut_off() -> None:
    scribble = tuple((250.0 + 8 * (k % 2), 20.0 + k % 9) for k in range(200))
    digit = from_strokes(Drawing((scribble, ((10.0, 250.0), (255.0, 25.0)))))
    assert digit.image.sum(dtype=int) == digit.stages[2].image.sum(dtype=int)


def test_a_click_beside_a_digit_is_not_part_of_it() -> None:
    alone = from_strokes(Drawing(SEVEN))
    clicked = from_strokes(Drawing((*SEVEN, ((270, 270),), ((5, 275), (6, 275)))))
    assert np.array_equal(alone.image, clicked.image)


def test_an_empty_pad_asks_for_a_drawing() -> None:
    for strokes in ((), ((),), ((), ())):
        with pytest.raises(ValueError, match="Draw something first") as error:
            from_strokes(Drawing(strokes))
        assert str(error.value) == EMPTY


def test_a_single_dot_asks_for_a_whole_digit() -> None:
    for strokes in ((((9, 9),),), (((9, 9), (9, 9)),), (((9, 9), (10, 11)), ((10, 9),))):
        with pytest.raises(ValueError, match="single dot") as error:
            from_strokes(Drawing(strokes))
        assert str(error.value) == DOT


def test_a_digit_made_of_dots_is_drawn() -> None:
    dots = tuple(((100.0, 40.0 + 10 * k),) for k in range(20))
    assert max(sides(from_strokes(Drawing(dots)).image)) == BOX


def test_the_largest_allowed_scribble_is_drawn() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 280, (MAX_POINTS, 2)).tolist()
    drawing = Drawing.from_message({"strokes": [points]})
    assert max(sides(from_strokes(drawing).image)) == BOX


coordinate = st.floats(-280, 560, allow_nan=False)
strokes_strategy = st.lists(
    st.lists(st.tuples(coordinate, coordinate), max_size=12).map(tuple), max_size=6
).map(tuple)


@settings(max_examples=150, deadline=None)
@given(strokes_strategy)
def test_any_strokes_give_a_digit_or_one_of_two_messages(
    strokes: tuple[tuple[tuple[float, float], ...], ...],
) -> None:
    try:
        digit = from_strokes(Drawing(strokes))
    except ValueError as error:
        assert str(error) in (EMPTY, DOT)  # noqa: PT017
        return
    assert max(sides(digit.image)) == BOX
    assert digit.image.sum(dtype=int) == digit.stages[2].image.sum(dtype=int)


# ---------------------------------------------------------------- messages from the pad


def test_a_message_of_the_pad_becomes_a_drawing() -> None:
    message = {"seq": 4, "strokes": [[[1, 2], [3.5, 4]], []]}
    assert Drawing.from_message(message) == Drawing((((1.0, 2.0), (3.5, 4.0)), ()))


@pytest.mark.parametrize(
    ("message", "part"),
    [
        (None, "drawing (=None) must be an object with 'strokes'"),
        ([], "drawing (=[]) must be an object"),
        ({}, "drawing (={}) must be an object"),
        ({"strokes": "abc"}, "strokes (='abc') must be a list of strokes"),
        ({"strokes": [7]}, "stroke (=7) must be a list of points"),
        ({"strokes": [{"x": 1}]}, "stroke (={'x': 1}) must be a list of points"),
        ({"strokes": [[5, 6]]}, "point (=5) must be a pair of numbers"),
        ({"strokes": [["ab"]]}, "point (='ab') must be a pair of numbers"),
        ({"strokes": [[[1, 2, 3]]]}, "point (=[1, 2, 3]) must be a pair"),
        ({"strokes": [[[True, 2]]]}, "point (=[True, 2]) must be a pair"),
        ({"strokes": [[[None, 2]]]}, "point (=[None, 2]) must be a pair"),
        ({"strokes": [[["1", 2]]]}, "point (=['1', 2]) must be a pair"),
        ({"strokes": [[[math.nan, 2]]]}, "point (=[nan, 2]) must lie between -280 and 560"),
        ({"strokes": [[[math.inf, 2]]]}, "point (=[inf, 2]) must lie between"),
        ({"strokes": [[[0, -281]]]}, "point (=[0, -281]) must lie between -280 and 560"),
        ({"strokes": [[[10**400, 1]]]}, "must lie between -280 and 560"),
        ({"strokes": [[]] * (MAX_STROKES + 1)}, "strokes (=501 items) may hold at most 500"),
        ({"strokes": [[[1, 1]] * (MAX_POINTS + 1)]}, "points (=20001) may be at most 20000"),
        ({"strokes": [[[1, 1]] * 15_000] * 2}, "points (=30000) may be at most 20000"),
    ],
)
def test_a_hostile_message_is_refused_by_name(message: object, part: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        Drawing.from_message(message)
    assert part in str(error.value)
    assert len(str(error.value)) < 250


def test_a_drawing_checks_its_points_and_its_size() -> None:
    with pytest.raises(ValueError, match=r"point \(=\(1, 900\)\) must lie between"):
        Drawing((((1, 900),),))
    with pytest.raises(ValueError, match=r"size \(=nan\) must be a number"):
        Drawing((), math.nan)


def test_on_a_smaller_pad_the_same_drawing_gives_the_same_image() -> None:
    half = Drawing(tuple(tuple((x / 2, y / 2) for x, y in s) for s in SEVEN), 140)
    assert np.array_equal(from_strokes(half).image, from_strokes(Drawing(SEVEN)).image)


# ---------------------------------------------------------------- pixels


@pytest.mark.parametrize("pen", [4, 10, 16, 26])
def test_a_picture_gives_nearly_what_its_strokes_give_whatever_the_pen(pen: int) -> None:
    for strokes in (SEVEN, RING):
        # before centring: a symmetric ring may be moved by one pixel either way
        from_pen = from_strokes(Drawing(strokes)).stages[2].image  # type: ignore[arg-type]
        from_photo = from_pixels(picture(strokes, pen)).stages[2].image  # type: ignore[arg-type]
        alike = np.corrcoef(from_pen.ravel(), from_photo.ravel())[0, 1]
        assert alike > 0.95


def changed_light(image: UInt8) -> UInt8:
    slope = np.linspace(0.55, 1.0, image.shape[1])
    return (image * slope).astype(np.uint8)


def grainy(image: UInt8) -> UInt8:
    noise = np.random.default_rng(0).normal(0, 6, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def specked(image: UInt8) -> UInt8:
    dirty = image.copy()
    dirty[[5, 100, 270], [270, 4, 10]] = 0
    return dirty


def smudged(image: UInt8) -> UInt8:
    dirty = image.copy()
    dirty[255:265, 8:20] = 40
    dirty[10:14, 240:272] = 90
    return dirty


def faint(image: UInt8) -> UInt8:
    return (150 + image // 4).astype(np.uint8)


def inverted(image: UInt8) -> UInt8:
    return (255 - image).astype(np.uint8)


def enlarged(image: UInt8) -> UInt8:
    return image.repeat(4, axis=0).repeat(4, axis=1)


@pytest.mark.parametrize(
    "change", [changed_light, grainy, specked, smudged, faint, inverted, enlarged]
)
def test_neither_light_nor_grain_nor_specks_nor_ink_colour_matter(
    change: Callable[[UInt8], UInt8],
) -> None:
    plain = from_pixels(picture(SEVEN)).image.astype(float)
    image = from_pixels(change(picture(SEVEN))).image
    assert max(sides(image)) == BOX
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.5)
    assert np.corrcoef(plain.ravel(), image.astype(float).ravel())[0, 1] > 0.95


def test_an_image_made_as_mnist_is_made_stays_much_as_it_is() -> None:
    for strokes in (SEVEN, RING):
        made = from_strokes(Drawing(strokes))  # type: ignore[arg-type]
        before, after = made.stages[2].image, from_pixels(made.image).stages[2].image
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_blank_picture_is_called_blank(shade: int) -> None:
    with pytest.raises(ValueError, match="looks blank") as error:
        from_pixels(np.full((60, 80), shade, np.uint8))
    assert str(error.value) == BLANK


def test_grain_alone_is_called_blank() -> None:
    with pytest.raises(ValueError, match="looks blank"):
        from_pixels(grainy(np.full((200, 200), 128, np.uint8)))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((28, 28)), r"picture \(=float64 of shape \(28, 28\)\) must be grey"),
        (
            np.zeros((28, 28, 3), np.uint8),
            r"picture \(=uint8 of shape \(28, 28, 3\)\) must be grey",
        ),
        (np.zeros((0, 5), np.uint8), r"picture \(=5 × 0 pixels\) must have sides of 8"),
        (
            np.zeros((8, 9000), np.uint8),
            r"picture \(=9000 × 8 pixels\) must have sides of 8 to 8192",
        ),
        ("a picture", r"picture \(=str of shape None\) must be grey"),
    ],
)
def test_what_is_no_grey_picture_is_refused(array: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_pixels(array)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(8, 40),
    st.integers(8, 40),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.01, 0.1, 0.5, 0.9]),
)
def test_any_picture_gives_an_image_or_the_word_blank(
    height: int, width: int, seed: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    noise = (rng.uniform(size=(height, width)) < share) * rng.integers(0, 256, (height, width))
    try:
        image = from_pixels(noise.astype(np.uint8)).image
    except ValueError as error:
        assert str(error) in (BLANK, NOT_A_DIGIT)  # noqa: PT017
        return
    assert image.any()


def test_the_distance_to_the_nearest_cell_is_euclid_s() -> None:
    target = np.zeros((7, 9), dtype=bool)
    target[2, 3] = target[6, 8] = True
    y, x = np.mgrid[0:7, 0:9]
    expected = np.minimum(np.hypot(y - 2, x - 3), np.hypot(y - 6, x - 8))
    assert distance_transform(target) == pytest.approx(expected, abs=1e-5)
