"""How often the lab's picture of learning changes while a network trains.

    python -m benchmarks.lab_learning [--seconds 8] [--port 8643]

Starts its own server and Chromium. A picture counts when the images, the filters and the table
have taken the numbers of another snapshot, and a frame with them was painted. The clock is the
browser's; it runs from the first picture to the last one within the time.
"""

from __future__ import annotations

import argparse
import os
import shutil
from itertools import pairwise

from playwright.sync_api import Page, sync_playwright

from benchmarks.control_latency import FLAGS, running_app
from benchmarks.tables import print_table

BAR = 4.0
RUNS = {
    "softmax": "model=Softmax+regression&optimizer=SGD&lr=0.1&epochs=100&train_size=9000",
    "MLP 128": "model=Multi-layer+perceptron&epochs=100&train_size=9000",
    "CNN 8": "model=Convolutional+network&epochs=100&train_size=9000",
    "GRU 64": "model=GRU&hidden_size=64&epochs=100&train_size=9000",
}
# The headline names the picture on show as the last step of drawing it.
WATCH = """
() => {
  const find = (node) => {
    for (const one of node.querySelectorAll("*")) {
      if (one.matches(".headline")) return one;
      const inner = one.shadowRoot && find(one.shadowRoot);
      if (inner) return inner;
    }
  };
  window.painted = [];
  const headline = find(document);
  let words = headline.textContent;
  new MutationObserver(() => requestAnimationFrame(() => {
    const channel = new MessageChannel(); // runs right after this frame is painted
    channel.port1.onmessage = () => {
      if (headline.textContent === words) return;
      words = headline.textContent;
      window.painted.push(performance.now());
    };
    channel.port2.postMessage(0);
  })).observe(headline, { attributes: true, childList: true, characterData: true, subtree: true });
}
"""


def pictures(page: Page, url: str, seconds: float) -> tuple[float, float]:
    """Pictures a second, and the longest pause between two, in seconds."""
    page.goto(url)
    page.get_by_role("img", name="Loss").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    page.locator(".st-key-start button").click()
    page.locator(".st-key-steering").get_by_role("button", name="Stop").wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    page.wait_for_timeout(1000 * seconds)
    at: list[float] = page.evaluate("window.painted")
    page.locator(".st-key-steering").get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped at step").first.wait_for(timeout=60_000)
    if len(at) < 2:
        return 0.0, seconds
    return 1000 * (len(at) - 1) / (at[-1] - at[0]), max(b - a for a, b in pairwise(at)) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--port", type=int, default=8643)
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    load = os.getloadavg()[0]
    print(f"load average {load:.1f} on {os.cpu_count()} cores (the bar holds without other load)")
    rows = []
    with running_app(arguments.port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        for seed, (name, query) in enumerate(RUNS.items()):
            url = f"{address}/training?{query}&seed={seed}"
            rows.append((name, *pictures(page, url, arguments.seconds)))
        browser.close()
    print_table(f"Pictures of learning (bar: {BAR:g} a second)", ("run", "a second", "pause"), rows)


if __name__ == "__main__":
    main()
