"""Max, average and L2 pooling, and what they keep when the picture moves by a few pixels.

Pictures and windows are square here, so that one axis is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F

from dl101_core.cnn.pooling.pictures import POOL_PICTURES
from dl101_core.cnn.ways_out import ImpossibleSettings, WayOut
from dl101_core.models.receptive import Window
from dl101_core.settings import Settings, choice, flag, titled, whole

FARTHEST = 3
SHIFTS = range(-FARTHEST, FARTHEST + 1)
AS_WINDOW = "window"
SAME = 1e-5
"""Two cells are the same below this difference; those of our pictures differ by 0.0025 or more."""


@dataclass(frozen=True, kw_only=True)
class PoolConfig(Settings):
    """The settings of the page.

    Raises ``ValueError`` for a value out of its range. Values that are possible one by one but not
    together are found by :func:`describe`.
    """

    kind: str = choice("max", lambda: titled(KINDS), label="Pooling")
    kernel_size: int = whole(2, 1, 5, label="Window")
    """Rows and columns of the window."""
    stride: int | str = choice(
        AS_WINDOW,
        {AS_WINDOW: "As the window"} | {step: str(step) for step in range(1, 6)},
        label="Stride",
    )
    """Cells from one window to the next, or ``"window"``: as large as the window."""
    padding: int = whole(0, 0, 2, label="Padding")
    """Rows added on *each* side: of −∞ for max, of 0 for the others."""
    ceil_mode: bool = flag(
        False,
        label="Round size up",
        help="PyTorch’s `ceil_mode`: a last window may hang over the edge.",
    )
    count_include_pad: bool = flag(
        True,
        label="Count padding",
        help="PyTorch’s `count_include_pad`: the zeros of the padding count as cells.",
    )
    """Average only: zeros of the padding count as cells."""
    input_size: int = whole(8, 4, 16, label="Input size")
    """Rows and columns of the picture."""
    image: str = choice("handwritten", lambda: titled(POOL_PICTURES), label="Picture")
    right: int = whole(1, -FARTHEST, FARTHEST, label="Shift right")
    """Pixels by which the picture moves to the right."""
    down: int = whole(0, -FARTHEST, FARTHEST, label="Shift down")
    """Pixels by which the picture moves down."""
    wrap: bool = flag(
        False,
        label="Wrap around",
        help="What leaves the picture on one side comes in on the other. Otherwise zeros come in.",
    )

    @property
    def step(self) -> int:
        """The stride as a number."""
        return self.stride if isinstance(self.stride, int) else self.kernel_size


class ImpossiblePooling(ImpossibleSettings):
    """No window fits, or PyTorch refuses the settings."""


@dataclass(frozen=True, eq=False)
class Kept:
    """What each shift leaves unchanged. Row 0: the shift up by 3; column 0: to the left by 3."""

    same: torch.Tensor  # (7, 7): output cells that did not change
    change: torch.Tensor  # (7, 7): relative change of the output
    others: dict[str, torch.Tensor | None]
    """The same for each of ``COMPARED``; ``None`` where PyTorch refuses these settings."""
    moved: torch.Tensor  # (7, 7, 2)
    """After a shift by whole strides: number of output cells equal to the cell that they came from,
    and number of cells with such a source. Zeros for other shifts."""


@dataclass(frozen=True, eq=False)
class PoolResult:
    """Everything that the page shows."""

    config: PoolConfig
    output_size: int
    image: torch.Tensor  # (n, n)
    outputs: torch.Tensor  # (7, 7, m, m), one output for each shift
    winners: torch.Tensor | None
    """Max only, ``(7, 7, m, m)``: the place of the winner in the shifted picture, row by row."""
    kept: Kept
    unseen: tuple[int, ...]
    """Columns (and rows) of the picture that no window reaches, counted from zero."""

    @property
    def before(self) -> torch.Tensor:
        """The output without a shift, ``(m, m)``."""
        return self.outputs[FARTHEST, FARTHEST]

    @property
    def after(self) -> torch.Tensor:
        """The output of the shifted picture, ``(m, m)``."""
        return self.outputs[FARTHEST + self.config.down, FARTHEST + self.config.right]

    @property
    def at(self) -> tuple[int, int]:
        """Row and column of the chosen shift in the tables of ``kept``."""
        return FARTHEST + self.config.down, FARTHEST + self.config.right


def max_pool(config: PoolConfig, pictures: torch.Tensor) -> torch.Tensor:
    """``max`` of the window. The padding is −∞, so it never wins."""
    return F.max_pool2d(
        pictures, config.kernel_size, config.step, config.padding, ceil_mode=config.ceil_mode
    )


def average_pool(config: PoolConfig, pictures: torch.Tensor) -> torch.Tensor:
    """Sum of the window over the number of its cells, those of the padding included or not."""
    return F.avg_pool2d(
        pictures,
        config.kernel_size,
        config.step,
        config.padding,
        config.ceil_mode,
        config.count_include_pad,
    )


def l2_pool(config: PoolConfig, pictures: torch.Tensor) -> torch.Tensor:
    """``√Σx²`` over the window.

    ``nn.LPPool2d`` has no padding: zeros are put around the picture first, which add nothing to the
    sum. A window that hangs over the edge (``ceil_mode``) is scaled as if it were whole: PyTorch
    takes the mean of the squares and multiplies it by k².
    """
    padded = F.pad(pictures, (config.padding,) * 4)
    return F.lp_pool2d(padded, 2.0, config.kernel_size, config.step, ceil_mode=config.ceil_mode)


KINDS: dict[str, tuple[str, Callable[[PoolConfig, torch.Tensor], torch.Tensor]]] = {
    "max": ("Max", max_pool),
    "average": ("Average", average_pool),
    "l2": ("L2", l2_pool),
}
"""Key → title and a function from pictures ``(N, 1, n, n)`` to outputs ``(N, 1, m, m)``."""


def no_pool(_config: PoolConfig, pictures: torch.Tensor) -> torch.Tensor:
    return pictures


def stride_only(config: PoolConfig, pictures: torch.Tensor) -> torch.Tensor:
    """Every s-th pixel: what a stride does without a window."""
    return pictures[..., :: config.step, :: config.step]


COMPARED = {
    "none": ("No pooling", no_pool),
    "stride": ("Stride only", stride_only),
    **KINDS,
}
"""The functions that the chart of changes compares, as in ``KINDS``."""


def shift(picture: torch.Tensor, right: int, down: int, wrap: bool) -> torch.Tensor:
    """The picture ``(…, n, n)`` moved by whole pixels; zeros come in unless it wraps around."""
    if wrap:
        return torch.roll(picture, (down, right), (-2, -1))
    return F.pad(picture, (right, -right, down, -down))


def output_size(config: PoolConfig) -> int:
    """``⌊(n + 2p − k) / s + 1⌋``; at most 0 when no window fits.

    With ``ceil_mode`` rounded up, less one if the last window would begin behind the picture.
    Source: documentation of ``torch.nn.MaxPool2d``.
    """
    n, k, s, p = config.input_size, config.kernel_size, config.step, config.padding
    room = n + 2 * p - k
    if not config.ceil_mode:
        return room // s + 1
    size = -(-room // s) + 1
    # For L2 the zeros around it count as picture, because nn.LPPool2d has no padding.
    end = n + 2 * p if config.kind == "l2" else n + p
    return size - 1 if (size - 1) * s >= end else size


def reach(config: PoolConfig, index: int) -> range:
    """The rows (or columns) of the picture in the window of the output row (or column) ``index``.

    Those below 0 lie in the padding; those from ``input_size`` on in the padding or behind it.
    """
    return Window(config.kernel_size, config.step, config.padding).taps(index)


def describe(config: PoolConfig) -> PoolResult:
    """Compute what the page shows; :class:`ImpossiblePooling` when there is no output."""
    check_possible(config)
    image = POOL_PICTURES[config.image][1](config.input_size)
    pictures = torch.stack(
        [shift(image, right, down, config.wrap) for down in SHIFTS for right in SHIFTS]
    )[:, None]
    outputs = KINDS[config.kind][1](config, pictures)
    side, m = len(SHIFTS), outputs.shape[-1]
    tables = outputs.view(side, side, m, m)
    seen = {i for o in range(m) for i in reach(config, o)}
    return PoolResult(
        config,
        m,
        image,
        tables,
        _winners(config, pictures).view(side, side, m, m) if config.kind == "max" else None,
        _kept(config, pictures, tables),
        tuple(i for i in range(config.input_size) if i not in seen),
    )


def relative_change(outputs: torch.Tensor) -> torch.Tensor:
    """``Σ|y′ − y| / Σ|y|`` for each of the 49 outputs, ``(7, 7)``; NaN where y is all zeros."""
    side = len(SHIFTS)
    tables = outputs.reshape(side, side, -1)
    before = tables[FARTHEST, FARTHEST]
    return (tables - before).abs().sum(-1) / before.abs().sum()


def _winners(config: PoolConfig, pictures: torch.Tensor) -> torch.Tensor:
    _, winners = F.max_pool2d(
        pictures,
        config.kernel_size,
        config.step,
        config.padding,
        ceil_mode=config.ceil_mode,
        return_indices=True,
    )
    return winners


def _kept(config: PoolConfig, pictures: torch.Tensor, outputs: torch.Tensor) -> Kept:
    before = outputs[FARTHEST, FARTHEST]
    others: dict[str, torch.Tensor | None] = {}
    for name, (_, pool) in COMPARED.items():
        own = replace(config, kind=name if name in KINDS else config.kind)
        allowed = name not in KINDS or _reason(own) is None
        others[name] = relative_change(pool(own, pictures)) if allowed else None
    return Kept(
        ((outputs - before).abs() < SAME).sum((-2, -1)),
        relative_change(outputs),
        others,
        _moved(config, outputs),
    )


def _moved(config: PoolConfig, outputs: torch.Tensor) -> torch.Tensor:
    """See :class:`Kept`."""
    before, s = outputs[FARTHEST, FARTHEST], config.step
    moved = torch.zeros(*outputs.shape[:2], 2, dtype=torch.int64)
    for y, down in enumerate(SHIFTS):
        for x, right in enumerate(SHIFTS):
            if down % s or right % s:
                continue
            rows, columns = _from_to(down // s, len(before)), _from_to(right // s, len(before))
            old, new = before[rows[0], columns[0]], outputs[y, x][rows[1], columns[1]]
            moved[y, x, 0] = ((new - old).abs() < SAME).sum()
            moved[y, x, 1] = new.numel()
    return moved


def _from_to(cells: int, size: int) -> tuple[slice, slice]:
    """The rows (or columns) that stay inside: their slice before the shift, and after it."""
    size = max(size, abs(cells))
    if cells >= 0:
        return slice(0, size - cells), slice(cells, size)
    return slice(-cells, size), slice(0, size + cells)


def check_possible(config: PoolConfig) -> None:
    """Raise :class:`ImpossiblePooling` when PyTorch has no output for these settings."""
    problem = _reason(config)
    if problem:
        raise problem


def _reason(config: PoolConfig) -> ImpossiblePooling | None:
    if config.kind != "l2" and 2 * config.padding > config.kernel_size:
        return _too_much_padding(config)
    if output_size(config) < 1:
        return _too_large(config)
    return None


def _ways(config: PoolConfig, *ways: WayOut) -> tuple[WayOut, ...]:
    """Those of ``ways`` that lead to an output."""
    return tuple(way for way in ways if _reason(after_way(config, way)) is None)


def after_way(config: PoolConfig, way: WayOut) -> PoolConfig:
    """The settings after a way out."""
    change: dict[str, Any] = {way.field: way.value}
    return replace(config, **change)


def _too_much_padding(config: PoolConfig) -> ImpossiblePooling:
    half, need = config.kernel_size // 2, 2 * config.padding
    return ImpossiblePooling(
        f"The padding ({config.padding}) is more than half of the window ({config.kernel_size}), "
        "so a window could lie in the padding alone and would have nothing to choose from. "
        "PyTorch does not allow it: choose a larger window or less padding.",
        _ways(
            config,
            WayOut(f"Set padding to {half}", "padding", half),
            WayOut(f"Set window to {need}", "kernel_size", need),
        ),
    )


def _too_large(config: PoolConfig) -> ImpossiblePooling:
    k, n = config.kernel_size, config.input_size
    room = f"the picture has only {n}"
    if config.padding:
        room += f", {n + 2 * config.padding} with its padding"
    return ImpossiblePooling(
        f"The window reaches over {k} cells, but {room}, so no window fits: choose a smaller "
        "window, a larger picture or more padding.",
        _ways(
            config,
            WayOut(f"Enlarge input to {k}", "input_size", k),
            WayOut(f"Set window to {n}", "kernel_size", n),
            WayOut("Set padding to 1", "padding", 1),
        ),
    )


def refusal(config: PoolConfig) -> str:
    """PyTorch's own words for settings that :func:`check_possible` does not accept."""
    try:
        KINDS[config.kind][1](config, torch.zeros(1, config.input_size, config.input_size))
    except RuntimeError as error:
        return str(error)
    raise ValueError(f"PyTorch accepts {config}")
