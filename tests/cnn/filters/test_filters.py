"""Filters against nn.Conv2d, plain loops and hand-computed cases."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import torch

from dl101_core import pictures
from dl101_core.cnn import filters
from dl101_core.cnn.filters import KERNELS, OWN, PADDING_MODES, FilterConfig, Rows
from dl101_core.cnn.filters.maths import doubts, filter_numbers
from dl101_core.cnn.filters.script import filter_script
from dl101_core.latex import number
from dl101_core.ui.palette import SIGNED
from dl101_core.ui.scales import colour_table
from tests.scripts import run_script

ROOT = Path(__file__).resolve().parents[3]
TABLE = colour_table(SIGNED)
HORIZONTAL: Rows = ((0, 0, 0), (1, 2, 3), (0, 0, 0))


def noise(height: int = 19, width: int = 23, seed: int = 0) -> pictures.Picture:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def by_conv2d(config: FilterConfig, picture: pictures.Picture) -> np.ndarray:
    """The same by ``nn.Conv2d`` with its own padding, one channel at a time, in float64."""
    layer = torch.nn.Conv2d(
        1, 1, config.size, config.stride, config.pad, config.dilation,
        padding_mode=config.padding_mode, dtype=torch.float64,
    )  # fmt: skip
    with torch.no_grad():
        kernel = torch.tensor(config.rows, dtype=torch.float64) / config.divisor
        layer.weight.copy_(kernel[None, None])
        layer.bias.fill_(config.bias)
        x = torch.from_numpy(picture.astype(np.float64)).permute(2, 0, 1)[:, None]
        return layer(x)[:, 0].permute(1, 2, 0).numpy()


def by_loops(config: FilterConfig, picture: pictures.Picture) -> np.ndarray:
    """The formula with four loops; padding by NumPy."""
    modes = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    pad = ((config.pad,) * 2, (config.pad,) * 2, (0, 0))
    x = np.pad(picture.astype(float), pad, mode=modes[config.padding_mode])
    reach = config.dilation * (config.size - 1) + 1
    height, width = ((n - reach) // config.stride + 1 for n in x.shape[:2])
    y = np.zeros((height, width, 3))
    for i in range(height):
        for j in range(width):
            for u in range(config.size):
                for v in range(config.size):
                    place = (
                        i * config.stride + u * config.dilation,
                        j * config.stride + v * config.dilation,
                    )
                    y[i, j] += config.rows[u][v] * x[place]
    return y / config.divisor + config.bias


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_agrees_with_conv2d(
    kernel: str, mode: str, stride: int, dilation: int
) -> None:
    config = FilterConfig(
        kernel=kernel, bias=7, stride=stride, padding_mode=mode, dilation=dilation
    )
    result = filters.apply(config, noise())
    expected = by_conv2d(config, noise())
    assert result.values.shape == expected.shape
    np.testing.assert_allclose(result.values, expected, rtol=2e-6, atol=1e-3)


@pytest.mark.parametrize("padding", [0, 1, 4])
@pytest.mark.parametrize("mode", PADDING_MODES)
def test_every_padding_mode_agrees_with_plain_loops(mode: str, padding: int) -> None:
    rows = ((0.5, -1, 2), (3, 0, -4.25), (1, 1, 0.125))
    config = FilterConfig(
        kernel=OWN, own_rows=rows, bias=-3, stride=2, padding=padding, padding_mode=mode, dilation=2
    )
    result = filters.apply(config, noise(9, 11))
    np.testing.assert_allclose(result.values, by_loops(config, noise(9, 11)), rtol=1e-5, atol=1e-3)


def test_three_pixels_by_hand() -> None:
    # (0, 10, 20) · (1, 2, 3) = 80;  (10, 20, 30) → 140;  (20, 30, 0) → 80; then + 5
    picture = np.array([[[10] * 3, [20] * 3, [30] * 3]], dtype=np.uint8)
    result = filters.apply(FilterConfig(kernel=OWN, own_rows=HORIZONTAL, bias=5), picture)
    assert result.values[0, :, 0].tolist() == [85, 145, 85]
    assert (result.low, result.high, result.mean) == (85, 145, 105)


def test_the_kernel_is_not_flipped() -> None:
    rows: Rows = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    picture = np.zeros((5, 5, 3), dtype=np.uint8)
    picture[2, 2] = 1
    result = filters.apply(FilterConfig(kernel=OWN, own_rows=rows), picture)
    # Around one bright pixel, cross-correlation writes the kernel turned by 180°.
    assert result.values[1:4, 1:4, 0].tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]


def test_identity_changes_nothing() -> None:
    result = filters.apply(FilterConfig(kernel="identity"), noise())
    assert np.array_equal(filters.show(result, TABLE), noise())
    assert result.outside == 0
    difference = filters.difference(result)
    assert difference is not None
    assert not difference.any()


@pytest.mark.parametrize("kernel", [name for name in KERNELS if name != "identity"])
def test_a_flat_picture_shows_what_the_entries_add_up_to(kernel: str) -> None:
    flat = np.full((20, 20, 3), 100, dtype=np.uint8)
    config = FilterConfig(kernel=kernel, padding_mode="replicate")
    total = sum(map(sum, config.rows)) / config.divisor
    assert filters.apply(config, flat).values == pytest.approx(100 * total)


@pytest.mark.parametrize("kernel", KERNELS)
def test_normalised_kernels_keep_flat_areas_or_cancel_them(kernel: str) -> None:
    flat = np.full((20, 20, 3), 100, dtype=np.uint8)
    config = FilterConfig(kernel=kernel, normalise=True, padding_mode="replicate")
    total = sum(map(sum, config.rows))
    assert filters.apply(config, flat).values == pytest.approx(100.0 if total else 0.0)


@pytest.mark.parametrize(
    ("rows", "divisor"),
    [
        (((0, -1, 0), (-1, 8, -1), (0, -1, 0)), 4),
        (((0, -1, 0), (-1, 4, -1), (0, -1, 0)), 4),
        (((0, 0, 0), (0, -2, 0), (0, 0, 0)), 2),
        (((0, 0, 0), (0, 0, 0), (0, 0, 0)), 1),
        (((0.1, 0.2, -0.3), (0, 0, 0), (0, 0, 0)), 0.3),
    ],
)
def test_what_normalise_divides_by(rows: Rows, divisor: float) -> None:
    assert FilterConfig(kernel=OWN, own_rows=rows, normalise=True).divisor == pytest.approx(divisor)


def test_grey_filters_the_brightness() -> None:
    result = filters.apply(FilterConfig(kernel="box", grey=True), noise())
    assert result.values.shape == (19, 23, 1)
    grey = pictures.grey(noise()).repeat(3, axis=2)
    np.testing.assert_allclose(
        result.values[:, :, 0], by_conv2d(FilterConfig(kernel="box"), grey)[:, :, 0], rtol=1e-5
    )
    assert filters.show(result, TABLE).shape == (19, 23, 3)


def test_values_outside_the_screen_are_counted() -> None:
    picture = np.array([[[100, 200, 0], [255, 10, 50]]], dtype=np.uint8)
    rows: Rows = ((0, 0, 0), (0, 2, 0), (0, 0, 0))
    result = filters.apply(FilterConfig(kernel=OWN, own_rows=rows, bias=-30), picture)
    # 170, 370, -30 and 480, -10, 70
    assert result.outside == 4
    assert (result.low, result.high) == (-30, 480)


def test_the_four_ways_of_showing_a_result() -> None:
    picture = np.array([[[0] * 3, [127] * 3, [255] * 3]], dtype=np.uint8)
    rows: Rows = ((0, 0, 0), (0, 4, 0), (0, 0, 0))

    def shown(view: str) -> list[list[int]]:
        config = FilterConfig(kernel=OWN, own_rows=rows, bias=-508, view=view)  # -508, 0, 512
        return filters.show(filters.apply(config, picture), TABLE)[0].tolist()

    assert [pixel[0] for pixel in shown("clipped")] == [0, 0, 255]
    assert [pixel[0] for pixel in shown("absolute")] == [255, 0, 255]
    assert [pixel[0] for pixel in shown("stretched")] == [0, 127, 255]
    blue, white, orange = shown("signed")
    assert blue == [0x21, 0x66, 0xAC]
    assert min(white) > 240
    assert orange == [0xB3, 0x58, 0x06]


def test_a_constant_result_can_be_stretched() -> None:
    flat = np.full((4, 4, 3), 9, dtype=np.uint8)
    result = filters.apply(FilterConfig(kernel="identity", view="stretched"), flat)
    assert not filters.show(result, TABLE).any()


@pytest.mark.parametrize(
    ("kernel", "view"),
    [("edge", "signed"), ("box", "clipped"), ("curve", "stretched"), (OWN, "clipped")],
)
def test_automatic_fits_the_kernel(kernel: str, view: str) -> None:
    assert FilterConfig(kernel=kernel).shown_as == view


def test_an_own_kernel_that_adds_up_to_zero_is_shown_signed() -> None:
    assert (
        FilterConfig(kernel=OWN, own_rows=((0, 0, 0), (-1, 0, 1), (0, 0, 0))).shown_as == "signed"
    )


def test_the_difference_needs_equal_sizes() -> None:
    assert filters.difference(filters.apply(FilterConfig(kernel="box", stride=2), noise())) is None


@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_the_pixel_explained_is_the_pixel_shown(mode: str, stride: int, dilation: int) -> None:
    config = FilterConfig(
        kernel="gaussian", bias=-4, stride=stride, padding=3, padding_mode=mode, dilation=dilation
    )
    result = filters.apply(config, noise())
    for row, column in ((0, 0), (2, 3), (result.height - 1, result.width - 1)):
        for channel in range(3):
            pixel = filters.pixel(result, row, column, channel)
            products = np.array(pixel.window) * np.array(config.rows)
            assert pixel.total == pytest.approx(products.sum())
            assert pixel.value == pytest.approx(pixel.total / 16 - 4)


def test_a_pixel_outside_the_result_is_named() -> None:
    result = filters.apply(FilterConfig(), noise())
    with pytest.raises(ValueError, match=r"pixel \(=19, 0\) must lie in the result of 19 × 23"):
        filters.pixel(result, 19, 0)


def test_pytorch_limits_are_explained_with_a_way_out() -> None:
    tiny = noise(3, 4)
    with pytest.raises(ValueError, match=r"at least 4 pixels a side.*less padding, or replicate"):
        filters.apply(FilterConfig(padding=3, padding_mode="reflect"), tiny)
    with pytest.raises(ValueError, match=r"wrap around this picture of 4 × 3 more than once"):
        filters.apply(FilterConfig(padding=4, padding_mode="circular"), tiny)
    with pytest.raises(ValueError, match=r"reaches over 7 pixels.*has 6 × 5"):
        filters.apply(FilterConfig(dilation=3, padding=1), tiny)
    # The greatest paddings that do fit.
    filters.apply(FilterConfig(padding=2, padding_mode="reflect"), tiny)
    filters.apply(FilterConfig(padding=3, padding_mode="circular"), tiny)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_fallback_fits_a_single_pixel(kernel: str) -> None:
    config = FilterConfig(kernel=kernel, stride=8, padding=256, padding_mode="reflect", dilation=8)
    assert filters.apply(filters.always_fits(config), noise(1, 1)).values.shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kernel": "magic"}, r"kernel \(='magic'\) must be one of: identity"),
        ({"stride": 0}, r"stride \(=0\) must be a whole number from 1 to 8"),
        ({"dilation": 9}, r"dilation \(=9\)"),
        ({"padding": -1}, r"padding \(=-1\)"),
        ({"padding": "valid"}, r"padding \(='valid'\)"),
        ({"padding_mode": "mirror"}, r"padding_mode \(='mirror'\) must be one of: zeros"),
        ({"bias": float("nan")}, r"bias \(=nan\)"),
        ({"view": "loud"}, r"view \(='loud'\)"),
        ({"own_rows": ((1, 2), (3, 4))}, "3 rows of 3 numbers"),
        ({"own_rows": ((1, 2, 3),) * 2 + ((1, 2),)}, "3 rows of 3 numbers"),
        ({"own_rows": ((1, 2, float("inf")),) * 3}, r"kernel entry \(=inf\)"),
        ({"own_rows": ((1, 2, 0.0001),) * 3}, "three decimals at most"),
    ],
)
def test_impossible_settings_are_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FilterConfig(**settings)  # type: ignore[arg-type]


SHARPEN_TEXTS = (
    "0,-1,0;-1,5,-1;0,-1,0",
    "0 -1 0; -1 5 -1; 0 -1 0;",
    " 0, -1, 0;-1,5.0,-1;0,-1,0 ",
    "0 -1 0\n-1 5 -1\n0 -1 0\n",
    "0\t-1\t0\r\n-1\t5\t-1\r\n0\t-1\t0",
    "0 \u22121 0; \u22121 5 \u22121; 0 \u22121 0",
    "[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]",
    "[[ 0. -1.  0.]\n [-1.  5. -1.]\n [ 0. -1.  0.]]",
    "kernel = torch.tensor([[0., -1., 0.], [-1., 5., -1.], [0., -1., 0.]], dtype=torch.float32)",
    "np.array([\n  [0, -1, 0],\n  [-1, 5, -1],\n  [0, -1, 0],\n])",
    "tensor([[0,-1,0],[-1,5,-1],[0,-1,0]])",
)


@pytest.mark.parametrize("text", SHARPEN_TEXTS)
def test_a_kernel_is_read_from_text(text: str) -> None:
    assert filters.parse_rows(text) == KERNELS["sharpen"].rows


def test_text_and_rows_are_inverse() -> None:
    rows = ((0.125, -3, 1000), (0, 0.5, 2), (-999.999, 7, 8))
    assert filters.parse_rows(filters.rows_text(rows)) == rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This is empty."),
        (";;", "This is empty."),
        ("1,2,3", "This is one row of 3."),
        ("1,2;3,4", "These are 2 rows of 2, 2 numbers."),
        ("[[1,2,3],[4,5,6],[7,8]]", "These are 3 rows of 3, 3, 2 numbers."),
        ("a,b,c;1,2,3;4,5,6", "'a' is not a number."),
        ("[[1,2,3],[4,5,6],[7,8,9]", None),
        ("[[1,2,3] + [4,5,6], [7,8,9], [1,2,3]]", "Something stands between the brackets"),
        ("1,2,nan;0,0,0;0,0,0", "kernel entry (=nan)"),
        ("1,2,1e9;0,0,0;0,0,0", "kernel entry (=1e+09)"),
        ("<b>;1;2", "'<b>' is not a number."),
        ("9" * 801, "This is longer than 800 characters."),
    ],
)
def test_text_that_is_no_kernel_is_refused_with_what_it_is_and_an_example(
    text: str, said: str | None
) -> None:
    if said is None:  # a bracket that was not copied along is forgiven
        assert len(filters.parse_rows(text)) == 3
        return
    with pytest.raises(ValueError, match=r"like 0,-1,0;-1,5,-1;0,-1,0|kernel entry") as caught:
        filters.parse_rows(text)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("config", "place"),
    [
        (FilterConfig(), (128, 175)),
        (
            FilterConfig(kernel="gaussian", bias=3.5, stride=3, padding_mode="reflect", grey=True),
            (20, 7),
        ),
        (FilterConfig(kernel="curve", normalise=True, padding=0, dilation=2), (100, 3)),
        (FilterConfig(kernel="box", padding=4, padding_mode="circular", bias=-0.25), (0, 0)),
        (
            FilterConfig(kernel=OWN, own_rows=((0.1, 0.2, -0.3),) * 3, padding_mode="replicate"),
            (50, 60),
        ),
    ],
)
def test_the_script_prints_what_the_page_shows(
    config: FilterConfig, place: tuple[int, int]
) -> None:
    result = filters.apply(config, pictures.sample("lighthouse"))
    script = filter_script(result, "assets/images/lighthouse.png", *place)
    assert "dl101" not in script.source
    assert run_script(script.source) == script.prints


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12.0, "12"), (-0.0, "0"), (0.0625, "0.0625"), (-33.333332, "-33.3333"), (24480.0039, "24480"),
     (1234567.5, "1234568"), (12345.678, "12345.68"), (-0.00001, "0")],
)  # fmt: skip
def test_numbers_show_no_digit_that_float32_does_not_hold(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_sum_near_zero_of_large_products_shows_only_its_true_digits() -> None:
    picture = np.full((3, 3, 3), 255, np.uint8)
    picture[0, 0] = 122
    rows = ((-1, -1, -1), (-1, 8.6, -1), (-1, -1, -1))
    result = filters.apply(FilterConfig(kernel=OWN, own_rows=rows), picture)
    pixel = filters.pixel(result, 1, 1)
    assert pixel.value != 286  # 8.6 is no number of float32
    latex = filter_numbers(pixel, result)
    assert r"= \mathbf{286}" in latex  # 8.6 · 255 - 7 · 255 - 122
    assert "286.0" not in latex


def test_every_shown_sum_is_the_exact_one_as_far_as_it_is_shown() -> None:
    random = np.random.default_rng(4)
    decimals_seen = set()
    for _ in range(400):
        size = int(random.choice([3, 5]))
        places, largest = int(random.integers(1, 4)), float(random.choice([2.0, 30.0]))
        entries = random.uniform(-largest, largest, (size, size)).round(places)
        rows = tuple(tuple(map(float, row)) for row in entries)
        picture = random.integers(0, 256, (size, size, 3)).astype(np.uint8)
        result = filters.apply(FilterConfig(kernel=OWN, own_rows=rows), picture)
        pixel = filters.pixel(result, size // 2, size // 2)
        exact = sum(
            Decimal(str(w)) * int(x)
            for weights, values in zip(rows, pixel.window, strict=True)
            for w, x in zip(weights, values, strict=True)
        )
        doubt = doubts(pixel, result.config)[0]
        assert abs(Decimal(pixel.total) - exact) <= Decimal(doubt)
        shown = Decimal(number(pixel.total, doubt))
        decimals = max(0, min(4, math.floor(-math.log10(2 * doubt)))) if doubt else 4
        decimals_seen.add(decimals)
        unit = Decimal(1).scaleb(-decimals)
        assert abs(shown - exact) <= unit / 2 + Decimal(doubt), (shown, exact)
        if places <= decimals:
            assert shown == exact
    assert {2, 3} <= decimals_seen


def test_the_maths_and_the_script_count_rows_from_one() -> None:
    result = filters.apply(FilterConfig(kernel="box"), pictures.sample("lighthouse"))
    latex = filter_numbers(filters.pixel(result, 0, 7), result)
    assert "at row 1, column 8" in latex
    script = filter_script(result, "assets/images/lighthouse.png", 0, 7)
    values = ", ".join(f"{value:.2f}" for value in result.values[0, 7].tolist())
    assert script.prints.endswith(f"row 1, column 8: {values}")
    assert run_script(script.source) == script.prints


def test_the_maths_names_the_value_that_is_shown() -> None:
    result = filters.apply(FilterConfig(kernel="box", bias=2), noise())
    pixel = filters.pixel(result, 4, 5)
    latex = filter_numbers(pixel, result)
    assert rf"\frac{{{pixel.total:.0f}}}{{9}}" in latex
    assert latex.count(r"\cdot") == 9
    assert r"\mathbf{" + f"{round(pixel.value, 4):.10g}" in latex
