"""The bridge: the one process that talks to Ray. It connects sockets of the server to Ray actors.

``python -m dl101_core.jobs.ray.bridge CONTROL STATUS …``: CONTROL receives sockets, as the zygote
does; each is connected to a new actor until one of both ends. STATUS sends JSON messages,
``{"ready": bool, "reason": str}``.

The bridge is a process of its own because Ray ends its client process when the cluster has been
gone for a minute. Then the bridge ends, and the server goes on and starts another bridge.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import select
import shutil
import signal
import socket
import sys
import threading
import time
from typing import Any, NoReturn

import ray

from dl101_core.jobs.ray.actor import SlicerActor

log = logging.getLogger(__name__)

READ = 1 << 20
POLL_WAIT = 2.0
# An actor whose machine has vanished is given up after this many seconds without an answer.
SILENCE = 15.0
KNOCK_EVERY = 1.0
KNOCK_PATIENCE = 3.0
GIVE_UP_AFTER = 6.0
RETRY = 3.0
# The object store holds nothing but messages, each for a short time.
OBJECT_STORE = 80 * 2**20
ENDING = threading.Lock()
HINT = " (is the token the same, and does a node of the cluster run on this machine?)"


class OutOfReach(ConnectionError):  # noqa: N818
    """The cluster cannot be used; the text says why."""


def split_address(address: str) -> tuple[str, int]:
    """``host:port``. Raises ``OutOfReach`` for anything else."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise OutOfReach(f"RAY_ADDRESS (={address!r}) must be host:port.")
    return host.strip("[]"), int(port)


def knock(address: str) -> bool:
    """Whether something listens at ``host:port``."""
    with contextlib.suppress(OSError):
        socket.create_connection(split_address(address), KNOCK_PATIENCE).close()
        return True
    return False


def is_there(node: str) -> bool:
    """Whether Ray's process on this machine listens at its socket, a path."""
    with contextlib.suppress(TimeoutError), socket.socket(socket.AF_UNIX) as link:
        link.settimeout(KNOCK_PATIENCE)
        try:
            link.connect(node)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
    return True  # a process that is too busy to answer exists


class Bridge:
    """Runs until the server closes ``control``, or the cluster is lost."""

    def __init__(self, control: socket.socket, status: socket.socket) -> None:
        self._control, self._status = control, status
        self._tunnels: set[asyncio.Task[None]] = set()
        self._end = asyncio.Event()

    def tell(self, ready: bool, reason: str = "") -> None:
        """Send the bridge's status to the server."""
        with contextlib.suppress(OSError):
            self._status.send(json.dumps({"ready": ready, "reason": reason[:1000]}).encode())

    def connect(self, address: str, workers: int, folder: str) -> tuple[str, str]:
        """Join the cluster at ``address``, or start one here; its address and our node's socket."""
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if not address:
            quiet |= {
                "address": "local",
                "num_cpus": workers,
                "include_dashboard": False,
                "object_store_memory": OBJECT_STORE,
                "_temp_dir": folder,
            }
        else:
            self._wait_for(address)
            quiet["address"] = address
        try:
            context: Any = ray.init(**quiet)
            found = context.address_info
            return str(found["gcs_address"]), str(found["raylet_socket_name"])
        except Exception as error:  # Ray raises nearly anything here
            first = str(error).strip().splitlines()[:1]
            hint = HINT if isinstance(error, ConnectionError) else ""
            raise OutOfReach(f"{type(error).__name__}: {' '.join(first)}{hint}") from error

    def _wait_for(self, address: str) -> None:
        split_address(address)
        while not knock(address):
            self.tell(False, f"nothing answers at {address}")
            if select.select([self._control], [], [], RETRY)[0] and self._closed():
                _end(sweep=True)

    def _closed(self) -> bool:
        if self._control.recv(1, socket.MSG_PEEK) == b"":
            return True
        time.sleep(RETRY)  # a socket for ``serve``
        return False

    async def serve(self) -> None:
        """Connect sockets to actors until the server closes ``control``."""
        self._control.setblocking(False)
        asyncio.get_running_loop().add_reader(self._control, self._admit)
        await self._end.wait()

    def _admit(self) -> None:
        message, descriptors, *_ = socket.recv_fds(self._control, 16, 1)
        if not message:
            self._end.set()
        for descriptor in descriptors:
            task = asyncio.create_task(_tunnel(socket.socket(fileno=descriptor)))
            self._tunnels.add(task)
            task.add_done_callback(self._tunnels.discard)

    def watch(self, address: str, node: str) -> None:
        """End this process when the cluster is gone. In a thread: calls to Ray may block then."""
        answered = time.monotonic()
        while time.monotonic() - answered < GIVE_UP_AFTER and is_there(node):
            time.sleep(KNOCK_EVERY)
            if knock(address):
                answered = time.monotonic()
        self.give_up(f"{address} or this machine's node of it has gone away")

    def give_up(self, reason: str) -> NoReturn:
        """End this process; the server will start another one."""
        self.tell(False, reason)
        time.sleep(RETRY)
        _end(sweep=False)


async def _tunnel(link: socket.socket) -> None:
    """Copy bytes both ways until either end is closed."""
    link.setblocking(False)
    # No restart by Ray: the server starts a new actor, which it knows to be empty.
    options = {"num_cpus": 1, "max_restarts": 0, "max_concurrency": 2}
    actor: Any = ray.remote(SlicerActor).options(**options).remote()
    ways = [asyncio.create_task(way(actor, link)) for way in (_to_actor, _to_server)]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            if way.done() and (error := way.exception()):
                log.info("an actor is lost: %s", type(error).__name__)
    finally:
        for way in ways:
            way.cancel()
        link.close()
        await asyncio.to_thread(ray.kill, actor)


async def _to_actor(actor: Any, link: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(link, READ):
        await actor.send.remote(data)


async def _to_server(actor: Any, link: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    data = await actor.poll.remote(0.0)  # the first answer may take long: an actor waits for a core
    while data != b"":
        if data is not None:
            await loop.sock_sendall(link, data)
        data = await asyncio.wait_for(actor.poll.remote(POLL_WAIT), POLL_WAIT + SILENCE)


def _end_with_server() -> None:
    """End this process when its standard input closes, because the server has ended."""
    sys.stdin.buffer.read()
    _end(sweep=True)


def _end(sweep: bool) -> NoReturn:
    """End this process and Ray's child processes: they form a process group of their own.

    Ray's own shutdown takes seconds, and two of its helpers outlive a killed cluster by a minute.
    """
    with ENDING:
        if sweep:
            shutil.rmtree(sys.argv[4], ignore_errors=True)
        os.killpg(os.getpid(), signal.SIGKILL)
        raise SystemExit  # never reached


def main() -> None:
    """Entry point. Arguments: descriptors of control and status, number of workers, a folder."""
    threading.Thread(target=_end_with_server, daemon=True).start()
    bridge = Bridge(*(socket.socket(fileno=int(text)) for text in sys.argv[1:3]))
    workers, folder = int(sys.argv[3]), sys.argv[4]
    try:
        where = bridge.connect(os.environ.get("RAY_ADDRESS", ""), workers, folder)
    except OutOfReach as error:
        bridge.give_up(str(error))
    threading.Thread(target=bridge.watch, args=where, daemon=True).start()
    bridge.tell(True)
    asyncio.run(bridge.serve())
    _end(sweep=True)


if __name__ == "__main__":
    main()
