"""Runs the tiers one after the other and prints the result of each at the end.

``python -m tests.run_tiers [TIER …] [-- ARGUMENTS OF PYTEST]``. A tier that fails does not keep the
next from running; the exit code is 0 only if all are green.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.tiers import TIERS

FINE, SOME_FAILED, NOTHING_RAN = 0, 1, 5
SLOWEST = 15
WORDS = {"error": "errors"}


@dataclass(frozen=True)
class Outcome:
    """The result of one tier. ``lines``: the failed tests and the reruns, by name."""

    tier: str
    code: int
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


def command(tier: str, arguments: list[str], report: Path) -> list[str]:
    """The call of pytest for one tier."""
    its = TIERS[tier]
    side_by_side = ["-n", str(its.workers), "--dist", its.spread] if its.workers > 1 else []
    again = [f"--reruns={its.reruns}"] if its.reruns else []
    chosen = [f"--tier={tier}", f"--tier-report={report}", f"--durations={SLOWEST}"]
    return [sys.executable, "-m", "pytest", *chosen, *side_by_side, *again, *arguments]


def call(words: list[str]) -> int:
    """The exit code; on Ctrl-C pytest ends its servers and browsers first."""
    with subprocess.Popen(words) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


def run(tier: str, arguments: list[str]) -> Outcome:
    print(f"== {tier}: {TIERS[tier].says}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        began = time.monotonic()
        code = call(command(tier, arguments, report))
        seconds = time.monotonic() - began
        told = json.loads(report.read_text("utf-8")) if report.exists() else {}
    if code == NOTHING_RAN and arguments:  # what was asked for is in another tier
        code = FINE
    return Outcome(tier, code, seconds, told.get("counts", {}), tuple(told.get("lines", ())))


def sentence(counts: dict[str, int], seconds: float) -> str:
    """The counts in the style of pytest."""
    named = [f"{n} {WORDS.get(name, name) if n > 1 else name}" for name, n in counts.items() if n]
    clock = f" ({int(seconds) // 3600}:{int(seconds) % 3600 // 60:02}:{int(seconds) % 60:02})"
    return f"{', '.join(named) or 'no tests ran'} in {seconds:.2f}s{clock if seconds >= 60 else ''}"


def closing_lines(outcomes: list[Outcome]) -> list[str]:
    """A line for each tier, its failures and reruns below it, and the sum of several tiers."""
    said, sums = [], Counter[str]()
    for one in outcomes:
        odd = "" if one.code in (FINE, SOME_FAILED) else f" (pytest ended with code {one.code})"
        said.append(f"{one.tier:<8}{sentence(one.counts, one.seconds)}{odd}")
        said += [f"    {line}" for line in one.lines]
        sums.update(one.counts)
    whole = sentence(sums, sum(one.seconds for one in outcomes))
    return [*said, whole] if len(outcomes) > 1 else said


def main(words: list[str]) -> int:
    at = words.index("--") if "--" in words else len(words)
    tiers, arguments = words[:at] or list(TIERS), words[at + 1 :]
    if unknown := [name for name in tiers if name not in TIERS]:
        print(f"There is no tier {unknown[0]}; there are {', '.join(TIERS)}.", file=sys.stderr)
        return 4
    outcomes = [run(tier, arguments) for tier in tiers]
    print("\n".join(["", *closing_lines(outcomes)]), flush=True)
    return FINE if all(one.code == FINE for one in outcomes) else SOME_FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
