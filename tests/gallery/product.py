"""Samples of a matrix product: three houses, a softmax layer, and one too large for numbers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from dl101_core.views.field import packed
from dl101_core.views.product import Product, ProductMatrix


def matrix(
    name: str,
    values: torch.Tensor,
    digits: int = 2,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> ProductMatrix:
    return ProductMatrix(
        name=name,
        rows=values.shape[0],
        columns=values.shape[1],
        values=packed(values.flatten().tolist()),
        digits=digits,
        row_names=tuple(rows),
        column_names=tuple(columns),
    )


X = torch.tensor([[0.5, -1.0], [1.2, 0.3], [-0.7, 2.0]])
W = torch.tensor([[1.2, -0.4, 0.8, 0.1], [0.6, 0.9, -1.5, 0.2]])
B = torch.tensor([[0.1, -0.2, 0.0, 0.5]])


def houses() -> Product:
    return Product(
        caption="Three examples at once: X · W + b = Z",
        matrices=(
            matrix("X", X, 1, [f"example {k + 1}" for k in range(3)]),
            matrix("W", W, 1),
            matrix("Z", torch.addmm(B, X, W)),
            matrix("b", B, 1),
        ),
    )


@torch.no_grad()
def layer(inputs: int, outputs: int, seed: int) -> nn.Linear:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Linear(inputs, outputs)


@torch.no_grad()
def softmax() -> Product:
    net = layer(10, 3, 0)
    x = torch.randn(1, 10, generator=torch.Generator().manual_seed(1))
    names = [f"h{k + 1}" for k in range(10)]
    return Product(
        caption="The logits of three classes",
        matrices=(
            matrix("x", x, 2, columns=names),
            matrix("W", net.weight.T, 2, names, ["cat", "dog", "owl"]),
            matrix("z", net(x), 2),
            matrix("b", net.bias[None], 2),
        ),
    )


@torch.no_grad()
def large() -> Product:
    net = layer(32, 10, 2)
    x = torch.randn(64, 32, generator=torch.Generator().manual_seed(3)).relu()
    return Product(
        caption="A batch of 64 rows through a layer",
        matrices=(
            matrix("X", x, 2, [f"example {k + 1}" for k in range(64)]),
            matrix("W", net.weight.T, 2, columns=[f"digit {k}" for k in range(10)]),
            matrix("Z", net(x), 2),
            matrix("b", net.bias[None], 2),
        ),
    )


def vector() -> Product:
    a = torch.tensor([[2.0, -1.0, 0.0], [1.0, 3.0, -2.0]])
    x = torch.tensor([[4.0], [1.0], [2.0]])
    return Product(
        caption="A matrix times a vector",
        matrices=(matrix("A", a, 0), matrix("x", x, 0), matrix("A x", a @ x, 0)),
    )


SAMPLES = {"houses": houses, "softmax": softmax, "large": large, "vector": vector}
