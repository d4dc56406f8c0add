"""Record the README's moving picture from the app itself: ``assets/readme.webp``.

Usage: ``python -m dl101_core.making.moving_picture [FILE]``. It needs Chromium and what
requirements-dev.txt installs. Look at the picture afterwards: nobody else does.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "assets" / "readme.webp"
WINDOW = (1280, 720)
SIZE = (960, 540)
EVERY = 200
"""Milliseconds between two frames."""
QUALITY = 62
TO_TOP = "document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"
MOST_BYTES = 1_500_000
FLAGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync")
# Strokes of a seven, in shares of the pad's width and height.
SEVEN = ((0.25, 0.25), (0.72, 0.25), (0.62, 0.45), (0.5, 0.62), (0.42, 0.85))


@dataclass(frozen=True)
class Scene:
    """``begin`` starts what moves; ``step`` is done before each of the ``frames``."""

    link: str
    frames: int
    begin: Callable[[Page], None]
    step: Callable[[Page, int], None] = lambda page, number: None


def press(name: str) -> Callable[[Page], None]:
    """Press the first button whose name ends with ``name``, once it is there."""

    def pressed(page: Page) -> None:
        page.get_by_role("button", name=re.compile(f"{name}$")).first.click()

    return pressed


def draw(page: Page, number: int) -> None:
    """One more piece of the digit with each frame."""
    box = page.locator("canvas").first.bounding_box()
    assert box
    x, y = SEVEN[min(number, len(SEVEN) - 1)]
    at = box["x"] + x * box["width"], box["y"] + y * box["height"]
    page.mouse.move(*at, steps=8)
    if number == 0:
        page.mouse.down()
    elif number == len(SEVEN) - 1:
        page.mouse.up()


SCENES = (
    Scene("convolution", 22, press("Play")),
    Scene("training?model=mlp&epochs=4", 26, press("Start")),
    Scene("draw", 22, lambda page: page.mouse.move(0, 0), draw),
)


def record(url: str) -> list[Image.Image]:
    """The frames of all scenes, from the app at ``url``."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    frames: list[Image.Image] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        view = {"width": WINDOW[0], "height": WINDOW[1]}
        page = browser.new_page(viewport=view, color_scheme="light")  # type: ignore[arg-type]
        page.set_default_timeout(120_000)
        for scene in SCENES:
            page.goto(f"{url}/{scene.link}")
            page.locator("h1").first.wait_for()
            page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")
            page.wait_for_timeout(3000)
            scene.begin(page)
            page.evaluate(TO_TOP)  # a button below the fold has scrolled the page
            for number in range(scene.frames):
                began = time.monotonic()
                scene.step(page, number)
                frames.append(shot(page))
                page.wait_for_timeout(max(0, EVERY - 1000 * (time.monotonic() - began)))
        browser.close()
    return frames


def shot(page: Page) -> Image.Image:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def save(frames: list[Image.Image], file: Path) -> None:
    """Write the moving picture, which runs for ever; raises ``SystemExit`` if it is too heavy."""
    first, *rest = frames
    first.save(
        file,
        save_all=True,
        append_images=rest,
        duration=EVERY,
        loop=0,
        quality=QUALITY,
        method=4,
    )
    if file.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{file} has {file.stat().st_size:,} bytes; at most {MOST_BYTES:,}")


@contextmanager
def running_app() -> Iterator[str]:
    """A server of its own with an empty state; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
            cwd=ROOT,
            env=os.environ | {"DL101_STATE_DIR": state, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/_stcore/health")
            yield url
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The app does not start.")


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    with running_app() as url:
        save(record(url), file)
    print(f"{file}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
