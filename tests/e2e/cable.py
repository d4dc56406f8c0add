"""A cable between browser and server that can be pulled: a TCP proxy on this machine."""

from __future__ import annotations

import contextlib
import socket
import threading


class Cable:
    """Everything sent to ``port`` goes to ``target``, except while it is pulled."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: set[socket.socket] = set()
        self._pulled = False
        self._asked, self._answered = threading.Event(), threading.Event()
        self.release()
        self.refused = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """Cut every connection, and refuse new ones until ``plug``."""
        with self._lock:
            self._pulled = True
            for end in self._ends:
                _close(end)
            self._ends.clear()

    def plug(self) -> None:
        self._pulled = False

    def hold(self) -> None:
        """Hold all data until ``release``, without closing a connection."""
        self._asked.clear()
        self.hold_answers()

    def hold_answers(self) -> None:
        """Hold only the server's data."""
        self._answered.clear()

    def release(self) -> None:
        self._asked.set()
        self._answered.set()

    def close(self) -> None:
        self.release()
        self.pull()
        _close(self._listener)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                self._connect(ours)

    def _connect(self, ours: socket.socket) -> None:
        with self._lock:
            if self._pulled:
                self.refused += 1
                _close(ours)
                return
            try:
                theirs = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _close(ours)
                return
            self._ends |= {ours, theirs}
        ways = ((ours, theirs, self._asked), (theirs, ours, self._answered))
        for here, there, flows in ways:
            threading.Thread(target=self._pass_on, args=(here, there, flows), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket, flows: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(1 << 16):
                flows.wait()
                there.sendall(data)
        _close(here)
        _close(there)
        with self._lock:
            self._ends -= {here, there}


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
