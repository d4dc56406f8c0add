"""The operator's view of a server: its runs, processes, memory, versions, limits and errors.

Read from the runner's ``Summary`` and from the system. Nothing in a ``Status`` leads to a
learner: runs appear with the first characters of their ids, owners not at all.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
import sqlalchemy as sa

from dl101_core.jobs.runner import RunState, RunStatus, Summary
from dl101_core.jobs.store.journal import database_url
from dl101_core.jobs.workers.memory import own_processes, total_mb
from dl101_core.limits import PREFIX, Limits
from dl101_core.logs import RECENT, Entry, run_prefix

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("torch", "torchvision", "streamlit", "numpy", "sqlalchemy", "ray")
STORES = {"sqlite": "SQLite, a file on this machine", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class ProcessInfo:
    """``role``: server, starter of workers (the zygote), worker or helper.

    ``alive`` is None for a worker that is not in our process tree: on another machine, or ended.
    ``nice`` and ``memory_mb`` (PSS: shared pages count in parts) are None if unknown.
    ``run``: the first characters of the run that it is training now, or empty.
    """

    role: str
    pid: int
    alive: bool | None
    nice: int | None
    memory_mb: float | None
    run: str = ""


@dataclass(frozen=True)
class Waiting:
    """A run in the queue. ``waited``: seconds since its submission; ``starts_in``: an estimate."""

    position: int
    run: str
    model: str
    waited: float
    starts_in: float | None
    why: str


@dataclass(frozen=True)
class Limit:
    """A limit in force, and the environment variable that sets it."""

    name: str
    value: int | float | str
    variable: str


@dataclass(frozen=True)
class Status:
    """``uptime`` in seconds. ``memory_mb``: of all processes together, against ``allowed_mb``."""

    uptime: float
    states: dict[RunState, int]
    waiting: tuple[Waiting, ...]
    processes: tuple[ProcessInfo, ...]
    memory_mb: float | None
    allowed_mb: int
    store: str
    notice: str
    errors: tuple[Entry, ...]
    versions: dict[str, str]
    limits: tuple[Limit, ...]


def collect(summary: Summary, limits: Limits) -> Status:
    """The state of this server now."""
    family = processes({worker.pid: worker.turn for worker in summary.workers})
    sizes = [process.memory_mb for process in family if process.memory_mb is not None]
    return Status(
        uptime=uptime(),
        states=dict(summary.states),
        waiting=waiting(summary.waiting, time.time()),
        processes=family,
        # The sum of the processes on show: the runner's own number is some seconds old.
        memory_mb=sum(sizes) if sizes else summary.memory_mb,
        allowed_mb=limits.memory_mb,
        store=store_kind(database_url()),
        notice=summary.notice,
        errors=RECENT.entries(),
        versions=versions(),
        limits=limits_in_force(limits),
    )


def uptime() -> float:
    """Seconds since this process began."""
    began: float = psutil.Process().create_time()
    return max(0.0, time.time() - began)


def waiting(line: Iterable[RunStatus], now: float) -> tuple[Waiting, ...]:
    """The queue as the operator may see it; ``now``: seconds since 1970."""
    return tuple(
        Waiting(
            run.position,
            run_prefix(run.run_id),
            run.config.title,
            max(0.0, now - run.created),
            run.starts_in,
            run.message,
        )
        for run in line
    )


def processes(runs: dict[int, str]) -> tuple[ProcessInfo, ...]:
    """The server, its descendants, and the workers. ``runs``: process id → run in training."""
    ours = own_processes()
    elsewhere = [
        # On another machine: a process here with the same id is a different one.
        ProcessInfo("worker", pid, None, None, None, run_prefix(run_id))
        for pid, run_id in runs.items()
        if pid not in ours
    ]
    return (*(process_info(pid, runs) for pid in ours), *elsewhere)


def process_info(pid: int, runs: dict[int, str]) -> ProcessInfo:
    """A process of this server, as far as the system gives its properties."""
    return ProcessInfo(
        _role(pid, runs), pid, _alive(pid), _nice(pid), total_mb([pid]), run_prefix(runs.get(pid))
    )


def _role(pid: int, runs: dict[int, str]) -> str:
    if pid == os.getpid():
        return "server"
    if pid in runs:
        return "worker"
    with suppress(psutil.Error):
        if "dl101_core.jobs.workers.zygote" in psutil.Process(pid).cmdline():
            return "starter of workers"
    return "helper"


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error as error:
        return not isinstance(error, psutil.NoSuchProcess)  # it belongs to another user


def _nice(pid: int) -> int | None:
    try:
        return int(psutil.Process(pid).nice())
    except psutil.Error:
        return None


def store_kind(url: str) -> str:
    """The kind of store, without address, user or password."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        return "unknown: DATABASE_URL cannot be read"
    name = address.get_backend_name()
    if name == "sqlite" and not address.database:
        return "SQLite in memory"
    return STORES.get(name, name)


def limits_in_force(limits: Limits) -> tuple[Limit, ...]:
    """Every limit with its value."""
    return tuple(
        Limit(item.name.replace("_", " "), getattr(limits, item.name), PREFIX + item.name.upper())
        for item in fields(limits)
    )


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of this app (git revision), Python and the main packages; they do not change."""
    found = {"Deep Learning 101": revision(ROOT) or "unknown", "Python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"}


def revision(root: Path) -> str:
    """The git revision that is checked out in ``root``, shortened; empty if there is none.

    Read from the files of git, which need not be installed where the app runs.
    """
    folder = root / ".git"
    head = _read(folder / "HEAD").strip()
    if head.startswith("ref: "):
        name = head.removeprefix("ref: ")
        packed = (line.split() for line in _read(folder / "packed-refs").splitlines())
        from_pack = next((p[0] for p in packed if len(p) == 2 and p[1] == name), "")
        head = _read(folder / name).strip() or from_pack
    good = len(head) >= 40 and all(letter in "0123456789abcdef" for letter in head)
    return head[:10] if good else ""


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
