"""Scores of a network on images that it was trained on, and on unseen images."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy and share of right answers on ``images`` images, without dropout."""

    images: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Gap:
    """Both scores of one network; the charts draw their difference as a bracket."""

    train: Score
    val: Score

    @property
    def points(self) -> float:
        """In percentage points: training accuracy minus validation accuracy."""
        return 100 * (self.train.accuracy - self.val.accuracy)

    @property
    def loss(self) -> float:
        """Validation loss minus training loss."""
        return self.val.loss - self.train.loss

    @property
    def ends(self) -> dict[str, tuple[float, float]]:
        """Begin and end of each chart's bracket, by the chart's name."""
        return {
            "Loss": (self.train.loss, self.val.loss),
            "Accuracy": (self.train.accuracy, self.val.accuracy),
        }
