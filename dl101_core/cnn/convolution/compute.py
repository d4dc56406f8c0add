"""One 2-D convolution, cell by cell: sizes, windows, receptive fields, and cells left out.

Pictures and kernels are square here, so that one axis is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from dl101_core.cnn.convolution.channels import Cells
from dl101_core.cnn.sizes import output_size
from dl101_core.cnn.ways_out import ImpossibleSettings, WayOut
from dl101_core.models.receptive import Window
from dl101_core.settings import choice, flag, whole

LARGEST_PADDING = 3


@dataclass(frozen=True, kw_only=True)
class ConvConfig(Cells):
    """The settings of the page.

    Raises ``ValueError`` for a value out of its range. Values that are possible one by one but not
    together are found by :func:`describe`.
    """

    input_size: int = whole(7, 3, 32, label="Input size")
    """Rows and columns of the picture."""
    padding: int | str = choice(
        0, ("valid", *range(LARGEST_PADDING + 1), "same"), label="Padding on each side"
    )
    """Zeros on *each* side, ``"valid"`` (none) or ``"same"`` (output as large)."""
    flip: bool = flag(
        False,
        label="Flip the kernel",
        help="A convolution in mathematics turns the kernel by 180° first. Deep learning does not.",
    )

    @property
    def extent(self) -> int:
        """Cells from the first to the last tap of the kernel, ``d(k − 1) + 1``."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def pads(self) -> tuple[int, int]:
        """Rows of zeros before and after (top and bottom, left and right).

        ``"same"`` needs ``d(k − 1)`` zeros in all. When that is odd, PyTorch puts the extra one
        after, at the right and at the bottom.
        """
        if self.padding == "same":
            total = self.extent - 1
            return total // 2, total - total // 2
        each = self.padding if isinstance(self.padding, int) else 0
        return each, each


class ImpossibleConvolution(ImpossibleSettings):
    """No window of the kernel fits, or PyTorch refuses the settings."""


@dataclass(frozen=True, eq=False)
class ConvResult:
    """Everything that the page shows."""

    config: ConvConfig
    output_size: int
    image: torch.Tensor  # (in, n, n)
    kernel: torch.Tensor  # (out, in, k, k), already flipped if the settings say so
    divisors: tuple[int, ...]
    """One for each kernel: an unchanged entry is a whole number over its divisor."""
    output: torch.Tensor  # (out, m, m)
    discarded: tuple[int, ...]
    """Columns (and rows) at the right (bottom) end that no window reaches, counted from zero."""
    skipped: tuple[int, ...]
    """Columns (and rows) before ``discarded`` that lie between all taps."""
    unused_padding: tuple[int, ...]
    """Columns (and rows) of zeros that no window reaches; below 0 or from ``input_size`` on."""


def taps(config: ConvConfig, index: int) -> tuple[int, ...]:
    """The input rows (or columns) that the output row (or column) ``index`` multiplies.

    A tap below 0 or from ``input_size`` on lies in the padding.
    """
    c = config
    return tuple(Window(c.kernel_size, c.stride, c.pads[0], c.dilation).taps(index))


def window(config: ConvConfig, row: int, column: int) -> tuple[tuple[int, int], ...]:
    """The receptive field of one output cell: row and column of every tap, row by row."""
    return tuple((r, c) for r in taps(config, row) for c in taps(config, column))


def reached(config: ConvConfig, index: int, outputs: int) -> tuple[int, ...]:
    """The output rows (or columns) that the input row (or column) ``index`` contributes to."""
    return tuple(o for o in range(outputs) if index in taps(config, o))


def products(result: ConvResult, row: int, column: int, out: int = 0) -> torch.Tensor:
    """The products whose sum is the output cell, ``(in, k, k)``; a tap in the padding gives 0."""
    patch = torch.zeros_like(result.kernel[out])
    size, k = result.config.input_size, result.config.kernel_size
    for i, (r, c) in enumerate(window(result.config, row, column)):
        if 0 <= r < size and 0 <= c < size:
            patch[:, i // k, i % k] = result.image[:, r, c]
    return patch * result.kernel[out]


def untouched(config: ConvConfig, outputs: int) -> tuple[int, ...]:
    """The columns (and rows) that no window multiplies, padding included, from ``-pads[0]``."""
    touched = {tap for o in range(outputs) for tap in taps(config, o)}
    before, after = config.pads
    return tuple(i for i in range(-before, config.input_size + after) if i not in touched)


def describe(config: ConvConfig) -> ConvResult:
    """Compute what the page shows; :class:`ImpossibleConvolution` when there is no output."""
    check_possible(config)
    image, kernels = config.picture(config.input_size), config.kernels()
    kernel = kernels.values.flip(2, 3) if config.flip else kernels.values
    before, after = config.pads
    # One zero more at the end is added here, because conv2d(padding="same") warns about a copy.
    padded = F.pad(image, (0, after - before, 0, after - before))
    output = F.conv2d(padded[None], kernel, None, config.stride, before, config.dilation)[0]
    outputs = output_size(
        config.input_size, config.kernel_size, config.stride, before + after, config.dilation
    )
    last_tap = taps(config, outputs - 1)[-1]
    missed = untouched(config, outputs)
    return ConvResult(
        config,
        outputs,
        image,
        kernel,
        kernels.divisors,
        output,
        tuple(i for i in missed if last_tap < i < config.input_size),
        tuple(i for i in missed if 0 <= i < min(last_tap, config.input_size)),
        tuple(i for i in missed if not 0 <= i < config.input_size),
    )


def check_possible(config: ConvConfig) -> None:
    """Raise :class:`ImpossibleConvolution` when PyTorch has no output for these settings."""
    if config.padding == "same" and config.stride > 1:
        raise _strided_same(config)
    available = config.input_size + sum(config.pads)
    if config.extent > available:
        raise _too_large(config, available)


def _strided_same(config: ConvConfig) -> ImpossibleConvolution:
    ways = [WayOut("Set stride to 1", "stride", 1)]
    padding = min((config.extent - 1) // 2, LARGEST_PADDING)
    if config.extent <= config.input_size + 2 * padding:
        ways.append(WayOut(f"Set padding to {padding}", "padding", padding))
    return ImpossibleConvolution(
        f"“same” keeps the size, and a stride of {config.stride} divides it, so PyTorch does "
        "not allow both: set the stride to 1, or choose the padding as a number.",
        tuple(ways),
    )


def _too_large(config: ConvConfig, available: int) -> ImpossibleConvolution:
    """The kernel is larger than the padded picture; each way out is the smallest that fits."""
    reach = f"The kernel reaches over {config.extent} cells"
    if config.dilation > 1:
        reach += f" ({config.kernel_size} taps, {config.dilation} apart)"
    room = f"the input has only {config.input_size}"
    if available > config.input_size:
        room += f", {available} with its padding"
    ways = [
        WayOut(
            f"Enlarge input to {(n := config.extent - (available - config.input_size))}",
            "input_size",
            n,
        )
    ]
    gaps = config.kernel_size - 1
    dilation, kernel_size = (available - 1) // gaps, (available - 1) // config.dilation + 1
    if dilation >= 1:
        ways.append(WayOut(f"Set dilation to {dilation}", "dilation", dilation))
    ways.append(WayOut(f"Set kernel size to {kernel_size}", "kernel_size", kernel_size))
    padding = -(-(config.extent - config.input_size) // 2)
    if padding <= LARGEST_PADDING:
        ways.append(WayOut(f"Set padding to {padding}", "padding", padding))
    return ImpossibleConvolution(
        f"{reach}, but {room}, so no window fits: choose a larger input or padding, or a smaller "
        "kernel or dilation.",
        tuple(ways),
    )


def module(config: ConvConfig) -> nn.Conv2d:
    """The same layer as a module, without bias. Raises what PyTorch raises."""
    return nn.Conv2d(
        config.in_channels,
        config.out_channels,
        config.kernel_size,
        config.stride,
        config.padding,
        config.dilation,
        bias=False,
    )


def refusal(config: ConvConfig) -> str:
    """PyTorch's own words for settings that :func:`check_possible` does not accept."""
    try:
        module(config)(torch.zeros(1, config.in_channels, config.input_size, config.input_size))
    except (ValueError, RuntimeError) as error:
        return str(error)
    raise ValueError(f"PyTorch accepts {config}")


def weights_formula(channels: int, out: int, k: int) -> str:
    """The number of weights of a layer, as plain text; one channel each way needs no formula."""
    count = f"{out * channels * k * k} weight{'s' if out * channels * k > 1 else ''}"
    return f"{out}·{channels}·{k}² = {count}" if out * channels > 1 else count


def size_formula(config: ConvConfig) -> str:
    """The size formula with its numbers, up to the equals sign, as plain text."""
    n, k, s, d = config.input_size, config.kernel_size, config.stride, config.dilation
    before, after = config.pads
    pad = f"2·{before}" if before == after else f"{before} + {after}"
    return f"⌊({n} + {pad} − {d}·({k} − 1) − 1) / {s} + 1⌋"


def size_latex(config: ConvConfig) -> str:
    """The same for KaTeX, step by step, with the result or why there is none."""
    n, k, s, d = config.input_size, config.kernel_size, config.stride, config.dilation
    if config.padding == "same" and s > 1:
        return rf"\text{{PyTorch has no “same” padding with a stride of {s}}}"
    before, after = config.pads
    pad = rf"2 \cdot {before}" if before == after else f"{before} + {after}"
    top = n + before + after - d * (k - 1) - 1
    outputs = output_size(n, k, s, before + after, d)
    numerator = rf"{n} + {pad} - {d} \cdot ({k} - 1) - 1"
    lines = [
        rf"m &= \left\lfloor \frac{{{numerator}}}{{{s}}} + 1 \right\rfloor",
        rf"&= \left\lfloor \frac{{{top}}}{{{s}}} + 1 \right\rfloor = "
        rf"\left\lfloor {top / s + 1:g} \right\rfloor",
        rf"&= {outputs}" if outputs > 0 else r"&< 1 \text{, so no window fits}",
    ]
    if config.in_channels * config.out_channels > 1:
        lines.append(weights_latex(config.in_channels, config.out_channels, k))
    return r"\begin{aligned}" + r"\\[6pt]".join(lines) + r"\end{aligned}"


def weights_latex(channels: int, out: int, kernel_size: int) -> str:
    """The number of weights with its factors, one aligned line."""
    count = out * channels * kernel_size**2
    return rf"\text{{weights}} &= {out} \cdot {channels} \cdot {kernel_size}^2 = {count}"
