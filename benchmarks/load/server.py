"""A fresh app server as a child process, with a state directory of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN, STOP_WITHIN = 60.0, 20.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Server:
    """``pid``: None if the server was running already and is not ours."""

    url: str
    pid: int | None


def loopback(url: str) -> str:
    """``url`` without a trailing slash; ``ValueError`` unless it is http on this very machine.

    The harness is a hundred learners at once, a load for no other server.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise ValueError(
            f"URL (={url!r}) must be http:// on 127.0.0.1 or localhost: the harness is a load that "
            "no other machine shall get. Run it on the machine that serves the app."
        )
    if parts.path.rstrip("/") or parts.query or parts.username:
        raise ValueError(f"URL (={url!r}) must be an address alone, such as http://127.0.0.1:8501.")
    return f"http://{parts.netloc}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_app(
    environment: Mapping[str, str] | None = None, port: int = 0, root: Path = ROOT
) -> Iterator[Server]:
    """Start the app as ``make run`` does, with an empty state directory; stop it at the end."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    flags = [f"--server.port={port}", "--server.fileWatcherType=none"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as state:
        inherited = {name: text for name, text in os.environ.items() if name != "DL101_DATA_DIR"}
        own = {"OMP_NUM_THREADS": "1", "DL101_STATE_DIR": state} | dict(environment or {})
        log = Path(state) / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command + flags,
                cwd=root,
                env=inherited | own,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process, log)
            yield Server(url, process.pid)
        finally:
            _stop(process)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the app did not start at {url}:\n{log.read_text('utf-8')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_WITHIN)
