"""The optimizers of ``torch.optim``, in one table that menus, scripts and tests iterate over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch import nn, optim

from dl101_core.settings import Decimal, Settings, choice, decimal, parts


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig(Settings):
    """Settings of one optimizer. A field that the optimizer does not have is ignored."""

    name: str = choice(
        "adam",
        lambda: {name: info.title for name, info in OPTIMIZERS.items()},
        label="Optimizer",
        name="optimizer",
    )
    lr: float = decimal(
        0.001,
        1e-6,
        100.0,
        typed=True,
        label="Learning rate",
        help="The step size. It starts at a value that suits the optimizer.",
    )
    """Step size (eta)."""
    momentum: float = decimal(0.9, 0.0, 0.99, step=0.01, label="Momentum (mu)")
    """Share of the last step that is kept."""
    weight_decay: float = decimal(0.0, 0.0, 1.0, typed=True, label="Weight decay")
    """L2 penalty, decoupled for AdamW."""
    betas: tuple[float, float] = parts(
        (0.9, 0.999),
        beta1=Decimal(low=0.0, high=0.99, step=0.01, label="beta 1"),
        beta2=Decimal(low=0.0, high=0.99999, typed=True, label="beta 2"),
    )
    """Decay of the two averages of Adam."""
    alpha: float = decimal(0.99, 0.0, 0.9999, typed=True, label="alpha")
    """Decay of RMSProp's average of squares."""
    eps: float = decimal(1e-8, 1e-12, 1.0, typed=True, label="epsilon")
    """Added to the divisor, which keeps the quotient finite."""


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
    """A sentence if PyTorch refuses the settings although each one is in its range."""
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
