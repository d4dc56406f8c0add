"""Faults of a download, each by a mirror that really misbehaves: one sentence, nothing left over,
and the product goes on with its built-in data."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from dl101_core.data import fetch, is_available, load, vision
from dl101_core.data.downloads import DownloadStatus, download_status, start_download
from tests.data.mirror import Answer, Mirror, wait_for_the_end
from tests.patience import PATIENCE

# torchvision leaves the sockets of refused answers to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FIRST, SECOND = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


def left_over(folder: Path) -> list[str]:
    """Files below the data folder, without the lock."""
    return sorted(p.name for p in folder.rglob("*") if not p.is_dir() and p.suffix != ".lock")


def failed(mirror: Mirror, folder: Path, name: str = SECOND) -> str:
    """The error of a download whose second file fails; checks the files that must remain."""
    start_download("mnist")
    status = wait_for_the_end()
    assert status.state == "failed"
    before, after = "MNIST could not be downloaded: ", ". Try again later, or go on with Strokes."
    assert status.message.startswith(before)
    assert status.message.endswith(after)
    assert status.message.isprintable()
    # The first file is complete; of the second nothing remains.
    kept = [FIRST] if name == SECOND else []
    assert left_over(folder) == kept
    assert status.received == sum(len(mirror.files[one]) for one in kept)
    assert not is_available("mnist")
    assert len(load("strokes").train) > 0
    return status.message.removeprefix(before).removesuffix(after)


def again(mirror: Mirror) -> None:
    """The mirror behaves again: the next try succeeds."""
    mirror.answers.clear()
    start_download("mnist")
    assert wait_for_the_end().state == "done"
    assert len(load("mnist").train) == 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def head(handler: BaseHTTPRequestHandler, *headers: tuple[str, object], code: int = 200) -> None:
    handler.send_response(code)
    for name, value in headers:
        handler.send_header(name, str(value))
    handler.end_headers()


def cut(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, ("Content-Length", len(content)))
    handler.wfile.write(content[: len(content) // 2])


def cut_chunks(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.protocol_version = "HTTP/1.1"
    head(handler, ("Transfer-Encoding", "chunked"), ("Connection", "close"))
    handler.wfile.write(b"40\r\nonly a few bytes")
    handler.close_connection = True


def no_answer(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.close_connection = True


def web_page(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    page = b"<!doctype html><title>Sign in to the school's network</title>"
    head(handler, ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", len(page)))
    handler.wfile.write(page)


def web_page_in_disguise(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, ("Content-Type", "application/gzip"))
    handler.wfile.write(b"<!doctype html><title>Sign in</title>")


def wrong_content(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    changed = bytes([*content[:-1], content[-1] ^ 1])
    head(handler, ("Content-Length", len(changed)))
    handler.wfile.write(changed)


def no_http(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.wfile.write(b"\x00\xff garbage \x16\x03 that is no HTTP at all\r\n\r\n" * 10)


def endless_header(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n")


def huge(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, ("Content-Length", 10**15))
    handler.wfile.write(content)


def to(place: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        head(handler, ("Location", place), ("Content-Length", 0), code=302)

    return answer


def error(code: int) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        head(handler, ("Content-Length", 0), code=code)

    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (cut, "the connection was cut half-way"),
        (cut_chunks, "the connection was cut half-way"),
        (no_answer, "the connection was cut half-way"),
        (
            web_page,
            "a web page arrived instead of the data, perhaps the login page of this network",
        ),
        (web_page_in_disguise, "what arrived is damaged"),
        (wrong_content, "what arrived is damaged"),
        (no_http, "what arrived is damaged"),
        (endless_header, "what arrived is damaged"),
        (huge, "what arrived is damaged"),
        (to("file:///etc/passwd"), "the other side points to a place where nothing may be fetched"),
        (to("ftp://127.0.0.1/x"), "the other side points to a place where nothing may be fetched"),
        (to("data:,x"), "the other side points to a place where nothing may be fetched"),
        (to("//\x7f:x:y"), "the other side points to a place where nothing may be fetched"),
        (to(SECOND), "the servers that offer it answered with an error"),  # a circle
        (error(404), "the servers that offer it answered with an error"),
        (error(503), "the servers that offer it answered with an error"),
    ],
)
def test_what_goes_wrong_is_named_and_nothing_half_written_stays(
    answer: Answer, reason: str, mirror: Mirror, folder: Path
) -> None:
    mirror.answers[SECOND] = answer
    assert failed(mirror, folder).startswith(reason)
    again(mirror)
    assert left_over(folder) == sorted(name.removesuffix(".gz") for name in mirror.files)


def test_a_server_that_goes_away_between_two_files_is_named(mirror: Mirror, folder: Path) -> None:
    def leave(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        mirror.server.socket.close()
        handler.close_connection = True

    mirror.answers[SECOND] = leave
    assert failed(mirror, folder) in (
        "the connection was cut half-way",
        "the servers that offer it cannot be reached from here",
    )


def test_a_server_that_drips_is_given_up(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte a second, for ever: each byte is in time, but the file is never complete."""
    now = [0.0]

    def drip(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        head(handler, ("Content-Length", 10_000_000))
        with contextlib.suppress(OSError):
            while True:
                now[0] += 1
                handler.wfile.write(b"a")

    monkeypatch.setattr(fetch.CarefulResponse.__init__, "__defaults__", (lambda: now[0],))
    mirror.answers[SECOND] = drip
    assert failed(mirror, folder) == "the other side sends too slowly"


def test_a_head_that_comes_letter_by_letter_is_given_up(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with contextlib.suppress(OSError):
            while not over.wait(0.02):
                handler.wfile.write(b"a")

    monkeypatch.setattr(fetch, "SILENCE", 0.3)
    mirror.answers[SECOND] = drip
    assert failed(mirror, folder) == "the other side stopped answering"
    over.set()


def test_a_server_that_stops_in_the_middle_is_given_up(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SILENCE", 0.3)
    over = threading.Event()

    def stop(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        head(handler, ("Content-Length", len(content)))
        handler.wfile.write(content[:10])
        over.wait(PATIENCE)

    mirror.answers[SECOND] = stop
    assert failed(mirror, folder) == "the other side stopped answering"
    over.set()


def test_a_server_that_never_ends_is_given_up(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 300_000)

    def never_end(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        head(handler)
        try:
            while True:
                handler.wfile.write(bytes(10_000))
        except OSError:
            return

    mirror.answers[SECOND] = never_end
    assert failed(mirror, folder) == "what arrived is damaged"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_while_writing_is_named_and_all_its_room_is_given_back(
    mirror: Mirror, folder: Path
) -> None:
    def fill_the_disk(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        target = folder / "incoming" / "MNIST" / "raw" / SECOND
        target.unlink(missing_ok=True)
        target.symlink_to("/dev/full")
        head(handler, ("Content-Length", len(content)))
        handler.wfile.write(content)

    mirror.answers[SECOND] = fill_the_disk
    start_download("mnist")
    status = wait_for_the_end()
    assert "the disk of this server is full" in status.message
    assert status.received == 0
    assert left_over(folder) == []
    assert not is_available("mnist")
    assert load("strokes").info.name == "strokes"
    again(mirror)


def test_a_disk_with_too_little_room_is_named_before_anything_is_fetched(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dl101_core.data import downloads

    free = downloads.shutil.disk_usage(folder.parent)._replace(free=60_000_000)
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda _: free)
    start_download("mnist")
    assert "the disk of this server is full" in wait_for_the_end().message
    assert mirror.asked.total() == 0
    assert left_over(folder) == []


def test_what_a_killed_server_left_half_written_is_fetched_again(
    mirror: Mirror, folder: Path
) -> None:
    raw = folder / "incoming" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / FIRST).write_bytes(mirror.files[FIRST][:-9])
    (raw / FIRST.removesuffix(".gz")).write_bytes(b"half")
    (raw / SECOND).write_bytes(mirror.files[SECOND])
    again(mirror)
    assert mirror.asked[FIRST] == 1
    assert mirror.asked[SECOND] == 0


def test_twenty_learners_who_press_at_once_share_one_download(mirror: Mirror) -> None:
    mirror.gate.clear()
    ready = threading.Barrier(20)
    seen: list[DownloadStatus] = []

    def press() -> None:
        ready.wait()
        seen.append(start_download("mnist"))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status.state for status in seen} == {"running"}
    mirror.gate.set()
    assert wait_for_the_end().state == "done"
    assert set(mirror.asked.values()) == {1}


HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
print("held", flush=True)
input()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fcntl")
def test_two_servers_on_one_data_folder_do_not_write_into_each_others_files(
    mirror: Mirror, folder: Path
) -> None:
    (folder / "incoming").mkdir(parents=True)
    lock = folder / "incoming" / "MNIST.lock"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    try:
        start_download("mnist")
        assert "another server on this machine is downloading it now" in wait_for_the_end().message
        assert mirror.asked.total() == 0
    finally:
        other.kill()  # the lock ends with the process, however it ends
        other.communicate()
    again(mirror)


def test_the_second_mirror_is_asked_when_the_first_misbehaves(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Mirror()
    for name in other.files:
        other.answers[name] = cut
    monkeypatch.setattr(vision.datasets().MNIST, "mirrors", [other.url, mirror.url])
    start_download("mnist")
    assert wait_for_the_end().state == "done"
    other.close()


def test_a_failure_may_be_tried_again_at_once(mirror: Mirror, folder: Path) -> None:
    mirror.answers[SECOND] = cut
    failed(mirror, folder)
    failed(mirror, folder)
    assert mirror.asked[FIRST] == 1
    again(mirror)
    status = download_status("mnist")
    assert status is not None
    assert status.fraction == 1.0


class FakeResponse:
    """An answer of ``pieces``, one a second."""

    def __init__(self, pieces: list[bytes], tick: Callable[[], None]) -> None:
        self.pieces, self.tick = pieces, tick
        self.url, self.length, self.closed = "http://x/", None, False
        self.headers = BaseHTTPRequestHandler.MessageClass()

    def read1(self, size: int) -> bytes:
        self.tick()
        return self.pieces.pop(0) if self.pieces else b""

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("rate", "good"), [(4_900, False), (5_100, True)])
def test_the_slowest_rate_is_five_kilobytes_a_second_after_half_a_minute(
    rate: int, good: bool
) -> None:
    now = [0.0]

    def tick() -> None:
        now[0] += 1

    fake = FakeResponse([bytes(rate)] * 60, tick)
    response = fetch.CarefulResponse(fake, lambda: now[0])

    def read_all() -> int:
        return sum(iter(lambda: len(response.read(65_536)), 0))

    if good:
        assert read_all() == 60 * rate
        return
    with pytest.raises(fetch.URLError, match=fetch.SLOW):
        read_all()
    assert now[0] == 31
    assert fake.closed
