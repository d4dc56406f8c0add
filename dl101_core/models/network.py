"""The output of each layer of a built network for a 28×28 picture, or why it has none.

Counts come from PyTorch's own modules on the *meta* device, where they have shapes but no values.
Sizes of maps come from a real forward pass of one channel. So a network of any size is
described in milliseconds and without memory. (A forward pass on the meta device would load 70 MB of
PyTorch's compiler first.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod

import torch
from torch import nn
from torch.nn import functional as F

from dl101_core.models.fixes import Fix, end_problem, misfit
from dl101_core.models.layers import (
    Activation,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    Layer,
    Layers,
    Linear,
    Pool,
    parse,
)
from dl101_core.models.receptive import Field, whole_field, window_of
from dl101_core.models.summary import LayerSummary, multiply_adds

Shape = tuple[int, ...]

INPUT_SHAPE: Shape = (1, 28, 28)
CLASSES = 10
FLOAT = 4


@dataclass(frozen=True)
class LayerRow:
    """One layer, for one image. ``shape``: of its output, empty if it has none.

    ``multiply_adds``: as in ``models.summary``. ``memory``: bytes of its output in float32.
    ``field``: the receptive field; ``None`` where there is no output. ``problem``: why this layer
    does not fit, empty if it does or if one before it does not.
    """

    layer: Layer
    shape: Shape
    parameters: int
    multiply_adds: int
    memory: int
    field: Field | None
    problem: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class Network:
    """All layers. ``problem``: why it cannot train, empty if it can; ``fixes``: the ways out."""

    layers: Layers
    rows: tuple[LayerRow, ...]
    problem: str
    fixes: tuple[Fix, ...]

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        return sum(row.multiply_adds for row in self.rows)

    @property
    def memory(self) -> int:
        return sum(row.memory for row in self.rows)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Shapes of the input and of every output up to the first layer that does not fit."""
        return (INPUT_SHAPE, *(row.shape for row in self.rows if row.shape))


@lru_cache(maxsize=256)
def describe(layers: Layers) -> Network:
    """One row per layer; shapes are unknown from the first layer that does not fit."""
    rows: list[LayerRow] = []
    shape, field = INPUT_SHAPE, whole_field(INPUT_SHAPE[-1])
    for place, layer in enumerate(layers):
        problem, fixes = misfit(layers, place, shape)
        if problem:
            rows.append(LayerRow(layer, (), 0, 0, 0, None, problem, fixes))
            rows += [LayerRow(later, (), 0, 0, 0, None) for later in layers[place + 1 :]]
            return Network(layers, tuple(rows), problem, fixes)
        output = output_shape(layer, shape)
        with torch.device("meta"):
            module = make_module(layer, shape)
        field = _field_after(field, module, output)
        rows.append(_row(layer, module, shape, output, field))
        shape = output
    return Network(layers, tuple(rows), *end_problem(layers, shape, CLASSES))


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """The output shape of ``layer`` for an input of ``shape`` that fits; without the batch."""
    match layer:
        case Conv(padding="same"):
            return (layer.out_channels, *shape[1:])
        case Conv():
            kernel = torch.zeros(1, 1, layer.kernel_size, layer.kernel_size)
            maps = F.conv2d(
                torch.zeros(1, 1, *shape[1:]),
                kernel,
                stride=layer.stride,
                padding=int(layer.padding),
                dilation=layer.dilation,
            )
            return (layer.out_channels, *maps.shape[2:])
        case Pool():
            maps = make_module(layer, shape)(torch.zeros(1, 1, *shape[1:]))
            return (shape[0], *maps.shape[2:])
        case Flatten():
            return (prod(shape),)
        case Linear():
            return (layer.out_features,)
    return shape


def _field_after(field: Field, module: nn.Module, output: Shape) -> Field:
    """The receptive field after ``module``. Maps and windows are square: one axis is enough."""
    window = window_of(module)
    if window:
        return field.slid(window, output[-1])
    return field.joined(1) if isinstance(module, nn.Linear) else field


def _row(layer: Layer, module: nn.Module, shape: Shape, output: Shape, field: Field) -> LayerRow:
    with torch.device("meta"):
        before, after = torch.empty(1, *shape), torch.empty(1, *output)
    return LayerRow(
        layer,
        output,
        sum(p.numel() for p in module.parameters()),
        multiply_adds(module, before, after),
        FLOAT * prod(output),
        field,
    )


def make_module(layer: Layer, shape: Shape) -> nn.Module:
    """PyTorch's module of ``layer`` for an input of ``shape``, without the batch."""
    match layer:
        case Conv():
            return nn.Conv2d(
                shape[0],
                layer.out_channels,
                layer.kernel_size,
                layer.stride,
                layer.padding,
                layer.dilation,
            )
        case Pool():
            cls = nn.MaxPool2d if layer.kind == "max" else nn.AvgPool2d
            return cls(layer.kernel_size, layer.stride, layer.padding, ceil_mode=bool(layer.ceil))
        case Activation():
            return _activation(layer.kind)
        case Dropout():
            return nn.Dropout(layer.percent / 100)
        case BatchNorm():
            return (nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0])
        case Flatten():
            return nn.Flatten()
        case Linear():
            return nn.Linear(shape[0], layer.out_features)


def _activation(kind: str) -> nn.Module:
    match kind:
        case "relu":
            return nn.ReLU()
        case "leaky":
            return nn.LeakyReLU(0.1)
        case "softplus":  # log(1 + e^z); beta 1; above 20 it is z, which is no different
            return nn.Softplus()
        case "tanh":
            return nn.Tanh()
    return nn.Sigmoid()


def built(text: str) -> nn.Sequential:
    """The network of ``text``. Raises ``ValueError`` for one that cannot train."""
    network = describe(parse(text))
    check_trainable(network)
    pairs = zip(network.layers, network.shapes, strict=False)
    return nn.Sequential(*(make_module(layer, shape) for layer, shape in pairs))


def built_rows(text: str) -> tuple[LayerSummary, ...]:
    """The rows that ``summarise`` would give for the network of ``text``, without building it."""
    with torch.device("meta"):
        modules = built(text)
    rows = describe(parse(text)).rows
    return tuple(
        LayerSummary(str(number), str(module), row.shape, row.parameters, row.multiply_adds)
        for number, (module, row) in enumerate(zip(modules, rows, strict=True))
    )


def check_trainable(network: Network) -> None:
    """Raises ``ValueError`` with the reason why ``network`` cannot learn ten classes."""
    if network.problem:
        raise ValueError(network.problem)


def needs_two_images(network: Network) -> bool:
    """Whether one image cannot be a batch: batch norm would see one number per channel."""
    pairs = zip(network.layers, network.shapes, strict=False)
    return any(isinstance(layer, BatchNorm) and prod(shape[1:]) == 1 for layer, shape in pairs)
