"""Curves as Server-Sent Events: ``python -m benchmarks.stream``, with its own server.

Runs stand in the store before the server starts, and train as soon as somebody watches. A client
reads each stream; an update is a message with new points. In the last row each watcher has a run
of its own, half of them MLPs and half CNNs, and counts until its run ends. The server's CPU counts
its own process, without the workers: with the watchers, then while the runs train on unwatched. At
the end, a stroke answered by the route and by the script, side by side.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence

import psutil

from benchmarks.control_latency import ROOT, running_app
from benchmarks.load.http import events
from benchmarks.policies import class_of
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
LEAST = 3.0
"""Seconds for which a stream must run after the warm-up, to count."""
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


def write_down(state: str, configs: Sequence[ImageConfig]) -> list[str]:
    """Ids of new runs, each of another learner, in the store of the state directory."""
    limits = Limits()
    manager = Manager(Nobody(), open_journal(f"sqlite:///{state}/runs.sqlite"), limits)
    specs = [RunSpec(new_run_id(), f"learner {n}", one) for n, one in enumerate(configs)]
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
    """Reads one stream. ``updates``: when a message had new points; ``messages``: when any came."""

    def __init__(self, port: int, run: str) -> None:
        self._url, self._run = f"http://127.0.0.1:{port}", run
        self.updates: list[float] = []
        self.messages: list[float] = []
        self.over = math.inf

    async def read(self) -> None:
        async for told in events(self._url, self._run):
            now = time.perf_counter()
            self.messages.append(now)
            if told["train"] or told["val"]:
                self.updates.append(now)
        self.over = time.perf_counter()

    def rates(self, began: float, ended: float) -> tuple[float, float] | None:
        """Updates and messages a second until the run was over; ``None`` if that came too soon."""
        ended = min(ended, self.over)
        if ended - began < LEAST:
            return None
        updates, messages = (
            sum(began <= moment <= ended for moment in moments) / (ended - began)
            for moments in (self.updates, self.messages)
        )
        return updates, messages


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def watched(port: int, process: psutil.Process, runs: list[str]) -> tuple[float, ...]:
    """Updates a second of each watcher, the worst and the median; messages a second; the CPU."""
    watchers = [Watcher(port, run) for run in runs]
    tasks = [asyncio.create_task(watcher.read()) for watcher in watchers]
    await asyncio.sleep(WARM_UP)
    spent, began = cpu(process), time.perf_counter()
    await asyncio.sleep(SECONDS)
    ended = time.perf_counter()
    share = (cpu(process) - spent) / (ended - began)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    rates = [rate for watcher in watchers if (rate := watcher.rates(began, ended))]
    updates, messages = zip(*rates, strict=True)
    return min(updates), statistics.median(updates), statistics.median(messages), share


def unwatched(process: psutil.Process) -> float:
    """The server's CPU while the runs go on and nobody watches."""
    time.sleep(2)
    spent, began = cpu(process), time.perf_counter()
    time.sleep(SECONDS)
    return (cpu(process) - spent) / (time.perf_counter() - began)


def measure(port: int, learners: int, configs: Sequence[ImageConfig]) -> tuple[object, ...]:
    """``learners`` watchers, each with a run of its own or all at the first."""
    with tempfile.TemporaryDirectory() as state:
        ids = (write_down(state, configs) * learners)[:learners]
        with server(port, state) as process:
            worst, middle, messages, share = asyncio.run(watched(port, process, ids))
            rest = unwatched(process)
    bar = BAR_ONE if learners == 1 else BAR_CLASS
    kinds = " and ".join(sorted({one.model.name for one in configs}))
    runs = f"{len(configs)} {kinds}"
    return learners, runs, worst, middle, messages, bar, share, rest, share - rest, BAR_CPU


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
        [measure(port, 1, [LONG]), measure(port, 30, [LONG]), measure(port, 30, class_of(30))],
    )
    with running_app(port) as address:
        print_latencies(address)


if __name__ == "__main__":
    main()
