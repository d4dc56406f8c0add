"""One network trained twice, without and with dropout, and how well each knows its own images.

Dropout (Srivastava et al., 2014) sets every unit to zero with probability p in each training step,
so that no unit can lean on another. In use, nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.data import load
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import pixels
from dl101_core.tasks.task import EVAL_BATCH
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.loop import split_of

NETS = {
    "fashion_cnn": "The notes' net",
    "cnn": "Small net",
}
"""Networks of ``MODELS`` that can be trained here."""
SCORED = 2000
"""At most so many training images are read again at the end."""
BATCH = 64


@dataclass(frozen=True)
class PairConfig:
    """Two runs that differ in nothing but ``dropout``: same weights, same images, same order."""

    data: str = "fashion_mnist"
    train_size: int = 200
    val_size: int = 250
    net: str = "fashion_cnn"
    epochs: int = 30
    dropout: float = 0.4
    lr: float = 0.002
    seed: int = 0

    def __post_init__(self) -> None:
        if self.net not in NETS:
            raise ValueError(f"net (={self.net!r}) must be one of {', '.join(NETS)}.")
        if not 0 < self.dropout < 1:
            raise ValueError(f"dropout (={self.dropout}) must lie between 0 and 1.")

    @property
    def runs(self) -> tuple[ImageConfig, ImageConfig]:
        """Without dropout, and with it."""
        model = ModelConfig(self.net, hidden_size=64, channels=8)
        plain = ImageConfig(
            data=self.data,
            train_size=self.train_size,
            val_size=self.val_size,
            model=model,
            optimizer=OptimizerConfig("adam", self.lr),
            batch_size=BATCH,
            epochs=self.epochs,
            seed=self.seed,
        )
        return plain, replace(plain, model=replace(model, dropout=self.dropout))


def pair_of(configs: Iterable[ImageConfig]) -> PairConfig | None:
    """The pair that these runs are, or None: a link can name any two runs."""
    known = list(configs)
    first = max(known, key=lambda config: config.model.dropout, default=None)
    if first is None or first.model.name not in NETS:
        return None
    pair = PairConfig(
        first.data,
        first.train_size,
        first.val_size,
        first.model.name,
        first.epochs,
        first.model.dropout or PairConfig.dropout,
        first.optimizer.lr,
        first.seed,
    )
    distinct = len({config.model.dropout for config in known}) == len(known)
    return pair if distinct and all(config in pair.runs for config in known) else None


@dataclass(frozen=True)
class Part:
    """Mean cross-entropy and share of right answers on ``images`` images, nothing dropped."""

    images: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Scores:
    """A trained network on images that it trained on, and on ones that it has never seen."""

    train: Part
    val: Part

    @property
    def points(self) -> float:
        """The gap in percentage points: training accuracy minus validation accuracy."""
        return 100 * (self.train.accuracy - self.val.accuracy)

    @property
    def loss_gap(self) -> float:
        """Validation loss minus training loss."""
        return self.val.loss - self.train.loss


def scores(config: ImageConfig, state: bytes) -> Scores:
    """Read training and validation images with the weights in ``state``, in evaluation mode.

    The curve of a training shows running means while dropout is on and the weights still move;
    these are the numbers that may be compared. May raise ``DamagedState``.
    """
    train = load(config.data).train
    model = trained_model(config, state)
    _, train_index, val_index = split_of(config, len(train))
    return Scores(
        *(
            read(model, train.images[index], train.labels[index])
            for index in (train_index[:SCORED], val_index)
        )
    )


def read(model: nn.Module, images: Tensor, labels: Tensor) -> Part:
    """Loss and accuracy of ``model`` (in evaluation mode) on uint8 ``(N, 28, 28)``."""
    with torch.inference_mode():
        logits = torch.cat([model(pixels(chunk)) for chunk in images.split(EVAL_BATCH)])
        loss = float(F.cross_entropy(logits, labels))
    right = (logits.argmax(1) == labels).double().mean()
    return Part(len(labels), loss, float(right))
