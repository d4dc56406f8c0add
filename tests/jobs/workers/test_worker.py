"""One worker at a socket, without a process of its own; and which client may be a worker."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from dl101_core.jobs.runner import Pause
from dl101_core.jobs.slicer import Parked
from dl101_core.jobs.workers import launch
from dl101_core.jobs.workers import worker as worker_module
from dl101_core.jobs.workers.codec import (
    HEADER,
    BadMessage,
    Unpacker,
    pack,
    to_text,
)
from dl101_core.jobs.workers.launch import SpawnLauncher
from dl101_core.jobs.workers.protocol import (
    Bye,
    Close,
    FromServer,
    FromWorker,
    Hello,
    Settings,
    Steer,
    Submit,
    ToldBatch,
)
from dl101_core.jobs.workers.worker import ServerGone, Worker
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    Progress,
    Snapshot,
    Started,
)
from tests.jobs.helpers import ENDLESS, PATIENCE, config, curve


class Server:
    """The server's end of the socket, and the worker in a thread."""

    def __init__(self) -> None:
        self.link, theirs = socket.socketpair()
        self.link.settimeout(PATIENCE)
        self.unpacker = Unpacker(FromWorker)
        self.ended_by: list[BaseException | None] = []
        self.thread = threading.Thread(target=self._serve, args=(theirs,))
        self.thread.start()

    def _serve(self, link: socket.socket) -> None:
        with link:
            try:
                Worker(link).serve()
                self.ended_by.append(None)
            except ServerGone as error:
                self.ended_by.append(error)

    def send(self, message: FromServer) -> None:
        self.link.sendall(pack(message))

    def submit(self, of: ImageConfig, run: str = "a") -> None:
        self.send(Submit(run, to_text(of), None, 0, 0))

    def messages(self) -> Iterator[FromWorker]:
        while data := self.link.recv(1 << 16):
            yield from self.unpacker.feed(data)

    def batches(self) -> Iterator[list[Event | Parked]]:
        for message in self.messages():
            if isinstance(message, ToldBatch):
                yield [told.event for told in message.items]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.link.close()
    server.thread.join(PATIENCE)


def test_the_first_point_comes_at_once_and_the_rest_in_batches(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "BATCH_EVERY", float("inf"))
    server.submit(config())
    batches = server.batches()
    first = next(batches)
    told = [event for event in first if not isinstance(event, Snapshot)]
    assert list(map(type, told)) == [Started, Progress]
    rest = []
    while not rest or not isinstance(rest[-1][-1], Finished):
        rest.append(next(batches))
    # A checkpoint is large, so it leaves at once.
    assert {type(batch[-1]) for batch in rest} <= {Checkpointed, Finished}
    told = [e for batch in [first, *rest] for e in batch if not isinstance(e, Checkpointed)]
    assert told == curve(config())


def test_no_frame_holds_two_checkpoints(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "BATCH_EVERY", float("inf"))
    monkeypatch.setattr(
        worker_module, "limit_memory", lambda megabytes: None
    )  # not of this process
    server.send(Settings(0.0, 0, 2**20))
    for run in "abc":
        server.submit(config(), run)
    server.send(Close())
    sizes = [sum(isinstance(e, Checkpointed) for e in batch) for batch in server.batches()]
    assert sum(sizes) >= 3
    assert max(sizes) == 1


@pytest.mark.parametrize(
    "frame",
    [
        HEADER.pack(2**32 - 1),
        HEADER.pack(2) + b"{}",
        pack(Hello(7, 1)),
        pack(Submit("a", to_text(Pause()), None, 0, 0)),
        pack({"kind": "submit"}),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_a_worker_ends_at_the_first_frame_that_is_not_its_servers(frame: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(frame)
        with pytest.raises(BadMessage):
            Worker(theirs).serve()


def test_a_damaged_state_ends_the_run_with_a_sentence(server: Server) -> None:
    server.send(Submit("a", to_text(config()), b"no state", 3, 0))
    (event,) = next(server.batches())
    assert isinstance(event, Failed)
    assert "The saved state of this training is damaged" in event.message


def test_a_worker_ends_when_its_server_has_gone(server: Server) -> None:
    server.submit(ENDLESS)
    next(server.batches())
    server.link.close()
    server.thread.join(PATIENCE)
    assert isinstance(server.ended_by[0], ServerGone)


def test_a_worker_that_is_asked_to_end_first_saves_every_run(server: Server) -> None:
    server.submit(ENDLESS)
    next(server.batches())
    server.send(Close())
    *_, last = server.messages()
    assert last == Bye()
    server.thread.join(PATIENCE)
    assert server.ended_by == [None]


def test_a_pause_is_answered_with_a_checkpoint(server: Server) -> None:
    server.submit(ENDLESS)
    batches = server.batches()
    next(batches)
    server.send(Steer("a", Pause()))
    ending = next(batch for batch in batches if Parked() in batch)
    assert isinstance(ending[-2], Checkpointed)
    assert ending[-1] == Parked()


@pytest.mark.parametrize("greeting", [b"x" * 32, b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"])
def test_a_stranger_cannot_pose_as_a_worker(greeting: bytes) -> None:
    launcher = SpawnLauncher()
    assert launcher.listener is not None
    with socket.create_connection(launcher.listener.getsockname()) as stranger:
        stranger.sendall(greeting)
        stranger.shutdown(socket.SHUT_WR)
        assert launcher.accept() is None
    launcher.close()


def test_a_stranger_that_sends_a_byte_now_and_then_does_not_hold_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch, "PATIENCE", 0.3)
    launcher = SpawnLauncher()
    assert launcher.listener is not None
    ended = threading.Event()
    with socket.create_connection(launcher.listener.getsockname()) as stranger:

        def drip() -> None:
            for _ in range(20):
                if ended.wait(0.05):
                    return
                with contextlib.suppress(OSError):
                    stranger.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        # The 32 bytes of the token are never complete; the listener does not wait for them.
        answer = launcher.accept()
        hung_up = answer is None and is_closed(stranger)
        ended.set()
        thread.join()
        assert hung_up
    launcher.close()


def is_closed(sock: socket.socket) -> bool:
    """Whether the other end has closed; with an unread byte, closing is a reset."""
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return True
