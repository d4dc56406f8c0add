"""The finished example of the dropout page: a pair of real runs, recorded, and ten seeds beside it.

``python -m benchmarks.dropout_example`` makes the file.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from statistics import fmean

import msgspec

from dl101_core.cnn.dropout.compute import PairConfig
from dl101_core.lab.gap import Gap

EXAMPLE = Path(__file__).resolve().parents[3] / "assets" / "examples" / "dropout.json"
STROKES = PairConfig(data="strokes", net="cnn", epochs=80, dropout=0.5)
"""On the strokes, dropout narrows the gap of the notes' net in loss only; of this net, in both."""
Point = tuple[int, float | None, float | None]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``train``, ``val``: step, loss, accuracy. ``test``: accuracy on the test images."""

    total: int
    train: tuple[Point, ...]
    val: tuple[Point, ...]
    gap: Gap
    test: float

    def near_the_end(self, last: int) -> float:
        """The mean of the thin accuracy curve over its last points."""
        return fmean(accuracy for _, _, accuracy in self.train[-last:] if accuracy is not None)


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """Both nets of one seed at the end, the one without dropout first.

    ``gaps``: in points, of accuracy. ``tests``: accuracies on the test images.
    """

    seed: int
    gaps: tuple[float, float]
    tests: tuple[float, float]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """``runs``: of ``STROKES``, without dropout and with it. ``seeds``: the same for more seeds."""

    runs: tuple[Run, Run]
    seeds: tuple[Ends, ...]

    @property
    def smaller(self) -> int:
        """For how many seeds the gap is smaller with dropout."""
        return sum(one.gaps[1] < one.gaps[0] for one in self.seeds)

    @property
    def tests(self) -> tuple[float, float]:
        """The mean accuracies on the test images."""
        without, dropped = zip(*(one.tests for one in self.seeds), strict=True)
        return fmean(without), fmean(dropped)

    @property
    def gaps(self) -> tuple[float, float]:
        """The mean gaps in points."""
        without, dropped = zip(*(one.gaps for one in self.seeds), strict=True)
        return fmean(without), fmean(dropped)


@lru_cache(maxsize=1)
def read_example() -> Example:
    return msgspec.json.decode(EXAMPLE.read_bytes(), type=Example)


def seeds_sentence(example: Example) -> str:
    """What dropout did over all recorded seeds."""
    (without, dropped), (gap, smaller_gap) = example.tests, example.gaps
    return (
        f"Measured for {len(example.seeds)} seeds: with dropout the gap was smaller "
        f"{example.smaller} times, on average {smaller_gap:.1f} instead of {gap:.1f} points, and "
        f"{100 * dropped:.1f} % of the test images were read right instead of "
        f"{100 * without:.1f} %."
    )
