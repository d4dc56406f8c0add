"""The layers of a network one by one: their outputs, receptive fields and kernels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from dl101_core.explain.reading import UInt8, batch_of
from dl101_core.models.receptive import Field, Span, whole_field, window_of

Floats = npt.NDArray[np.float32]
SILENT = (nn.Flatten, nn.Dropout, nn.Dropout2d, nn.Identity)
"""Layers that pass on the values of one image unchanged in evaluation mode."""


Fields = tuple[Field, Field]
"""The receptive fields of the rows and of the columns."""
PIXELS: Fields = (whole_field(28), whole_field(28))


@dataclass(frozen=True, eq=False)
class LayerLook:
    """One layer's output for one image.

    ``index``: among the ``leaves``. ``name`` is unique within the network. ``maps``:
    float32 ``(channels, height, width)``; a vector of n units counts as n maps of one cell.
    ``fields``: one span for each row and column of a map, or for each unit of a vector.
    ``layer``: the shared module, for reading only.
    """

    index: int
    name: str
    maps: Floats
    fields: Fields
    layer: nn.Module

    @property
    def word(self) -> str:
        """The word for one of the maps."""
        return "Map" if self.maps[0].size > 1 else "Unit"

    def seen(self, unit: int, row: int, column: int) -> tuple[Span, Span] | None:
        """The receptive field: rows and columns, each first and one past last.

        ``None`` for a field of padding alone.
        """
        flat = self.maps[0].size == 1 and len(self.fields[0].spans) == len(self.maps)
        at = (unit, unit) if flat else (row, column)
        rows, columns = (field.seen(i) for field, i in zip(self.fields, at, strict=True))
        return None if rows is None or columns is None else (rows, columns)


def leaves(model: nn.Module) -> tuple[nn.Module, ...]:
    """The layers of a sequential network in order; empty for any other (a recurrent one)."""
    if not isinstance(model, nn.Sequential):
        return ()
    found: list[nn.Module] = []
    for layer in model:
        inner = leaves(layer)
        if not inner and len(list(layer.children())):
            return ()
        found += inner or [layer]
    return tuple(found)


def steps(model: nn.Module, features: Tensor) -> Iterator[tuple[int, nn.Module, Tensor]]:
    """Index, layer and output, layer by layer. Gradients flow if ``features`` requires them."""
    for index, layer in enumerate(leaves(model)):
        features = layer(features)
        yield index, layer, features


def look_through(model: nn.Module, image: UInt8) -> tuple[LayerLook, ...]:
    """The output of every layer except the ``SILENT`` ones; empty if ``model`` is not sequential.

    ``image``: uint8 ``(28, 28)``; ``model`` in evaluation mode.
    """
    looks: list[LayerLook] = []
    fields = PIXELS
    with torch.inference_mode():
        for index, layer, output in steps(model, batch_of(image)):
            fields = _widened(fields, layer, output.shape[1:])
            if not isinstance(layer, SILENT):
                name = f"{len(looks) + 1}: {layer_name(layer)}"
                looks.append(LayerLook(index, name, as_maps(output), fields, layer))
    return tuple(looks)


def as_maps(output: Tensor) -> Floats:
    """The only image of a batch as ``(channels, height, width)``, copied."""
    one = output.detach()[0]
    return np.array(one if one.ndim == 3 else one.reshape(-1, 1, 1), dtype=np.float32, order="C")


def kernels(look: LayerLook, channel: int = 0) -> Floats | None:
    """The weights of each filter for one input channel, ``(filters, k_h, k_w)``.

    For a dense layer that reads the image itself each unit's weights form an image; any other
    layer has no kernels: ``None``.
    """
    layer = look.layer
    if isinstance(layer, nn.Conv2d):
        return np.array(layer.weight.detach()[:, channel], dtype=np.float32)
    if isinstance(layer, nn.Linear) and look.name.startswith("1:") and layer.in_features == 784:
        return np.array(layer.weight.detach().reshape(-1, 28, 28), dtype=np.float32)
    return None


def all_weights(look: LayerLook) -> Floats:
    """The weights of every filter for every input channel, without the bias."""
    weight = look.layer.weight
    assert isinstance(weight, Tensor)
    return np.array(weight.detach(), dtype=np.float32)


def input_channels(look: LayerLook) -> int:
    """Number of kernels of each filter of the layer."""
    return look.layer.weight.shape[1] if isinstance(look.layer, nn.Conv2d) else 1


def layer_name(layer: nn.Module) -> str:
    """In words, without a number: ``5×5 convolution``."""
    if isinstance(layer, nn.Conv2d):
        return f"{_size(layer)} convolution"
    if isinstance(layer, nn.MaxPool2d):
        return f"{_size(layer)} max pooling"
    if isinstance(layer, nn.AvgPool2d):
        return f"{_size(layer)} average pooling"
    return _NAMES.get(type(layer), type(layer).__name__)


_NAMES: dict[type[nn.Module], str] = {
    nn.LeakyReLU: "leaky ReLU",
    nn.BatchNorm2d: "batch norm",
    nn.BatchNorm1d: "batch norm",
    nn.Linear: "dense",
    nn.Tanh: "tanh",
    nn.Sigmoid: "sigmoid",
    nn.Softplus: "softplus",
}
POINTWISE = (
    nn.ReLU,
    nn.LeakyReLU,
    nn.Tanh,
    nn.Sigmoid,
    nn.Softplus,
    nn.ELU,
    nn.GELU,
    nn.SiLU,
    nn.BatchNorm2d,
    nn.BatchNorm1d,
    nn.Dropout,
    nn.Dropout2d,
    nn.Identity,
)


def _widened(fields: Fields, layer: nn.Module, shape: Sequence[int]) -> Fields:
    """``fields`` after ``layer``, whose output has ``shape`` without the batch."""
    rows, columns = fields
    if isinstance(layer, POINTWISE):
        return fields
    row_window, column_window = window_of(layer, 0), window_of(layer, 1)
    if row_window and column_window:
        return rows.slid(row_window, shape[1]), columns.slid(column_window, shape[2])
    if isinstance(layer, nn.Flatten):  # row by row, map after map
        height, width = len(rows.spans), len(columns.spans)
        units = range(shape[0])
        return (
            replace(rows, spans=tuple(rows.spans[unit // width % height] for unit in units)),
            replace(columns, spans=tuple(columns.spans[unit % width] for unit in units)),
        )
    if isinstance(layer, nn.Linear) and len(shape) == 1:
        return rows.joined(shape[0]), columns.joined(shape[0])
    # The output of an unknown layer may depend on every pixel.
    high, wide = (
        whole.joined(count) for whole, count in zip(PIXELS, (*shape, *shape)[-2:], strict=True)
    )
    return high, wide


def _size(layer: nn.Module) -> str:
    height, width = window_of(layer, 0), window_of(layer, 1)
    assert height
    assert width
    return f"{height.kernel}×{width.kernel}"
