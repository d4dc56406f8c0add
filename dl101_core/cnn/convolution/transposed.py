"""One transposed convolution, cell by cell: every input cell stamps the kernel onto the output."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import nn

from dl101_core.cnn.convolution.channels import Cells
from dl101_core.cnn.convolution.compute import weights_latex
from dl101_core.cnn.ways_out import ImpossibleSettings, WayOut
from dl101_core.models.receptive import Window
from dl101_core.settings import declarations, whole


@dataclass(frozen=True, kw_only=True)
class TransposedConfig(Cells):
    """The settings of the page; raises ``ValueError`` for a value out of its range."""

    input_size: int = whole(3, 2, 8, label="Input size", name="transposed_input")
    """Rows and columns of the picture."""
    padding: int = whole(
        0,
        0,
        3,
        label="Padding",
        help="Rows cut off each side of the output: what padding has added to a convolution.",
        name="transposed_padding",
    )
    """Rows cut off *each* side of the output."""
    output_padding: int = whole(
        0,
        0,
        3,
        label="Output padding",
        help="Rows added at the bottom and the right. It must be smaller than stride or dilation.",
    )
    """Rows added at the bottom and the right of the output."""

    @property
    def output_size(self) -> int:
        """``(n − 1)s − 2p + d(k − 1) + output_padding + 1``, below 1 when nothing is left.

        Source: documentation of ``torch.nn.ConvTranspose2d``.
        """
        stamp = self.dilation * (self.kernel_size - 1) + 1
        whole = (self.input_size - 1) * self.stride + stamp
        return whole - 2 * self.padding + self.output_padding


class ImpossibleTransposed(ImpossibleSettings):
    """PyTorch refuses the settings."""


@dataclass(frozen=True, eq=False)
class TransposedResult:
    """Everything that the page shows."""

    config: TransposedConfig
    image: torch.Tensor  # (in, n, n)
    kernel: torch.Tensor  # (out, in, k, k); PyTorch's weight has in before out
    divisors: tuple[int, ...]
    output: torch.Tensor  # (out, m, m)
    empty: tuple[int, ...]
    """Output rows (and columns) that no stamp reaches, from zero: 0 everywhere."""


def landings(config: TransposedConfig, index: int) -> tuple[int, ...]:
    """The output rows (or columns) onto which the input row (or column) ``index`` stamps.

    An index below 0, or from the output's size on, is cut off by the padding.
    """
    c = config
    return tuple(Window(c.kernel_size, c.stride, c.padding, c.dilation).taps(index))


def describe(config: TransposedConfig) -> TransposedResult:
    """Compute what the page shows; :class:`ImpossibleTransposed` when PyTorch refuses."""
    check_possible(config)
    image = config.picture(config.input_size)
    kernels = config.kernels()
    output = F.conv_transpose2d(
        image[None],
        kernels.values.transpose(0, 1).contiguous(),
        None,
        config.stride,
        config.padding,
        config.output_padding,
        1,
        config.dilation,
    )[0]
    hit = {at for index in range(config.input_size) for at in landings(config, index)}
    empty = tuple(i for i in range(config.output_size) if i not in hit)
    return TransposedResult(config, image, kernels.values, kernels.divisors, output, empty)


def check_possible(config: TransposedConfig) -> None:
    """Raise :class:`ImpossibleTransposed` when PyTorch has no output for these settings."""
    limit = max(config.stride, config.dilation)
    added = config.output_padding
    if not _small_enough(config):
        raise ImpossibleTransposed(
            f"The output padding of {added} must be smaller than the stride ({config.stride}) or "
            f"the dilation ({config.dilation}), PyTorch says. It chooses among the sizes that a "
            "convolution with this stride shrinks to the same size, one for each cell it skips.",
            _ways(
                config,
                ("output padding", "output_padding", limit - 1),
                ("stride", "stride", added + 1),
                ("dilation", "dilation", added + 1),
            ),
        )
    if config.output_size < 1:
        covered = config.output_size + 2 * config.padding
        raise ImpossibleTransposed(
            f"The stamps cover {covered} cells, and a padding of {config.padding} cuts "
            f"{2 * config.padding} of them off, so nothing is left: choose less "
            "padding, a larger input or a larger kernel.",
            _ways(
                config,
                ("padding", "padding", (covered - 1) // 2),
                *(("input size", "input_size", n) for n in range(3, 9)),
                *(("kernel size", "kernel_size", k) for k in range(2, 8)),
            ),
        )


def _small_enough(config: TransposedConfig) -> bool:
    return config.output_padding < max(config.stride, config.dilation)


def _ways(config: TransposedConfig, *ways: tuple[str, str, int]) -> tuple[WayOut, ...]:
    """For each field, the first value that makes the settings possible.

    If no single change is enough, the first one is offered; the next problem shows after it.
    """
    found: dict[str, WayOut] = {}
    for title, field, value in ways:
        if field in found or not declarations(TransposedConfig)[field].has(value):
            continue
        changed = replace(config, **{field: value})  # type: ignore[arg-type]
        if _small_enough(changed) and changed.output_size >= 1:
            found[field] = WayOut(f"Set {title} to {value}", field, value)
    title, field, value = ways[0]
    return tuple(found.values()) or (WayOut(f"Set {title} to {value}", field, value),)


def module(config: TransposedConfig) -> nn.ConvTranspose2d:
    """The same layer as a module, without bias."""
    return nn.ConvTranspose2d(
        config.in_channels,
        config.out_channels,
        config.kernel_size,
        config.stride,
        config.padding,
        config.output_padding,
        bias=False,
        dilation=config.dilation,
    )


def refusal(config: TransposedConfig) -> str:
    """PyTorch's answer to settings that :func:`check_possible` does not accept.

    Its own words, or an output of size 0: PyTorch accepts some settings that leave no cell.
    """
    size = config.input_size
    try:
        output = module(config)(torch.zeros(1, config.in_channels, size, size))
    except (ValueError, RuntimeError) as error:
        return str(error)
    if output.numel():
        raise ValueError(f"PyTorch accepts {config}")
    return f"output size: {tuple(output.shape[-2:])}"


def size_formula(config: TransposedConfig) -> str:
    """The size formula with its numbers, up to the equals sign, as plain text."""
    c = config
    return (
        f"({c.input_size} − 1)·{c.stride} − 2·{c.padding} "
        f"+ {c.dilation}·({c.kernel_size} − 1) + {c.output_padding} + 1"
    )


def size_latex(config: TransposedConfig) -> str:
    """The same for KaTeX, step by step, with the result or why there is none."""
    c = config
    limit = max(c.stride, c.dilation)
    if c.output_padding >= limit:
        return (
            rf"\text{{output padding }} {c.output_padding} \not< "
            rf"\max(s, d) = \max({c.stride}, {c.dilation}) = {limit}"
        )
    steps, stamp = (c.input_size - 1) * c.stride, c.dilation * (c.kernel_size - 1)
    lines = [
        rf"m &= ({c.input_size} - 1) \cdot {c.stride} - 2 \cdot {c.padding} "
        rf"+ {c.dilation} \cdot ({c.kernel_size} - 1) + {c.output_padding} + 1",
        rf"&= {steps} - {2 * c.padding} + {stamp} + {c.output_padding} + 1",
        rf"&= {c.output_size}" + ("" if c.output_size > 0 else r" < 1 \text{, so nothing is left}"),
    ]
    if c.in_channels * c.out_channels > 1:
        lines.append(weights_latex(c.in_channels, c.out_channels, c.kernel_size))
    return r"\begin{aligned}" + r"\\[6pt]".join(lines) + r"\end{aligned}"
