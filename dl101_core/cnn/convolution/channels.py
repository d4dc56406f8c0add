"""Pictures and kernels of several channels, made of the named patterns and a learner's changes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dl101_core.cnn.convolution import edits
from dl101_core.cnn.patterns import KERNELS, PICTURES

CHANNELS_IN = (1, edits.CHANNELS_IN)
CHANNELS_OUT = (1, edits.CHANNELS_OUT)


@dataclass(frozen=True, eq=False)
class Kernels:
    """One kernel for every pair of an output and an input channel."""

    values: torch.Tensor  # (out, in, k, k)
    divisors: tuple[int, ...]  # out · in; an unchanged entry is a whole number over it


@dataclass(frozen=True)
class Cells:
    """What stands in the cells of both grids. ``ValueError`` names what is wrong."""

    image: str = "notes"
    """A key of ``PICTURES``: the first channel; the others are the ones after it."""
    kernel: str = "cross"
    """A key of ``KERNELS``: output 1, input 1; the others follow in turn."""
    in_channels: int = 1
    out_channels: int = 1
    image_edits: str = ""
    """Changed pixels, as :mod:`dl101_core.cnn.convolution.edits` writes them."""
    kernel_edits: str = ""

    def __post_init__(self) -> None:
        for name, table in (("image", PICTURES), ("kernel", KERNELS)):
            if getattr(self, name) not in table:
                raise ValueError(
                    f"{name} must be one of {', '.join(table)}, not {getattr(self, name)!r}"
                )
        check_range("in_channels", self.in_channels, CHANNELS_IN)
        check_range("out_channels", self.out_channels, CHANNELS_OUT)
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

    def kernels(self, size: int) -> Kernels:
        """``(out, in, size, size)``, not flipped. Output ``o``, input ``i``: pattern 3o + i on."""
        names = list(KERNELS)
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


def check_range(name: str, value: object, limits: tuple[int, int]) -> None:
    """``ValueError`` unless ``value`` is a whole number within ``limits``."""
    low, high = limits
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value}")


def word(value: float, divisor: int) -> str:
    """A kernel's entry as short as it is exact: ``1/9``, ``-1``, ``0.125``."""
    whole = round(value * divisor)
    if value == round(value) or abs(value * divisor - whole) > 1e-4:
        return f"{round(value, 4) + 0.0:g}"
    return f"{whole}/{divisor}"
