"""Start pressed -> first point painted on the loss chart, in a real Chromium.

    python -m benchmarks.start_latency [--starts 10]

Starts its own server. "Painted" means: the chart's canvas shows the curve's colour in a frame that
the browser has drawn. Bar: median at most 1 s with no other load.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
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
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync"]
BAR_MS = 1000
SETTINGS = "model=Softmax+regression&optimizer=SGD&lr=0.1&epochs=1&train_size=1000"

# Milliseconds from the click to the first frame in which the loss chart has a point of the run.
WATCH = """() => {
  const host = [...document.querySelectorAll('.st-key-lab_curves *')].find((e) => e.shadowRoot);
  const chart = host.shadowRoot.querySelector('[data-what=Loss] > svg');
  const before = chart.getAttribute('aria-label');
  const drawn = () => {
    const now = chart.getAttribute('aria-label');
    return now !== before && now.startsWith('Loss of');
  };
  window.first_point = null;
  const button = document.querySelector('.st-key-start button');
  button.addEventListener('click', () => {
    const pressed = performance.now();
    const look = () => {
      if (drawn()) window.first_point = performance.now() - pressed;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { once: true, capture: true });
}"""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server of its own with an empty state directory; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as state:
        flags = [f"--server.port={port}", "--server.fileWatcherType=none"]
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *flags],
            cwd=ROOT,
            env=os.environ | {"DL101_STATE_DIR": state, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait_until_healthy(url: str) -> None:
    for _ in range(300):
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{url}/_stcore/health") as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"the server at {url} did not start")


def start_to_point(page: Page, url: str, seed: int) -> float:
    """Milliseconds from Start to the first point of a new run in a fresh session."""
    page.goto(f"{url}/training?{SETTINGS}&seed={seed}")
    page.get_by_role("img", name=re.compile("^Loss")).wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Start", exact=True).last.click()
    page.wait_for_function("window.first_point !== null", timeout=60_000)
    took = float(page.evaluate("window.first_point"))
    page.locator("[data-testid=stAlert]").first.wait_for(timeout=60_000)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10)
    starts = parser.parse_args().starts
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        times = sorted(start_to_point(page, url, seed) for seed in range(1, starts + 1))
        browser.close()
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    print(f"{'start -> first point painted':30} {'starts':>6} {'median':>9} {'p95':>9} {'bar':>9}")
    median = statistics.median(times)
    print(f"{'softmax on strokes':30} {starts:6} {median:6.0f} ms {p95:6.0f} ms {BAR_MS:6} ms")
    print("each:", " ".join(f"{t:.0f}" for t in times))


if __name__ == "__main__":
    main()
