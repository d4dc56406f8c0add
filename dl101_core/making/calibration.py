"""Calibration: a network that says 90 % should be right about nine times in ten.

Temperature scaling (Guo et al. 2017): ``softmax(logits / T)`` with one T for all. T > 1 makes a
network less sure, T < 1 surer; the order of the classes stays. Dividing the last layer's weights
and bias by T does the same once and for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Edges of the rows of a reliability table."""


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The T from 0.2 to 5 that makes ``labels`` likeliest under ``softmax(logits / T)``.

    The mean loss is smooth and has one minimum in 1 / T, so a golden section finds it.
    """
    exact = logits.double()

    def loss(share: float) -> float:
        return float(F.cross_entropy(exact * share, labels))

    low, high = 0.2, 5.0  # of 1 / T
    golden = (5**0.5 - 1) / 2
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return 2 / (low + high)


@torch.no_grad()
def divide_last_layer(model: nn.Module, temperature: float) -> None:
    """Divide the last layer of ``model``, and so its logits, by ``temperature``."""
    last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    for parameter in last.parameters():
        parameter.div_(temperature)


@dataclass(frozen=True)
class Reliable:
    """One row: ``count`` answers with a probability from ``low`` to ``high``, their mean
    probability and their accuracy."""

    low: float
    high: float
    count: int
    said: float
    right: float


def reliability(logits: Tensor, labels: Tensor) -> tuple[Reliable, ...]:
    """The accuracy of answers by their probability, one row for each interval; empty rows are
    left out."""
    said, predicted = torch.softmax(logits.double(), dim=1).max(dim=1)
    right = (predicted == labels).double()
    rows = []
    for low, high in pairwise(EDGES):
        inside = (said > low) & (said <= high)
        if count := int(inside.sum()):
            rows.append(
                Reliable(low, high, count, float(said[inside].mean()), float(right[inside].mean()))
            )
    return tuple(rows)


def calibration_error(logits: Tensor, labels: Tensor) -> float:
    """Expected calibration error: mean of |probability - accuracy|, rows weighted by counts."""
    rows = reliability(logits, labels)
    total = sum(row.count for row in rows)
    return sum(row.count * abs(row.said - row.right) for row in rows) / max(total, 1)
