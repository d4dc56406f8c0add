"""Every optimizer of the table, against hand-written updates and against torch's own defaults."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
import torch
from torch import nn

from dl101_core.optim import OPTIMIZERS, OptimizerConfig, build_optimizer, optimizer_fault

LR = 0.05


def by_hand(name: str, gradients: list[float]) -> float:
    """The update rules of the papers on one number that starts at 1, in plain floats."""
    c = OptimizerConfig(name=name, lr=LR)
    theta, v, s = 1.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        match name:
            case "sgd":
                theta -= LR * g
            case "momentum":
                v = c.momentum * v + g
                theta -= LR * v
            case "nesterov":
                v = c.momentum * v + g
                theta -= LR * (g + c.momentum * v)
            case "adagrad":
                s += g * g
                theta -= LR * g / (math.sqrt(s) + c.eps)
            case "rmsprop":
                s = c.alpha * s + (1 - c.alpha) * g * g
                theta -= LR * g / (math.sqrt(s) + c.eps)
            case "adam" | "adamw":
                v = c.betas[0] * v + (1 - c.betas[0]) * g
                s = c.betas[1] * s + (1 - c.betas[1]) * g * g
                v_hat, s_hat = v / (1 - c.betas[0] ** t), s / (1 - c.betas[1] ** t)
                theta -= LR * v_hat / (math.sqrt(s_hat) + c.eps)
            case _:
                pytest.fail(f"no hand-written rule for {name}")
    return theta


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_equal_the_rule_of_the_paper(name: str) -> None:
    gradients = [0.5, -1.25, 2.0, 0.125, -0.3]
    theta = torch.nn.Parameter(torch.tensor(1.0, dtype=torch.float64))
    optimizer = build_optimizer(OptimizerConfig(name=name, lr=LR), [theta])
    for gradient in gradients:
        theta.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
    assert float(theta.detach()) == pytest.approx(by_hand(name, gradients), rel=1e-9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_descends_a_parabola(name: str) -> None:
    theta = torch.nn.Parameter(torch.tensor([3.0, -2.0]))
    optimizer = build_optimizer(OptimizerConfig(name=name, lr=0.1), [theta])
    start = 13.0
    for _ in range(50):
        optimizer.zero_grad()
        (theta**2).sum().backward()
        optimizer.step()
    assert float((theta.detach() ** 2).sum()) < 0.7 * start


def test_weight_decay_is_decoupled_in_adamw_only() -> None:
    shrunk = {}
    for name in ("adam", "adamw"):
        theta = torch.nn.Parameter(torch.tensor(1.0))
        config = OptimizerConfig(name=name, lr=0.01, weight_decay=0.5)
        optimizer = build_optimizer(config, [theta])
        theta.grad = torch.tensor(0.0)
        optimizer.step()
        shrunk[name] = float(theta.detach())
    assert shrunk["adamw"] == pytest.approx(1 - 0.01 * 0.5)
    assert shrunk["adam"] == pytest.approx(1 - 0.01, rel=1e-4)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_table_names_only_fields_of_the_config(name: str) -> None:
    assert set(OPTIMIZERS[name].settings) <= {field.name for field in fields(OptimizerConfig)}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "sdg", r"optimizer \(='sdg'\) must be one of: sgd"),
        ("lr", 0.0, r"lr \(=0.0\) must be a number from 1e-06 to 100"),
        ("lr", math.nan, r"lr \(=nan\)"),
        ("lr", math.inf, r"lr \(=inf\)"),
        ("momentum", 1.0, r"momentum \(=1.0\)"),
        ("weight_decay", -0.1, r"weight_decay \(=-0.1\)"),
        ("betas", (0.9, 1.0), r"beta2 \(=1.0\) must be a number from 0 to 0.99999"),
        ("alpha", 1.5, r"alpha \(=1.5\)"),
        ("eps", 0.0, r"eps \(=0.0\)"),
    ],
)
def test_an_impossible_setting_is_named_with_its_value(
    field: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        OptimizerConfig(**{field: value})  # type: ignore[arg-type]


def test_nesterov_without_momentum_is_refused_where_torch_refuses_it() -> None:
    weight = nn.Parameter(torch.zeros(1))
    for name in OPTIMIZERS:
        for momentum in (0.0, 0.01, 0.9):
            config = OptimizerConfig(name=name, momentum=momentum)
            info = OPTIMIZERS[name]
            try:
                info.cls([weight], **info.arguments(config))
            except ValueError:
                assert (name, momentum) == ("nesterov", 0.0)
                with pytest.raises(ValueError, match=r"momentum \(=0\) .* Nesterov .* try 0.9"):
                    build_optimizer(config, [weight])
            else:
                assert optimizer_fault(config) == ""
                build_optimizer(config, [weight])
