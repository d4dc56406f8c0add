"""The palette's colours differ on both themes, also for readers with red-green blindness."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from dl101_core.ui.palette import ACCENT, CLASSES, SIGNED, UNSIGNED

# Viénot, Brettel & Mollon (1999): how a dichromat sees linear RGB.
DEUTERANOPIA = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])
PROTANOPIA = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])


def linear(code: str) -> npt.NDArray[np.float64]:
    values = np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(code: str) -> float:
    return float(linear(code) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [*CLASSES, ACCENT])
def test_every_line_shows_on_a_white_and_on_a_dark_page(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 1.9
    assert contrast(colour, "#12171C") >= 2.5


@pytest.mark.parametrize("sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA])
def test_the_first_six_classes_differ_for_every_sight(sight: npt.NDArray[np.float64]) -> None:
    for a, b in itertools.combinations(CLASSES[:6], 2):
        assert np.abs(np.cbrt(sight @ linear(a)) - np.cbrt(sight @ linear(b))).max() > 0.06, (a, b)


@pytest.mark.parametrize("stops", [SIGNED, UNSIGNED])
def test_scales_run_from_zero_to_one(stops: tuple[tuple[float, str], ...]) -> None:
    places = [place for place, _ in stops]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0.0, 1.0)


def test_the_unsigned_scale_darkens_and_the_signed_scale_is_lightest_in_the_middle() -> None:
    dark = [luminance(colour) for _, colour in UNSIGNED]
    assert dark == sorted(dark, reverse=True)
    signed = [luminance(colour) for _, colour in SIGNED]
    assert max(signed) == signed[2]
    assert signed[0] < signed[1]
    assert signed[4] < signed[3]
