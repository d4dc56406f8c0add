"""Stroke end → prediction painted: ``python -m benchmarks.stroke_latency``, with its own server.

Draws digits of the drawn test set with the mouse. The clock starts in the browser when the pad gets
``pointerup``. It stops when the frame is painted in which the bars show the answer to exactly this
message: of the route that reads drawings, and, where that is blocked, of the page's script.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from benchmarks.control_latency import FLAGS, ROOT, running_app
from benchmarks.tables import percentile, print_table
from dl101_core.draw.drawn import DrawnDigit, read_drawn

BAR_MS, SCRIPT_BAR_MS = 30, 60
DIGITS = 30
CLOCK = """() => {
  const root = (selector) => {
    for (const host of document.querySelectorAll("*"))
      if (host.shadowRoot?.querySelector(selector)) return host.shadowRoot.querySelector(selector);
  };
  const bars = root(".networks"), pad = root("canvas");
  window.times = [];
  let start = 0, wanted = Infinity;
  pad.addEventListener("pointerup", () => {
    start = performance.now();
    // The pad counts its messages; this one is sent after all listeners have run.
    setTimeout(() => (wanted = JSON.parse(sessionStorage.getItem("dl101_draw.pad")).seq));
  }, { capture: true });
  new MutationObserver(() => {
    if (Number(bars.dataset.seq) < wanted) return;
    wanted = Infinity;
    requestAnimationFrame(() => {
      const channel = new MessageChannel(); // runs right after this frame is painted
      channel.port1.onmessage = () => window.times.push(performance.now() - start);
      channel.port2.postMessage(0);
    });
  }).observe(bars, { attributes: true, attributeFilter: ["data-seq"] });
}"""


def draw(page: Page, digit: DrawnDigit) -> None:
    box = page.get_by_label("Drawing pad", exact=True).bounding_box()
    assert box
    for stroke in digit.drawing.strokes:
        for step, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"] / 280, box["y"] + y * box["width"] / 280)
            if step == 0:
                page.mouse.down()
        before = page.evaluate("window.times.length")
        page.mouse.up()
        page.wait_for_function(f"window.times.length > {before}", timeout=10_000)
        page.wait_for_timeout(150)


def measure(url: str, by_route: bool = True) -> list[float]:
    digits = read_drawn(ROOT / "tests" / "drawn")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        if not by_route:
            page.route("**/api/read", lambda route: route.abort())
        page.goto(url)
        page.wait_for_timeout(3000)
        page.goto(f"{url}/draw")
        page.get_by_label("Drawing pad", exact=True).wait_for(timeout=60_000)
        page.wait_for_timeout(2000)
        page.evaluate(CLOCK)
        for digit in digits[:: max(1, len(digits) // DIGITS)]:
            page.get_by_role("button", name="Clear").click()
            page.wait_for_timeout(200)
            draw(page, digit)
        times: list[float] = page.evaluate("window.times")
        browser.close()
    return times[3:]  # the first ones warm the caches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8649)
    port = parser.parse_args().port
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; no other load allowed")
    with running_app(port) as address:
        print_latencies(address)


def print_latencies(url: str) -> None:
    """A table of both ways to an answer."""
    rows = []
    for way, by_route, bar in (("api/read", True, BAR_MS), ("script", False, SCRIPT_BAR_MS)):
        times = measure(url, by_route)
        median = statistics.median(times)
        rows.append((way, len(times), median, percentile(times, 0.95), bar, median / bar))
    print_table(
        "Stroke end → prediction painted",
        ("answered by", "strokes", "median ms", "p95 ms", "bar ms", "median / bar"),
        rows,
    )


if __name__ == "__main__":
    main()
