"""Two app servers on one PostgreSQL: the costs of polling the other server's runs.

    python -m benchmarks.two_servers [--runs 30] [--seconds 15]

One server trains, pages on the other look at every run twice a second. Needs PostgreSQL's binaries
(Debian: ``apt-get install postgresql``); it starts one of its own on a unix socket.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from statistics import median

import sqlalchemy as sa

from benchmarks.tables import percentile, print_table
from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.runner import RunSpec, UnknownRun, new_key, new_run_id, owner_of
from dl101_core.jobs.store.journal import StoreJournal
from dl101_core.jobs.store.runs import Store
from dl101_core.jobs.store.shared import SharedRunner
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Progress, Stop
from tests.jobs.store.postgres import BINARIES, Cluster

LOOK_EVERY = 0.5
CONFIG = ImageConfig(model=ModelConfig(name="mlp"), train_size=15_000, epochs=100)


class Server:
    """An app server without pages, which counts its database queries."""

    def __init__(self, url: str, workers: int) -> None:
        limits = Limits(workers=workers)
        self.store = Store(url)
        journal = StoreJournal(self.store)
        self.runner = SharedRunner(LocalRunner(journal, limits), journal, limits)
        self.asked: Counter[str] = Counter()
        sa.event.listen(self.store.database.engine, "before_cursor_execute", self._count)

    def _count(self, connection: object, cursor: object, statement: str, *details: object) -> None:
        self.asked[statement.split(maxsplit=1)[0]] += 1

    def look(self, run_id: str, cursor: int) -> int:
        """Poll a run like a page; returns the next cursor."""
        self.runner.status(run_id)
        news = self.runner.events(run_id, cursor)
        return news[-1][0] if news else cursor

    def knows(self, run_id: str) -> bool:
        try:
            return bool(self.runner.status(run_id).run_id)
        except UnknownRun:
            return False


def wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def look_for(server: Server, ids: list[str], seconds: float) -> list[float]:
    """Milliseconds of every look at every run, twice a second."""
    cursors = dict.fromkeys(ids, 0)
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        due = time.monotonic() + LOOK_EVERY
        for run_id in ids:
            began = time.perf_counter()
            cursors[run_id] = server.look(run_id, cursors[run_id])
            times.append(1e3 * (time.perf_counter() - began))
        time.sleep(max(0.0, due - time.monotonic()))
    return times


def delays(here: Server, there: Server, run_id: str, seconds: float) -> list[float]:
    """Milliseconds from a point at the server that trains to the same point at the other one."""
    seen, late = {}, []
    cursors = [server.look(run_id, 0) for server in (here, there)]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for index, server in enumerate((here, there)):
            for seq, event in server.runner.events(run_id, cursors[index]):
                cursors[index] = seq
                if index == 0:
                    seen[seq] = time.monotonic()
                elif isinstance(event, Progress) and seq in seen:
                    late.append(1e3 * (time.monotonic() - seen[seq]))
        time.sleep(0.005)
    return late


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=15.0)
    arguments = parser.parse_args()
    if not BINARIES:
        print("PostgreSQL is not installed: apt-get install postgresql")
        return
    cluster = Cluster()
    try:
        measure(cluster, arguments.runs, arguments.seconds)
    finally:
        cluster.remove()


def measure(cluster: Cluster, runs: int, seconds: float) -> None:
    url = cluster.new_url()
    here, there = Server(url, workers=2), Server(url, workers=1)
    keys = {new_run_id(): new_key() for _ in range(runs)}
    ids = list(keys)
    late: list[float] = []
    first_looks: list[float] = []
    for run_id, key in keys.items():
        here.runner.submit(RunSpec(run_id, owner_of(key), CONFIG))
        if not late:  # while it is alone
            wait_for(lambda: there.knows(ids[0]))
            late = delays(here, there, run_id, seconds)
    wait_for(lambda: here.runner.manager._journal.has_saved(ids[-1]))
    for run_id in ids[1:]:
        began = time.perf_counter()
        there.look(run_id, 0)
        first_looks.append(1e3 * (time.perf_counter() - began))
    rows: list[list[object]] = []
    for name, watching in (("on the server that trains", here), ("on the other server", there)):
        look_for(watching, ids, 2 * LOOK_EVERY)
        here.asked.clear()
        there.asked.clear()
        began = time.monotonic()
        times = look_for(watching, ids, seconds)
        lasted = time.monotonic() - began
        rates = [sum(server.asked.values()) / lasted for server in (here, there)]
        rows.append([name, median(times), percentile(times, 0.95), *rates])
    print_table(
        f"{runs} runs, each looked at twice a second",
        ["looked at", "a look, ms", "p95, ms", "statements/s, trains", "other server"],
        rows,
    )
    print_table(
        "The other server's delay",
        ["first look at a run, ms", "a point comes later by, ms", "p95, ms"],
        [[median(first_looks), median(late), percentile(late, 0.95)]],
    )
    for run_id, key in keys.items():
        here.runner.command(run_id, Stop(), key)
        here.runner.delete(run_id, key)
    here.runner.close()
    there.runner.close()


if __name__ == "__main__":
    main()
