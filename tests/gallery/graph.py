"""Samples of a network: one over the plane, one with folded layers, and one with a dead unit."""

from __future__ import annotations

import torch
from torch import nn

from dl101_core.views.field import packed
from dl101_core.views.graph import Graph, GraphEdges, GraphLayer, GraphUnit
from tests.gallery.field import network, plane

SIDE = 24


def linears(net: nn.Module) -> list[nn.Linear]:
    return [one for one in net.modules() if isinstance(one, nn.Linear)]


@torch.no_grad()
def activations() -> list[torch.Tensor]:
    """The inputs, and what each layer answers after its tanh, for all cells: (cells, units)."""
    found = [plane(SIDE) / 6]
    x = plane(SIDE)
    for linear in linears(network()):
        x = linear(x).tanh()
        found.append(x)
    return found


def playground() -> Graph:
    layers, values = linears(network()), activations()
    names = ("inputs", "hidden 1", "hidden 2", "output")
    labels = (("x₁", "x₂"), *(tuple(f"{n}{k + 1}" for k in range(8)) for n in "ab"), ("y",))
    biases = [[None, None], *(one.bias.tolist() for one in layers)]
    return Graph(
        caption="What each unit answers over the plane",
        layers=tuple(
            GraphLayer(
                name=name,
                count=maps.shape[1],
                units=tuple(
                    GraphUnit(label=label, bias=bias, picture=packed(one.tolist()))
                    for label, bias, one in zip(own, given, maps.T, strict=True)
                ),
            )
            for name, own, given, maps in zip(names, labels, biases, values, strict=True)
        ),
        edges=tuple(GraphEdges(weights=packed(one.weight.flatten().tolist())) for one in layers),
        picture_rows=SIDE,
        picture_columns=SIDE,
        picture_most=1,
        hint="Each square is one unit, and its picture is its own map. Point at one, or at a line.",
    )


@torch.no_grad()
def digits() -> Graph:
    """784-256-10: 12 units of a layer are sent, the rest is a number."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        first, second = nn.Linear(784, 256), nn.Linear(256, 10)
        image = torch.rand(784)
    hidden = first(image).relu()
    answer = second(hidden)
    layers = (
        ("pixels", image, None, [f"p{k + 1}" for k in range(12)]),
        ("hidden", hidden, first.bias, [""] * 12),
        ("digits", answer, second.bias, [str(k) for k in range(10)]),
    )
    return Graph(
        caption="784 pixels, 256 hidden units, 10 answers",
        layers=tuple(
            GraphLayer(
                name=name,
                count=len(values),
                units=tuple(
                    GraphUnit(
                        label=label,
                        value=float(values[k]),
                        bias=None if bias is None else float(bias[k]),
                    )
                    for k, label in enumerate(labels)
                ),
            )
            for name, values, bias, labels in layers
        ),
        edges=(
            GraphEdges(weights=packed(first.weight[:12, :12].flatten().tolist())),
            GraphEdges(weights=packed(second.weight[:, :12].flatten().tolist()), look=((3, 5),)),
        ),
    )


WEIGHT = torch.tensor([[0.8, -0.5], [-1.2, 0.9], [-0.7, -1.1]])
BIAS = torch.tensor([0.1, 0.4, -2.0])


def dead() -> Graph:
    """2-3-1 with ReLU, whose third hidden unit answers 0 for every input from 0 to 1."""
    x = torch.tensor([0.6, 0.9])
    out, shift = torch.tensor([[1.1, -0.6, 0.9]]), 0.2
    hidden = (WEIGHT @ x + BIAS).relu()
    answer = out @ hidden + shift
    units = (
        GraphUnit(
            label=f"h{k + 1}",
            value=float(value),
            bias=float(bias),
            dead="dead" if k == 2 else "",
            look=k == 2,
        )
        for k, (value, bias) in enumerate(zip(hidden, BIAS, strict=True))
    )
    return Graph(
        caption="A unit that never answers",
        layers=(
            GraphLayer(
                name="inputs",
                count=2,
                units=tuple(GraphUnit(label=f"x{k + 1}", value=float(x[k])) for k in range(2)),
            ),
            GraphLayer(name="hidden", count=3, units=tuple(units)),
            GraphLayer(
                name="output",
                count=1,
                units=(GraphUnit(label="y", value=float(answer), tip="the sum, as it is."),),
            ),
        ),
        edges=(
            GraphEdges(weights=packed(WEIGHT.flatten().tolist()), look=((2, 0), (2, 1))),
            GraphEdges(weights=packed(out.flatten().tolist())),
        ),
        hint="The third hidden unit is dead: its sum is below 0 for every input.",
    )


SAMPLES = {"playground": playground, "digits": digits, "dead": dead}
