"""One real Chromium among the learners: what it shows, and when."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise

from playwright.async_api import Page, async_playwright

from benchmarks.load.lab import LONGEST, Task

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Keeps the times at which the loss chart was painted with other lines, in ms after the press.
WATCH = """() => {
  const seen = window.probe = { points: [], ended: null };
  const all = (root, selector) => [...root.querySelectorAll('*')].flatMap((node) => [
    ...(node.matches(selector) ? [node] : []),
    ...(node.shadowRoot ? all(node.shadowRoot, selector) : []),
  ]);
  const chart = all(document, 'figure[data-what=Loss] svg[role=img]')[0];
  const lines = () => [...chart.querySelectorAll('.line, .dots')]
    .map((path) => path.getAttribute('d')).join('');
  document.querySelector('.st-key-start button').addEventListener('click', () => {
    const pressed = performance.now();
    let last = lines();
    const painted = (then) => requestAnimationFrame(() => {
      const channel = new MessageChannel();  // runs right after this frame is painted
      channel.port1.onmessage = () => then(performance.now() - pressed);
      channel.port2.postMessage(0);
    });
    new MutationObserver(() => {
      const now = lines();
      if (now && now !== last && seen.ended === null) painted((at) => seen.points.push(at));
      last = now;
    }).observe(chart, { subtree: true, childList: true, attributes: true });
    const over = () => {
      const said = [...document.querySelectorAll('[data-testid=stAlert]')];
      if (said.some((alert) => alert.textContent.includes('Finished')))
        seen.ended ??= performance.now() - pressed;
      else requestAnimationFrame(over);
    };
    over();
  }, { once: true, capture: true });
}"""


@dataclass(frozen=True)
class OnScreen:
    """Seconds from the press to the first painted point, and between two paintings."""

    first: float
    gaps: tuple[float, ...]


class Probe:
    """A page in Chromium."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def prepare(self, url: str, task: Task) -> None:
        """Open the lab with the settings of ``task``, ready to press Start."""
        await self.page.goto(f"{url}/training?{task.query}")
        await self.page.locator("figure[data-what=Loss] svg[role=img]").wait_for(timeout=60_000)
        await self.page.wait_for_timeout(2000)
        await self.page.evaluate(WATCH)

    async def train(self) -> OnScreen:
        """Press Start and watch until the page says that the run has finished."""
        await self.page.get_by_role("button", name="Start", exact=True).last.click()
        await self.page.wait_for_function("probe.ended !== null", timeout=1000 * LONGEST)
        seen = await self.page.evaluate("probe")
        times = [at / 1000 for at in (*seen["points"], seen["ended"])]
        return OnScreen(times[0], tuple(b - a for a, b in pairwise(times)))

    async def open_time(self, url: str, shown: str) -> float:
        """Seconds until an element of the page at ``url`` is on screen, in a warm browser."""
        await self.page.goto("about:blank")
        began = await self.page.evaluate("Date.now()")
        await self.page.goto(url)
        await self.page.locator(shown).first.wait_for(timeout=60_000)
        return float(await self.page.evaluate("Date.now()") - began) / 1000


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Probe]:
    """A Chromium of 1280×720; raises ``RuntimeError`` if none is installed."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("the probe needs Chromium: apt-get install chromium, or --no-probe")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield Probe(
                await browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
            )
        finally:
            await browser.close()
