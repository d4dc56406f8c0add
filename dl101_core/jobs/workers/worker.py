"""A worker: one process, one core, one thread, one slicer, and a socket to the server.

Started either by a fork of the zygote, or as ``python -m dl101_core.jobs.workers.child PARENT
dl101_core.jobs.workers.worker``, which reads ``port token`` from its standard input and connects to
the server on this machine.

What both say to each other stands in ``protocol``.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import sys
import time
from collections.abc import Callable

import torch

from dl101_core.jobs.slicer import EventReport, Parked, Slicer
from dl101_core.jobs.workers.codec import Unpacker, pack
from dl101_core.jobs.workers.process import be_nice, limit_memory, use_one_thread, warm_up
from dl101_core.jobs.workers.protocol import (
    Bye,
    Close,
    FromServer,
    FromWorker,
    Hello,
    Ping,
    Pong,
    Settings,
    Steer,
    Submit,
    ToldBatch,
    Turn,
)
from dl101_core.logs import configure_logs
from dl101_core.training.events import Checkpointed, Failed, Finished, Progress

log = logging.getLogger(__name__)

BATCH_EVERY = 0.1
# Seconds of training between two looks at the socket.
LISTEN_EVERY = 0.02
READ = 1 << 20


class ServerGone(ConnectionError):  # noqa: N818
    """The server's end of the socket is closed, so training has no receiver."""


class Worker:
    """Serves one server until the server is gone."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._slicer = Slicer(on_turn=self._tell_turn)
        self._unpacker = Unpacker(FromServer)
        self._waiting: list[EventReport] = []
        self._sent_at = 0.0
        self._closing = False

    def serve(self) -> None:
        """Train and report until the server closes the socket or asks to end."""
        self._send(Hello(os.getpid(), torch.get_num_threads()))
        while not (self._closing and self._slicer.idle):
            self._listen(block=self._slicer.idle)
            self._train(time.monotonic() + LISTEN_EVERY)
            self._report()
        self._flush()
        self._send(Bye())

    def _train(self, until: float) -> None:
        slicer = self._slicer
        while time.monotonic() < until and slicer.step():
            reports = slicer.poll()
            if reports:
                self._waiting += reports
                if any(map(_urgent, reports)):
                    self._flush()

    def _report(self) -> None:
        if self._waiting and (time.monotonic() - self._sent_at >= BATCH_EVERY or self._slicer.idle):
            self._flush()

    def _flush(self) -> None:
        """Send all waiting reports as one message: a learning rate and its checkpoint together."""
        if not self._waiting:
            return
        batch = ToldBatch(tuple(self._waiting), self._slicer.spent())
        self._waiting = []
        self._sent_at = time.monotonic()
        self._send(batch)

    def _tell_turn(self, run_id: str) -> None:
        """Report a run before it trains: the server then knows which run caused a crash."""
        self._send(Turn(run_id))

    def _send(self, message: FromWorker) -> None:
        try:
            self._link.sendall(pack(message))
        except OSError as error:
            raise ServerGone from error

    def _listen(self, block: bool) -> None:
        timeout = None if block and not self._closing else 0.0
        while select.select([self._link], [], [], timeout)[0]:
            try:
                data = self._link.recv(READ)
            except OSError as error:
                raise ServerGone from error
            if not data:
                raise ServerGone
            for message in self._unpacker.feed(data):
                self._handle(message)
            timeout = 0.0

    def _handle(self, message: FromServer) -> None:
        match message:
            case Settings(every, memory_mb, max_frame):
                self._slicer = Slicer(checkpoint_every=every, on_turn=self._tell_turn)
                self._unpacker.limit = max_frame
                limit_memory(memory_mb)
            case Submit(run_id, _, state, told, replay):
                self._slicer.submit(run_id, message.config, state, told, replay)
            case Steer(run_id, command):
                self._slicer.command(run_id, command)
            case Ping():
                self._send(Pong())
            case Close():
                self._slicer.save_all()
                self._closing = True


def _urgent(report: EventReport) -> bool:
    """Whether to send at once: the first point, the end, or a checkpoint.

    Checkpoints are large: each is sent at once, so that no frame holds two of them.
    """
    event = report.event
    if isinstance(event, Progress):
        return event.step == 1
    return isinstance(event, Finished | Failed | Parked | Checkpointed)


def run_worker(link: socket.socket, prepare: Callable[[], None] = use_one_thread) -> None:
    """Serve on ``link`` until the server is gone; log any error and return."""
    try:
        be_nice()
        prepare()
        Worker(link).serve()
    except ServerGone:
        pass
    except Exception:
        log.exception("a worker ended")


def main() -> None:
    """Connect to the server, then warm up, then serve."""
    configure_logs()
    port, token = sys.stdin.readline().split()
    link = socket.create_connection(("127.0.0.1", int(port)), timeout=30)
    link.settimeout(None)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(token.encode())
    run_worker(link, warm_up)
