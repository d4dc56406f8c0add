"""The zygote: a warm process that forks workers, in milliseconds and a few megabytes.

``python -m dl101_core.jobs.workers.child PARENT dl101_core.jobs.workers.zygote FD``: imports torch,
trains one tiny step of every model, freezes its memory, then forks a worker for every socket that
arrives over ``FD``. Everything here runs in one thread: a fork would not copy any other.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys

import psutil

from dl101_core.jobs.workers.child import die_with_parent
from dl101_core.jobs.workers.launch import SAID
from dl101_core.jobs.workers.process import warm_up
from dl101_core.jobs.workers.worker import run_worker
from dl101_core.logs import configure_logs

log = logging.getLogger(__name__)


def serve(control: socket.socket) -> None:
    """Fork a worker for every socket that arrives; return when the server is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps ended workers
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            return
        for descriptor in descriptors:
            _fork_worker(control, descriptor)


def _fork_worker(control: socket.socket, descriptor: int) -> None:
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError as error:
        # The running workers must go on: log the reason, and wait for the next socket.
        log.error("a worker cannot be forked: %s", error.strerror)
        control.send(str(error.strerror).encode()[:SAID])
        os.close(descriptor)
        return
    if child:
        os.close(descriptor)
        return
    try:
        die_with_parent(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        run_worker(socket.socket(fileno=descriptor))
    finally:
        os._exit(0)


def main() -> None:
    """Entry point; ``FD`` is our end of a SOCK_SEQPACKET pair."""
    configure_logs()
    warm_up()
    serve_warm(socket.socket(fileno=int(sys.argv[1])))


def serve_warm(control: socket.socket) -> None:
    """Be the zygote from now on, unless this process has a second thread."""
    if (threads := psutil.Process().num_threads()) != 1:
        log.error("the zygote has %d threads; forking is not safe", threads)
        sys.exit(1)
    serve(control)
