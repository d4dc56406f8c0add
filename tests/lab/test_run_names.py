"""A run's name holds the settings in which it differs from the others, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from dl101_core.lab.run_names import run_names
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig

BASE = ImageConfig()


def with_lr(lr: float) -> ImageConfig:
    return replace(BASE, optimizer=replace(BASE.optimizer, lr=lr))


def test_runs_that_do_not_differ_have_only_numbers() -> None:
    assert run_names([BASE]) == ["Run 1"]
    assert run_names([BASE, BASE]) == ["Run 1", "Run 2"]


def test_only_what_differs_is_named() -> None:
    assert run_names([with_lr(0.1), with_lr(0.001), with_lr(0.1)]) == [
        "Run 1: lr 0.1",
        "Run 2: lr 0.001",
        "Run 3: lr 0.1",
    ]


def test_titles_stand_for_data_model_and_optimizer() -> None:
    other = replace(BASE, data="mnist", optimizer=OptimizerConfig(name="nesterov"), batch_size=32)
    assert run_names([BASE, other]) == [
        "Run 1: Strokes (built in), Adam, batch size 64",
        "Run 2: MNIST, Nesterov momentum, batch size 32",
    ]


def test_a_setting_that_a_network_does_not_use_is_no_difference() -> None:
    one = replace(BASE, model=ModelConfig(name="softmax", hidden_size=5))
    two = replace(BASE, model=ModelConfig(name="softmax", hidden_size=7))
    assert run_names([one, two]) == ["Run 1", "Run 2"]
    assert "hidden_size" not in one.settings()


def test_the_settings_are_those_of_the_model_and_of_the_optimizer() -> None:
    config = replace(
        BASE,
        model=ModelConfig(name="gru", hidden_size=7, num_layers=2, dropout=0.2),
        optimizer=OptimizerConfig(name="adam", lr=0.01, betas=(0.8, 0.99)),
    )
    settings = config.settings()
    assert settings["model"] == "gru"
    assert (settings["hidden_size"], settings["num_layers"], settings["dropout"]) == (7, 2, 0.2)
    assert (settings["beta1"], settings["beta2"], settings["lr"]) == (0.8, 0.99, 0.01)
    assert "momentum" not in settings
    assert "channels" not in settings


def built(text: str) -> ImageConfig:
    return replace(BASE, model=ModelConfig(name="built", layers=text))


def test_built_networks_are_told_apart_by_the_layers_in_which_they_differ() -> None:
    shallow, wide, tanh = (
        built("conv_8-flatten-linear_10"),
        built("conv_8-maxpool_2-conv_16_k5-relu-flatten-linear_10"),
        built("conv_8-tanh-flatten-linear_10"),
    )
    assert run_names([shallow, wide, tanh]) == [
        "Run 1: without these layers",
        "Run 2: layers maxpool 2 → conv 16 k5 → relu",
        "Run 3: layers tanh",
    ]
    assert run_names([shallow, shallow]) == ["Run 1", "Run 2"]
    other = replace(BASE, model=ModelConfig(name="softmax"))
    assert run_names([shallow, other]) == ["Run 1: Your own network", "Run 2: Softmax regression"]
    long = built("-".join(["relu"] * 9) + "-flatten-linear_10")
    assert run_names([long, built("tanh-flatten-linear_10")])[0].endswith("relu → …")
