"""The shipped networks: weights as safetensors with a JSON card each, in ``assets/weights``.

``python -m dl101_core.making.weights`` writes them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from dl101_core.models import ModelConfig, build_model
from dl101_core.tasks.images.task import pixels

WEIGHTS_DIR = Path(__file__).resolve().parents[1] / "assets" / "weights"
SHIPPED: tuple[str, ...] = ("softmax", "mlp", "cnn", "gru")
"""Names of the shipped networks, weakest family first; each is also a name in ``MODELS``."""


class WeightsError(RuntimeError):
    """A shipped file is missing or damaged. The message names the file and the way out."""


@dataclass(frozen=True)
class WeightCard:
    """What is known of a shipped network. Accuracies are shares between 0 and 1.

    ``data``: the names of the training sets. ``settings``: of its training, as pairs of name and
    value, for ``epochs`` on from ``start``. ``temperature``: the divisor of the last layer, so that
    a network that says 90 % is right about nine times in ten (``making/calibration.py``).
    ``mnist_accuracy`` is on MNIST's 10,000 test images, ``strokes_accuracy`` on the 4,000 of
    Strokes, ``drawn_accuracy`` on our digits drawn with a mouse, ``pen_accuracy`` on the strokes of
    six writers (``making/pendigits.py``); no network was trained on these two. ``None`` where the
    data were not at hand.
    """

    name: str
    model: ModelConfig
    data: tuple[str, ...]
    settings: tuple[tuple[str, float | str], ...]
    seed: int
    epochs: float
    parameters: int
    mnist_accuracy: float | None
    strokes_accuracy: float
    drawn_accuracy: float | None
    pen_accuracy: float | None = None
    temperature: float = 1.0
    start: str = "nothing"


@dataclass(frozen=True)
class Prediction:
    """``probabilities``: the softmax of the logits, one per class. ``predicted``: the largest."""

    probabilities: tuple[float, ...]
    predicted: int


@lru_cache(maxsize=16)
def card(name: str, folder: Path = WEIGHTS_DIR) -> WeightCard:
    """The card of a shipped network.

    Raises ``ValueError`` for an unknown name and ``WeightsError`` for a bad file.
    """
    path = _path(name, folder, "json")
    try:
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        fields["model"] = ModelConfig(**fields["model"])
        fields["data"] = tuple(fields["data"])
        fields["settings"] = tuple((key, value) for key, value in fields["settings"])
        return WeightCard(**fields)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(path, error) from error


@lru_cache(maxsize=16)
def load_shipped(name: str, folder: Path = WEIGHTS_DIR) -> nn.Module:
    """A shipped network in evaluation mode, kept after the first call: do not change it.

    Raises ``ValueError`` for an unknown name and ``WeightsError`` for a bad file.
    """
    path = _path(name, folder, "safetensors")
    known = card(name, folder)
    model = build_model(known.model, known.seed)
    try:
        model.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise _damaged(path, error) from error
    return model.eval().requires_grad_(False)


def save_shipped(model: nn.Module, known: WeightCard, folder: Path = WEIGHTS_DIR) -> None:
    """Write a network and its card; each file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {key: value.contiguous() for key, value in model.state_dict().items()}
    weights, text = _path(known.name, folder, "safetensors"), _path(known.name, folder, "json")
    part = weights.with_suffix(".part")
    part.write_bytes(save(tensors))
    part.replace(weights)
    part.write_text(json.dumps(asdict(known), indent=2) + "\n", encoding="utf-8")
    part.replace(text)


def classify(model: nn.Module, image: npt.NDArray[np.uint8]) -> Prediction:
    """The prediction of ``model`` (in evaluation mode) for an image, uint8 ``(28, 28)``, ink 255.

    ``probabilities = softmax(model(image / 255))``. Raises ``ValueError`` for any other array.
    """
    if not isinstance(image, np.ndarray) or image.shape != (28, 28) or image.dtype != np.uint8:
        shape = getattr(image, "shape", None)
        kind = getattr(image, "dtype", type(image).__name__)
        raise ValueError(f"image (={kind} of shape {shape}) must be uint8 of shape (28, 28).")
    with torch.inference_mode():
        logits = model(pixels(torch.tensor(image).unsqueeze(0)))[0]
        shares = torch.softmax(logits.double(), dim=0)
    return Prediction(tuple(shares.tolist()), int(shares.argmax()))


def logits(model: nn.Module, images: Tensor) -> Tensor:
    """The logits of ``model``, float ``(N, 10)``, for ``images``, uint8 ``(N, 28, 28)``."""
    with torch.inference_mode():
        return torch.cat([model(pixels(chunk)) for chunk in images.split(500)])


def predict(model: nn.Module, images: Tensor) -> Tensor:
    """The most probable class of each of ``images``, uint8 ``(N, 28, 28)``; int64 ``(N,)``."""
    return logits(model, images).argmax(1)


def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of ``images`` that ``model`` (in evaluation mode) puts into their class."""
    return float((predict(model, images) == labels).double().mean())


def _path(name: str, folder: Path, suffix: str) -> Path:
    if name not in SHIPPED:
        raise ValueError(f"name (={name!r}) must be one of {', '.join(SHIPPED)}.")
    return folder / f"{name}.{suffix}"


def _damaged(path: Path, error: Exception) -> WeightsError:
    if isinstance(error, FileNotFoundError):
        return WeightsError(f"{path.name} is missing: restore it, or run `make weights`.")
    reason = " ".join(str(error).split())[:120]
    return WeightsError(f"{path.name} is damaged ({reason}): restore it, or run `make weights`.")
