"""Images in ten classes: data, network, cross-entropy and accuracy."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from dl101_core.data import load
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.pictures import STRIP, TABLE, Pictures, chosen
from dl101_core.tasks.task import Looks, Part, Task
from dl101_core.training.events import Array, Details, Finished, Message

MAX_MISTAKES = 24


class Mistake(Message, frozen=True):
    """A test image that the network reads wrongly. ``probability``: of the wrong class."""

    index: int
    label: int
    predicted: int
    probability: float


class ImageDetails(Message, Details, frozen=True):
    """``confusion[i][j]``: test images of class i read as j. The most confident mistakes first."""

    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]


def details_of(result: Finished) -> ImageDetails:
    """The details of an image classifier's test. Raises ``TypeError`` for another task."""
    if not isinstance(result.details, ImageDetails):
        raise TypeError("This is no result of an image classifier.")
    return result.details


class Images(Task):
    """An image classifier, ready to train.

    Raises ``DataUnavailable``, and ``ValueError`` for more images than there are.
    """

    explodes_at = 1000.0  # guessing gives ln 10 = 2.3
    LOOKS = Looks(STRIP, TABLE)

    def __init__(self, config: ImageConfig) -> None:
        self.data = load(config.data)
        available = len(self.data.train)
        if config.train_size + config.val_size > available:
            raise ValueError(
                f"train_size (={config.train_size}) and val_size (={config.val_size}) need "
                f"{config.train_size + config.val_size} images, but {self.data.info.title} has "
                f"{available}; choose fewer."
            )
        super().__init__(config.make_model(), available, len(self.data.test))
        self.pictures: Pictures | None = None

    def examples(self, part: Part, index: Tensor) -> tuple[Tensor, Tensor]:
        split = self.data.train if part == "train" else self.data.test
        return pixels(split.images.index_select(0, index)), split.labels.index_select(0, index)

    def watch(self, index: Tensor) -> None:
        strip, _ = self.examples("train", chosen(index, self.data.train.labels))
        self.pictures = Pictures(self.model, strip, *self.examples("train", index[:TABLE]))

    def arrays(self, whole: bool = True) -> tuple[Array, ...]:
        return self.pictures.arrays(whole) if self.pictures else ()

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(outputs, targets)

    def sums(self, outputs: Tensor, targets: Tensor) -> tuple[float, ...]:
        return (int((outputs.argmax(1) == targets).sum()),)

    def details(self, outputs: Tensor, targets: Tensor) -> ImageDetails:
        return ImageDetails(*read_mistakes(outputs, targets))


def pixels(images: Tensor) -> Tensor:
    """uint8 ``(N, 28, 28)`` -> float ``(N, 1, 28, 28)`` in [0, 1].

    With one channel, this order is channels last as well; a network's weights decide its format.
    """
    return images.to(torch.float32).div_(255).unsqueeze_(1)


def read_mistakes(
    logits: Tensor, labels: Tensor
) -> tuple[tuple[tuple[int, ...], ...], tuple[Mistake, ...]]:
    """Confusion matrix (row: true, column: predicted) and the most confident mistakes first."""
    probabilities = logits.softmax(1)
    confidence, predicted = probabilities.max(1)
    confusion = torch.bincount(labels * 10 + predicted, minlength=100).view(10, 10)
    wrong = (predicted != labels).nonzero().flatten()
    worst = wrong[confidence[wrong].argsort(descending=True, stable=True)][:MAX_MISTAKES]
    mistakes = tuple(
        Mistake(int(i), int(labels[i]), int(predicted[i]), float(confidence[i])) for i in worst
    )
    return tuple(tuple(row) for row in confusion.tolist()), mistakes
