"""The tests that needed a rerun: named at the end of a tier, and saved for the end of all tiers.

So a rerun hides nothing. A test that is named again and again has a fault to mend.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

OUTCOMES = ("failed", "error", "passed", "skipped", "xfailed", "xpassed", "rerun")


def first_line(report: Any) -> str:
    """The first line of the error."""
    crash = getattr(report.longrepr, "reprcrash", None)
    words = str(crash.message if crash else report.longrepr).strip()
    return words.splitlines()[0] if words else "no words"


def rerun_lines(stats: dict[str, list[Any]]) -> list[str]:
    return [f"Rerun: {one.nodeid} — {first_line(one)}" for one in stats.get("rerun", [])]


def failed_lines(stats: dict[str, list[Any]]) -> list[str]:
    return [
        f"{word}: {one.nodeid} — {first_line(one)}"
        for name, word in (("failed", "Failed"), ("error", "Error"))
        for one in stats.get(name, [])
    ]


def say_reruns(reporter: Any) -> None:
    """Print every rerun by name, also when many processes ran the tests."""
    if lines := rerun_lines(reporter.stats):
        reporter.section("tests that failed and were run once more", sep="=", yellow=True)
        for line in lines:
            reporter.line(line)


def write_report(reporter: Any, path: Path) -> None:
    """Save the report for ``tests.run_tiers``, which prints it at the end of all tiers."""
    stats = reporter.stats
    counts = {name: len(stats.get(name, [])) for name in OUTCOMES}
    lines = failed_lines(stats) + rerun_lines(stats)
    path.write_text(json.dumps({"counts": counts, "lines": lines}), "utf-8")
