"""A relay before a server that counts what passes: the bytes that really travel."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

CHUNK = 2**16


@dataclass
class Counter:
    """Bytes from server to browser since ``clear``: live connection, and all other answers."""

    live: int = 0
    files: int = 0

    def clear(self) -> None:
        self.live = self.files = 0


class _Relay:
    def __init__(self, counter: Counter, host: str, port: int) -> None:
        self.counter, self.host, self.port = counter, host, port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. It is live from the request that upgrades it on."""
        up_reader, up_writer = await asyncio.open_connection(self.host, self.port)
        live = [False]

        async def up() -> None:
            while data := await reader.read(CHUNK):
                live[0] = live[0] or b"upgrade: websocket" in data.lower()
                up_writer.write(data)
                await up_writer.drain()

        async def down() -> None:
            while data := await up_reader.read(CHUNK):
                if live[0]:
                    self.counter.live += len(data)
                else:
                    self.counter.files += len(data)
                writer.write(data)
                await writer.drain()

        tasks = [asyncio.ensure_future(one()) for one in (up, down)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for one in (writer, up_writer):
            with contextlib.suppress(OSError):
                one.close()


@contextlib.contextmanager
def counted(address: str) -> Iterator[tuple[str, Counter]]:
    """The address of a relay to ``address``, and what has passed."""
    place, counter = urlsplit(address), Counter()
    relay = _Relay(counter, str(place.hostname), int(place.port or 80))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(relay.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", counter
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
