"""The lab's curve comes as a stream; without one it is polled."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import at_rest, sent
from tests.e2e.test_lab_manners import stop
from tests.e2e.test_training import LONG, TINY, loss_chart, open_lab, said, start

MUTE = """() => {
  const feed = (window.feedOfPage = globalThis.dl101Feed);
  const mute = { text: feed.text, ask: () => {} };
  Object.defineProperty(globalThis, "dl101Feed", {
    configurable: true, get: () => mute, set: (now) => (window.feedOfPage = now),
  });
}"""
SPEAK = """() => Object.defineProperty(globalThis, "dl101Feed", {
  configurable: true, writable: true, value: window.feedOfPage,
})"""
COUNT = """window.heard = 0;
window.EventSource = class extends EventSource {
  constructor(url) { super(url); this.addEventListener("message", () => (window.heard += 1)); }
};"""


def grows(page: Page, times: int = 3) -> None:
    """Wait until the curve has new points, some times."""
    for _ in range(times):
        shown = str(loss_chart(page).get_attribute("aria-label"))
        expect(loss_chart(page)).not_to_have_attribute("aria-label", shown)


def test_a_curve_grows_while_streamlit_neither_hears_nor_says_anything(
    page: Page, app_url: str
) -> None:
    messages = sent(page)
    open_lab(page, app_url, f"{LONG}&seed=71")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    page.evaluate(MUTE)
    before = at_rest(page, messages)
    line = page.locator(".words").inner_text()
    grows(page)
    expect(page.locator(".words")).not_to_have_text(line)
    assert len(messages) == before
    page.evaluate(SPEAK)
    stop(page)


def test_a_browser_that_gets_no_stream_polls(page: Page, app_url: str) -> None:
    page.route("**/api/runs/*/events*", lambda route: route.fulfill(status=503, body="Full."))
    messages = sent(page)
    open_lab(page, app_url, f"{LONG}&seed=72")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    before = len(messages)
    grows(page)
    assert len(messages) >= before + 3
    stop(page)


def test_a_run_ends_on_the_page_when_its_stream_says_so(page: Page, app_url: str) -> None:
    page.add_init_script(COUNT)
    open_lab(page, app_url, f"{TINY}&seed=73")
    start(page)
    expect(said(page)).to_contain_text("Finished.")
    open_lab(page, app_url, f"{LONG}&seed=74")
    start(page)
    expect(loss_chart(page)).to_be_visible()
    page.wait_for_function("() => window.heard > 20")
    stop(page)
