"""One filter on a picture, in PyTorch."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from dl101_core import pictures
from dl101_core.cnn.filters.config import FilterConfig
from dl101_core.cnn.filters.kernels import Rows
from dl101_core.pictures import Picture

Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FilterResult:
    """``source``: H × W × C, uint8, the input. ``values``: H' × W' × C, float32, unclipped.

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
    x = torch.from_numpy(source.astype(np.float32)).permute(2, 0, 1)[None]  # (1, C, H, W)
    y = correlate(
        x,
        torch.tensor(config.rows, dtype=torch.float32),
        Geometry(config.stride, config.dilation, config.pad, config.padding_mode),
        config.divisor,
        config.bias,
    )
    return FilterResult(
        config,
        source,
        to_values(y),
        float(y.min()),
        float(y.max()),
        float(y.double().mean()),
        int(((y < 0) | (y > 255)).sum()),
    )


@dataclass(frozen=True)
class Geometry:
    """The geometry of a filter: ``pad`` pixels on each side, filled by ``mode``."""

    stride: int
    dilation: int
    pad: int
    mode: str


def correlate(
    x: torch.Tensor, kernel: torch.Tensor, geometry: Geometry, divisor: float, bias: float
) -> torch.Tensor:
    """``x`` (1, C, H, W) with ``kernel`` (k, k), the same for each channel; see ``apply``."""
    check_fit(geometry, len(kernel), x.shape[2], x.shape[3])
    channels = x.shape[1]
    with torch.no_grad():
        y = F.conv2d(
            padded(x, geometry.pad, geometry.mode),
            kernel.expand(channels, 1, *kernel.shape),
            stride=geometry.stride,
            dilation=geometry.dilation,
            groups=channels,
        )
        # Whole-number kernels sum exactly in float32; dividing last keeps the result's last digits.
        return y / divisor + bias


def to_values(y: torch.Tensor) -> Values:
    """``y`` (1, C, H, W) as H × W × C."""
    values: Values = y[0].permute(1, 2, 0).contiguous().numpy()
    return values


def stamp(config: FilterConfig, source: Picture, *more: object) -> str:
    """A short name of a result, for parts of a page that must show the same."""
    return f"{zlib.crc32(repr((config, more)).encode(), zlib.crc32(source.tobytes())):08x}"


def always_fits(config: FilterConfig) -> FilterConfig:
    """The same kernel, with a geometry that fits every picture, even one of a single pixel."""
    return replace(config, stride=1, dilation=1, padding="same", padding_mode="replicate")


def padded(x: torch.Tensor, pad: int, mode: str) -> torch.Tensor:
    """``x`` (N, C, H, W) with ``pad`` pixels on each side, as ``nn.Conv2d(padding_mode=mode)``."""
    return F.pad(x, (pad,) * 4, mode="constant" if mode == "zeros" else mode)


def check_fit(geometry: Geometry, size: int, height: int, width: int) -> None:
    """Raises ``ValueError`` when PyTorch cannot pad so far, or the kernel does not fit."""
    shorter, pad = min(height, width), geometry.pad
    if geometry.mode == "reflect" and pad >= shorter:
        raise ValueError(
            f"Reflecting {pad} pixels needs at least {pad + 1} pixels a side, and this picture has "
            f"{width} × {height}: a mirror cannot show more than there is. Choose less padding, or "
            "replicate."
        )
    if geometry.mode == "circular" and pad > shorter:
        raise ValueError(
            f"Circular padding of {pad} pixels would wrap around this picture of {width} × "
            f"{height} more than once. Choose less padding, or replicate."
        )
    reach = geometry.dilation * (size - 1) + 1
    if shorter + 2 * pad < reach:
        raise ValueError(
            f"The kernel reaches over {reach} pixels, but the picture with its padding has "
            f"{width + 2 * pad} × {height + 2 * pad}. Choose a smaller dilation or more padding."
        )


@dataclass(frozen=True)
class Pixel:
    """The terms of one value: ``window`` (k × k) under the kernel, for one channel.

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
