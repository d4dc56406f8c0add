"""Imports torchvision on demand, whichever wheel is installed.

The wheel of the Python Package Index is linked against CUDA. On a CPU-only torch its compiled
operators do not load, and ``import torchvision`` fails with "operator torchvision::nms does not
exist". Declaring the two schemas first lets the parts in pure Python work, the data sets among
them; the matching CPU wheel needs none of this.
"""

from __future__ import annotations

import sys
from types import ModuleType

import torch

OPERATORS = ("nms", "qnms")

_declared: list[torch.library.Library] = []


def datasets() -> ModuleType:
    """``torchvision.datasets``; ``ImportError`` if torchvision is not installed."""
    try:
        from torchvision import datasets
    except RuntimeError:
        _forget_half_imported()
        _declare_operators()
        from torchvision import datasets
    return datasets  # type: ignore[no-any-return]


def _forget_half_imported() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]


def _declare_operators() -> None:
    if _declared:
        return
    library = torch.library.Library("torchvision", "DEF")
    for name in OPERATORS:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)  # the declaration ends with the object
