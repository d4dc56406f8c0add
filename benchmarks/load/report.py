"""The table: each measurement beside its bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.tables import print_table

HEADER = ("Load", "What", "Measured", "Repeats", "Bar", "")


@dataclass(frozen=True)
class Check:
    """``values``: one for each repeat. Their median must meet the bar; with ``worst``, the worst.

    ``bar``: None for a row without a bar. ``at_least``: the bar is a minimum, not a maximum.
    """

    load: str
    what: str
    values: tuple[float, ...]
    unit: str = ""
    bar: float | None = None
    at_least: bool = False
    worst: bool = False

    @property
    def measured(self) -> float:
        """NaN if nothing was measured."""
        if not self.values:
            return float("nan")
        if self.worst:
            return min(self.values) if self.at_least else max(self.values)
        return median(self.values)

    @property
    def ok(self) -> bool:
        """Whether the bar holds; a value that was not measured misses it."""
        if self.bar is None:
            return True
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar

    def row(self) -> tuple[str, ...]:
        bar = (
            "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {self.bar:g} {self.unit}"
        )
        verdict = "" if self.bar is None else "ok" if self.ok else "MISSED"
        spread = f"{min(self.values):.3g} to {max(self.values):.3g}" if len(self.values) > 1 else ""
        measured = f"{self.measured:.3g} {self.unit}"
        return self.load, self.what, measured.strip(), spread, bar.strip(), verdict


def print_checks(title: str, checks: Sequence[Check]) -> None:
    """All rows; the load is named once for each group."""
    rows, last = [], ""
    for check in checks:
        load, *rest = check.row()
        rows.append(("" if load == last else load, *rest))
        last = load
    print_table(title, HEADER, rows)
    missed = [check for check in checks if not check.ok]
    print(f"\n{len(missed)} of {sum(c.bar is not None for c in checks)} bars missed.")
