"""The zygote: a warm process that becomes a worker by forking, in milliseconds and a few megabytes.

``python -m dl101_core.jobs.zygote FD``: imports torch, trains one tiny step of every model (which
also loads torch._dynamo), freezes its memory, then forks a worker for every socket that it is sent
over ``FD``. Everything here runs in one thread: a fork would not copy any other.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from dl101_core.jobs.worker import run_worker, use_one_thread

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1


def ignore_interrupt() -> None:
    """Ctrl-C in the terminal is for the server, which ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def die_with_parent(parent: int) -> None:
    """Linux: be killed when the process ``parent`` ends, however it ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call above
        os._exit(1)


def warm_up() -> None:
    """Do once, before anyone waits, what the first step of every run would otherwise wait for."""
    use_one_thread()
    import torch
    from torch.nn import functional

    from dl101_core.data import DATASETS, DataUnavailable, is_available, load
    from dl101_core.models import MODELS, ModelConfig, build_model
    from dl101_core.optim import OptimizerConfig, build_optimizer

    images, labels = torch.zeros(2, 1, 28, 28), torch.tensor([0, 1])
    for name in MODELS:
        model = build_model(ModelConfig(name=name, hidden_size=8, channels=2), seed=0)
        optimizer = build_optimizer(OptimizerConfig(), model.parameters())
        functional.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    for name in DATASETS:
        if is_available(name):
            try:
                load(name)
            except DataUnavailable as error:
                log.warning("%s", error)
    gc.collect()
    gc.freeze()


def thread_count() -> int:
    """Threads of this process; 1 where the system does not tell."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def serve(control: socket.socket) -> None:
    """Fork a worker for every socket that arrives; return when the server has gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the dead
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            return
        for descriptor in descriptors:
            _fork_worker(control, descriptor)


def _fork_worker(control: socket.socket, descriptor: int) -> None:
    parent = os.getpid()
    if os.fork():
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
    ignore_interrupt()
    die_with_parent(os.getppid())
    control = socket.socket(fileno=int(sys.argv[1]))
    warm_up()
    if (threads := thread_count()) != 1:
        log.error("the zygote has %d threads; forking is not safe", threads)
        sys.exit(1)
    serve(control)


if __name__ == "__main__":
    main()
