"""Gradients of the loss for every layer, and of a logit for every pixel."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.explain.layers import SILENT, Floats, as_maps, layer_name, leaves, steps
from dl101_core.explain.reading import UInt8, batch_of


@dataclass(frozen=True)
class WeightGradient:
    """Gradient of one layer's weights and biases: Euclidean norm and root mean square."""

    name: str
    norm: float
    rms: float
    count: int


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """``loss``: cross-entropy against ``target``. ``maps``: index of a leaf -> ``dL/d(output)``.

    ``pixels``: ``dL/d(input)``, ``(28, 28)``, for an input in [0, 1].
    """

    target: int
    loss: float
    maps: dict[int, Floats]
    pixels: Floats
    weights: tuple[WeightGradient, ...]


def gradients(model: nn.Module, image: UInt8, target: int) -> LayerGradients:
    """``L = −log softmax(z)_target`` differentiated by autograd after each layer.

    Works on a copy, because the weights of a shared network require no gradient. A network that is
    not sequential has gradients of its weights and of the input only. Raises ``ValueError`` for a
    target that is not one of the classes.
    """
    own = copy.deepcopy(model).requires_grad_(True)
    batch = batch_of(image).requires_grad_(True)
    outputs: dict[int, Tensor] = {}
    shown: dict[nn.Module, str] = {}
    logits = batch
    for index, layer, logits in steps(own, batch):
        if not isinstance(layer, SILENT):
            outputs[index] = logits
            shown[layer] = f"{len(shown) + 1}: {layer_name(layer)}"
    if not outputs:
        logits = own(batch)
    loss = F.cross_entropy(logits, torch.tensor([_checked(target, logits)]))
    named = _weights(own, shown)
    weights = [weight for _, group in named for weight in group]
    wanted = [batch, *outputs.values(), *weights]
    found: list[Tensor] = [
        torch.zeros_like(tensor) if gradient is None else gradient
        for tensor, gradient in zip(
            wanted, torch.autograd.grad(loss, wanted, allow_unused=True), strict=True
        )
    ]
    rest = iter(found[1 + len(outputs) :])
    return LayerGradients(
        target,
        float(loss.detach()),
        {i: as_maps(g) for i, g in zip(outputs, found[1 : 1 + len(outputs)], strict=True)},
        as_maps(found[0]).squeeze(0),
        tuple(_size(name, [next(rest) for _ in group]) for name, group in named),
    )


def saliency(model: nn.Module, image: UInt8, target: int) -> Floats:
    """``d z_target / d x`` for every pixel x in [0, 1], ``(28, 28)``, with its sign.

    Source: Simonyan, Vedaldi & Zisserman (2014), "Deep inside convolutional networks", who show the
    absolute value.
    """
    batch = batch_of(image).requires_grad_(True)
    logits = model(batch)
    logit = logits[0, _checked(target, logits)]
    return as_maps(torch.autograd.grad(logit, batch)[0]).squeeze(0)


def _checked(target: int, logits: Tensor) -> int:
    if not 0 <= target < logits.shape[1]:
        raise ValueError(f"target (={target}) must be a class from 0 to {logits.shape[1] - 1}.")
    return target


def _weights(model: nn.Module, names: dict[nn.Module, str]) -> list[tuple[str, list[Tensor]]]:
    """The layers with weights, in order: the name that the learner sees, and the tensors."""
    if leaves(model):
        layers = [(names.get(layer, layer_name(layer)), layer) for layer in leaves(model)]
    else:
        layers = [(_leaf_name(n, m), m) for n, m in model.named_modules() if not [*m.children()]]
    groups: list[tuple[str, list[Tensor]]] = [(n, [*layer.parameters()]) for n, layer in layers]
    return [(name, group) for name, group in groups if group]


def _leaf_name(name: str, layer: nn.Module) -> str:
    return f"{name}: {type(layer).__name__}"


def _size(name: str, group: list[Tensor]) -> WeightGradient:
    every: npt.NDArray[np.float64] = torch.cat([g.flatten() for g in group]).double().numpy()
    norm = float(np.linalg.norm(every))
    return WeightGradient(name, norm, norm / every.size**0.5, every.size)
