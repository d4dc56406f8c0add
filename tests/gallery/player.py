"""Samples of the player: the windows of a convolution, and the steps of a gradient descent."""

from __future__ import annotations

import torch

from dl101_core.views.player import Player


def windows() -> Player:
    output = torch.nn.functional.conv2d(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 3, 3))
    return Player(steps=output.numel(), at=4, unit="cell")


def descent() -> Player:
    weight, losses = torch.tensor(2.0, requires_grad=True), []
    for _ in range(12):
        loss = (weight - 0.5) ** 2
        (slope,) = torch.autograd.grad(loss, weight)
        losses.append(loss.item())
        weight = (weight - 0.2 * slope).detach().requires_grad_()
    labels = tuple(f"the loss is {loss:.4f}" for loss in losses)
    return Player(steps=12, labels=labels, speeds=(0.5, 1, 2), speed=1, loops=True, starts=True)


SAMPLES = {"windows": windows, "descent": descent}
