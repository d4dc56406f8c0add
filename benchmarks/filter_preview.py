"""Filters on pictures: previews a second while a number is dragged, and control → painted.

    python -m benchmarks.filter_preview [--seconds 4] [--changes 20] [--port 8639]

Starts its own server and Chromium. Dragging: the pointer moves to and fro, one step of the number
in each frame; each picture painted anew counts. Control → painted: an arrow key on a slider; the
clock stops in the first frame after the picture shows PyTorch's new result, by the browser's clock.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from benchmarks.control_latency import FLAGS, running_app
from benchmarks.tables import percentile, print_table

BAR_FPS, BAR_MS = 30, 100
FIVE = ";".join(
    ",".join(str(row * column % 5 - 1) for column in range(1, 6)) for row in range(1, 6)
)
OWN = f"kernel=Your+own&kernel_values={FIVE}"
DRAGS = (
    ("3×3", "kernel=Emboss"),
    ("3×3, signed", "kernel=Edge+detection&view=Signed"),
    ("5×5, no zeros", OWN),
    ("5×5, stretched, difference", f"{OWN}&view=Stretched&difference=true"),
    ("7×7", "kernel=Curve+detector"),
    ("3×3, padded to 768×768", "kernel=Emboss&padding=256+pixels&padding_mode=Circular"),
)
FIND = """
  const find = (selector) => {
    for (const host of document.querySelectorAll("*")) {
      const inner = host.shadowRoot && host.shadowRoot.querySelector(selector);
      if (inner) return inner;
    }
  };
  const view = find(".view");
"""
DRAG = (
    "() => {"
    + FIND
    + """
  const field = find(".cells input.pressed-here");
  window.previews_at = [];
  new MutationObserver(() => window.previews_at.push(performance.now())).observe(
    view, { attributes: true, attributeFilter: ["data-previews"] });
  const box = field.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  let step = 0;
  const move = () => {
    const across = 3 * Math.abs((++step % 80) - 40) - 60;
    field.dispatchEvent(new PointerEvent("pointermove", {
      pointerId: 1, clientX: x + across, clientY: y, bubbles: true, composed: true }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
}"""
)
CLOCK = (
    "() => {"
    + FIND
    + """
  window.latencies = [];
  let pressed = 0;
  window.addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    const start = pressed;
    requestAnimationFrame(() => {
      const channel = new MessageChannel(); // runs right after this frame is painted
      channel.port1.onmessage = () => window.latencies.push(performance.now() - start);
      channel.port2.postMessage(0);
    });
  }).observe(find("[data-picture=after] canvas"), {
    attributes: true, attributeFilter: ["data-painted"] });
}"""
)


def open_page(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}/filters?{query}")
    page.locator(".view[data-settled=true]").wait_for(timeout=60_000)
    page.wait_for_timeout(2000)


def drag_rate(page: Page, seconds: float) -> tuple[float, float]:
    """Previews a second, and the 95th percentile of the milliseconds between two."""
    fields = page.locator(".cells input")
    field = fields.nth(fields.count() // 2)
    field.evaluate("field => field.classList.add('pressed-here')")
    box = field.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.evaluate(DRAG)
    page.wait_for_timeout(1000 * seconds)
    previews: list[float] = page.evaluate("window.previews_at")
    page.mouse.up()
    gaps = [after - before for before, after in itertools.pairwise(previews)]
    return (len(previews) - 1) / (previews[-1] - previews[0]) * 1000, percentile(gaps, 0.95)


def latencies(page: Page, slider: str, changes: int) -> list[float]:
    page.evaluate(CLOCK)
    page.get_by_role("slider", name=slider).focus()
    for number in range(changes + 4):
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        page.wait_for_function(f"window.latencies.length > {number}", timeout=10_000)
        page.wait_for_timeout(150)
    values: list[float] = page.evaluate("window.latencies")
    return values[4:]  # the first ones warm the caches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--port", type=int, default=8639)
    arguments = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with running_app(arguments.port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        drags = []
        for title, query in DRAGS:
            open_page(page, address, query)
            rate, gap = drag_rate(page, arguments.seconds)
            drags.append((title, rate, gap, BAR_FPS, rate / BAR_FPS))
        print_table(
            "Dragging a number of the kernel, 256×256 in colour",
            ("kernel", "previews/s", "p95 gap ms", "bar/s", "previews / bar"),
            drags,
        )
        changes = []
        for slider in ("Stride", "Dilation"):
            open_page(page, address, "")
            values = latencies(page, slider, arguments.changes)
            median = statistics.median(values)
            changes.append((slider, median, percentile(values, 0.95), BAR_MS, median / BAR_MS))
        print_table(
            "Control → painted",
            ("slider", "median ms", "p95 ms", "bar ms", "median / bar"),
            changes,
        )
        browser.close()


if __name__ == "__main__":
    main()
