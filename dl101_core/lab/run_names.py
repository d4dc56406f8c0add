"""Names for training runs: the settings in which they differ, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from dl101_core.data import DATASETS
from dl101_core.models import MODELS
from dl101_core.optim import OPTIMIZERS
from dl101_core.tasks.task import Setting, TaskConfig

MOST_LAYERS = 6
"""Most layers of a built network in a name."""


def run_names(configs: Sequence[TaskConfig]) -> list[str]:
    """``Run 1: lr 0.1``, … with only the settings in which the runs differ."""
    settings = [config.settings() for config in configs]
    keys = list(dict.fromkeys(key for one in settings for key in one))
    # A run has no value for a setting that its model or optimizer does not use.
    differing = [key for key in keys if len({one[key] for one in settings if key in one}) > 1]
    apart = _layers_apart([str(one["layers"]) for one in settings if "layers" in one])
    names = []
    for number, one in enumerate(settings, 1):
        parts = [
            apart[str(one[key])] if key == "layers" else describe(key, one[key])
            for key in differing
            if key in one
        ]
        names.append(f"Run {number}: {', '.join(parts)}" if parts else f"Run {number}")
    return names


def _layers_apart(texts: Sequence[str]) -> dict[str, str]:
    """For each network as a text, the layers that it does not share with the others.

    Layers that all share at the beginning and at the end are left out.
    """
    networks = [text.split("-") for text in dict.fromkeys(texts)]
    if not networks:
        return {}
    head = _shared(networks)
    tail = _shared([network[head:][::-1] for network in networks])
    return {
        "-".join(network): _in_words(network[head : len(network) - tail]) for network in networks
    }


def _shared(networks: Sequence[Sequence[str]]) -> int:
    """Number of first layers that are the same in all ``networks``."""
    alike = (len(set(layers)) == 1 for layers in zip(*networks, strict=False))
    return next((place for place, same in enumerate(alike) if not same), min(map(len, networks)))


def _in_words(layers: Sequence[str]) -> str:
    few = [layer.replace("_", " ") for layer in layers[:MOST_LAYERS]]
    more = ["…"] if len(layers) > MOST_LAYERS else []
    return f"layers {' → '.join(few + more)}" if layers else "without these layers"


def describe(key: str, value: Setting) -> str:
    """One setting in words: ``SGD``, ``lr 0.01``, ``batch size 64``."""
    titles = {"data": DATASETS, "model": MODELS, "optimizer": OPTIMIZERS}
    if key in titles:
        info = titles[key].get(str(value))  # type: ignore[attr-defined]
        return info.title if info else str(value)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{key.replace('_', ' ')} {shown}"
