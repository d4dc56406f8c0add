"""Receptive fields: which pixels of the picture a number can depend on, exactly, edges included.

All receptive fields are computed here from PyTorch's modules, for the builder and ``explain``.

With kernel ``k``, stride ``s``, dilation ``d`` and ``p`` of padding before, output ``i`` of a layer
reads its inputs ``i s - p + d t`` for ``t = 0 … k-1``. Away from the edges its field grows by
``(k - 1) d`` steps of the layer before, and the step grows ``s`` times (Araujo et al., 2019).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from torch import nn

Span = tuple[int, int]


class Window(NamedTuple):
    """A window that slides along one axis, with ``pad`` cells of padding before."""

    kernel: int
    stride: int = 1
    pad: int = 0
    dilation: int = 1

    def taps(self, place: int) -> range:
        """The cells that the window reads at ``place``; those outside lie in the padding."""
        start = place * self.stride - self.pad
        return range(start, start + self.kernel * self.dilation, self.dilation)


def window_of(module: nn.Module, axis: int = 0) -> Window | None:
    """The window of a convolution or pooling along rows (0) or columns (1); None for others."""
    if not isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        return None
    dilation = 1 if isinstance(module, nn.AvgPool2d) else _along(axis, module.dilation)
    kernel, stride = _along(axis, module.kernel_size), _along(axis, module.stride)
    match module.padding:
        case "same":  # PyTorch puts an odd zero after
            pad = dilation * (kernel - 1) // 2
        case "valid":
            pad = 0
        case padding:
            pad = _along(axis, padding)
    return Window(kernel, stride, pad, dilation)


def _along(axis: int, value: object) -> int:
    """The number of ``axis``: PyTorch holds one number for both axes, or a pair."""
    if isinstance(value, int):
        return value
    assert isinstance(value, tuple)
    return int(value[axis])


@dataclass(frozen=True)
class Field:
    """``spans``: first and last pixel for each position along one axis, ``None`` for padding alone.

    ``step``: pixels between the fields of neighbours. ``reach``: the field's side where no edge
    cuts it off.
    """

    spans: tuple[Span | None, ...]
    step: int = 1
    reach: int = 1

    @property
    def size(self) -> int:
        """Side in pixels of the largest field."""
        return max((last - first + 1 for first, last in filter(None, self.spans)), default=0)

    @property
    def middle(self) -> Span | None:
        """The field of the number in the middle."""
        return self.spans[len(self.spans) // 2]

    def seen(self, place: int) -> Span | None:
        """First and one past the last pixel that the number at ``place`` sees."""
        span = self.spans[place]
        return None if span is None else (span[0], span[1] + 1)

    def joined(self, count: int) -> Field:
        """The field of ``count`` numbers that each depend on all inputs, as in a linear layer."""
        hull = _hull(self.spans)
        reach = self.size if hull is None else _length(hull)
        return Field((hull,) * count, self.step, reach)

    def slid(self, window: Window, count: int) -> Field:
        """The field of the first ``count`` places of ``window``."""
        spans = []
        for place in range(count):
            taps = (tap for tap in window.taps(place) if 0 <= tap < len(self.spans))
            spans.append(_hull([self.spans[tap] for tap in taps]))
        reach = self.reach + (window.kernel - 1) * window.dilation * self.step
        return replace(self, spans=tuple(spans), step=self.step * window.stride, reach=reach)


def whole_field(side: int) -> Field:
    """The field of the picture itself: every pixel sees itself."""
    return Field(tuple((pixel, pixel) for pixel in range(side)))


def _hull(spans: list[Span | None] | tuple[Span | None, ...]) -> Span | None:
    found = [span for span in spans if span is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _length(span: Span) -> int:
    return span[1] - span[0] + 1
