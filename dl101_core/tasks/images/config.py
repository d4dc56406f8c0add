"""The settings of an image classifier, and how large its network is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, ClassVar

from torch import nn

from dl101_core.data.datasets import DATASETS
from dl101_core.models import MODELS, ModelConfig, build_model, summarise
from dl101_core.models.layers import parse
from dl101_core.models.network import FLOAT, describe, needs_two_images
from dl101_core.settings import by_address, choice, redeclared
from dl101_core.tasks.task import Setting, Size, TaskConfig

if TYPE_CHECKING:
    from dl101_core.export import Script
    from dl101_core.tasks.images.task import Images
    from dl101_core.training.events import Event

TEST_IMAGES = 4000
ROWS = 28


@dataclass(frozen=True, kw_only=True)
class ImageConfig(TaskConfig):
    """A network that sorts the images of a data set into ten classes."""

    STORED_AS: ClassVar[str] = "TrainConfig"
    MEASURES: ClassVar[tuple[str, ...]] = ("accuracy",)

    data: str = choice(
        "strokes", {name: info.title for name, info in DATASETS.items()}, label="Data"
    )
    model: ModelConfig = field(default_factory=ModelConfig)
    train_size: int = redeclared(
        TaskConfig,
        "train_size",
        label="Training images",
        help="Taken from a shuffle of the training set; 1,000 others validate.",
    )

    @property
    def title(self) -> str:
        return MODELS[self.model.name].title

    @property
    def about(self) -> str:
        return f"{self.model.name} on {self.data}, {self.epochs} epochs"

    @property
    def kind(self) -> str:
        return self.model.name

    @property
    def test_size(self) -> int:
        return TEST_IMAGES

    def size(self) -> Size:
        return size_of(self.model)

    def fault(self) -> str:
        """A sentence if a batch of one image meets a batch norm, which needs two."""
        last = self.train_size % self.batch_size or self.batch_size
        if last > 1 or self.model.name != "built":
            return ""
        if not needs_two_images(describe(parse(self.model.layers))):
            return ""
        return (
            f"train_size (={self.train_size}) and batch_size (={self.batch_size}) leave one image "
            "in the last batch, but batch norm after Flatten, or on maps of 1 × 1, needs two: "
            "choose another batch size."
        )

    def settings(self) -> dict[str, Setting]:
        """Those that its model and optimizer use; Adam's ``betas`` are ``beta1``, ``beta2``."""
        model = by_address(self.model, "name", *MODELS[self.model.name].settings)
        return by_address(self, "data") | model | self.common_settings()

    def script(self, events: Iterable[Event] = ()) -> Script:
        from dl101_core.tasks.images.script import training_script

        return training_script(self, events)

    def make_model(self) -> nn.Module:
        return build_model(self.model, self.seed)

    def build(self) -> Images:
        from dl101_core.tasks.images.task import Images

        return Images(self)


@lru_cache(maxsize=256)
def size_of(model: ModelConfig) -> Size:
    if model.name == "built":  # may be huge: its size is computed without building it
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
    """Values that a recurrent layer keeps of every row of the image besides its output.

    These are all gates; in an LSTM also the cell state and its tanh.
    """
    if not isinstance(layer, nn.RNNBase):
        return 0
    weights = (w for name, w in layer.named_parameters() if name.startswith("weight_hh"))
    cells = 2 * layer.hidden_size * layer.num_layers if isinstance(layer, nn.LSTM) else 0
    return ROWS * (sum(len(weight) for weight in weights) + cells)
