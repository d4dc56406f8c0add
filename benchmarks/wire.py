"""What one change of a control sends to a browser, and what opening a page sends.

    python -m benchmarks.wire [--changes 6] [--port 8641]

Starts its own server, a relay that counts what passes, and Chromium. *Frames*: the content of the
frames of Streamlit's WebSocket, as the browser's DevTools tell it, from the press of an arrow key
until nothing has arrived for a second. *Wire*: the bytes that passed, which may be compressed, and
*pictures* those of other answers: pixels that Streamlit serves by themselves. Medians. *Opened* and
*files*: the same two as the page opens for the first time, Streamlit's own files included.
"""

from __future__ import annotations

import argparse
import shutil
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.chapter_pages import CONTROLS, SIGNS, SIZE, Control
from benchmarks.control_latency import FLAGS, open_settings, running_app
from benchmarks.relay import Counter, counted
from benchmarks.tables import print_table

BAR = 10.0
"""Kilobytes for a change, beside the pixels of a picture that it changed."""
QUIET = 1000
"""Milliseconds without a byte after which a change is over."""


def frame_sizes(page: Page) -> list[int]:
    """The sizes of all frames that arrive from here on."""
    sizes: list[int] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")

    def frame(event: dict[str, Any]) -> None:
        text = event["response"]["payloadData"]
        binary = event["response"]["opcode"] == 2  # told in base 64
        sizes.append(len(text) * 3 // 4 if binary else len(text.encode()))

    network.on("Network.webSocketFrameReceived", frame)
    return sizes


def quiet(page: Page, counter: Counter) -> None:
    """Wait until nothing has arrived for ``QUIET`` milliseconds."""
    before = (-1, -1)
    while before != (counter.live, counter.files):
        before = counter.live, counter.files
        page.wait_for_timeout(QUIET)


def changes(
    page: Page, control: Control, sizes: list[int], counter: Counter, count: int
) -> tuple[float, float, float]:
    """Median kilobytes of a change: frames, wire, pictures."""
    widget = page.get_by_role(control.role, name=control.name).first  # type: ignore[arg-type]
    widget.focus()
    keys = ("ArrowRight", "ArrowLeft") if control.role == "slider" else ("ArrowUp", "ArrowDown")
    found = []
    for number in range(count):
        counter.clear()
        sizes.clear()
        page.keyboard.press(keys[number % 2])
        quiet(page, counter)
        found.append((sum(sizes), counter.live, counter.files))
    frames, wire, pictures = (median(column) / 1000 for column in zip(*found, strict=True))
    return frames, wire, pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=6)
    parser.add_argument("--port", type=int, default=8641)
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    rows = []
    with (
        running_app(arguments.port) as server,
        counted(server) as (address, counter),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for control in CONTROLS:
            context = browser.new_context(viewport=SIZE, bypass_csp=True)  # type: ignore[arg-type]
            context.add_init_script(SIGNS)
            page = context.new_page()
            sizes = frame_sizes(page)
            counter.clear()
            open_settings(page, address, control.url, control.query)
            page.wait_for_function("window.signs() !== ''", timeout=60_000)
            quiet(page, counter)
            opened = counter.live / 1000, counter.files / 1000
            change = changes(page, control, sizes, counter, arguments.changes)
            rows.append((f"{control.url}: {control.name}", *change, *opened))
            context.close()
        browser.close()
    header = ("control", "frames", "wire", "pictures", "opened", "files")
    print_table(f"Kilobytes (bar: {BAR:g} for a change, without pixels)", header, rows)


if __name__ == "__main__":
    main()
