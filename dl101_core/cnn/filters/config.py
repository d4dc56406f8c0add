"""The settings of one filter."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dl101_core import pictures
from dl101_core.cnn.filters.kernels import KERNELS, OWN, Rows, check_rows, total, weight

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
"""``nn.Conv2d(padding_mode=…)``: what stands outside the picture."""
VIEWS = ("automatic", "clipped", "absolute", "signed", "stretched")

MAX_STRIDE = 8
MAX_DILATION = 8
MAX_PADDING = 256
MAX_BIAS = 1000
MAX_RESULT = pictures.MAX_SIDE + 2 * MAX_PADDING
"""No result has a longer side, in pixels."""


@dataclass(frozen=True)
class FilterConfig:
    """Settings of one filter. Raises ``ValueError`` naming the field and its value.

    ``kernel``: a name in ``KERNELS`` or ``"own"``, which takes ``own_rows``.
    ``padding``: pixels per side, or ``"same"`` for ``dilation · (k − 1) / 2``, which keeps the size
    at stride 1.
    ``normalise``: divide by the sum of the entries, so that flat areas keep their brightness; when
    that sum is zero, by the sum of the positive ones.
    ``grey``: filter the brightness rather than red, green and blue.
    """

    kernel: str = "edge"
    own_rows: Rows = ((0, 0, 0), (0, 1, 0), (0, 0, 0))
    bias: float = 0.0
    normalise: bool = False
    stride: int = 1
    padding: int | str = "same"
    padding_mode: str = "zeros"
    dilation: int = 1
    grey: bool = False
    view: str = "automatic"

    def __post_init__(self) -> None:
        if self.kernel != OWN and self.kernel not in KERNELS:
            raise ValueError(f"kernel (={self.kernel!r}) must be own or one of: {_list(KERNELS)}.")
        check_rows(self.own_rows)
        _check_range("stride", self.stride, 1, MAX_STRIDE)
        _check_range("dilation", self.dilation, 1, MAX_DILATION)
        if self.padding != "same":
            _check_range("padding", self.padding, 0, MAX_PADDING)
        if not math.isfinite(self.bias) or abs(self.bias) > MAX_BIAS:
            raise ValueError(f"bias (={self.bias}) must be from -{MAX_BIAS} to {MAX_BIAS}.")
        if self.padding_mode not in PADDING_MODES:
            raise ValueError(
                f"padding_mode (={self.padding_mode!r}) must be one of: {_list(PADDING_MODES)}."
            )
        if self.view not in VIEWS:
            raise ValueError(f"view (={self.view!r}) must be one of: {_list(VIEWS)}.")

    @property
    def rows(self) -> Rows:
        return self.own_rows if self.kernel == OWN else KERNELS[self.kernel].rows

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def divisor(self) -> float:
        """What the sum of products is divided by, before the bias is added."""
        if not self.normalise:
            return 1.0 if self.kernel == OWN else KERNELS[self.kernel].divisor
        return weight(self.rows)

    @property
    def pad(self) -> int:
        """Pixels added on each side."""
        if isinstance(self.padding, int):
            return self.padding
        return self.dilation * (self.size - 1) // 2

    @property
    def shown_as(self) -> str:
        """The view, with ``automatic`` resolved."""
        if self.view != "automatic":
            return self.view
        if self.kernel != OWN:
            return KERNELS[self.kernel].view
        return "clipped" if total(self.rows) > 0 else "signed"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _check_range(name: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} (={value!r}) must be a whole number from {low} to {high}.")
