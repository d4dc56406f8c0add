"""The training lab's formulas with the numbers of a config filled in, and its table of layers."""

from __future__ import annotations

import math
from functools import lru_cache

from dl101_core.latex import grouped
from dl101_core.models import LayerSummary, ModelConfig, build_model, summarise
from dl101_core.models.network import built_rows
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig


@lru_cache(maxsize=64)
def layers(model: ModelConfig) -> tuple[LayerSummary, ...]:
    """The layers of ``model``; shapes and counts do not depend on the seed."""
    if model.name == "built":
        return built_rows(model.layers)
    return tuple(summarise(build_model(model, 0)))


def training_latex(config: ImageConfig) -> str:
    """LaTeX: update rule, cross-entropy of a guess, steps and parameters of ``config``."""
    rows = layers(config.model)
    per_epoch = math.ceil(config.train_size / config.batch_size)
    parameters = sum(row.parameters for row in rows)
    cost = sum(row.multiply_adds for row in rows)
    steps = per_epoch * config.epochs
    lines = [
        *update_latex(config.optimizer),
        rf"L_\text{{guess}} &= -\ln \tfrac{{1}}{{10}} = {math.log(10):.4f}",
        rf"\text{{steps per epoch}} &= \lceil {config.train_size} / {config.batch_size} \rceil"
        rf" = {per_epoch}",
        rf"\text{{steps}} &= {per_epoch} \cdot {config.epochs} = {grouped(steps)}",
        rf"\text{{parameters}} &= {grouped(parameters)}",
        rf"\text{{multiply-adds}} &= {grouped(cost)}",
    ]
    body = " \\\\\n".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def update_latex(config: OptimizerConfig) -> list[str]:
    """The update rule with its numbers, one aligned line for each assignment."""
    info = OPTIMIZERS[config.name]
    symbols = {
        r"\eta\lambda": rf"{number(config.lr)} \cdot {number(config.weight_decay)}",
        r"\eta": number(config.lr),
        r"\lambda": number(config.weight_decay),
        r"\mu": number(config.momentum),
        r"\alpha": number(config.alpha),
        r"\beta_1": number(config.betas[0]),
        r"\beta_2": number(config.betas[1]),
        r"\epsilon": number(config.eps),
    }
    formula = info.formula
    for symbol, value in symbols.items():
        formula = formula.replace(symbol, value)
    lines = [part.strip() for part in formula.split(r",\quad")]
    if config.weight_decay and config.name != "adamw":
        lines.insert(0, rf"g \leftarrow g + {number(config.weight_decay)}\,\theta")
    return [line.replace(r"\leftarrow", r"&\leftarrow", 1) for line in lines]


def number(value: float) -> str:
    """LaTeX for a setting: ``0.001``, ``10^{-8}``, ``3 \\cdot 10^{-5}``."""
    text = f"{value:g}"
    if "e" not in text:
        return text
    digits, _, exponent = text.partition("e")
    power = f"10^{{{int(exponent)}}}"
    return power if digits == "1" else rf"{digits} \cdot {power}"
