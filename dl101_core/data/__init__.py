"""Data sets: the built-in strokes, and MNIST and Fashion-MNIST through torchvision."""

from dl101_core.data.datasets import (
    DATASETS,
    Dataset,
    DatasetInfo,
    DataUnavailable,
    Split,
    is_available,
    load,
)

__all__ = [
    "DATASETS",
    "DataUnavailable",
    "Dataset",
    "DatasetInfo",
    "Split",
    "is_available",
    "load",
]
