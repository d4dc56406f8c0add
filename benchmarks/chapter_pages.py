"""Every page of the CNN chapter: first paint after navigation, and control → painted.

    python -m benchmarks.chapter_pages [--changes 20] [--rounds 4] [--port 8639]

Starts its own server and Chromium, at 1280×720. *First paint*: from the click in the menu to the
frame in which the page's title and picture are there; the browser has been to every page once.
*Control*: from an arrow key to the frame after the picture has drawn the new result and set
``data-shown``. Both clocks are the browser's.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.control_latency import FLAGS, open_settings, running_app
from benchmarks.tables import percentile, print_table
from dl101_core.curriculum import CURRICULUM
from dl101_core.home import HEADLINE
from dl101_core.page_info import PageInfo

PAINT_MS, CONTROL_MS = 1000, 100
CHAPTER = "Convolutional networks"
SIZE = {"width": 1280, "height": 720}


@dataclass(frozen=True)
class Control:
    """A slider or number field; ``query`` opens the page with it."""

    url: str
    name: str
    query: str = ""
    role: str = "slider"


CONTROLS = (
    Control("convolution", "Kernel size"),
    Control("convolution", "Dilation", "input_size=16&image=Circle"),
    Control("colour", "Stride"),
    Control("filters", "Stride"),
    Control("pooling", "Window"),
    Control("pooling", "Input size"),
    Control("builder", "Kernel", role="spinbutton"),
    Control("inside", "Number", role="spinbutton"),
    Control("inside", "Patch", "view=Occlusion"),
    Control("dropout", "Dropout p", "view=The+masks&net=The+notes%27+net"),
)

# The marks that pictures set after drawing, also in shadow roots. A search of the whole page takes
# 1–3 ms of each frame, so a change is awaited at the place of the last mark.
SIGNS = """
window.spots = () => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.dataset?.shown || one.dataset?.painted || one.ariaLabel?.startsWith("Loss"))
        found.push(one);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document.querySelector('[data-testid="stMain"]') ?? document);
  return found;
};
window.describe = (spots) => spots.map((one) =>
  [one.dataset.shown, one.dataset.painted, one.ariaLabel].join()).join("|");
window.signs = () => window.describe(window.spots());
// Milliseconds from the next event of a kind to the frame after `done()` has become true.
window.time = (kind, done) => {
  window.took = null;
  addEventListener(kind, () => {
    const begun = performance.now();
    const look = () => {
      if (!done()) return requestAnimationFrame(look);
      const channel = new MessageChannel(); // runs right after this frame is painted
      channel.port1.onmessage = () => (window.took = performance.now() - begun);
      channel.port2.postMessage(0);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true });
};
"""
ARRIVED = """title => window.time("click", () =>
  document.querySelector("h1")?.textContent === title && window.signs() !== "")"""
CHANGED = """() => {
  let spots = window.spots();
  const before = window.describe(spots);
  window.time("keydown", () => {
    if (!spots.every((one) => one.isConnected)) spots = window.spots();
    return spots.length && window.describe(spots) !== before;
  });
}"""


def took(page: Page) -> float:
    page.wait_for_function("window.took !== null", timeout=60_000)
    return float(page.evaluate("window.took"))


def go_home(page: Page) -> None:
    page.get_by_role("link", name="Home").first.click()
    page.locator("h1").get_by_text(HEADLINE).wait_for()
    page.wait_for_timeout(800)


def first_paints(page: Page, info: PageInfo, rounds: int) -> list[float]:
    """Milliseconds from the menu to the picture; the first visit is not counted."""
    values = []
    for _ in range(rounds + 1):
        go_home(page)
        page.get_by_role("button", name=CHAPTER).first.click()
        link = page.get_by_role("link", name=info.title, exact=True).first
        link.wait_for()
        page.evaluate(ARRIVED, info.title)
        link.click()
        values.append(took(page))
        page.wait_for_timeout(800)
    return values[1:]


def changes(page: Page, control: Control, count: int) -> list[float]:
    """Milliseconds from key to paint; the keys go back and forth between two values."""
    widget = page.get_by_role(control.role, name=control.name).first  # type: ignore[arg-type]
    widget.focus()
    keys = ("ArrowRight", "ArrowLeft") if control.role == "slider" else ("ArrowUp", "ArrowDown")
    values = []
    for number in range(count + 4):
        page.evaluate(CHANGED)
        page.keyboard.press(keys[number % 2])
        values.append(took(page))
        page.wait_for_timeout(200)
    return values[4:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--port", type=int, default=8639)
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    load = os.getloadavg()[0]
    print(f"load average {load:.1f} on {os.cpu_count()} cores (the bars hold without other load)")
    with running_app(arguments.port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        context = browser.new_context(viewport=SIZE, bypass_csp=True)  # type: ignore[arg-type]
        context.add_init_script(SIGNS)
        page = context.new_page()
        page.goto(address)
        rows = []
        for info in CURRICULUM[CHAPTER]:
            values = first_paints(page, info, arguments.rounds)
            rows.append((info.title, median(values), max(values)))
        print_table(
            f"First paint after navigation, ms (bar: {PAINT_MS})",
            ("page", "median", "worst"),
            rows,
        )
        rows = []
        for control in CONTROLS:
            open_settings(page, address, control.url, control.query)
            page.wait_for_function("window.signs() !== ''", timeout=60_000)
            page.wait_for_timeout(1500)
            values = changes(page, control, arguments.changes)
            title = f"{control.url}: {control.name}"
            rows.append((title, median(values), percentile(values, 0.95)))
        print_table(
            f"Control → painted, ms (bar: {CONTROL_MS})", ("control", "median", "p95"), rows
        )
        browser.close()


if __name__ == "__main__":
    main()
