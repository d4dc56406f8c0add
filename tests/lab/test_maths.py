"""The formulas under the training lab hold the numbers of the config."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from dl101_core.lab.maths import layers, number, training_latex, update_latex
from dl101_core.models import MODELS, ModelConfig, build_model
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig

SYMBOLS = (r"\eta", r"\mu", r"\lambda", r"\alpha", r"\beta", r"\epsilon")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_symbol_is_left_without_its_number(name: str) -> None:
    for decay in (0.0, 0.01):
        text = " ".join(update_latex(OptimizerConfig(name=name, lr=0.3, weight_decay=decay)))
        assert not [symbol for symbol in SYMBOLS if symbol in text]
        assert "0.3" in text
        assert r"\theta" in text
        assert not decay or "0.01" in text


def test_weight_decay_joins_the_gradient_except_in_adamw() -> None:
    sgd = update_latex(OptimizerConfig(name="sgd", lr=0.1, weight_decay=0.01))
    assert sgd == [r"g &\leftarrow g + 0.01\,\theta", r"\theta &\leftarrow \theta - 0.1\, g"]
    adamw = update_latex(OptimizerConfig(name="adamw", lr=0.1, weight_decay=0.01))
    assert len(adamw) == 1
    assert adamw[0].startswith(r"\theta &\leftarrow (1 - 0.1 \cdot 0.01)\,\theta - 0.1\, \hat m")


def test_a_hand_computed_case() -> None:
    config = ImageConfig(
        model=ModelConfig(name="softmax"),
        optimizer=OptimizerConfig(name="sgd", lr=0.1),
        train_size=100,
        batch_size=30,
        epochs=5,
    )
    text = training_latex(config)
    assert r"\lceil 100 / 30 \rceil = 4" in text
    assert r"4 \cdot 5 = 20" in text
    assert r"\text{parameters} &= 7\,850" in text
    assert r"\text{multiply-adds} &= 7\,840" in text
    assert "2.3026" in text
    assert "= 1" in training_latex(replace(config, batch_size=1000))


@pytest.mark.parametrize("name", MODELS)
def test_the_table_adds_up_to_the_parameters_of_the_network(name: str) -> None:
    config = ModelConfig(name=name, hidden_size=12, num_layers=2, channels=3, dropout=0.1)
    counted = sum(p.numel() for p in build_model(config, 5).parameters())
    assert sum(row.parameters for row in layers(config)) == counted
    assert torch.Size(layers(config)[-1].output_shape) == torch.Size([10])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (1e-8, "10^{-8}"), (3e-5, r"3 \cdot 10^{-5}"), (100.0, "100"), (0.0, "0")],
)
def test_numbers_are_written_as_mathematicians_write_them(value: float, text: str) -> None:
    assert number(value) == text
