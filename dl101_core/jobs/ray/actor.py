"""The code inside a Ray actor: one worker, exactly the one of ``worker``, behind two methods.

The bytes are the frames of ``codec``, so nothing of ours is pickled, and messages are the same as
those of a local worker. The worker runs in a training thread; Ray's threads only carry bytes.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time

READ = 1 << 20
# The bridge polls every few seconds. A longer silence means that the server is gone.
LONELY = 20.0


class SlicerActor:
    """Hosts a slicer for one server. Ray needs ``max_concurrency=2``: a poll and a send."""

    def __init__(self, lonely: float = LONELY) -> None:
        self._link, theirs = socket.socketpair()
        self._heard = time.monotonic()
        self._lonely = lonely
        for work in (lambda: _serve(theirs), self._end_when_alone):
            threading.Thread(target=work, daemon=True).start()

    def send(self, data: bytes) -> None:
        """Bytes from the server, in order: wait for the answer before the next call."""
        self._link.sendall(data)

    def poll(self, wait: float) -> bytes | None:
        """Bytes for the server: None if none came for ``wait`` seconds, empty if none can come."""
        self._heard = time.monotonic()
        if not select.select([self._link], [], [], wait)[0]:
            return None
        return self._link.recv(READ)

    def _end_when_alone(self) -> None:
        parent = os.getppid()
        while time.monotonic() - self._heard < self._lonely and os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)


def _serve(link: socket.socket) -> None:
    # Imported here, so that the bridge, which only names this class, does without torch.
    from dl101_core.jobs.workers.process import warm_up
    from dl101_core.jobs.workers.worker import run_worker

    with link:
        run_worker(link, warm_up)
