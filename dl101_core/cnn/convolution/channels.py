"""Pictures and kernels of several channels, made of the named patterns and a learner's changes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dl101_core.cnn.convolution import edits
from dl101_core.cnn.patterns import KERNELS, PICTURES
from dl101_core.settings import Settings, choice, titled, whole


@dataclass(frozen=True, eq=False)
class Kernels:
    """One kernel for every pair of an output and an input channel."""

    values: torch.Tensor  # (out, in, k, k)
    divisors: tuple[int, ...]  # out · in; an unchanged entry is a whole number over it


@dataclass(frozen=True, kw_only=True)
class Cells(Settings):
    """Settings of both directions: the cells of both grids, and the kernel's steps.

    Raises ``ValueError``, which names what is wrong.
    """

    kernel_size: int = whole(3, 1, 7, label="Kernel size")
    """Rows and columns of the kernel."""
    stride: int = whole(1, 1, 4, label="Stride")
    """Cells from one window (or stamp) to the next."""
    dilation: int = whole(1, 1, 3, label="Dilation")
    """Cells from one tap of the kernel to the next."""
    image: str = choice("notes", lambda: titled(PICTURES), label="Picture")
    """The first channel; the others are the pictures after it."""
    kernel: str = choice("cross", lambda: titled(KERNELS), label="Kernel")
    """Output 1, input 1; the others follow in turn."""
    in_channels: int = whole(1, 1, edits.CHANNELS_IN, label="Channels in")
    out_channels: int = whole(1, 1, edits.CHANNELS_OUT, label="Channels out")
    image_edits: str = ""
    """Changed pixels, as :mod:`dl101_core.cnn.convolution.edits` writes them."""
    kernel_edits: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, read in (
            ("image_edits", edits.picture_changes),
            ("kernel_edits", edits.kernel_changes),
        ):
            try:
                read(getattr(self, name))
            except ValueError as problem:
                raise ValueError(f"{name}: {problem}") from None

    def picture(self, size: int) -> torch.Tensor:
        """``(in, size, size)``; unchanged cells are quarters from 0 to 1."""
        names = list(PICTURES)
        first = names.index(self.image)
        channels = [
            PICTURES[names[(first + channel) % len(names)]][1](size)
            for channel in range(self.in_channels)
        ]
        return edits.apply(edits.picture_changes(self.image_edits), torch.stack(channels))

    def kernels(self) -> Kernels:
        """``(out, in, k, k)``, not flipped. Output ``o``, input ``i``: pattern 3o + i on."""
        names, size = list(KERNELS), self.kernel_size
        first = names.index(self.kernel)
        values, divisors = [], []
        for out in range(self.out_channels):
            for channel in range(self.in_channels):
                name = names[(first + 3 * out + channel) % len(names)]
                entries, divisor = KERNELS[name][1](size)
                values.append(entries / divisor)
                divisors.append(divisor)
        stack = torch.stack(values).view(self.out_channels, self.in_channels, size, size)
        changes = edits.kernel_changes(self.kernel_edits)
        return Kernels(edits.apply(changes, stack), tuple(divisors))


def word(value: float, divisor: int) -> str:
    """A kernel's entry as short as it is exact: ``1/9``, ``-1``, ``0.125``."""
    whole = round(value * divisor)
    if value == round(value) or abs(value * divisor - whole) > 1e-4:
        return f"{round(value, 4) + 0.0:g}"
    return f"{whole}/{divisor}"
