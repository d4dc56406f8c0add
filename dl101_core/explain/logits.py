"""The terms of a probability: feature × weight, summed, exponentiated, divided by the total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from dl101_core.explain.layers import SILENT, leaves, steps
from dl101_core.explain.reading import UInt8, batch_of
from dl101_core.models.recurrent import RowReader

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Product:
    """One term of a logit: ``feature · weight``."""

    name: str
    feature: float
    weight: float

    @property
    def value(self) -> float:
        return self.feature * self.weight


@dataclass(frozen=True, eq=False)
class Sums:
    """``logits``: the network's output, ``(classes,)``.

    ``features`` ``(n,)``, ``weights`` ``(classes, n)`` and ``bias`` ``(classes,)`` are those of the
    last dense layer: ``logits = weights · features + bias``. ``names``: of the features.
    Without such a layer at the end, all of these are empty.
    """

    logits: Doubles
    features: Doubles
    weights: Doubles
    bias: Doubles
    names: tuple[str, ...]

    @property
    def powers(self) -> Doubles:
        """``exp(z − max z)``: the largest is 1, so that none overflows."""
        powers: Doubles = np.exp(self.logits - self.logits.max())
        return powers

    @property
    def shares(self) -> Doubles:
        """``exp(z_k) / sum_j exp(z_j)``; the ``max z`` above cancels out."""
        shares: Doubles = self.powers / self.powers.sum()
        return shares

    def largest(self, target: int, most: int) -> tuple[list[Product], float]:
        """The ``most`` products of the largest size for one class, and the sum of the others."""
        products = self.features * self.weights[target]
        order = np.argsort(-np.abs(products), kind="stable")
        first = order[:most]
        shown = [
            Product(self.names[i], float(self.features[i]), float(self.weights[target, i]))
            for i in first
        ]
        return shown, float(products[order[most:]].sum())


def sums(model: nn.Module, image: UInt8) -> Sums:
    """The logits of ``image`` and their terms. ``model`` is in evaluation mode."""
    batch = batch_of(image)
    with torch.inference_mode():
        if isinstance(model, RowReader):
            state = model.states(batch)[:, -1]
            names = tuple(f"state {i + 1}" for i in range(state.shape[1]))
            return _sums(model.head(state), model.head, state, names)
        return _of_chain(model, batch)


def _of_chain(model: nn.Module, batch: Tensor) -> Sums:
    layers = leaves(model)
    last = max((i for i, one in enumerate(layers) if isinstance(one, nn.Linear)), default=-1)
    ends = last >= 0 and all(isinstance(one, SILENT) for one in layers[last + 1 :])
    if not ends:
        return _sums(model(batch), None, batch[0, 0], ())
    before = batch
    flattened: tuple[int, ...] = ()
    for index, layer, output in steps(model, batch):
        if index == last:
            head = layer
            assert isinstance(head, nn.Linear)
            return _sums(output, head, before, _names(flattened, head.in_features))
        if isinstance(layer, nn.Flatten):
            flattened = tuple(before.shape[1:])
        elif not isinstance(layer, SILENT):
            flattened = ()
        before = output
    raise AssertionError("the last dense layer is one of the layers")


def _sums(logits: Tensor, head: nn.Linear | None, features: Tensor, names: tuple[str, ...]) -> Sums:
    z = logits[0].double().numpy()
    if head is None:
        nothing = np.zeros(0)
        return Sums(z, nothing, np.zeros((len(z), 0)), np.zeros(len(z)), ())
    weights = head.weight.detach().double().numpy()
    bias = np.zeros(len(z)) if head.bias is None else head.bias.detach().double().numpy()
    return Sums(z, features.reshape(-1).double().numpy(), weights, bias, names)


def _names(flattened: tuple[int, ...], count: int) -> tuple[str, ...]:
    if len(flattened) != 3:
        return tuple(f"unit {i + 1}" for i in range(count))
    channels, height, width = flattened
    places = [f"row {r + 1}, col {c + 1}" for r in range(height) for c in range(width)]
    if channels == 1:
        return tuple(places)
    return tuple(f"map {m + 1}, {place}" for m in range(channels) for place in places)
