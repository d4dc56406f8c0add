"""Curves as Server-Sent Events: ``python -m benchmarks.stream``, with its own server.

Runs stand in the store before the server starts, and train as soon as somebody watches. A client
reads each stream; an update is a message with new points. The server's CPU counts its own process,
without the workers: with the watchers, then while the same runs train on unwatched. At the end, a
stroke answered by the route and by the script, side by side.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import psutil

from benchmarks.control_latency import ROOT, running_app
from benchmarks.load.http import events
from benchmarks.stroke_latency import print_latencies
from benchmarks.tables import print_table
from dl101_core.jobs.manager import Manager
from dl101_core.jobs.runner import RunSpec, new_run_id
from dl101_core.jobs.slicer import SlicerCommand
from dl101_core.jobs.store.journal import open_journal
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig

SECONDS = 10.0
WARM_UP = 6.0
BAR_ONE, BAR_CLASS, BAR_CPU = 8, 3, 0.10
LONG = ImageConfig(
    train_size=9000,
    model=ModelConfig(name="mlp"),
    optimizer=OptimizerConfig(name="sgd", lr=0.01),
    epochs=100,
)


class Nobody:
    """An engine without workers: runs are only written down."""

    trouble = ""

    def pick(self, loads: Counter[int]) -> None:
        return None

    def submit(self, *args: object) -> None:
        raise NotImplementedError

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None:
        raise NotImplementedError

    def workers(self) -> tuple[()]:
        return ()

    def memory_mb(self) -> None:
        return None


def write_down(state: str, learners: int) -> list[str]:
    """Ids of new runs, one for each learner, in the store of the state directory."""
    limits = Limits()
    manager = Manager(Nobody(), open_journal(f"sqlite:///{state}/runs.sqlite"), limits)
    specs = [RunSpec(new_run_id(), f"learner {n}", replace(LONG, seed=n)) for n in range(learners)]
    runs = [manager.submit(spec) for spec in specs]
    manager.close()
    return runs


@contextlib.contextmanager
def server(port: int, state: str) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    flags = [f"--server.port={port}", "--server.fileWatcherType=none"]
    process = subprocess.Popen(
        command + flags,
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "DL101_STATE_DIR": state},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            time.sleep(0.2)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


class Watcher:
    """Reads one stream. ``updates``: messages with new points; ``messages``: all."""

    def __init__(self, port: int, run: str) -> None:
        self._url, self._run = f"http://127.0.0.1:{port}", run
        self.updates = self.messages = 0

    async def read(self) -> None:
        async for told in events(self._url, self._run):
            self.messages += 1
            self.updates += bool(told["train"] or told["val"])


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def watched(port: int, process: psutil.Process, runs: list[str]) -> tuple[object, ...]:
    """Messages and updates a second of each watcher, the worst and the median; the CPU."""
    watchers = [Watcher(port, run) for run in runs]
    tasks = [asyncio.create_task(watcher.read()) for watcher in watchers]
    await asyncio.sleep(WARM_UP)
    before = [(watcher.updates, watcher.messages) for watcher in watchers]
    spent, began = cpu(process), time.perf_counter()
    await asyncio.sleep(SECONDS)
    seconds = time.perf_counter() - began
    share = (cpu(process) - spent) / seconds
    updates = [(w.updates - b[0]) / seconds for w, b in zip(watchers, before, strict=True)]
    messages = [(w.messages - b[1]) / seconds for w, b in zip(watchers, before, strict=True)]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return min(updates), statistics.median(updates), statistics.median(messages), share


def unwatched(process: psutil.Process) -> float:
    """The server's CPU while the runs go on and nobody watches."""
    time.sleep(2)
    spent, began = cpu(process), time.perf_counter()
    time.sleep(SECONDS)
    return (cpu(process) - spent) / (time.perf_counter() - began)


def measure(port: int, learners: int, runs: int) -> tuple[object, ...]:
    """``learners`` watchers, each with a run of its own or all at the first."""
    with tempfile.TemporaryDirectory() as state:
        ids = (write_down(state, runs) * learners)[:learners]
        with server(port, state) as process:
            worst, middle, messages, share = asyncio.run(watched(port, process, ids))
            rest = unwatched(process)
    cost = float(str(share)) - rest
    bar = BAR_ONE if learners == 1 else BAR_CLASS
    return learners, runs, worst, middle, messages, bar, share, rest, cost, BAR_CPU


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8669)
    port = parser.parse_args().port
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; no other load allowed")
    print_table(
        "Curves by stream",
        (
            "watchers",
            "runs",
            "updates/s worst",
            "median",
            "messages/s",
            "bar",
            "server cores",
            "unwatched",
            "cost of watchers",
            "bar",
        ),
        [measure(port, 1, 1), measure(port, 30, 1), measure(port, 30, 30)],
    )
    with running_app(port) as address:
        print_latencies(address)


if __name__ == "__main__":
    main()
