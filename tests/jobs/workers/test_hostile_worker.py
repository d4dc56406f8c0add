"""A worker that sends an invalid message is ended and replaced; the server goes on."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl101_core.jobs.slicer import EventReport
from dl101_core.jobs.workers.codec import HEADER, MAX_FRAME, pack
from dl101_core.jobs.workers.pool import Pool
from dl101_core.jobs.workers.protocol import Hello, ToldBatch
from dl101_core.limits import Limits
from tests.events import progress
from tests.fuzz.strategies import many
from tests.patience import wait_for

HELLO = pack(Hello(4_000_000, 1))
BATCH = pack(ToldBatch((EventReport("a", 1, progress(1, 0.5, 0.5, 0.1)),), {}))


class Manager:
    """Records the calls of the pool."""

    def __init__(self) -> None:
        self.heard: list[EventReport] = []
        self.lost_workers: list[int] = []

    def reported(self, worker: int, report: EventReport) -> None:
        self.heard.append(report)

    def spent(self, worker: int, seconds: dict[str, float]) -> None:
        pass

    def lost(self, worker: int, suspect: str, hung: bool = False) -> None:
        self.lost_workers.append(worker)

    def tick(self) -> None:
        pass


class Sockets:
    """A launcher whose workers are sockets of the test."""

    listener = None

    def __init__(self) -> None:
        self.ends: dict[int, socket.socket] = {}
        self.over: list[socket.socket] = []

    def start(self, number: int) -> socket.socket:
        ours, self.ends[number] = socket.socketpair()
        return ours

    def accept(self) -> None:
        return None

    def failed(self, number: int) -> bool:
        return False

    def why(self, number: int) -> str:
        return ""

    def end(self, number: int) -> None:
        self.over.append(self.ends.pop(number))

    def close(self) -> None:
        for end in (*self.ends.values(), *self.over):
            end.close()


class House:
    """A pool with one place for a worker, and its manager."""

    def __init__(self) -> None:
        self.pool, self.manager, self.launcher = Pool(Limits(workers=1)), Manager(), Sockets()
        self.pool._launcher = self.launcher
        self.pool.open(self.manager)

    def worker(self) -> tuple[int, socket.socket]:
        """The newest worker, once it has started."""
        wait_for(lambda: self.launcher.ends)
        return next(iter(self.launcher.ends.items()))

    def survives(self, *pieces: bytes) -> None:
        """A worker that sends ``pieces`` is replaced by a worker whose reports arrive."""
        number, end = self.worker()
        end.sendall(HELLO)
        for piece in pieces:
            try:
                end.sendall(piece)
            except OSError:  # it is ended already
                break
        wait_for(lambda: number in self.manager.lost_workers)
        self.is_well()

    def is_well(self) -> None:
        number, end = self.worker()
        assert number not in self.manager.lost_workers
        self.manager.heard.clear()
        end.sendall(HELLO + BATCH)
        wait_for(lambda: self.manager.heard)
        self.manager.heard.clear()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.pool.close(goodbye=0.1)


@pytest.mark.parametrize(
    "frame",
    [
        HEADER.pack(0),
        HEADER.pack(2) + b"{}",
        HEADER.pack(2**32 - 1),
        HEADER.pack(MAX_FRAME + 1),
        HEADER.pack(4) + b"\xff\xfe{}",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        pack({}),
        pack({"kind": "no such thing"}),
        pack({"kind": ["hello"]}),
        pack({"kind": "hello"}),
        pack({"kind": "hello", "pid": -1, "threads": 1}),
        pack({"kind": "hello", "pid": "7", "threads": 1}),
        pack({"kind": "submit", "run": "a", "text": "{}", "state": None, "told": 0, "replay": 0}),
        pack({"kind": "told"}),
        pack({"kind": "told", "items": 5, "spent": {}}),
        pack({"kind": "told", "items": [[1, 2, 3]], "spent": {}}),
        pack({"kind": "told", "items": [["a", 1, {"type": "Checkpointed", "state": 7}]]}),
        pack({"kind": "told", "items": [], "spent": {"a": "long"}}),
        pack({"kind": "turn"}),
    ],
)
def test_a_worker_that_sends_nonsense_is_replaced(house: House, frame: bytes) -> None:
    house.survives(frame)


@many(40)
@given(noise=st.binary(min_size=8, max_size=100))
def test_noise_never_stops_the_server(house: House, noise: bytes) -> None:
    """With any header in the noise, only the worker ends."""
    number, end = house.worker()
    end.sendall(HELLO + noise)
    end.shutdown(socket.SHUT_WR)
    wait_for(lambda: number in house.manager.lost_workers)


def test_a_frame_that_never_ends_is_not_kept_for_ever(house: House) -> None:
    """At most one frame is buffered; then the socket is full, and the heartbeat times out."""
    number, end = house.worker()
    end.sendall(HELLO + HEADER.pack(MAX_FRAME) + os.urandom(1 << 20))
    link = house.pool._links[number]
    wait_for(lambda: len(link.unpacker._buffer) > 1 << 20)
    assert number not in house.manager.lost_workers
    end.close()
    wait_for(lambda: number in house.manager.lost_workers)
    house.is_well()


def test_messages_in_single_bytes_are_heard(house: House) -> None:
    _, end = house.worker()
    for place in range(len(HELLO + BATCH)):
        end.sendall((HELLO + BATCH)[place : place + 1])
    wait_for(lambda: house.manager.heard)
    assert house.manager.heard.pop().run_id == "a"
