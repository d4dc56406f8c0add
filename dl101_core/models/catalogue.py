"""``MODELS``: one table of models, and the config that builds one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from dl101_core.models.cnn import cnn, fashion_cnn
from dl101_core.models.dense import mlp, softmax_regression
from dl101_core.models.layers import LENET, parse, to_text
from dl101_core.models.network import built, check_trainable, describe
from dl101_core.models.recurrent import RowReader
from dl101_core.settings import Settings, choice, decimal, whole


@dataclass(frozen=True, kw_only=True)
class ModelConfig(Settings):
    """One network for 28×28 images in ten classes. A field that a model does not use is ignored."""

    name: str = choice(
        "cnn",
        lambda: {name: info.title for name, info in MODELS.items()},
        label="Model",
        name="model",
    )
    hidden_size: int = whole(128, 1, 512, label="Hidden units")
    """Units of each hidden layer (MLP), of the dense layer (CNN) or of the state (RNN, GRU,
    LSTM)."""
    num_layers: int = whole(1, 1, 4, label="Hidden layers")
    """Hidden layers (MLP) or stacked cells (recurrent)."""
    channels: int = whole(16, 1, 64, label="Filters of the first convolution")
    """The second convolution has twice as many."""
    dropout: float = decimal(0.0, 0.0, 0.9, step=0.05, label="Dropout")
    """Probability that a unit is set to zero in training."""
    layers: str = ""
    """The whole network as a text (``models.layers``); empty means LeNet-5. The text is kept in its
    shortest form, and dropped if the model does not use it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = _shortest(self.layers or LENET) if self.name == "built" else ""
        object.__setattr__(self, "layers", text)


@dataclass(frozen=True)
class ModelInfo:
    """``settings`` names the fields of ``ModelConfig`` that this model uses."""

    title: str
    build: Callable[[ModelConfig], nn.Module]
    settings: tuple[str, ...]
    about: str


def _shortest(text: str) -> str:
    """The shortest text of the network. Raises ``ValueError`` for one that cannot train."""
    layers = parse(text)
    check_trainable(describe(layers))
    return to_text(layers)


def _recurrent(cell: type[nn.RNNBase]) -> Callable[[ModelConfig], nn.Module]:
    return lambda c: RowReader(cell, c.hidden_size, c.num_layers, c.dropout)


RECURRENT_SETTINGS = ("hidden_size", "num_layers", "dropout")

MODELS: dict[str, ModelInfo] = {
    "softmax": ModelInfo(
        "Softmax regression",
        lambda c: softmax_regression(),
        (),
        "One weight per pixel and class: the simplest network that classifies.",
    ),
    "mlp": ModelInfo(
        "Multi-layer perceptron",
        lambda c: mlp(c.hidden_size, c.num_layers, c.dropout),
        ("hidden_size", "num_layers", "dropout"),
        "Hidden layers find combinations of pixels.",
    ),
    "cnn": ModelInfo(
        "Convolutional network",
        lambda c: cnn(c.channels, c.hidden_size, c.dropout),
        ("channels", "hidden_size", "dropout"),
        "Small filters slide over the image and share their weights.",
    ),
    "fashion_cnn": ModelInfo(
        "Large convolutional network",
        lambda c: fashion_cnn(c.dropout),
        ("dropout",),
        "Three convolutions of 32, 64 and 128 filters: slow, and strong.",
    ),
    "rnn": ModelInfo(
        "Recurrent network",
        _recurrent(nn.RNN),
        RECURRENT_SETTINGS,
        "Reads the image row by row and keeps a running state.",
    ),
    "gru": ModelInfo(
        "GRU", _recurrent(nn.GRU), RECURRENT_SETTINGS, "A recurrent network with two gates."
    ),
    "lstm": ModelInfo(
        "LSTM",
        _recurrent(nn.LSTM),
        RECURRENT_SETTINGS,
        "A recurrent network with three gates and a separate memory.",
    ),
    "built": ModelInfo(
        "Your own network",
        lambda c: built(c.layers),
        ("layers",),
        "Layer by layer as you put it together in the CNN builder.",
    ),
}


# Modules draw their first weights from torch's one generator, which all threads share.
SEEDED = threading.Lock()


def build_model(config: ModelConfig, seed: int) -> nn.Module:
    """The network of ``config``, initialised from ``seed``; torch's own random state is kept."""
    with SEEDED, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MODELS[config.name].build(config)
    return model.to(memory_format=torch.channels_last)  # type: ignore


def model_outline(config: ModelConfig) -> nn.Module:
    """The modules of ``config`` without values, on the meta device: no cost at any size."""
    with torch.device("meta"):
        return MODELS[config.name].build(config)
