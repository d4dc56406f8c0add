"""Presets: whole sets of settings to begin with, one button each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from dl101_core.jobs.estimate import nominal_seconds
from dl101_core.jobs.messages import duration
from dl101_core.lab.controls import VAL_SIZE, use_settings
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui.settings import row


@dataclass(frozen=True)
class Preset:
    """``about``: what a learner can find out with it."""

    name: str
    title: str
    about: str
    config: ImageConfig


def _preset(name: str, title: str, about: str, model: str, optimizer: OptimizerConfig) -> Preset:
    config = ImageConfig(val_size=VAL_SIZE, model=ModelConfig(name=model), optimizer=optimizer)
    return Preset(name, title, about, config)


ADAM, SGD = OptimizerConfig(name="adam", lr=0.001), OptimizerConfig(name="sgd", lr=0.1)
PRESETS = (
    _preset("softmax", "Softmax", "One layer: a weight for each pixel and class.", "softmax", SGD),
    _preset("mlp", "MLP", "A hidden layer finds combinations of pixels.", "mlp", ADAM),
    _preset("cnn", "CNN", "Small filters slide over the image; watch them form.", "cnn", ADAM),
    _preset(
        "too_large",
        "Rate too large",
        "Softmax with a learning rate of 100. Predict what the loss does, then start.",
        "softmax",
        replace(SGD, lr=100.0),
    ),
)


def presets(config: ImageConfig) -> None:
    """The buttons; the one of ``config`` is marked. A press sets every control."""
    for pair in (PRESETS[:2], PRESETS[2:]):
        with row("xsmall"):
            for one in pair:
                _button(one, one.config == config)


def _button(one: Preset, chosen: bool) -> None:
    st.button(
        f"{one.title}, {seconds(one.config)}",
        key=f"preset_{one.name}",
        icon=":material/check:" if chosen else None,
        help=f"{one.about} The time is an estimate for one slow core, from the arithmetic.",
        on_click=use_settings,
        args=(one.config,),
        width="stretch",
    )


def seconds(config: ImageConfig) -> str:
    """How long the run takes, estimated from its arithmetic."""
    return duration(nominal_seconds(config))
