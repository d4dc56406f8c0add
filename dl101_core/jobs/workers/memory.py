"""How much memory this server and its processes take, and the errors of running out of it."""

from __future__ import annotations

import os
from pathlib import Path


def total_mb(pids: list[int]) -> float | None:
    """Proportional megabytes (PSS: shared pages count in parts); None where nobody tells."""
    found = [size for pid in pids if (size := _pss_mb(pid)) is not None]
    return sum(found) if found else None


def own_processes() -> list[int]:
    """This process and all its descendants."""
    family = [os.getpid()]
    for pid in family:
        family += _children(pid)
    return family


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        texts = [(task / "children").read_text() for task in tasks]
    except OSError:  # it has just ended, or there is no /proc here
        return []
    return [int(number) for text in texts for number in text.split()]


def _pss_mb(pid: int) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("Pss:")]
    return int(sizes[0]) / 1024 if sizes else None


# What torch, the C++ library and oneDNN say in the text of a RuntimeError.
RAN_OUT = (
    "allocate memory",
    "bad_alloc",
    "bad allocation",
    "out of memory",
    "out_of_memory",
    "could not create a primitive",
    "could not create a memory object",
)


def ran_out(error: Exception) -> bool:
    """Whether ``error`` says that memory could not be had."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in text for sign in RAN_OUT)
