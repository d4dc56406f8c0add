"""What a run shows of its network while it learns: some images read, a table of errors, weights.

``guess`` and ``sure`` ``(24,)``: class and probability that the network gives the images of the
strip. ``filters`` ``(n, height, width)`` and ``top`` ``(1,)``: the weights of the first layer,
``(filters − 128) / 127 · top``. ``confusion`` ``(10, 10)``: images of class i that are read as j.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dl101_core.tasks.task import array, small_array
from dl101_core.training.events import Array

STRIP, TABLE = 24, 100
"""Validation images that are shown one by one, and those that the table counts."""
CLASSES, SIDE = 10, 28
MOST_FILTERS, MOST_UNITS = 16, 8
"""Of a convolution, and of a hidden layer, whose pictures are as large as the image."""
SMALL = 11 * 11
"""Weights in a picture that comes with every snapshot; a larger one comes with a whole one."""


def chosen(index: Tensor, labels: Tensor, count: int = STRIP) -> Tensor:
    """The first examples of ``index`` with equally many of each class, as far as there are."""
    order = index.tolist()
    ranks: list[tuple[int, int]] = []
    seen = dict.fromkeys(range(CLASSES), 0)
    for place, label in enumerate(labels[index].tolist()):
        ranks.append((seen[label], place))
        seen[label] += 1
    places = sorted(place for _, place in sorted(ranks)[:count])
    return torch.tensor([order[place] for place in places], dtype=torch.int64)


class Pictures:
    """Reads the images of the strip, and those of the table, with the network as it is."""

    def __init__(self, model: nn.Module, strip: Tensor, images: Tensor, labels: Tensor) -> None:
        self.model, self.strip, self.images, self.labels = model, strip, images, labels

    def arrays(self, whole: bool) -> tuple[Array, ...]:
        """The small ones; with ``whole``, the table, and weights as large as an image, too."""
        sure, predicted = read(self.model, self.strip)
        found = [small_array("guess", predicted), array("sure", sure)]
        weights = first_layer(self.model)
        if weights is not None and (whole or weights[0].numel() <= SMALL):
            found += coded(weights)
        if whole:
            found.append(small_array("confusion", self.table()))
        return tuple(found)

    def table(self) -> Tensor:
        """int64 ``(10, 10)``: row true class, column predicted class."""
        _, predicted = read(self.model, self.images)
        counts = torch.bincount(self.labels * CLASSES + predicted, minlength=CLASSES**2)
        return counts.view(CLASSES, CLASSES)


def read(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    """Probability and class of each image, without dropout; the model's mode stays."""
    training = model.training
    model.eval()
    with torch.no_grad():
        sure, predicted = model(images).softmax(1).max(1)
    model.train(training)
    return sure, predicted


def first_layer(model: nn.Module) -> Tensor | None:
    """Weights ``(n, height, width)`` of the first layer that sees the image, or None.

    None for a network that does not read whole images, or
    changes them before its first weights.
    """
    for layer in model.modules():
        match layer:
            case nn.Conv2d(in_channels=1):
                return layer.weight.detach()[:MOST_FILTERS, 0]
            case nn.Linear(in_features=size) if size == SIDE * SIDE:
                most = CLASSES if layer.out_features == CLASSES else MOST_UNITS
                return layer.weight.detach()[:most].view(-1, SIDE, SIDE)
            case nn.Conv2d() | nn.Linear() | nn.RNNBase():
                return None
    return None


def coded(weights: Tensor) -> list[Array]:
    """The weights with one byte each, from −``top`` (1) over 0 (128) to ``top`` (255)."""
    finite = weights.nan_to_num(0.0, 0.0, 0.0)
    top = finite.abs().max()
    steps = finite / top * 127 if top > 0 else torch.zeros_like(finite)
    return [small_array("filters", steps.round() + 128), array("top", top.view(1))]
