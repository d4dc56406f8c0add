"""Settings that are possible one by one but not together: why, and what to change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WayOut:
    """One control to move so that the settings become possible."""

    label: str
    field: str
    value: int


class ImpossibleSettings(ValueError):  # noqa: N818 - the page reads it as a sentence
    """These settings have no output. The message says why; ``ways_out`` what to change."""

    def __init__(self, message: str, ways_out: tuple[WayOut, ...]) -> None:
        super().__init__(message)
        self.ways_out = ways_out
