"""Two ways to start a worker: a fork of the zygote (Linux), or a fresh Python (everywhere)."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[3]
CHILD = "dl101_core.jobs.workers.child"
ZYGOTE, WORKER = "dl101_core.jobs.workers.zygote", "dl101_core.jobs.workers.worker"
TOKEN_BYTES = 32
PATIENCE = 1.0
DYING = 0.2
"""Longest time in seconds from the end of a process's sockets to the end of the process."""
SAID = 200
"""Most bytes of a zygote's message about a failed fork."""


class Launcher(Protocol):
    """Starts workers. Used by one thread, which must run as long as the workers.

    (Linux kills a child when the *thread* that started it ends.)
    """

    listener: socket.socket | None

    def start(self, number: int) -> socket.socket | None:
        """Begin to start worker ``number``. Its socket, or None if it will connect later."""

    def accept(self) -> tuple[int, socket.socket] | None:
        """The worker that has connected to ``listener``, or None for an unknown client."""

    def failed(self, number: int) -> bool:
        """Whether a worker that has not connected yet has ended."""

    def why(self, number: int) -> str:
        """Why a worker ended before it reported, in words; empty if unknown."""

    def end(self, number: int) -> None:
        """Free the resources of worker ``number``, which has ended."""

    def close(self) -> None:
        """End everything."""


def environment() -> dict[str, str]:
    """The environment of a Python that finds this package and computes in one thread."""
    path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    one = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return {**os.environ, **one, "PYTHONPATH": os.pathsep.join(path)}


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", CHILD, str(os.getpid()), module, *arguments]


def _how_it_ended(process: subprocess.Popen[bytes] | None) -> str:
    if process is None:
        return ""
    try:
        code = process.wait(DYING)
    except subprocess.TimeoutExpired:
        return ""
    if code < 0:
        # SIGKILL: the system kills a process in this way when memory is short.
        hint = ", probably because memory is short" if code == -9 else ""
        return f"it was ended by signal {-code}{hint}"
    return f"it ended at once with code {code}"


def _end(process: subprocess.Popen[bytes], patience: float = 0.0) -> None:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_zygote(control: socket.socket) -> subprocess.Popen[bytes]:
    """A new zygote, which forks a worker for every socket that arrives over ``control``."""
    return subprocess.Popen(
        _command(ZYGOTE, str(control.fileno())),
        env=environment(),
        pass_fds=[control.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


class ForkLauncher:
    """Keeps one zygote; a dead one is replaced with the next worker."""

    listener: socket.socket | None = None

    def __init__(self) -> None:
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def zygote_pid(self) -> int | None:
        return self._zygote.pid if self._zygote else None

    def lives(self, pid: int | None) -> bool:
        """Whether ``pid`` is the zygote and still runs."""
        return self._zygote is not None and pid == self._zygote.pid and self._zygote.poll() is None

    def start(self, number: int) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._send_to_zygote(theirs)
            except OSError:
                ours.close()
                raise
        return ours

    def _send_to_zygote(self, theirs: socket.socket) -> None:
        try:
            socket.send_fds(self._zygote_socket(), [b"fork"], [theirs.fileno()])
        except OSError:  # the zygote has just ended
            self.close()
            socket.send_fds(self._zygote_socket(), [b"fork"], [theirs.fileno()])

    def _zygote_socket(self) -> socket.socket:
        if self._control is None or self._zygote is None or self._zygote.poll() is not None:
            self.close()
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._zygote = start_zygote(theirs)
        return self._control

    def accept(self) -> None:
        return None

    def failed(self, number: int) -> bool:
        return False

    def why(self, number: int) -> str:
        """The zygote's message about a failed fork, or how the zygote itself ended."""
        said = b""
        with contextlib.suppress(OSError):
            while self._control and (more := self._control.recv(SAID, socket.MSG_DONTWAIT)):
                said = more
        return said.decode(errors="replace") or _how_it_ended(self._zygote)

    def end(self, number: int) -> None:
        """Nothing to free: the zygote's children are reaped by the system."""

    def close(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._zygote is not None:
            _end(self._zygote)
            self._zygote = None


class SpawnLauncher:
    """Every worker is a Python of its own, which connects to a socket of this machine.

    A random token, passed through the worker's standard input, keeps other clients out.
    """

    def __init__(self) -> None:
        self.listener: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self._port = self.listener.getsockname()[1]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._tokens: dict[bytes, int] = {}

    def start(self, number: int) -> None:
        token = secrets.token_hex(TOKEN_BYTES // 2)
        process = subprocess.Popen(
            _command(WORKER),
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        assert process.stdin is not None
        self._processes[number], self._tokens[token.encode()] = process, number
        with process.stdin as pipe:
            pipe.write(f"{self._port} {token}\n".encode())

    def accept(self) -> tuple[int, socket.socket] | None:
        assert self.listener is not None
        link, _ = self.listener.accept()
        try:
            number = self._tokens.pop(_read_exactly(link, TOKEN_BYTES))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return number, link
        except (OSError, KeyError):
            link.close()
            return None

    def failed(self, number: int) -> bool:
        process = self._processes.get(number)
        return process is not None and process.poll() is not None

    def why(self, number: int) -> str:
        return _how_it_ended(self._processes.get(number))

    def end(self, number: int) -> None:
        process = self._processes.pop(number, None)
        if process is not None:
            _end(process)

    def close(self) -> None:
        for number in list(self._processes):
            self.end(number)
        if self.listener is not None:
            self.listener.close()


def _read_exactly(link: socket.socket, size: int) -> bytes:
    data = b""
    # One timeout for the whole token: a client that sends single bytes must not block the pool.
    deadline = time.monotonic() + PATIENCE
    while len(data) < size:
        link.settimeout(max(0.001, deadline - time.monotonic()))
        piece = link.recv(size - len(data))
        if not piece:
            raise ConnectionError("closed before the token was complete")
        data += piece
    return data
