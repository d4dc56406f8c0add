"""Kilobytes that a browser receives for one change of a control, and for opening a page.

    python -m benchmarks.wire [--changes 6] [--port 8641]

Starts its own server and Chromium. *Change*: the frames of Streamlit's WebSocket from the press of
an arrow key until no frame has come for a second, medians. *Pictures*: files that arrive during a
change, the pixels that Streamlit serves as files. *Opened* and *files*: the frames, and the other
responses without Streamlit's own files, when the page opens for the first time.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.chapter_pages import CONTROLS, SIGNS, SIZE, Control
from benchmarks.control_latency import FLAGS, running_app
from benchmarks.tables import print_table

BAR = 10.0
"""Kilobytes for a change, without the pixels of a changed picture."""
QUIET = 1000
"""Milliseconds without a frame after which a change is over."""


@dataclass
class Counter:
    """Bytes since ``clear``."""

    frames: int = 0
    files: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        self.frames, self.files = 0, {}

    def follow(self, page: Page) -> None:
        """Count the bytes that arrive in ``page`` from here on."""
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        urls: dict[str, str] = {}

        def frame(event: dict[str, Any]) -> None:
            text = event["response"]["payloadData"]
            binary = event["response"]["opcode"] == 2
            self.frames += len(text) * 3 // 4 if binary else len(text.encode())

        def answer(event: dict[str, Any]) -> None:
            urls[event["requestId"]] = event["response"]["url"]

        def finished(event: dict[str, Any]) -> None:
            url = urls.get(event["requestId"], "")
            self.files[url] = self.files.get(url, 0) + int(event["encodedDataLength"])

        network.on("Network.webSocketFrameReceived", frame)
        network.on("Network.responseReceived", answer)
        network.on("Network.loadingFinished", finished)


def quiet(page: Page, counter: Counter) -> None:
    """Wait until nothing has arrived for ``QUIET`` milliseconds."""
    before = -1
    while before != counter.frames:
        before = counter.frames
        page.wait_for_timeout(QUIET)


def changes(page: Page, control: Control, counter: Counter, count: int) -> tuple[float, float]:
    """Median kilobytes of a change: frames, and files beside them."""
    widget = page.get_by_role(control.role, name=control.name).first  # type: ignore[arg-type]
    widget.focus()
    keys = ("ArrowRight", "ArrowLeft") if control.role == "slider" else ("ArrowUp", "ArrowDown")
    frames, files = [], []
    for number in range(count):
        counter.clear()
        page.keyboard.press(keys[number % 2])
        quiet(page, counter)
        frames.append(counter.frames / 1000)
        files.append(sum(counter.files.values()) / 1000)
    return median(frames), median(files)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=6)
    parser.add_argument("--port", type=int, default=8641)
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    rows = []
    with running_app(arguments.port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for control in CONTROLS:
            context = browser.new_context(viewport=SIZE, bypass_csp=True)  # type: ignore[arg-type]
            context.add_init_script(SIGNS)
            page, counter = context.new_page(), Counter()
            counter.follow(page)
            page.goto(f"{address}/{control.url}?{control.query}")
            page.wait_for_function("window.signs() !== ''", timeout=60_000)
            quiet(page, counter)
            ours = sum(n for url, n in counter.files.items() if "/static/" not in url) / 1000
            opened = counter.frames / 1000
            change, pictures = changes(page, control, counter, arguments.changes)
            rows.append((f"{control.url}: {control.name}", change, pictures, opened, ours))
            context.close()
        browser.close()
    header = ("control", "change", "pictures", "opened", "files")
    print_table(f"Kilobytes that arrive (bar: {BAR:g} for a change)", header, rows)


if __name__ == "__main__":
    main()
