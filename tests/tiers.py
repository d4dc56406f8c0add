"""The four tiers of the suite: ``make test`` runs them in this order, quickest answers first.

A test belongs to the tier of its folder; elsewhere a marker may name the tier. A test with neither
is a unit. ``pytest --tier unit`` runs one tier, ``python -m tests.run_tiers`` all of them.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Tier:
    """``workers``: processes that run tests in parallel. ``reruns``: of a failed test, at most."""

    says: str
    folders: tuple[str, ...]
    workers: int
    reruns: int = 0
    spread: str = "worksteal"


TIERS = {
    "unit": Tier("no server, no browser, no killed process", (), CORES),
    "app": Tier("pages without a browser: Streamlit's AppTest", ("app",), CORES),
    # A browser and a server keep more than one core busy, and a starved browser is late everywhere.
    "e2e": Tier("real Chromium", ("e2e", "views"), max(1, CORES - 1), reruns=1, spread="loadfile"),
    "faults": Tier(
        "kills, hangs, full disks, and each engine with real processes",
        ("faults", "jobs/ray"),
        CORES,
        reruns=1,
        spread="loadfile",
    ),
}


def tier_of_folder(path: Path) -> str | None:
    """The tier that a whole folder belongs to."""
    inside = path.resolve().relative_to(TESTS).as_posix() + "/"
    return next(
        (
            name
            for name, tier in TIERS.items()
            if any(inside.startswith(f"{folder}/") for folder in tier.folders)
        ),
        None,
    )


def tier_of(path: Path, marked: list[str]) -> str:
    """The one tier of a test in ``path`` with these tier markers. Raises ``ValueError``."""
    named = {*marked, tier_of_folder(path)} - {None}
    if len(named) > 1:
        raise ValueError(f"{path} belongs to several tiers: {', '.join(sorted(map(str, named)))}")
    return str(next(iter(named), "unit"))


def may_hold(path: Path, tier: str) -> bool:
    """Whether a file or folder need be read at all to find the tests of ``tier``."""
    whole = tier_of_folder(path)
    if whole is not None or tier == "unit":
        return (whole or "unit") == tier
    return path.is_dir() or re.search(rf"\bmark\.{tier}\b", path.read_text("utf-8")) is not None
