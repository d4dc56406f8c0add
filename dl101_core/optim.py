"""The optimizers of ``torch.optim``, in one table that menus, scripts and tests iterate over."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch import nn, optim


@dataclass(frozen=True)
class OptimizerConfig:
    """Settings of one optimizer. A field that the optimizer does not know is ignored.

    ``lr``: step size (eta). ``momentum``: share of the last step that is kept. ``weight_decay``:
    L2 penalty (decoupled for AdamW). ``betas``: decay of the two Adam averages. ``alpha``: decay of
    RMSProp's average of squares. ``eps``: keeps the division finite.
    """

    name: str = "adam"
    lr: float = 0.001
    momentum: float = 0.9
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    alpha: float = 0.99
    eps: float = 1e-8

    def __post_init__(self) -> None:
        if self.name not in OPTIMIZERS:
            raise ValueError(f"optimizer (={self.name!r}) must be one of {', '.join(OPTIMIZERS)}.")
        if not (math.isfinite(self.lr) and 0 < self.lr <= 100):
            raise ValueError(f"lr (={self.lr}) must be above 0 and at most 100; try 0.01.")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum (={self.momentum}) must be at least 0 and below 1.")
        if not 0 <= self.weight_decay <= 1:
            raise ValueError(f"weight_decay (={self.weight_decay}) must lie between 0 and 1.")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas (={self.betas}) must be two numbers from 0 to below 1.")
        if not 0 <= self.alpha < 1:
            raise ValueError(f"alpha (={self.alpha}) must be at least 0 and below 1.")
        if not 0 < self.eps <= 1:
            raise ValueError(f"eps (={self.eps}) must be above 0 and at most 1.")


@dataclass(frozen=True)
class OptimizerInfo:
    """``settings`` names the fields of ``OptimizerConfig`` that this optimizer uses.

    ``fixed``: arguments of the ``torch.optim`` class that a learner does not choose.
    """

    title: str
    cls: Callable[..., optim.Optimizer]
    settings: tuple[str, ...]
    default_lr: float
    formula: str
    source: str
    fixed: tuple[tuple[str, object], ...] = ()

    def arguments(self, config: OptimizerConfig) -> dict[str, object]:
        """Keyword arguments for the ``torch.optim`` class."""
        return {name: getattr(config, name) for name in self.settings} | dict(self.fixed)


# One C++ loop over all weights instead of a dozen passes: an MLP's Adam step takes a third.
FUSED = (("fused", True),)

OPTIMIZERS: dict[str, OptimizerInfo] = {
    "sgd": OptimizerInfo(
        "SGD",
        optim.SGD,
        ("lr", "weight_decay"),
        0.1,
        r"\theta \leftarrow \theta - \eta\, g",
        "Robbins & Monro (1951)",
    ),
    "momentum": OptimizerInfo(
        "SGD with momentum",
        optim.SGD,
        ("lr", "momentum", "weight_decay"),
        0.02,
        r"v \leftarrow \mu v + g,\quad \theta \leftarrow \theta - \eta\, v",
        "Polyak (1964)",
        FUSED,
    ),
    "nesterov": OptimizerInfo(
        "Nesterov momentum",
        optim.SGD,
        ("lr", "momentum", "weight_decay"),
        0.02,
        r"v \leftarrow \mu v + g,\quad \theta \leftarrow \theta - \eta\,(g + \mu v)",
        "Nesterov (1983); Sutskever et al. (2013)",
        (("nesterov", True), *FUSED),
    ),
    "adagrad": OptimizerInfo(
        "AdaGrad",
        optim.Adagrad,
        ("lr", "weight_decay", "eps"),
        0.01,
        r"s \leftarrow s + g^2,\quad \theta \leftarrow \theta - \eta\, g / (\sqrt{s} + \epsilon)",
        "Duchi, Hazan & Singer (2011)",
        FUSED,
    ),
    "rmsprop": OptimizerInfo(
        "RMSProp",
        optim.RMSprop,
        ("lr", "alpha", "weight_decay", "eps"),
        0.001,
        r"s \leftarrow \alpha s + (1-\alpha) g^2,\quad"
        r"\theta \leftarrow \theta - \eta\, g / (\sqrt{s} + \epsilon)",
        "Hinton, lecture 6e (2012)",
    ),
    "adam": OptimizerInfo(
        "Adam",
        optim.Adam,
        ("lr", "betas", "weight_decay", "eps"),
        0.001,
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad s \leftarrow \beta_2 s + (1-\beta_2) g^2,"
        r"\quad \theta \leftarrow \theta - \eta\, \hat m / (\sqrt{\hat s} + \epsilon)",
        "Kingma & Ba (2015)",
        FUSED,
    ),
    "adamw": OptimizerInfo(
        "AdamW",
        optim.AdamW,
        ("lr", "betas", "weight_decay", "eps"),
        0.001,
        r"\theta \leftarrow (1 - \eta\lambda)\,\theta - \eta\, \hat m / (\sqrt{\hat s} + \epsilon)",
        "Loshchilov & Hutter (2019)",
        FUSED,
    ),
}


def optimizer_fault(config: OptimizerConfig) -> str:
    """A sentence if PyTorch knows no such optimizer although every setting is in range."""
    if config.name != "nesterov" or config.momentum > 0:
        return ""
    return (
        "momentum (=0) must be above 0 for Nesterov momentum, which looks ahead along the last "
        "step: try 0.9, or choose SGD."
    )


def build_optimizer(config: OptimizerConfig, parameters: Iterable[nn.Parameter]) -> optim.Optimizer:
    """The ``torch.optim`` optimizer of ``config`` over ``parameters``.

    Raises ``ValueError`` with the sentence of ``optimizer_fault``.
    """
    fault = optimizer_fault(config)
    if fault:
        raise ValueError(fault)
    info = OPTIMIZERS[config.name]
    return info.cls(parameters, **info.arguments(config))
