"""Steps of a picture: back, on, to any place, or by itself at a chosen speed."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Positive = Annotated[float, Meta(gt=0)]


class Player(Struct, frozen=True, kw_only=True):
    """``at``: the step on show, from 0; ``unit``: what one step is, in the singular.

    ``labels``: words on each step, or none. ``speeds`` are steps a second, and the one nearest to
    ``speed`` is the first; a single one is not offered. ``starts``: whether it plays at once; never
    under reduced motion.
    """

    steps: Annotated[int, Meta(ge=1)]
    at: Annotated[int, Meta(ge=0)] = 0
    unit: str = "step"
    labels: tuple[str, ...] = ()
    speeds: tuple[Positive, ...] = (1, 2, 4, 10, 30)
    speed: Positive = 4
    loops: bool = False
    starts: bool = False

    def __post_init__(self) -> None:
        if self.at >= self.steps:
            raise ValueError(f"There is no step {self.at} of {self.steps}, counted from 0.")
        if self.labels and len(self.labels) != self.steps:
            raise ValueError(f"{self.steps} steps have {len(self.labels)} labels.")
        if not self.speeds:
            raise ValueError("A player needs a speed.")
