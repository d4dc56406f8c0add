"""Samples of the tip: one neuron, a share of the softmax, and a loss, with PyTorch's numbers."""

from __future__ import annotations

import torch

from dl101_core.views.tip import (
    Tip,
    call,
    equation,
    frac,
    joined,
    line,
    name,
    num,
    op,
    row,
    total,
    words,
)

LOGITS = torch.tensor([1.2, -0.4, 3.1])


def neuron() -> Tip:
    layer = torch.nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.5, -1.25]]))
        layer.bias.fill_(0.3)
    inputs = torch.tensor([2.0, -0.8])
    output = layer(inputs).item()
    weights, bias = layer.weight[0].tolist(), layer.bias.item()
    named = [
        joined("·", name("w", sub=i, role="weight"), name("x", sub=i, role="input")) for i in (1, 2)
    ]
    counted = [
        joined("·", num(weight, "weight"), num(pixel, "input"))
        for weight, pixel in zip(weights, inputs.tolist(), strict=True)
    ]
    lines = (
        line("Each input times its weight, and a bias:"),
        line(formula=equation(name("z"), joined("+", *named, name("b", role="bias")))),
        line("Here:"),
        line(
            formula=equation(
                name("z"), joined("+", *counted, num(bias, "bias")), num(output, "result")
            )
        ),
    )
    return Tip(term="the neuron's sum", lines=lines, open=True)


def share() -> Tip:
    shares, exps = torch.softmax(LOGITS, 0), torch.exp(LOGITS)
    power = call("exp", name("z", sub="k"))
    every = total(
        call("exp", name("z", sub="j")), row(name("j"), op("="), num(1)), num(len(LOGITS))
    )
    counted = frac(num(exps[0].item(), "input"), joined("+", *(num(e.item()) for e in exps)))
    lines = (
        line("The softmax turns logits into shares of 1:"),
        line(formula=equation(name("p", sub="k"), frac(power, every))),
        line(formula=equation(name("p", sub=1), counted, num(shares[0].item(), "result"))),
    )
    return Tip(term=f"{shares[0].item():.3f}", lines=lines, open=True)


def loss() -> Tip:
    value = torch.nn.functional.cross_entropy(LOGITS[None], torch.tensor([2])).item()
    chance = torch.softmax(LOGITS, 0)[2].item()
    right = name("p", sub="right")
    symbols = row(name("L"), op("="), op("−"), call("ln", right))
    numbers = row(
        name("L"), op("="), op("−"), call("ln", num(chance, "input")), op("="), num(value, "result")
    )
    lines = (
        line("The loss is small if the right class gets a large share.", symbols),
        line(formula=numbers, spoken=f"The loss is {value:.3f}."),
        line(formula=row(words("smaller is better"))),
    )
    return Tip(term="loss", lines=lines)


SAMPLES = {"neuron": neuron, "share": share, "loss": loss}
