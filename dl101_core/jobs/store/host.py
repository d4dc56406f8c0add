"""Names for servers: two are never equal, and one can tell whether its neighbour has died."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")
NAMESPACE = Path("/proc/self/ns/pid")


def new_server_name() -> str:
    """``machine:pid:start:random``; the first three are empty where there is no ``/proc``."""
    return f"{_machine()}:{os.getpid()}:{_start(os.getpid())}:{secrets.token_hex(4)}"


def has_died(server: str) -> bool:
    """Whether it ran on this machine and its process has ended; False if that cannot be told."""
    machine, _, rest = server.partition(":")
    pid, _, rest = rest.partition(":")
    start = rest.partition(":")[0]
    if not machine or machine != _machine() or not start or not pid.isdecimal():
        return False
    return _start(int(pid)) != start


def _machine() -> str:
    """This machine since it was started, and this container on it: where a process id is unique."""
    try:
        parts = (BOOT.read_text().strip(), os.readlink(NAMESPACE), socket.gethostname())
    except OSError:
        return ""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:16]


def _start(pid: int) -> str:
    """When the process began, in ticks since the start of the machine; empty if it has ended.

    Stores hold it. psutil's ``create_time`` would not do: it moves with the clock of the machine.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
