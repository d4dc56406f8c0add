"""The images whose reading the page shows while a run learns, as the run itself chooses them."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from typing import Any

from dl101_core.data import DATASETS, DataUnavailable, load
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.pictures import chosen
from dl101_core.training.loop import split_of


def strip_of(config: ImageConfig) -> dict[str, Any]:
    """Pixels (bytes in base64), labels and names of the classes; empty without the data."""
    try:
        return dict(_strip(config))
    except (DataUnavailable, ValueError):  # the run is of a server that had the data
        return {}


@lru_cache(maxsize=32)
def _strip(config: ImageConfig) -> dict[str, Any]:
    data = load(config.data).train
    if config.train_size + config.val_size > len(data):
        raise ValueError("More images than there are.")
    _, _, index = split_of(config, len(data))
    strip = chosen(index, data.labels)
    return {
        "pixels": b64encode(data.images[strip].numpy().tobytes()).decode(),
        "labels": data.labels[strip].tolist(),
        "classes": list(DATASETS[config.data].classes),
    }
