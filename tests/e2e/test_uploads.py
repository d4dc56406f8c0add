"""A flood of uploads leaves a real server small, and others can still send their pictures."""

from __future__ import annotations

import asyncio
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.load.client import Session
from tests.e2e.conftest import free_port, run, start_app, stop_app

MB = 2**20
HEAD = (
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\n"
)


def put(url: str, session: str, file: str, size: int) -> tuple[int, str]:
    """Status and text of the answer to a request of ``size`` bytes, with a cookie of its own."""
    body = HEAD + bytes(size - len(HEAD) - 9) + b"\r\n--x--\r\n"
    link = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    link.request("GET", "/_stcore/health")
    answer = link.getresponse()
    answer.read()
    cookie = answer.headers["set-cookie"].partition(";")[0]
    link.request(
        "PUT",
        f"/_stcore/upload_file/{session}/{file}",
        body,
        {
            "Content-Type": "multipart/form-data; boundary=x",
            "Cookie": cookie,
            "X-Xsrftoken": cookie.partition("=")[2],
        },
    )
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer.status, text


def test_a_flood_of_sixty_large_pictures_stays_small_and_others_can_upload(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = start_app(tmp_path, port)

    async def visit() -> None:
        greedy, other = Session(url, "filters"), Session(url, "filters")
        await greedy.open()
        await other.open()
        before = psutil.Process(server.pid).memory_info().rss
        flood = [
            await asyncio.to_thread(put, url, greedy.session_id, f"f{n}", 10 * MB)
            for n in range(60)
        ]
        grown = psutil.Process(server.pid).memory_info().rss - before
        assert [status for status, _ in flood] == [204] * 3 + [429] * 57
        assert "This page may keep 30 MB of pictures." in flood[-1][1]
        assert grown < 90 * MB  # three pictures are kept, and some are on their way
        assert await asyncio.to_thread(put, url, other.session_id, "own", 10 * MB) == (204, "")
        await greedy.close()
        await other.close()

    try:
        run(visit())
    finally:
        stop_app(server)
