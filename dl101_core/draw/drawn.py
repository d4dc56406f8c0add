"""Reader of drawn digits: what people drew with a mouse on the pad, as strokes in JSON files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from dl101_core.draw.digits import Drawing


@dataclass(frozen=True)
class DrawnDigit:
    """``label``: the intended digit. ``style``; ``hand``: who drew. ``source``: file and row."""

    label: int
    style: str
    hand: str
    drawing: Drawing
    source: str


def read_drawn(folder: Path) -> tuple[DrawnDigit, ...]:
    """All records of ``folder/*.json``, each a list of ``{"label", "style", "hand", "strokes"}``.

    Raises ``ValueError``, which names file and row, for any other record.
    """
    return tuple(digit for path in sorted(folder.glob("*.json")) for digit in _read_file(path))


def _read_file(path: Path) -> list[DrawnDigit]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON: {error}.") from error
    if isinstance(records, dict):
        records = records.get("digits", [records])
    if not isinstance(records, list):
        raise ValueError(f"{path.name} must hold a list of records.")
    return [_read_record(record, f"{path.name}[{row}]") for row, record in enumerate(records)]


def _read_record(record: object, source: str) -> DrawnDigit:
    if not isinstance(record, dict) or record.get("label") not in range(10):
        raise ValueError(f"{source} must be an object with a label from 0 to 9.")
    try:
        drawing = Drawing.from_message(record)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error
    return DrawnDigit(
        int(record["label"]),
        str(record.get("style", "")),
        str(record.get("hand", "")),
        drawing,
        source,
    )
