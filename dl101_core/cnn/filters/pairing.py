"""Two filters, one after the other, against the one larger kernel that they add up to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch
import torch.nn.functional as F

from dl101_core.cnn.filters.config import FilterConfig
from dl101_core.cnn.filters.filtering import Geometry, Values, apply, correlate, to_values
from dl101_core.cnn.filters.kernels import KERNELS, Rows, total, weight
from dl101_core.pictures import Picture

SECONDS = tuple(name for name, kernel in KERNELS.items() if len(kernel.rows) == 3)
"""The kernels that may come second."""


@dataclass(frozen=True)
class PairResult:
    """``two``: both filters in turn. ``one``: the picture through ``rows``. H' × W' × C, unclipped.

    ``rows / divisor`` is the one kernel, ``bias`` its bias; ``shown_as`` is the view of both.
    ``inside`` and ``border``: the largest difference between them where the second filter reads
    only what the first has computed, and where it reads padding too. ``None`` without such places.
    """

    config: FilterConfig
    second: str
    source: Picture = field(repr=False)
    two: Values = field(repr=False)
    one: Values = field(repr=False)
    rows: Rows
    divisor: float
    second_divisor: float
    bias: float
    pads: tuple[int, int]
    inner: tuple[slice, slice] = field(repr=False)
    inside: float | None
    border: float | None

    @property
    def shown_as(self) -> str:
        if self.config.view != "automatic":
            return self.config.view
        if self.config.shown_as == "stretched":
            return "stretched"
        return "clipped" if total(self.rows) > 0 else "signed"


def full_convolution(first: Rows, second: Rows) -> Rows:
    """``C[w] = sum_u first[u] · second[w − u]``, of size ``k₁ + k₂ − 1``.

    Filtering with both in turn is filtering with C:
    ``sum_v B[v] sum_u A[u] x[i + u + v] = sum_w C[w] x[i + w]``. Entries of three decimals give
    products of six decimals, so the sums are rounded to six.
    """
    a, b = (torch.tensor(rows, dtype=torch.float64)[None, None] for rows in (first, second))
    wide = F.pad(a, (len(second) - 1,) * 4)
    sums = F.conv2d(wide, b.flip(2, 3))[0, 0].round(decimals=6) + 0.0
    return tuple(tuple(line) for line in sums.tolist())


def apply_pair(config: FilterConfig, second: str, picture: Picture) -> PairResult:
    """``config``'s filter and then the kernel ``second``; and the one kernel of both.

    Both have the dilation and the kind of padding of ``config``, which is per side ``p₁ + p₂`` for
    the one kernel. The stride acts at the end. The bias b of the first becomes ``b · ΣK₂ / c₂``.
    Nothing is clipped in between. Raises ``ValueError`` for an unknown kernel, or when one of the
    three does not fit.
    """
    if second not in SECONDS:
        raise ValueError(f"second (={second!r}) must be one of: {', '.join(SECONDS)}.")
    kernel = KERNELS[second]
    divisor = weight(kernel.rows) if config.normalise else kernel.divisor
    pads = config.pad, (config.dilation if config.padding == "same" else config.pad)
    once = apply(replace(config, stride=1), picture)
    y = torch.from_numpy(once.values).permute(2, 0, 1)[None]
    two = correlate(y, _tensor(kernel.rows), _geometry(config, pads[1]), divisor, 0.0)
    rows = full_convolution(config.rows, kernel.rows)
    bias = config.bias * total(kernel.rows) / divisor
    x = torch.from_numpy(once.source.astype(np.float32)).permute(2, 0, 1)[None]
    one = correlate(x, _tensor(rows), _geometry(config, sum(pads)), config.divisor * divisor, bias)
    inner = tuple(
        _inner(side, pads[1], config, two.shape[2 + axis]) for axis, side in enumerate(y.shape[2:])
    )
    apart = (two - one).abs()[0]
    outer = apart.clone()
    outer[:, inner[0], inner[1]] = -1
    inside = apart[:, inner[0], inner[1]]
    return PairResult(
        config, second, once.source, to_values(two), to_values(one), rows,
        config.divisor * divisor, divisor, bias, pads, (inner[0], inner[1]),
        float(inside.max()) if inside.numel() else None,
        float(outer.max()) if outer.max() >= 0 else None,
    )  # fmt: skip


def _tensor(rows: Rows) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float32)


def _geometry(config: FilterConfig, pad: int) -> Geometry:
    return Geometry(config.stride, config.dilation, pad, config.padding_mode)


def _inner(side: int, pad: int, config: FilterConfig, results: int) -> slice:
    """The results for which the second filter reads only the ``side`` numbers of the first."""
    first = -(-pad // config.stride)
    last = (side - 1 - 2 * config.dilation + pad) // config.stride
    return slice(first, max(first, min(last + 1, results)))
