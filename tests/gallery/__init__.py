"""A gallery of the shared views, for developers and tests: ``python -m tests.gallery``.

Each module is named as its view and holds ``SAMPLES``: a title, and a function that makes the data.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

Sample = Callable[[], Struct]


def samples() -> dict[tuple[str, str], Sample]:
    """Every sample, by its view and title."""
    found: dict[tuple[str, str], Sample] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            loaded = importlib.import_module(f"{__name__}.{module.name}")
            found |= {(module.name, title): make for title, make in loaded.SAMPLES.items()}
    return found


def plain(data: Struct) -> dict[str, Any]:
    """The data as it goes to the part."""
    made: dict[str, Any] = msgspec.to_builtins(data)
    return made
