"""Two filters in turn against one larger kernel, by SciPy in float64 and by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dl101_core import pictures
from dl101_core.cnn import filters
from dl101_core.cnn.filters import (
    KERNELS,
    OWN,
    PADDING_MODES,
    SECONDS,
    FilterConfig,
    PairResult,
    Rows,
)
from dl101_core.cnn.filters.pair_script import pair_script
from tests.cnn.filters.test_filters import noise
from tests.scripts import run_script

FIVE: Rows = tuple(tuple(((3 * u + 5 * v) % 7 - 2) / 10 for v in range(5)) for u in range(5))
# What each mode is called in SciPy: its "mirror" does not repeat the border, as PyTorch's reflect.
SCIPY = {"zeros": "constant", "reflect": "mirror", "replicate": "nearest", "circular": "wrap"}


def test_two_box_blurs_are_a_pyramid() -> None:
    # By hand: (1 1 1) with itself is (1 2 3 2 1), and the kernel is its product down and across.
    line = (1, 2, 3, 2, 1)
    rows = filters.full_convolution(KERNELS["box"].rows, KERNELS["box"].rows)
    assert rows == tuple(tuple(float(a * b) for b in line) for a in line)
    pair = filters.apply_pair(FilterConfig(kernel="box"), "box", noise())
    assert (pair.rows, pair.divisor) == (rows, 81)


def test_the_one_kernel_is_scipys_full_convolution_in_either_order() -> None:
    from scipy.signal import convolve2d  # seconds to import, and only here

    for first, second in itertools.product((*KERNELS, OWN), SECONDS):
        a = FIVE if first == OWN else KERNELS[first].rows
        b = KERNELS[second].rows
        rows = filters.full_convolution(a, b)
        np.testing.assert_allclose(rows, convolve2d(a, b), atol=1e-9)
        assert rows == filters.full_convolution(b, a)


def by_scipy(config: FilterConfig, second: str, picture: pictures.Picture) -> np.ndarray:
    """Both filters in turn, in float64, with the size kept."""
    from scipy.ndimage import correlate

    kernel = KERNELS[second]
    divisor = KERNELS[config.kernel].divisor, kernel.divisor
    y = picture.astype(float)
    for rows, c, bias in ((config.rows, divisor[0], config.bias), (kernel.rows, divisor[1], 0)):
        spread = np.zeros((config.dilation * (len(rows) - 1) + 1,) * 2)
        spread[:: config.dilation, :: config.dilation] = rows
        mode = SCIPY[config.padding_mode]
        y = correlate(y, spread[:, :, None], mode=mode) / c + bias
    return y[:: config.stride, :: config.stride]


def test_both_ways_agree_with_scipy_over_every_kernel_and_padding() -> None:
    picture = noise(19, 17)
    for first, second, mode in itertools.product(KERNELS, ("box", "emboss"), PADDING_MODES):
        for stride, dilation in ((1, 1), (2, 1), (3, 2)):
            config = FilterConfig(
                kernel=first, bias=7, stride=stride, padding_mode=mode, dilation=dilation
            )
            pair = filters.apply_pair(config, second, picture)
            expected = by_scipy(config, second, picture)
            strength = np.abs(expected).max()
            np.testing.assert_allclose(pair.two, expected, atol=3e-6 * strength + 1e-3)
            inner = pair.inner
            np.testing.assert_allclose(
                pair.one[inner], expected[inner], atol=3e-6 * strength + 1e-3
            )
            assert pair.inside is not None
            assert pair.inside <= 3e-6 * strength + 1e-3


def border_of(pair: PairResult) -> np.ndarray:
    apart = np.abs(pair.two - pair.one)
    apart[pair.inner] = 0
    return apart


def test_the_border_is_where_the_second_filter_reads_padding() -> None:
    for mode, padding, stride in itertools.product(PADDING_MODES, ("same", 0, 1, 5), (1, 2, 3)):
        config = FilterConfig(kernel="emboss", padding=padding, padding_mode=mode, stride=stride)
        pair = filters.apply_pair(config, "sobel_x", noise(31, 27))
        height, width, _ = pair.two.shape
        first = filters.apply(
            FilterConfig(kernel="emboss", padding=padding, padding_mode=mode), noise(31, 27)
        )
        pad = pair.pads[1]
        for axis, (results, side) in enumerate(((height, first.height), (width, first.width))):
            reads_only_results = [
                i for i in range(results)
                if i * stride - pad >= 0 and i * stride - pad + 2 < side
            ]  # fmt: skip
            assert list(range(results))[pair.inner[axis]] == reads_only_results
        assert pair.border == pytest.approx(border_of(pair).max()) or pair.border is None


def test_without_padding_and_around_a_circle_there_is_no_difference_at_all() -> None:
    for config in (
        FilterConfig(kernel="emboss", padding=0),
        FilterConfig(kernel="emboss", padding_mode="circular"),
    ):
        pair = filters.apply_pair(config, "sobel_y", noise())
        assert np.array_equal(pair.one, pair.two)  # whole numbers: even without rounding
    assert (
        filters.apply_pair(FilterConfig(kernel="emboss", padding=0), "box", noise()).border is None
    )
    zeros = filters.apply_pair(FilterConfig(kernel="box"), "box", noise())
    assert zeros.border is not None
    assert zeros.border > 1


def test_nothing_is_clipped_in_between() -> None:
    dark = np.full((9, 9, 3), 10, dtype=np.uint8)
    rows: Rows = ((0, 0, 0), (0, -1, 0), (0, 0, 0))
    pair = filters.apply_pair(FilterConfig(kernel=OWN, own_rows=rows, bias=-5), "emboss", dark)
    # −10 − 5 = −15 in between, and emboss sums to 1: −15 remains, where clipping would give 0.
    assert pair.two[4, 4].tolist() == [-15, -15, -15]
    assert pair.bias == -5


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match=r"second \(='curve'\) must be one of: identity, box"):
        filters.apply_pair(FilterConfig(), "curve", noise())
    with pytest.raises(ValueError, match="a mirror cannot show more than there is"):
        filters.apply_pair(FilterConfig(padding_mode="reflect"), "box", noise(2, 2))


def test_the_script_prints_both_ways_as_the_page_shows_them() -> None:
    for config, second in (
        (FilterConfig(), "box"),
        (
            FilterConfig(kernel="gaussian", bias=3.5, stride=3, padding_mode="reflect", grey=True),
            "sobel_x",
        ),
        (
            FilterConfig(kernel=OWN, own_rows=FIVE, normalise=True, padding=0, dilation=2),
            "gaussian",
        ),
        (FilterConfig(kernel="curve", padding=8, padding_mode="circular", bias=-0.25), "emboss"),
    ):
        pair = filters.apply_pair(config, second, pictures.sample("lighthouse"))
        script = pair_script(pair, "assets/images/lighthouse.png")
        assert "dl101" not in script.source
        assert run_script(script.source) == script.prints
