"""What the benchmarks share: a table, and medians of interleaved repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A Markdown table; floats with three significant digits."""
    cells = [[f"{c:.3g}" if isinstance(c, float) else str(c) for c in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(header), *cells]) for i in range(len(header))]
    print(f"\n{title}\n")
    for row in [list(header), ["-" * width for width in widths], *cells]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


def side_by_side(
    variants: Mapping[str, Callable[[], float]], repeats: int
) -> dict[str, list[float]]:
    """Measure the variants in turn, ``repeats`` times over, so that noise hits all alike."""
    results: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(repeats):
        for name, measure in variants.items():
            results[name].append(measure())
    return results


def median_ratio(ours: Sequence[float], reference: Sequence[float]) -> float:
    """Median of the ratios within each repeat: steadier than the ratio of medians."""
    return median(a / b for a, b in zip(ours, reference, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
