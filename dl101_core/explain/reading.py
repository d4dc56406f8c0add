"""A network's logits for one image, and its feature maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from dl101_core.tasks.images.task import pixels
from dl101_core.weights import Prediction

UInt8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Reading:
    """``title``: of the network. ``logits``: one per class; ``prediction`` is their softmax."""

    title: str
    logits: tuple[float, ...]
    prediction: Prediction


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The maps after one convolution. ``maps``: float32 ``(channels, height, width)``."""

    name: str
    maps: npt.NDArray[np.float32]


def read_image(title: str, model: nn.Module, image: UInt8) -> Reading:
    """``p_k = exp(z_k) / sum_j exp(z_j)`` for the logits ``z = model(image / 255)``.

    ``model`` is in evaluation mode; ``image`` is uint8 ``(28, 28)``, ink 255. The softmax is taken
    in float64, as ``weights.classify`` does.
    """
    with torch.inference_mode():
        logits = model(batch_of(image))[0]
        shares = logits.double().softmax(0)
    return Reading(
        title, tuple(logits.tolist()), Prediction(tuple(shares.tolist()), int(shares.argmax()))
    )


def feature_maps(model: nn.Module, image: UInt8) -> tuple[FeatureMaps, ...]:
    """The maps after each convolution with its pooling and activation; none for other networks.

    Taken from the same forward pass that classifies: the last output of rank 4 before the next
    convolution or before the maps are flattened.
    """
    if not isinstance(model, nn.Sequential):
        return ()
    found: list[tuple[str, Tensor]] = []
    with torch.inference_mode():
        features = batch_of(image)
        # Layer by layer rather than with hooks: the network is shared with other sessions.
        for layer in model:
            features = layer(features)
            if features.ndim != 4:
                break
            if isinstance(layer, nn.Conv2d):
                found.append((_conv_name(layer), features))
            elif found:
                name = found[-1][0] + _THEN.get(type(layer), "")
                found[-1] = (name, features)
    return tuple(FeatureMaps(name, np.array(maps[0])) for name, maps in found)


_THEN: dict[type[nn.Module], str] = {
    nn.MaxPool2d: ", max pooling",
    nn.ReLU: ", ReLU",
    nn.LeakyReLU: ", leaky ReLU",
    nn.Softplus: ", softplus",
}


def _conv_name(layer: nn.Conv2d) -> str:
    height, width = layer.kernel_size
    return f"{height}×{width} convolution"


def batch_of(image: UInt8) -> Tensor:
    """``(1, 1, 28, 28)`` floats in [0, 1]; ``ValueError`` names any other array."""
    if not isinstance(image, np.ndarray) or image.shape != (28, 28) or image.dtype != np.uint8:
        shape, kind = getattr(image, "shape", None), getattr(image, "dtype", type(image).__name__)
        raise ValueError(f"image (={kind} of shape {shape}) must be uint8 of shape (28, 28).")
    return pixels(torch.tensor(image).unsqueeze(0))
