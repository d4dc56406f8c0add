"""A whole class at once: ``make load``, or ``python -m benchmarks.load --help``.

Starts servers of its own, or measures the one at ``--url`` (loopback only).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
import torch

from benchmarks.load import greedy, scenarios
from benchmarks.load.client import Session, spread
from benchmarks.load.memory import Peak
from benchmarks.load.probe import Probe, chromium
from benchmarks.load.report import Check, print_checks
from benchmarks.load.server import Server, loopback, running_app

ROWS = ("controls", "lab", "draw", "idle", "small", "greedy")
BAR_MB, SMALL_MB = 1200, 700


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help="a running server on this machine")
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15, help="of controls and of drawing")
    parser.add_argument(
        "--addresses", type=int, default=1, help="so many addresses, as behind a proxy; 1: a school"
    )
    parser.add_argument("--no-probe", action="store_true", help="without Chromium")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS)
    return parser.parse_args()


@contextlib.contextmanager
def server(url: str, **environment: str) -> Iterator[Server]:
    """The running server at ``url``, else a fresh one."""
    if url:
        yield Server(url, _listener(url))
        return
    with running_app(environment) as fresh:
        yield fresh


def _listener(url: str) -> int | None:
    """The process that listens at ``url``; None if it belongs to another user."""
    port = urlsplit(url).port or 80
    with contextlib.suppress(psutil.AccessDenied):
        for socket in psutil.net_connections("tcp"):
            if socket.status == psutil.CONN_LISTEN and socket.laddr.port == port and socket.pid:
                return int(socket.pid)
    return None


@contextlib.asynccontextmanager
async def browser(wanted: bool) -> AsyncIterator[Probe | None]:
    if not wanted:
        yield None
        return
    async with chromium() as probe:
        yield probe


async def visit(url: str) -> None:
    """The first visit of a fresh server, which waits for the imports."""
    session = Session(url, "")
    await session.open()
    await session.close()
    await asyncio.sleep(3)  # its workers warm up


def peak_row(load: str, peak: Peak | None, bar: float) -> list[Check]:
    values = (peak.mb,) if peak else ()
    return [Check(load, "largest proportional memory", values, "MB", bar)] if peak else []


@contextlib.asynccontextmanager
async def queue(wanted: bool) -> AsyncIterator[str]:
    """The address of a server whose workers take one run at a time."""
    if not wanted:
        yield ""
        return
    with server("", DL101_LIVE_PER_WORKER="1") as fresh:
        await visit(fresh.url)
        yield fresh.url


async def class_rows(options: argparse.Namespace) -> list[Check]:
    """Rows 1 to 3 on one server, and the memory that they took."""
    rows: list[Check] = []
    learners, repeats, seconds = options.learners, options.repeats, options.seconds
    wanted = {"controls", "lab", "draw"} & set(options.rows)
    if not wanted:
        return rows
    with server(options.url) as app, contextlib.ExitStack() as stack:
        peak = stack.enter_context(Peak(app.pid)) if app.pid else None
        await visit(app.url)
        if "controls" in wanted:
            rows += await scenarios.control_rows(app, learners, repeats, seconds)
        if "lab" in wanted:
            async with browser(not options.no_probe) as probe, queue(not options.url) as other:
                rows += await scenarios.lab_rows(app, learners, repeats, probe, other)
        if "draw" in wanted:
            rows += await scenarios.draw_rows(app, learners, repeats, seconds)
        rows += peak_row("server + workers, all of this", peak, BAR_MB)
    return rows


async def idle_rows(options: argparse.Namespace) -> list[Check]:
    with server(options.url) as app:
        await visit(app.url)
        async with browser(not options.no_probe) as probe:
            return await scenarios.idle_rows(app, probe)


async def small_rows(options: argparse.Namespace) -> list[Check]:
    """The class on a server with little memory; prints its messages to waiting learners."""
    load = f"the same with DL101_MEMORY_MB={SMALL_MB}"
    with server("", DL101_MEMORY_MB=str(SMALL_MB)) as app:
        assert app.pid
        with Peak(app.pid) as peak:
            await visit(app.url)
            rows = await scenarios.control_rows(app, options.learners, 1, options.seconds)
            said = await scenarios.said_to_those_who_wait(app.url, options.learners)
            rows += await scenarios.draw_rows(app, options.learners, 1, options.seconds)
    print(f"\nWith {SMALL_MB} MB the app said:")
    for sentence in said:
        print("  -", sentence)
    kept = [
        Check(load, f"{row.what}, {row.load.split(',')[0]}", row.values, bar=row.bar, worst=True)
        for row in rows
        if row.what.startswith(("lost", "wrong"))
    ]
    return kept + peak_row(load, peak, SMALL_MB)


async def greedy_rows(options: argparse.Namespace) -> list[Check]:
    with server("") as app:
        await visit(app.url)
        return await greedy.greedy_rows(app.url, options.repeats)


async def measure(options: argparse.Namespace) -> list[Check]:
    rows = await class_rows(options)
    if "idle" in options.rows:
        rows += await idle_rows(options)
    if "small" in options.rows and not options.url:
        rows += await small_rows(options)
    if "greedy" in options.rows and not options.url:
        rows += await greedy_rows(options)
    return rows


def main() -> None:
    options = arguments()
    options.url = loopback(options.url) if options.url else ""
    torch.set_num_threads(1)
    spread(options.addresses)
    load = os.getloadavg()[0]
    print(f"load average {load:.1f} on {os.cpu_count()} cores; the bars hold without other load")
    began = time.perf_counter()
    rows = asyncio.run(measure(options))
    took = time.perf_counter() - began
    print_checks("A whole class at once", rows)
    print(f"The harness took {took:.0f} s and {time.process_time() / took:.2f} of a core.")
    raise SystemExit(any(not row.ok for row in rows))


if __name__ == "__main__":
    main()
