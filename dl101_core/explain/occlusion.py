"""Occlusion: the probabilities while a patch covers a part of the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from dl101_core.explain.reading import UInt8, batch_of
from dl101_core.models.receptive import Field, Window, whole_field
from dl101_core.settings import Settings, choice, whole
from dl101_core.tasks.task import EVAL_BATCH

FILLS: dict[str, int] = {"paper": 0, "grey": 128, "ink": 255}


@dataclass(frozen=True, kw_only=True)
class OcclusionConfig(Settings):
    """A square of ``patch`` pixels of the grey ``fill``, moved by ``stride`` pixels."""

    patch: int = whole(6, 2, 14, label="Patch")
    stride: int = whole(2, 1, 4, label="Stride")
    fill: str = choice("paper", {name: name.capitalize() for name in FILLS}, label="Covered with")

    @property
    def places(self) -> int:
        """Places of the patch along one side, ``⌊(28 − patch) / stride⌋ + 1``."""
        return (28 - self.patch) // self.stride + 1

    @property
    def field(self) -> Field:
        """The pixels that the patch covers at each place."""
        return whole_field(28).slid(Window(self.patch, self.stride), self.places)


@dataclass(frozen=True, eq=False)
class OcclusionMap:
    """``probabilities``: float64 ``(places, places, classes)``; ``whole``: without a patch."""

    config: OcclusionConfig
    probabilities: npt.NDArray[np.float64]
    whole: npt.NDArray[np.float64]


def occlude(model: nn.Module, image: UInt8, config: OcclusionConfig) -> OcclusionMap:
    """``softmax(model(covered image))`` for every place of the patch, in few batches.

    Source: Zeiler & Fergus (2014), "Visualizing and understanding convolutional networks".
    """
    places = config.places
    whole = batch_of(image)
    covered = whole.repeat(places * places, 1, 1, 1)
    shade = FILLS[config.fill] / 255
    for number in range(places * places):
        top, left = (config.stride * at for at in divmod(number, places))
        covered[number, 0, top : top + config.patch, left : left + config.patch] = shade
    with torch.inference_mode():
        shares = torch.cat([_shares(model, part) for part in covered.split(EVAL_BATCH)])
        alone = _shares(model, whole)[0]
    return OcclusionMap(config, shares.reshape(places, places, -1).numpy(), alone.numpy())


def _shares(model: nn.Module, batch: Tensor) -> Tensor:
    return model(batch).double().softmax(1)  # type: ignore[no-any-return]
