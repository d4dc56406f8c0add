"""Softmax regression and the multi-layer perceptron."""

from __future__ import annotations

from torch import nn


def softmax_regression() -> nn.Sequential:
    """``logits = W x + b`` with W of shape ``(10, 784)``: 7,850 parameters."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def mlp(hidden_size: int, num_layers: int, dropout: float) -> nn.Sequential:
    """``num_layers`` hidden layers of ``hidden_size`` ReLU units, dropout after each."""
    layers: list[nn.Module] = [nn.Flatten()]
    width = 784
    for _ in range(num_layers):
        layers += [nn.Linear(width, hidden_size), nn.ReLU()]
        if dropout:
            layers.append(nn.Dropout(dropout))
        width = hidden_size
    return nn.Sequential(*layers, nn.Linear(width, 10))
