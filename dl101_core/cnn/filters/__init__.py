"""Applying one small kernel to a picture, as the first layer of a convolutional network does.

Deep learning's "convolution" is cross-correlation: the kernel is not flipped. Inputs are 0 to 255,
outputs any number. Showing an output is a separate step (``show``), because a screen cannot draw
all values that a network computes.
"""

from __future__ import annotations

from dl101_core.cnn.filters.config import (
    MAX_RESULT,
    PADDING_MODES,
    FilterConfig,
)
from dl101_core.cnn.filters.filtering import (
    FilterResult,
    Pixel,
    Values,
    always_fits,
    apply,
    pixel,
    stamp,
)
from dl101_core.cnn.filters.kernels import (
    KERNELS,
    MAX_ENTRY,
    MAX_TEXT,
    OWN,
    Kernel,
    Rows,
    check_rows,
    parse_rows,
    rows_text,
)
from dl101_core.cnn.filters.pairing import SECONDS, PairResult, apply_pair, full_convolution
from dl101_core.cnn.filters.shown import difference, show, show_values, signed

__all__ = [
    "KERNELS",
    "MAX_ENTRY",
    "MAX_RESULT",
    "MAX_TEXT",
    "OWN",
    "PADDING_MODES",
    "SECONDS",
    "FilterConfig",
    "FilterResult",
    "Kernel",
    "PairResult",
    "Pixel",
    "Rows",
    "Values",
    "always_fits",
    "apply",
    "apply_pair",
    "check_rows",
    "difference",
    "full_convolution",
    "parse_rows",
    "pixel",
    "rows_text",
    "show",
    "show_values",
    "signed",
    "stamp",
]
