"""The table of layers: output shape, parameters and multiply-adds, from a real forward pass."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class LayerSummary:
    """One leaf layer. ``output_shape`` is without the batch dimension."""

    name: str
    layer: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


def summarise(model: nn.Module, input_shape: tuple[int, ...] = (1, 28, 28)) -> list[LayerSummary]:
    """One row per leaf layer, in the order of execution, for one example of ``input_shape``.

    Multiply-adds: ``out_elements · in_channels/groups · k_h · k_w`` (Conv2d),
    ``in_features · out_features`` per position (Linear), and
    ``T · sum over layers of gates · hidden · (input + hidden)`` (RNN, GRU, LSTM).
    """
    rows: list[LayerSummary] = []

    def record(name: str) -> object:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...], output: object) -> None:
            result = output[0] if isinstance(output, tuple) else output
            assert isinstance(result, Tensor)
            rows.append(
                LayerSummary(
                    name,
                    str(layer),
                    tuple(result.shape[1:]),
                    sum(p.numel() for p in layer.parameters()),
                    multiply_adds(layer, inputs[0], result),
                )
            )

        return hook

    leaves = [(n, m) for n, m in model.named_modules() if not list(m.children())]
    handles = [m.register_forward_hook(record(n)) for n, m in leaves]  # type: ignore[arg-type]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            model(torch.zeros(1, *input_shape))
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return rows


def multiply_adds(layer: nn.Module, features: Tensor, output: Tensor) -> int:
    """Products of one example through ``layer``, as ``summarise`` counts them."""
    if isinstance(layer, nn.Conv2d):
        return output[0].numel() * (layer.in_channels // layer.groups) * prod(layer.kernel_size)
    if isinstance(layer, nn.Linear):
        return output[0].numel() * layer.in_features
    if isinstance(layer, nn.RNNBase):
        weights = sum(p.numel() for n, p in layer.named_parameters() if n.startswith("weight"))
        return features.shape[1] * weights
    return 0
