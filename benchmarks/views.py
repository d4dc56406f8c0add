"""Frames a second of each shared view: ``python -m benchmarks.views [VIEW ...]``.

Each sample of the gallery is alone on a page of Chromium. The mouse crosses it for two seconds
and the page counts its frames. Then the same data are shown again and again, as a stream would.
"""

from __future__ import annotations

import argparse
import json
import os
from itertools import pairwise
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.tables import percentile, print_table
from dl101_core.ui.component import travels
from tests.browser import CHROMIUM_FLAGS, chromium
from tests.gallery import plain, samples
from tests.views.alone import Alone, mounted

SECONDS = 2.0
BAR = 50
"""Frames a second."""
SHOWN = 30
COUNT = """() => {
  window.frames_seen = [performance.now()];
  const next = (now) => { frames_seen.push(now); window.counting = requestAnimationFrame(next); };
  window.counting = requestAnimationFrame(next);
}"""
STOP = "() => { cancelAnimationFrame(counting); return frames_seen; }"
AGAIN = """async ([part, text, times]) => {
  const took = [];
  for (let i = 0; i < times; i++) {
    const data = JSON.parse(text), began = performance.now();
    await part.show(data);
    took.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return took;
}"""


def hovered(page: Page) -> list[float]:
    """Milliseconds between frames while the mouse crosses the view."""
    box = page.locator("main").bounding_box()
    assert box
    page.evaluate(COUNT)
    began = page.evaluate("performance.now()")
    step = 0
    while page.evaluate("performance.now()") - began < 1000 * SECONDS:
        step += 1
        x, y = (step * 0.037) % 1, (step * 0.011) % 1
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    times = page.evaluate(STOP)
    return [b - a for a, b in pairwise(times)]


def shown_again(page: Page, alone: Alone, data: dict[str, object]) -> float:
    text = json.dumps(travels(data))
    took: list[float] = page.evaluate(AGAIN, [alone.part, text, SHOWN])
    return median(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("views", nargs="*")
    wanted = parser.parse_args().views
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; no other load allowed")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        for (view, title), make in samples().items():
            if wanted and view not in wanted:
                continue
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            data = plain(make())
            alone = mounted(page, f"views/{view}", data)
            page.wait_for_timeout(500)
            gaps = hovered(page)
            fps = 1000 * len(gaps) / sum(gaps)
            rows.append(
                (
                    f"{view}: {title}",
                    fps,
                    BAR,
                    percentile(gaps, 0.95),
                    shown_again(page, alone, data),
                )
            )
            page.close()
        browser.close()
    print_table("Views under the mouse", ("view", "frames/s", "bar", "p95 ms", "show ms"), rows)


if __name__ == "__main__":
    main()
