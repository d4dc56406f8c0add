"""``RayLauncher``: starts workers as Ray actors, through the bridge. No Ray in this process."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dl101_core.jobs.workers.launch import environment

log = logging.getLogger(__name__)

BRIDGE = "dl101_core.jobs.ray.bridge"
FAREWELL = 3.0
# A socket's path has at most 107 letters; other temporary folders may have longer paths.
SHORT = "/tmp" if os.path.isdir("/tmp") else None
LOST = (
    "The computers that train are out of reach at the moment. "
    "Runs wait, lose nothing, and go on by themselves."
)


def bridge_environment() -> dict[str, str]:
    """The environment of the bridge: quiet, with a token; without ``RAY_ADDRESS`` loopback only."""
    ours = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        # Ray's default is 15 for the whole process; here only the training thread is niced.
        "RAY_worker_niceness": "0",
        "RAY_BACKEND_LOG_LEVEL": "error",
        "PYTHONUNBUFFERED": "1",
    }
    if not os.environ.get("RAY_ADDRESS"):
        # The name misleads: on every system, "false" makes Ray bind to 127.0.0.1 only.
        ours["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "false"
        if not (os.environ.get("RAY_AUTH_TOKEN") or os.environ.get("RAY_AUTH_TOKEN_PATH")):
            ours["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    return {**ours, **environment(), **{k: v for k, v in ours.items() if k not in os.environ}}


class RayLauncher:
    """A ``Launcher`` that keeps one bridge; a dead one is replaced with the next worker.

    ``listener``: the socket for the status of bridges. ``ready``: the last one is connected.
    ``notice``: a sentence for the learner, or empty.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._bridge: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="dl101-ray-", dir=SHORT))
        self._environment = bridge_environment()
        self.listener: socket.socket | None
        self.listener, self._mouth = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.ready = False
        self.notice = ""

    @property
    def bridge_pid(self) -> int | None:
        return self._bridge.pid if self._bridge else None

    def start(self, number: int) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._bridge_socket(), [b"tie"], [theirs.fileno()])
            except OSError:  # the bridge is ending
                self._lose_bridge()
                socket.send_fds(self._bridge_socket(), [b"tie"], [theirs.fileno()])
        return ours

    def accept(self) -> None:
        """Read the status of a bridge."""
        assert self.listener is not None
        message = json.loads(self.listener.recv(65536))
        self._set(bool(message["ready"]), str(message["reason"]))

    def failed(self, number: int) -> bool:
        return False

    def why(self, number: int) -> str:
        """Empty: ``notice`` names an unreachable cluster."""
        return ""

    def end(self, number: int) -> None:
        """The bridge ends an actor when its socket closes."""

    def close(self) -> None:
        self._drop_bridge(FAREWELL)
        if self.listener is not None:
            self.listener.close()
            self._mouth.close()
            self.listener = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set(self, ready: bool, reason: str) -> None:
        if not ready and not self.notice:
            log.warning("Ray cannot be used: %s; see %s", reason, self._log)
        elif ready and self.notice:
            log.warning("Ray can be used again")
        self.ready, self.notice = ready, "" if ready else LOST

    @property
    def _log(self) -> Path:
        return self.folder / "bridge.log"

    def _bridge_socket(self) -> socket.socket:
        if self._control is None or self._bridge is None or self._bridge.poll() is not None:
            self._lose_bridge()
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs, self._log.open("ab") as output:
                ends = [theirs.fileno(), self._mouth.fileno()]
                words = [*map(str, ends), str(self._workers), str(self.folder)]
                self._bridge = subprocess.Popen(
                    [sys.executable, "-m", BRIDGE, *words],
                    env=self._environment,
                    pass_fds=ends,
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=output,
                    # No new session: Linux would give a session as much CPU time as the pages.
                    process_group=0,
                )
        return self._control

    def _lose_bridge(self) -> None:
        if self._bridge is not None:
            self._set(False, "the bridge has ended")
        self._drop_bridge()

    def _drop_bridge(self, patience: float = 0.0) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._bridge is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._bridge.wait(patience)
            _end_group(self._bridge)
            assert self._bridge.stdin is not None
            self._bridge.stdin.close()
            self._bridge = None


def _end_group(leader: subprocess.Popen[bytes]) -> None:
    """End the process group of ``leader``; wait for a second at most until all have ended."""
    with contextlib.suppress(OSError):
        for _ in range(100):
            os.killpg(leader.pid, signal.SIGKILL)
            leader.poll()
            time.sleep(0.01)
    leader.wait()
