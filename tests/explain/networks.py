"""Networks and images for the tests: the shipped CNN, and a small one of other layers."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from dl101_core.weights import load_shipped

# Without two equal pixels side by side: at a tie of max pooling there is no slope to compare.
IMAGE = np.random.default_rng(3).integers(1, 256, (28, 28)).astype(np.uint8)


def built() -> nn.Sequential:
    """Stride, dilation, "same", batch norm with statistics, average pooling, a nested chain."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        norm = nn.BatchNorm2d(4)
        norm.running_mean = torch.randn(4)
        norm.running_var = torch.rand(4) + 0.5
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2, padding=1),
            norm,
            nn.LeakyReLU(0.1),
            nn.AvgPool2d(2),
            nn.Sequential(nn.Conv2d(4, 6, 3, dilation=2, padding="same"), nn.Tanh()),
            nn.Dropout(0.3),
            nn.Flatten(),
            nn.Linear(6 * 7 * 7, 10),
        )
    return model.eval().requires_grad_(False)


def networks() -> list[nn.Module]:
    return [load_shipped("cnn"), built()]


def doubled(model: nn.Module) -> nn.Module:
    """A copy in float64, for finite differences."""
    return copy.deepcopy(model).double()


def state(model: nn.Module) -> tuple[object, ...]:
    """Everything that ``explain`` must not change."""
    weights = tuple(tuple(p.flatten().tolist()) for p in model.state_dict().values())
    flags = tuple((p.requires_grad, p.grad is None) for p in model.parameters())
    hooks = tuple(
        (m.training, len(m._forward_hooks), len(m._backward_hooks)) for m in model.modules()
    )
    return weights, flags, hooks


def image64() -> torch.Tensor:
    return torch.from_numpy(IMAGE.astype(np.float64) / 255)[None, None]
