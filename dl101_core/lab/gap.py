"""How well a network knows images that it trained on, and ones that it has never seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy and share of right answers on ``images`` images, nothing dropped."""

    images: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Gap:
    """Both scores of one network; the charts draw what they are apart as a bracket."""

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
        """Where each chart's bracket begins and ends, by the chart's name."""
        return {
            "Loss": (self.train.loss, self.val.loss),
            "Accuracy": (self.train.accuracy, self.val.accuracy),
        }
