"""Applying one small kernel to a picture, as the first layer of a convolutional network does.

Deep learning's "convolution" is cross-correlation: the kernel is not flipped. Values are 0 to 255
going in and any number coming out; showing them is a separate step (``show``), so that what a
network would compute and what a screen can draw stay apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from dl101_core import pictures
from dl101_core.pictures import Picture

Rows = tuple[tuple[float, ...], ...]
Values = npt.NDArray[np.float32]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
"""``nn.Conv2d(padding_mode=…)``: what stands outside the picture."""
VIEWS = ("automatic", "clipped", "absolute", "signed", "stretched")

MAX_KERNEL = 7
MAX_ENTRY = 1000
MAX_STRIDE = 8
MAX_DILATION = 8
MAX_PADDING = 256
MAX_BIAS = 1000
MAX_RESULT = pictures.MAX_SIDE + 2 * MAX_PADDING
"""No result has a longer side, in pixels."""
OWN = "own"


@dataclass(frozen=True)
class Kernel:
    """``rows / divisor`` is the kernel; ``view`` is how its results are best shown."""

    title: str
    rows: Rows
    about: str
    divisor: float = 1.0
    view: str = "clipped"


KERNELS: dict[str, Kernel] = {
    "identity": Kernel(
        "Identity",
        ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        "Keeps each pixel as it is: a picture to compare with.",
    ),
    "box": Kernel(
        "Box blur",
        ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
        "The mean of nine pixels: noise and detail fade.",
        9,
    ),
    "gaussian": Kernel(
        "Gaussian blur",
        ((1, 2, 1), (2, 4, 2), (1, 2, 1)),
        "A mean in which near pixels count more: a softer blur.",
        16,
    ),
    "sharpen": Kernel(
        "Sharpen",
        ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "Adds to each pixel what sets it apart from its four neighbours.",
    ),
    "edge": Kernel(
        "Edge detection",
        ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
        "The pixel against its eight neighbours: zero where nothing changes.",
        view="signed",
    ),
    "sobel_x": Kernel(
        "Sobel x",
        ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        "Right minus left: finds upright edges; the sign says which side is brighter.",
        view="signed",
    ),
    "sobel_y": Kernel(
        "Sobel y",
        ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        "Below minus above: finds level edges.",
        view="signed",
    ),
    "emboss": Kernel(
        "Emboss",
        ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        "Edges lit from one corner: the picture looks pressed into metal.",
    ),
    "curve": Kernel(
        "Curve detector",
        (
            (0, 0, 0, 0, 0, 30, 0),
            (0, 0, 0, 0, 30, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 30, 0, 0, 0),
            (0, 0, 0, 0, 0, 0, 0),
        ),
        "From the lecture notes: large where a bright line bends as the numbers do.",
        view="stretched",
    ),
}
"""The rows stand exactly as the lecture notes and textbooks print them."""


def parse_rows(text: str) -> Rows:
    """Rows from ``"0,-1,0;-1,5,-1;0,-1,0"``; spaces may stand for commas.

    Raises ``ValueError`` unless it is 3×3 or 5×5 numbers within ±1000.
    """
    if len(text) > 500:
        raise ValueError(_ROWS_HELP)
    lines = [line.replace(",", " ").split() for line in text.strip().strip(";").split(";")]
    try:
        rows = tuple(tuple(float(entry) for entry in line) for line in lines)
    except ValueError:
        raise ValueError(_ROWS_HELP) from None
    if len(rows) not in (3, 5):
        raise ValueError(_ROWS_HELP)
    check_rows(rows)
    return rows


def rows_text(rows: Rows) -> str:
    """The inverse of ``parse_rows``, in its shortest form."""
    return ";".join(",".join(f"{entry:g}" for entry in row) for row in rows)


_ROWS_HELP = (
    "A kernel is 3 rows of 3 numbers or 5 rows of 5, with commas between numbers and semicolons "
    "between rows, like 0,-1,0;-1,5,-1;0,-1,0."
)


def check_rows(rows: Rows) -> None:
    """Raises ``ValueError`` unless square, of odd size up to 7, with numbers within ±1000."""
    size = len(rows)
    if size % 2 == 0 or size > MAX_KERNEL or any(len(row) != size for row in rows):
        raise ValueError(_ROWS_HELP)
    for entry in (entry for row in rows for entry in row):
        if not math.isfinite(entry) or abs(entry) > MAX_ENTRY:
            raise ValueError(f"kernel entry (={entry:g}) must be from -{MAX_ENTRY} to {MAX_ENTRY}.")
        if round(entry, 3) != entry:
            raise ValueError(f"kernel entry (={entry:g}) may have three decimals at most.")


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
        entries = [entry for row in self.rows for entry in row]
        total, positive = math.fsum(entries), math.fsum(entry for entry in entries if entry > 0)
        # Entries have three decimals, so a smaller sum is rounding.
        return abs(round(total, 3)) or round(positive, 3) or 1.0

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
        entries = [entry for row in self.rows for entry in row]
        return "clipped" if math.fsum(entries) > 0 else "signed"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _check_range(name: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} (={value!r}) must be a whole number from {low} to {high}.")


@dataclass(frozen=True)
class FilterResult:
    """``source``: H × W × C, uint8, what was filtered. ``values``: H' × W' × C, float32, unclipped.

    ``outside``: how many of ``values`` a screen cannot show because they are below 0 or above 255.
    """

    config: FilterConfig
    source: Picture = field(repr=False)
    values: Values = field(repr=False)
    low: float
    high: float
    mean: float
    outside: int

    @property
    def height(self) -> int:
        return int(self.values.shape[0])

    @property
    def width(self) -> int:
        return int(self.values.shape[1])

    @property
    def channels(self) -> int:
        return int(self.values.shape[2])


def apply(config: FilterConfig, picture: Picture) -> FilterResult:
    """Each colour channel x of ``picture`` (H × W × 3, 0 to 255) through the kernel K of size k::

        y[i, j] = sum_{u, v} K[u, v] · x[i·s + u·d − p, j·s + v·d − p] / divisor + bias

    with stride s, dilation d and p pixels of padding per side, and the same K for each channel: a
    depthwise ``conv2d`` in float32. Raises ``ValueError`` when the kernel does not fit, or when
    PyTorch cannot pad so far.
    """
    source = pictures.grey(picture) if config.grey else picture
    height, width, channels = source.shape
    _check_fit(config, height, width)
    x = torch.from_numpy(source.astype(np.float32)).permute(2, 0, 1)[None]  # (1, C, H, W)
    kernel = torch.tensor(config.rows, dtype=torch.float32)
    with torch.no_grad():
        y = F.conv2d(
            padded(x, config.pad, config.padding_mode),
            kernel.expand(channels, 1, config.size, config.size),
            stride=config.stride,
            dilation=config.dilation,
            groups=channels,
        )
        # Whole-number kernels sum exactly in float32; dividing last keeps the result's last digits.
        y = y / config.divisor + config.bias
        return FilterResult(
            config,
            source,
            y[0].permute(1, 2, 0).contiguous().numpy(),
            float(y.min()),
            float(y.max()),
            float(y.double().mean()),
            int(((y < 0) | (y > 255)).sum()),
        )


def always_fits(config: FilterConfig) -> FilterConfig:
    """The same kernel, with a geometry that fits every picture, even one of a single pixel."""
    return replace(config, stride=1, dilation=1, padding="same", padding_mode="replicate")


def padded(x: torch.Tensor, pad: int, mode: str) -> torch.Tensor:
    """``x`` (N, C, H, W) with ``pad`` pixels on each side, as ``nn.Conv2d(padding_mode=mode)``."""
    return F.pad(x, (pad,) * 4, mode="constant" if mode == "zeros" else mode)


def _check_fit(config: FilterConfig, height: int, width: int) -> None:
    shorter, pad = min(height, width), config.pad
    if config.padding_mode == "reflect" and pad >= shorter:
        raise ValueError(
            f"Reflecting {pad} pixels needs at least {pad + 1} pixels a side, and this picture has "
            f"{width} × {height}: a mirror cannot show more than there is. Choose less padding, or "
            "replicate."
        )
    if config.padding_mode == "circular" and pad > shorter:
        raise ValueError(
            f"Circular padding of {pad} pixels would wrap around this picture of {width} × "
            f"{height} more than once. Choose less padding, or replicate."
        )
    reach = config.dilation * (config.size - 1) + 1
    if shorter + 2 * pad < reach:
        raise ValueError(
            f"The kernel reaches over {reach} pixels, but the picture with its padding has "
            f"{width + 2 * pad} × {height + 2 * pad}. Choose a smaller dilation or more padding."
        )


@dataclass(frozen=True)
class Pixel:
    """How one value came about: ``window`` (k × k) under the kernel, for one channel.

    ``total`` is the sum of products before dividing, ``value`` the result.
    """

    row: int
    column: int
    channel: int
    window: Rows
    total: float
    value: float


def pixel(result: FilterResult, row: int, column: int, channel: int = 0) -> Pixel:
    """The window and the value at ``(row, column)``. Raises ``ValueError`` outside the result."""
    if not (0 <= row < result.height and 0 <= column < result.width):
        raise ValueError(
            f"pixel (={row}, {column}) must lie in the result of {result.height} × {result.width}."
        )
    config = result.config
    x = torch.from_numpy(result.source[:, :, channel].astype(np.float32))[None, None]
    x = padded(x, config.pad, config.padding_mode)[0, 0]
    reach = config.dilation * (config.size - 1) + 1
    top, left = row * config.stride, column * config.stride
    window = x[top : top + reach : config.dilation, left : left + reach : config.dilation]
    kernel = torch.tensor(config.rows, dtype=torch.float32)
    return Pixel(
        row,
        column,
        channel,
        tuple(tuple(float(value) for value in line) for line in window),
        float((window * kernel).sum()),
        float(result.values[row, column, channel]),
    )


def show(result: FilterResult, scale: npt.NDArray[np.uint8]) -> Picture:
    """The result as H' × W' × 3 bytes, by ``config.shown_as``.

    ``clipped``: below 0 is black, above 255 is full. ``absolute``: the sign is dropped, then
    clipped. ``stretched``: the least value is black, the greatest full. ``signed``: the mean over
    the channels through ``scale``, see ``signed``.
    """
    values, view = result.values, result.config.shown_as
    if view == "signed":
        return signed(values, scale)
    if view == "absolute":
        values = np.abs(values)
    if view == "stretched":
        values = (values - result.low) * (255 / ((result.high - result.low) or 1.0))
    shown: Picture = np.clip(values + 0.5, 0, 255).astype(np.uint8)
    return shown if shown.shape[2] == 3 else shown.repeat(3, axis=2)


def signed(values: Values, scale: npt.NDArray[np.uint8]) -> Picture:
    """Mean over the channels as colours of ``scale`` (256 × 3): −255 first, 0 middle, 255 last."""
    level = (values.mean(axis=2) + 255) / 2
    colours: Picture = scale[np.clip(level + 0.5, 0, 255).astype(np.uint8)]
    return colours


def difference(result: FilterResult) -> Values | None:
    """After minus before, H × W × C; ``None`` when the sizes differ, since pixels do not match."""
    if result.values.shape != result.source.shape:
        return None
    return result.values - result.source
