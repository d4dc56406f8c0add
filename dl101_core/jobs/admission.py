"""What a server may take on: the size of one run, and the memory of all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod

from torch import nn

from dl101_core.jobs.runner import Refused
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig, build_model, summarise
from dl101_core.models.layers import parse
from dl101_core.models.network import FLOAT, describe
from dl101_core.training import EVAL_BATCH, TrainConfig

MB = 2**20
# Weights, gradients and two moments of Adam; then two copies of a checkpoint on their way.
COPIES = 4 + 2 * 3
# An activation, its gradient, and what a layer needs beside them.
PER_ACTIVATION = 3
ROWS = 28
# Multiply-adds of one step, about five seconds: longer, and everybody else's run stands still.
MAX_STEP = 30e9
# Of the server with its pages, torch and one idle worker: what is there before any run.
BASE_MB = 450


@dataclass(frozen=True)
class Size:
    """Of one network: its parameters; for one image, what all layers put out and compute.

    ``activations``: the numbers that all layers put out. ``PER_ACTIVATION`` times as many is more
    than training keeps of them.
    """

    parameters: int
    activations: int
    multiply_adds: int


@lru_cache(maxsize=256)
def size_of(model: ModelConfig) -> Size:
    if model.name == "built":  # of any size: it must be known before it is made
        built = describe(parse(model.layers))
        return Size(built.parameters, built.memory // FLOAT, built.multiply_adds)
    network = build_model(model, seed=0)
    rows = summarise(network)
    gates = sum(_gate_values(layer) for layer in network.modules())
    return Size(
        sum(row.parameters for row in rows),
        sum(prod(row.output_shape) for row in rows) + gates,
        sum(row.multiply_adds for row in rows),
    )


def _gate_values(layer: nn.Module) -> int:
    """What a recurrent layer keeps of every row of the image, beyond what it puts out.

    Every gate; an LSTM its cell and the tanh of it, too.
    """
    if not isinstance(layer, nn.RNNBase):
        return 0
    weights = (w for name, w in layer.named_parameters() if name.startswith("weight_hh"))
    cells = 2 * layer.hidden_size * layer.num_layers if isinstance(layer, nn.LSTM) else 0
    return ROWS * (sum(len(weight) for weight in weights) + cells)


def kept_mb(config: TrainConfig) -> float:
    """Megabytes that a run holds as long as it lives, its data set apart."""
    return FLOAT * size_of(config.model).parameters * COPIES / MB


def need_mb(config: TrainConfig) -> float:
    """Megabytes that a run takes at most: what it keeps, and during one step or test."""
    activations = size_of(config.model).activations
    trained = config.batch_size * activations * PER_ACTIVATION
    tested = EVAL_BATCH * activations
    return kept_mb(config) + FLOAT * max(trained, tested) / MB


def step_multiply_adds(config: TrainConfig) -> int:
    """Of what cannot be interrupted: one training step, three passes, or one batch of a test."""
    return size_of(config.model).multiply_adds * max(3 * config.batch_size, EVAL_BATCH)


def check_size(config: TrainConfig, limits: Limits) -> None:
    """Raise ``Refused`` if the run alone is more than this server allows."""
    if config.epochs > limits.max_epochs:
        raise Refused(
            f"This server trains at most {limits.max_epochs} epochs a run, not {config.epochs}: "
            "choose fewer."
        )
    parameters = size_of(config.model).parameters
    if parameters > limits.max_parameters:
        raise Refused(
            f"This network has {parameters:,} parameters; this server trains at most "
            f"{limits.max_parameters:,}. Choose fewer units, filters or layers."
        )
    step = step_multiply_adds(config)
    if step > MAX_STEP:
        raise Refused(
            f"One step of this training takes {step / 1e9:,.0f} billion multiply-adds; this server "
            f"takes on at most {MAX_STEP / 1e9:.0f} billion. Choose a smaller batch or a smaller "
            "network."
        )
    need, room = need_mb(config), largest_mb(limits)
    if need > room:
        raise Refused(
            f"This training needs about {need:,.0f} MB of memory; this server gives a run at most "
            f"{room:,.0f} MB. Choose a smaller batch or a smaller network."
        )


def largest_mb(limits: Limits) -> float:
    """Megabytes that one run may take: half of what the server has beyond its base."""
    return max(64.0, (limits.memory_mb - BASE_MB) / 2)
