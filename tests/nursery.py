"""A nursery: one warm process of a test session, which forks every zygote in milliseconds.

A zygote imports torch and warms up for seconds, in each test with worker processes. The nursery
does so once, in one thread, and each zygote is a fork of the nursery. The fork equals ``python -m
dl101_core.jobs.workers.zygote`` after its warm-up: it is a child of the process that requested it,
and ends with that process. Only for Linux.

A test that changes the start itself (another ``ZYGOTE``, another Python) gets a real zygote. So do
servers that tests run as processes of their own.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from dl101_core.jobs.workers import launch
from dl101_core.jobs.workers.child import die_with_parent, leave_signals_to_server
from dl101_core.logs import configure_logs
from tests.patience import PATIENCE
from tests.tiers import TESTS

PR_SET_CHILD_SUBREAPER = 36
STDERR = 2
WARM = b"warm"
ORDER = 1 << 17
"""Most bytes of an order, which holds a whole environment."""


class Adopted:
    """A child that this process has not started, with the interface of ``Popen``."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        with self._lock:
            if self.returncode is None:
                ended, status = os.waitpid(self.pid, os.WNOHANG)
                self.returncode = os.waitstatus_to_exitcode(status) if ended else None
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.poll() is None:
            end = os.pidfd_open(self.pid)
            try:
                select.select([end], [], [], timeout)
            finally:
                os.close(end)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired("a zygote", timeout or 0.0)
        return code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


@contextlib.contextmanager
def as_subreaper() -> Iterator[None]:
    """In this context, an orphaned descendant of this process becomes its child."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)


class Nursery:
    """The side of the tests."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                cwd=TESTS.parent,
                env=launch.environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._orders.settimeout(PATIENCE)
        assert self._orders.recv(len(WARM)) == WARM, "the nursery did not start"

    def start_zygote(self, control: socket.socket) -> Adopted:
        """Replaces ``launch.start_zygote``."""
        order = {"parent": os.getpid(), "cwd": os.getcwd(), "environ": launch.environment()}
        with self._lock, as_subreaper():
            fds = [control.fileno(), STDERR]
            socket.send_fds(self._orders, [json.dumps(order).encode()], fds)
            return Adopted(int(self._orders.recv(20)))

    def close(self) -> None:
        self._orders.close()
        self._process.wait(PATIENCE)


@contextlib.contextmanager
def zygotes_from_nursery() -> Iterator[None]:
    """In this context, zygotes with the usual start are forks of a nursery."""
    cold, usual = launch.start_zygote, (launch.ZYGOTE, sys.executable)
    nursery = Nursery()

    def start_zygote(control: socket.socket) -> subprocess.Popen[bytes] | Adopted:
        as_usual = (launch.ZYGOTE, sys.executable) == usual
        return nursery.start_zygote(control) if as_usual else cold(control)

    launch.start_zygote = start_zygote  # type: ignore[assignment]
    try:
        yield
    finally:
        launch.start_zygote = cold
        nursery.close()


def main() -> None:
    """The side of the nursery; ``FD`` is its end of a SOCK_SEQPACKET pair."""
    from dl101_core.jobs.workers.process import warm_up

    orders = socket.socket(fileno=int(sys.argv[1]))
    leave_signals_to_server()
    warm_up()
    orders.send(WARM)
    while True:
        order, fds, _, _ = socket.recv_fds(orders, ORDER, 2)
        if not order:
            return
        _fork_zygote(orders, order, *fds)


def _fork_zygote(orders: socket.socket, order: bytes, *fds: int) -> None:
    """Fork twice. The process in between ends, so the zygote becomes a child of the subreaper."""
    waits, released = os.pipe()
    between = os.fork()
    if between == 0:
        if os.fork() == 0:
            os.close(released)
            os.read(waits, 1)  # until the process in between has been reaped
            os.close(waits)
            try:
                _run_zygote(orders, json.loads(order), *fds)
            finally:
                os._exit(1)
        os._exit(0)
    os.waitpid(between, 0)
    for fd in (waits, released, *fds):
        os.close(fd)


def _run_zygote(orders: socket.socket, order: dict[str, Any], control: int, stderr: int) -> None:
    """What ``child.main`` and ``zygote.main`` do."""
    from dl101_core.jobs.workers import zygote

    os.dup2(stderr, STDERR)
    os.close(stderr)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    die_with_parent(order["parent"])
    configure_logs()
    with orders:
        orders.send(str(os.getpid()).encode())
    zygote.serve_warm(socket.socket(fileno=control))
    os._exit(0)


if __name__ == "__main__":
    main()
