"""One network trained twice, without and with dropout, and its gap to unseen images.

Dropout (Srivastava et al., 2014) sets every unit to zero with probability p in each training step,
so that no unit can rely on another. In evaluation mode, nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.data import DATASETS, load
from dl101_core.lab.gap import Gap, Score
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.settings import Settings, choice, redeclared
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import pixels
from dl101_core.tasks.task import EVAL_BATCH
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.loop import split_of

DATA = ("fashion_mnist", "mnist", "strokes")
"""The notes' data, then those that replace them while they are not on this machine."""
NETS = {
    "fashion_cnn": "The notes' net",
    "cnn": "Small net",
}
"""Networks of ``MODELS`` that can be trained here."""
SCORED = 2000
"""Most training images that are evaluated at the end."""
BATCH = 64


NET_HELP = (
    "The notes' net has 32, 64 and 128 filters and four dropout layers; the small one 8 and 16 "
    "filters, and one."
)
P_HELP = (
    "The share that the layer with the most drops. At 0.4 the notes' four layers drop 0.25, 0.25, "
    "0.4 and 0.3."
)


@dataclass(frozen=True, kw_only=True)
class PairConfig(Settings):
    """Two runs that differ in nothing but ``dropout``: same weights, same images, same order."""

    data: str = choice("fashion_mnist", {name: DATASETS[name].title for name in DATA}, label="Data")
    train_size: int = redeclared(
        ImageConfig,
        "train_size",
        200,
        step=100,
        help="Few, so that a net without dropout can learn them by heart.",
    )
    val_size: int = redeclared(ImageConfig, "val_size", 250, help="Images never trained on.")
    net: str = choice("fashion_cnn", NETS, label="Network", help=NET_HELP)
    epochs: int = redeclared(ImageConfig, "epochs", 30)
    dropout: float = redeclared(
        ModelConfig, "dropout", 0.4, low=0.05, label="Dropout p", help=P_HELP
    )
    lr: float = redeclared(OptimizerConfig, "lr", 0.002, step=0.0005, help="")
    seed: int = redeclared(ImageConfig, "seed", 0)

    @property
    def runs(self) -> tuple[ImageConfig, ImageConfig]:
        """Without dropout, and with it."""
        model = ModelConfig(name=self.net, hidden_size=64, channels=8)
        plain = ImageConfig(
            data=self.data,
            train_size=self.train_size,
            val_size=self.val_size,
            model=model,
            optimizer=OptimizerConfig(name="adam", lr=self.lr),
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
        data=first.data,
        train_size=first.train_size,
        val_size=first.val_size,
        net=first.model.name,
        epochs=first.epochs,
        dropout=first.model.dropout or PairConfig.dropout,
        lr=first.optimizer.lr,
        seed=first.seed,
    )
    distinct = len({config.model.dropout for config in known}) == len(known)
    return pair if distinct and all(config in pair.runs for config in known) else None


def gap_of(config: ImageConfig, state: bytes) -> Gap:
    """Read training and validation images with the weights in ``state``, in evaluation mode.

    These scores are comparable. A training curve is not: it shows running means, with dropout on
    and weights that still change. May raise ``DamagedState``.
    """
    train = load(config.data).train
    model = trained_model(config, state)
    _, train_index, val_index = split_of(config, len(train))
    return Gap(
        *(
            read(model, train.images[index], train.labels[index])
            for index in (train_index[:SCORED], val_index)
        )
    )


def read(model: nn.Module, images: Tensor, labels: Tensor) -> Score:
    """Loss and accuracy of ``model`` (in evaluation mode) on uint8 ``(N, 28, 28)``."""
    with torch.inference_mode():
        logits = torch.cat([model(pixels(chunk)) for chunk in images.split(EVAL_BATCH)])
        loss = float(F.cross_entropy(logits, labels))
    right = (logits.argmax(1) == labels).double().mean()
    return Score(len(labels), loss, float(right))
