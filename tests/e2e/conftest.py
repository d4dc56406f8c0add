"""A running app for the browser tests; its pages are those of tests/browser.py."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import BrowserContext as Profile
from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser import LATER, forget
from tests.patience import looks_for

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parents[2]
# An own opener: tests of downloads replace urllib's.
OPENER = urllib.request.build_opener()
IDLE = '[data-test-script-state="notRunning"]'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_app(
    state_dir: Path, port: int, *more_flags: str, script: str = "app.py", **more: str
) -> subprocess.Popen[bytes]:
    """The app as ``make run`` starts it, with its own state directory; ``more``: environment."""
    command = [sys.executable, "-m", "streamlit", "run", script]
    flags = [f"--server.port={port}", "--server.fileWatcherType=none", *more_flags]
    settings = {"DL101_STATE_DIR": str(state_dir), "OMP_NUM_THREADS": "1", "DL101_WORKERS": "2"}
    environment = os.environ | settings | more
    with (state_dir / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command + flags, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    bases = [flag.partition("=")[2] for flag in more_flags if "baseUrlPath=" in flag]
    try:
        wait_for_health("/".join((f"http://127.0.0.1:{port}", *bases)))
    except AssertionError as late:
        process.kill()
        told = (state_dir / "server.log").read_text()
        raise RuntimeError(f"the app did not start: {told[-2000:]}") from late
    return process


def wait_for_health(url: str) -> None:
    for _ in looks_for(vain="the server does not answer"):
        try:
            with OPENER.open(f"{url}/_stcore/health", timeout=10):
                return
        except OSError:
            continue


def stop_app(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


@pytest.fixture(scope="session")
def app_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the app keeps its runs and its log."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def app_url(app_state: Path, laptop: Profile) -> Iterator[str]:
    """The address of a running app that has had its first visitor, without a trailing slash."""
    port = free_port()
    process = start_app(app_state, port)
    url = f"http://127.0.0.1:{port}"
    visitor = laptop.new_page()
    visitor.goto(url)
    expect(visitor.locator("h1")).to_be_visible()
    forget(laptop)
    yield url
    stop_app(process)


def to_page(page: Page, title: str) -> None:
    """Goes to the page ``title`` by the menu."""
    page.get_by_test_id("stTopNavSection").first.click()
    page.locator("a", has_text=title).last.click()
    expect(page.locator("h1")).to_have_text(title)


def to_settings(page: Page) -> None:
    """Turns the rail of a lesson to all its settings, the folded ones too."""
    page.locator(".st-key-rail_faces").get_by_role("radio", name="Settings").click()
    controls = page.locator(".st-key-rail_controls")
    expect(controls).to_be_visible()
    for folded in controls.locator("details:not([open]) > summary").all():
        folded.click()


def run(visit: Coroutine[Any, Any, Result]) -> Result:
    """The result of ``visit``, in a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visit).result()


def sent(page: Page) -> list[str | bytes]:
    """A list that collects the page's messages to the server from its next opening on."""
    messages: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda message: messages.append(message))

    page.on("websocket", listen)
    return messages


def rested(page: Page) -> None:
    """Wait until the script has run and the page's delayed parts have come."""
    expect(page.locator(IDLE)).to_be_attached()
    page.clock.run_for(LATER)
    expect(page.locator(IDLE)).to_be_attached()


def at_rest(page: Page, messages: list[str | bytes]) -> int:
    """Number of messages once the formulas and code have followed the picture."""
    for _ in looks_for(vain="the page always sends more"):
        count = len(messages)
        rested(page)
        if count == len(messages):
            return count
    raise AssertionError


def sent_nothing(page: Page, messages: list[str | bytes], before: int) -> bool:
    """Whether no message followed the first ``before`` ones, and none is delayed."""
    page.clock.run_for(LATER)
    return len(messages) == before


def received(page: Page) -> list[ForwardMsg]:
    """A list that collects the server's messages to the page from its next opening on."""
    messages: list[ForwardMsg] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda message: messages.append(ForwardMsg.FromString(message)),  # type: ignore[arg-type]
        )

    page.on("websocket", listen)
    return messages
