"""Receptive fields: which pixels of the picture a number can depend on, exactly, edges included.

The only place that computes them: the builder asks by its own layers, ``explain`` by PyTorch's.

With kernel ``k``, stride ``s``, dilation ``d`` and ``p`` of padding before, output ``i`` of a layer
reads its inputs ``i s - p + d t`` for ``t = 0 … k-1``. Away from the edges its field grows by
``(k - 1) d`` steps of the layer before, and the step grows ``s`` times (Araujo et al., 2019).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dl101_core.models.layers import SAME, Conv, Layer, Linear, Pool

Span = tuple[int, int]


@dataclass(frozen=True)
class Field:
    """``spans``: first and last pixel for each position along one axis, ``None`` for padding alone.

    Maps are square and so are kernels, so both axes are alike. ``step``: pixels between the fields
    of neighbours. ``reach``: the field's side where no edge cuts it off.
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

    def after(self, layer: Layer, shape: tuple[int, ...]) -> Field:
        """The fields of the outputs of ``layer``; ``shape`` is that of its input."""
        match layer:
            case Conv():
                wide = layer.dilation * (layer.kernel_size - 1)
                pad = wide // 2 if layer.padding == SAME else int(layer.padding)
                end = wide - pad if layer.padding == SAME else pad
                count = (shape[-1] + pad + end - wide - 1) // layer.stride + 1
                return self.slid(layer.kernel_size, layer.stride, pad, layer.dilation, count)
            case Pool():
                count = _pooled(shape[-1], layer)
                return self.slid(layer.kernel_size, layer.stride, layer.padding, 1, count)
            case Linear():
                return self.joined(1)
        return self

    def seen(self, place: int) -> Span | None:
        """First and one past the last pixel that the number at ``place`` sees."""
        span = self.spans[place]
        return None if span is None else (span[0], span[1] + 1)

    def joined(self, count: int) -> Field:
        """Of ``count`` numbers that each depend on everything, as in a linear layer."""
        hull = _hull(self.spans)
        reach = self.size if hull is None else _length(hull)
        return Field((hull,) * count, self.step, reach)

    def slid(self, kernel: int, stride: int, pad: int, dilation: int, count: int) -> Field:
        """Of the ``count`` places of a window with ``pad`` cells of padding before."""
        spans = []
        for place in range(count):
            taps = (place * stride - pad + dilation * tap for tap in range(kernel))
            spans.append(_hull([self.spans[tap] for tap in taps if 0 <= tap < len(self.spans)]))
        reach = self.reach + (kernel - 1) * dilation * self.step
        return replace(self, spans=tuple(spans), step=self.step * stride, reach=reach)


def whole_field(side: int) -> Field:
    """Of the picture itself: every pixel sees itself."""
    return Field(tuple((pixel, pixel) for pixel in range(side)))


def _hull(spans: list[Span | None] | tuple[Span | None, ...]) -> Span | None:
    found = [span for span in spans if span is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _length(span: Span) -> int:
    return span[1] - span[0] + 1


def _pooled(size: int, layer: Pool) -> int:
    """As PyTorch counts: rounded up, the last window must still begin inside or in front."""
    room = size + 2 * layer.padding - layer.kernel_size
    if not layer.ceil:
        return room // layer.stride + 1
    count = -(-room // layer.stride) + 1
    return count - 1 if (count - 1) * layer.stride >= size + layer.padding else count
