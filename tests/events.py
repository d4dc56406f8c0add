"""Events of an image classifier, short to write in a test."""

from __future__ import annotations

from dl101_core.tasks.images.task import ImageDetails, Mistake
from dl101_core.training.events import Evaluated, Finished, Measures, Progress


def progress(step: int, loss: float, accuracy: float, lr: float) -> Progress:
    return Progress(step, measures(loss, accuracy), lr)


def evaluated(step: int, loss: float, accuracy: float) -> Evaluated:
    return Evaluated(step, measures(loss, accuracy))


def finished(
    step: int,
    stopped: bool,
    loss: float,
    accuracy: float,
    confusion: tuple[tuple[int, ...], ...] = (),
    mistakes: tuple[Mistake, ...] = (),
) -> Finished:
    return Finished(step, stopped, measures(loss, accuracy), ImageDetails(confusion, mistakes))


def measures(loss: float, accuracy: float) -> Measures:
    return (("loss", loss), ("accuracy", accuracy))
