"""A mirror of MNIST in this process, which can misbehave."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from dl101_core.data.downloads import DownloadStatus, download_status
from tests.patience import PATIENCE, looks_for

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


def idx_file(part: str) -> bytes:
    shape = (12, 28, 28) if "idx3" in part else (12,)
    values = np.arange(np.prod(shape)).reshape(shape) % 10
    header = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
    return gzip.compress(header + values.astype(np.uint8).tobytes())


class Mirror:
    """Files by name; ``gate`` holds every answer back until it is set.

    ``answers``: what to do instead of sending the file of that name.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.files = {f"{part}-ubyte.gz": idx_file(part) for part in PARTS}
        self.asked: Counter[str] = Counter()
        self.gate = threading.Event()
        self.gate.set()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.gate.wait(PATIENCE)
                name = self.path.rpartition("/")[2]
                content = mirror.files.get(name)
                if self.headers.get("Method") != "HEAD":
                    mirror.asked[name] += 1
                if content is not None and name in mirror.answers:
                    mirror.answers[name](self, content)
                    return
                self.send_response(200 if content is not None else 404)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()


def wait_for_the_end(name: str = "mnist") -> DownloadStatus:
    for _ in looks_for(vain="the download never ended"):
        status = download_status(name)
        assert status is not None
        if status.state != "running":
            return status
    raise AssertionError
