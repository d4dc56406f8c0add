"""The lab's line about a run that has not ended, and the run's progress."""

from __future__ import annotations

from dataclasses import dataclass

from dl101_core.jobs.messages import duration
from dl101_core.jobs.runner import RunStatus


@dataclass(frozen=True)
class Line:
    """``share``: how much is done, 0 to 1; None where there is nothing to measure."""

    text: str
    share: float | None = None


def line_of(status: RunStatus) -> Line:
    """The state of an unfinished run; empty for one that has ended."""
    total = status.total_steps
    share = min(1.0, status.step / total) if total else 0.0
    match status.state:
        case "queued" if status.position:
            when = _about(", starts in about {}", status.starts_in)
            return Line(_with(f"Waiting: {ordinal(status.position)} in line{when}.", status), share)
        case "queued" | "running" if not total:
            return Line(_with("Starting", status), share)
        case "queued" | "running" if status.step >= total:
            return Line(_with("Reading the test set", status), share)
        case "queued" | "running":
            left = _about(", about {} left", status.ends_in)
            return Line(_with(f"Training: {_where(status)}{left}", status), share)
        case "paused":
            return Line(
                _with(f"Paused at {_where(status)}." if total else "Paused.", status), share
            )
        case _:
            return Line("")


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``4th``, ``11th``."""
    teens = 10 < number % 100 < 20
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _where(status: RunStatus) -> str:
    return f"step {status.step:,} of {status.total_steps:,}"


def _about(text: str, seconds: float | None) -> str:
    return "" if seconds is None else text.format(duration(seconds))


def _with(text: str, status: RunStatus) -> str:
    """``text`` and then the server's message about the run, as sentences."""
    if not status.message:
        return text
    return f"{text.rstrip('.')}. {status.message}"
