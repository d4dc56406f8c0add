"""What the network of a finished run reads in the test images: every cell of its matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dl101_core.data import Split
from dl101_core.tasks.images.task import ImageDetails
from dl101_core.weights import logits


@dataclass(frozen=True)
class Readings:
    """Some images of the test set, one entry each, the surest reading first.

    ``index``: place in the test set, int64 ``(n,)``. ``label`` and ``predicted``: classes, int64.
    ``probability``: of the predicted class. ``counts``: the matrix of all test images, row: true
    class, column: predicted class; the entries may be fewer.
    """

    index: Tensor
    label: Tensor
    predicted: Tensor
    probability: Tensor
    counts: tuple[tuple[int, ...], ...]

    @property
    def classes(self) -> int:
        return len(self.counts)

    def where(self, chosen: Tensor) -> Readings:
        """The entries for which ``chosen``, bool ``(n,)``, is true."""
        return Readings(
            self.index[chosen],
            self.label[chosen],
            self.predicted[chosen],
            self.probability[chosen],
            self.counts,
        )


def read_all(model: nn.Module, test: Split, classes: int) -> Readings:
    """Every test image, read by ``model``."""
    probability, predicted = logits(model, test.images).softmax(1).max(1)
    cells = torch.bincount(test.labels * classes + predicted, minlength=classes**2)
    counts = cells.view(classes, classes).tolist()
    order = probability.argsort(descending=True, stable=True)
    return Readings(
        order,
        test.labels[order],
        predicted[order],
        probability[order],
        tuple(map(tuple, counts)),
    )


def stored(details: ImageDetails) -> Readings:
    """The mistakes that the run itself kept, for a run whose network is gone."""
    known = details.mistakes
    return Readings(
        torch.tensor([one.index for one in known], dtype=torch.int64),
        torch.tensor([one.label for one in known], dtype=torch.int64),
        torch.tensor([one.predicted for one in known], dtype=torch.int64),
        torch.tensor([one.probability for one in known]),
        details.confusion,
    )


def of_cell(readings: Readings, cell: tuple[int, int] | None) -> Readings:
    """The images of true class and predicted class ``cell``; without one, all mistakes."""
    if cell is None:
        return readings.where(readings.label != readings.predicted)
    truth, said = cell
    return readings.where((readings.label == truth) & (readings.predicted == said))


def heading(
    classes: Sequence[str],
    counts: Sequence[Sequence[int]],
    cell: tuple[int, int] | None,
    shown: int,
) -> str:
    """``4 read as 9: 12 images``; with the number on show if it is smaller."""
    if cell is None:
        found = sum(sum(row) for row in counts) - sum(row[i] for i, row in enumerate(counts))
        what = "Mistakes, the surest first"
    else:
        truth, said = cell
        found = counts[truth][said]
        what = f"{classes[truth]} read as {classes[said]}"
    images = "1 image" if found == 1 else f"{found:,} images"
    return f"{what}: {images}" + (f", {shown} of them here" if shown < found else "")


def percent(probability: float) -> str:
    """``97.4 %``; never a rounded 100, which would claim certainty."""
    return "> 99.9 %" if probability > 0.9994 else f"{100 * probability:.1f} %"
