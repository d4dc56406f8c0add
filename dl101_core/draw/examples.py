"""Drawings that the pad can open with, from ``assets/drawings/examples.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dl101_core.draw.digits import Drawing

EXAMPLES_FILE = Path(__file__).resolve().parents[2] / "assets" / "drawings" / "examples.json"
OWN = "own"
"""The example that is shown faintly on the empty pad until the learner draws."""


@dataclass(frozen=True)
class Example:
    name: str
    title: str
    drawing: Drawing


@lru_cache(maxsize=1)
def examples() -> dict[str, Example]:
    """Name -> example; the first is ``OWN``."""
    records = json.loads(EXAMPLES_FILE.read_text("utf-8"))
    return {
        record["name"]: Example(record["name"], record["title"], Drawing.from_message(record))
        for record in records
    }
