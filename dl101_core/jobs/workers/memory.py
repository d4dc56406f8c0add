"""How much memory this server and its processes take, and the errors of running out of it."""

from __future__ import annotations

import psutil


def total_mb(pids: list[int]) -> float | None:
    """Proportional megabytes (PSS: shared pages count in parts); None where nobody tells."""
    found = [size for pid in pids if (size := _pss_mb(pid)) is not None]
    return sum(found) if found else None


def own_processes() -> list[int]:
    """This process and all its descendants."""
    this = psutil.Process()
    return [this.pid, *(child.pid for child in this.children(recursive=True))]


def _pss_mb(pid: int) -> float | None:
    try:
        full = psutil.Process(pid).memory_full_info()
    except psutil.Error:
        return None
    return full.pss / 2**20 if hasattr(full, "pss") else None  # only Linux tells


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
