"""Control → painted on the Convolution page, and frames a second while pointing.

    python -m benchmarks.control_latency [--changes 30] [--port 8629]

Starts its own server and Chromium. A change is an arrow key on a slider; the clock stops in the
first frame after the picture has drawn the new data. Both clocks are the browser's.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BAR_MS, BAR_FPS = 100, 50

# The picture names its settings in data-shown as the last step of drawing them.
WATCH = """
() => {
  const picture = document.querySelector('[data-testid="stMain"]');
  const find = (node) => {
    for (const one of node.querySelectorAll("*")) {
      if (one.matches(".conv[data-shown]")) return one;
      const inner = one.shadowRoot && find(one.shadowRoot);
      if (inner) return inner;
    }
  };
  window.conv = find(picture);
  window.latencies = [];
  let pressed = 0;
  window.addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => requestAnimationFrame(() => {
    const channel = new MessageChannel(); // runs right after this frame is painted
    channel.port1.onmessage = () => window.latencies.push(performance.now() - pressed);
    channel.port2.postMessage(0);
  })).observe(window.conv, { attributes: true, attributeFilter: ["data-shown"] });
}
"""

COUNT_FRAMES = """
() => {
  window.frames_at = [];
  window.marks = 0;
  new MutationObserver(() => (window.marks += 1)).observe(
    window.conv.querySelector(".ring"), { attributes: true });
  const tick = (now) => { window.frames_at.push(now); requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}
"""


@contextlib.contextmanager
def running_app(port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    flags = [f"--server.port={port}", "--server.fileWatcherType=none"]
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            command + flags,
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1", "DL101_STATE_DIR": state},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                    break
                time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def change_latencies(page: Page, slider: str, changes: int) -> list[float]:
    """Milliseconds from key to paint; the keys go back and forth between two values."""
    page.get_by_role("slider", name=slider).focus()
    for number in range(changes):
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        page.wait_for_function(f"window.latencies.length > {number}")
        page.wait_for_timeout(150)
    values: list[float] = page.evaluate("window.latencies.splice(0)")
    return values


def hover_rate(page: Page, seconds: float) -> tuple[float, float]:
    """Frames a second, and repainted windows a second, while the mouse circles over the output."""
    grid = page.locator(".conv .output .grid")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    page.evaluate(COUNT_FRAMES)
    end, step = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        step += 1
        across, down = (step * 0.013) % 1, (step * 0.029) % 1
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    stamps: list[float] = page.evaluate("window.frames_at")
    marks: int = page.evaluate("window.marks")
    length = (stamps[-1] - stamps[0]) / 1000
    return (len(stamps) - 1) / length, marks / length


def open_settings(page: Page, address: str, url: str, query: str = "") -> None:
    """The lesson ``url`` with all its settings on show, the folded ones too."""
    page.goto(f"{address}/{url}?rail=Settings&{query}")
    controls = page.locator(".st-key-rail_controls")
    controls.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    for folded in controls.locator("details:not([open]) > summary").all():
        folded.click()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--port", type=int, default=8629)
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    load = os.getloadavg()[0]
    print(f"load average {load:.1f} on {os.cpu_count()} cores (the bars hold without other load)\n")
    print(f"{'control → painted':<34}{'median':>9}{'p95':>9}   bar ≤ {BAR_MS} ms")
    with running_app(arguments.port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for title, query, slider in (
            ("7×7, kernel size 3 ↔ 4", "", "Kernel size"),
            ("16×16, stride 1 ↔ 2", "input_size=16&image=Circle", "Stride"),
            ("31×31 ↔ 32×32, 7×7 kernel", "input_size=31&kernel_size=7&padding=same", "Input size"),
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
            open_settings(page, address, "convolution", query)
            page.locator(".conv[data-shown]").wait_for(timeout=60_000)
            page.wait_for_timeout(1500)
            page.evaluate(WATCH)
            change_latencies(page, slider, 4)  # warm-up
            values = change_latencies(page, slider, arguments.changes)
            p95 = statistics.quantiles(values, n=20)[-1]
            print(f"{title:<34}{statistics.median(values):>6.0f} ms{p95:>6.0f} ms")
            fps, marks = hover_rate(page, 3)
            print(f"{'  pointing: frames/s, windows/s':<34}{fps:>9.0f}{marks:>9.0f}   ", end="")
            print(f"bar ≥ {BAR_FPS} frames/s")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
