"""The layers of a network one by one: what each gives, what it sees of the input, its kernels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from dl101_core.explain.reading import UInt8, batch_of

Floats = npt.NDArray[np.float32]
SILENT = (nn.Flatten, nn.Dropout, nn.Dropout2d, nn.Identity)
"""Layers that hand on what they get, one image at a time in evaluation mode."""


@dataclass(frozen=True)
class Field:
    """Receptive field along one axis: cell ``o`` sees ``start + o·jump``, ``size`` pixels on.

    For a layer of kernel k, stride s, dilation d and p zeros before, after one with the field
    (start, jump, size): ``size' = size + d(k − 1)·jump``, ``start' = start − p·jump``,
    ``jump' = s·jump``. Pixels outside the input are padding. Source: Araujo, Norris & Sim (2019),
    "Computing receptive fields of convolutional neural networks".
    """

    start: int = 0
    jump: int = 1
    size: int = 1

    def seen(self, cell: int, length: int) -> tuple[int, int]:
        """First and one past the last pixel that ``cell`` sees of an input of ``length``."""
        first = self.start + cell * self.jump
        return max(first, 0), min(first + self.size, length)


Fields = tuple[Field, Field]


@dataclass(frozen=True, eq=False)
class LayerLook:
    """One layer's output for one image.

    ``index``: its place among the ``leaves``. ``name`` is unique within the network. ``maps``:
    float32 ``(channels, height, width)``; a vector of n units counts as n maps of one cell.
    ``fields``: of rows and of columns. ``layer``: shared with others, for reading only.
    """

    index: int
    name: str
    maps: Floats
    fields: Fields
    layer: nn.Module

    @property
    def word(self) -> str:
        """What one of the maps is called."""
        return "Map" if self.maps[0].size > 1 else "Unit"


def leaves(model: nn.Module) -> tuple[nn.Module, ...]:
    """The layers of a chain in order; empty for a network that is none (a recurrent one)."""
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
    """Layer by layer: place, layer, output. Gradients flow if ``features`` asks for them."""
    for index, layer in enumerate(leaves(model)):
        features = layer(features)
        yield index, layer, features


def look_through(model: nn.Module, image: UInt8) -> tuple[LayerLook, ...]:
    """What every layer gives, but for the ``SILENT`` ones; empty if ``model`` is no chain.

    ``image``: uint8 ``(28, 28)``; ``model`` in evaluation mode.
    """
    looks: list[LayerLook] = []
    batch = batch_of(image)
    size = (batch.shape[2], batch.shape[3])
    fields: Fields = (Field(), Field())
    with torch.inference_mode():
        for index, layer, output in steps(model, batch):
            fields = _widened(fields, layer, size)
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


def input_channels(look: LayerLook) -> int:
    """How many kernels each filter of the layer has."""
    return look.layer.weight.shape[1] if isinstance(look.layer, nn.Conv2d) else 1


def layer_name(layer: nn.Module) -> str:
    """In words, without a number: ``5×5 convolution``."""
    if isinstance(layer, nn.Conv2d):
        return f"{_size(layer.kernel_size)} convolution"
    if isinstance(layer, nn.MaxPool2d):
        return f"{_size(layer.kernel_size)} max pooling"
    if isinstance(layer, nn.AvgPool2d):
        return f"{_size(layer.kernel_size)} average pooling"
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
    nn.Dropout,
    nn.Dropout2d,
    nn.Identity,
)


def _widened(fields: Fields, layer: nn.Module, size: tuple[int, int]) -> Fields:
    if isinstance(layer, POINTWISE):
        return fields
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        kernel, stride = _pair(layer.kernel_size), _pair(layer.stride)
        dilation = (1, 1) if isinstance(layer, nn.AvgPool2d) else _pair(layer.dilation)
        pads = _pads(layer.padding, kernel, dilation)
        rows, columns = (
            Field(f.start - p * f.jump, s * f.jump, f.size + d * (k - 1) * f.jump)
            for f, k, s, d, p in zip(fields, kernel, stride, dilation, pads, strict=True)
        )
        return rows, columns
    return Field(0, 0, size[0]), Field(0, 0, size[1])  # from here on every cell may see it all


def _pads(padding: object, kernel: tuple[int, int], dilation: tuple[int, int]) -> tuple[int, int]:
    """Zeros before the first row and column."""
    if padding == "same":  # PyTorch puts an odd one after
        return (dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2)
    return (0, 0) if padding == "valid" else _pair(padding)


def _pair(value: object) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    assert isinstance(value, tuple)
    return value[0], value[1]


def _size(kernel: object) -> str:
    height, width = _pair(kernel)
    return f"{height}×{width}"
