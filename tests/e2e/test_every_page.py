"""Every page in real Chromium: a quiet console, no overflow, no serious accessibility fault."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dl101_core.curriculum import PageInfo, pages
from tests.browser import PHONE
from tests.e2e.conftest import received, rested
from tests.patience import within as in_time

# On a deep link Streamlit looks for its own server below the page's path first.
STREAMLIT_PROBES = ("/_stcore/health", "/_stcore/host-config")


class Visit:
    """A page opened by its link, with all that the console said."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(url)
        settle(page)

    def _note(self, message: ConsoleMessage) -> None:
        probe = message.location["url"].endswith(STREAMLIT_PROBES)
        if message.type in ("error", "warning") and not probe:
            self.problems.append(f"{message.type}: {message.text} ({message.location['url']})")


# Until nothing has changed for ten frames, shadow roots included; ten seconds for what never rests.
COME_TO_REST = """
async () => {
  const seen = new Set();
  let still = 0;
  const watch = (root) => {
    if (seen.has(root)) return;
    seen.add(root);
    const look = (root) => [root, ...root.querySelectorAll("*")].forEach(
      (one) => one.shadowRoot && watch(one.shadowRoot));
    new MutationObserver((changes) => {
      still = 0;
      const added = changes.flatMap((change) => [...change.addedNodes]);
      added.forEach((one) => one.querySelectorAll && look(one));
    }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    look(root);
  };
  watch(document);
  await document.fonts.ready;
  for (let frame = 0; still++ < 10 && frame < 600; frame++)
    await new Promise(requestAnimationFrame);
}
"""


def settle(page: Page) -> None:
    """Wait until the script has run and the picture is drawn."""
    expect(page.locator("h1")).to_be_visible()
    rested(page)
    page.evaluate(COME_TO_REST)


TABS_OF_LESSONS = ("The code", "Try this", "Lecture notes say", "The maths")
GIVE_UP = 30  # seconds


@pytest.mark.parametrize("info", pages(), ids=lambda info: info.title)
def test_a_page_is_quiet_fits_and_is_accessible(page: Page, app_url: str, info: PageInfo) -> None:
    messages = received(page)
    visit = Visit(page, f"{app_url}/{info.url}")
    assert lasting_faults(page) == []
    assert neighbours_of_fragments(messages) == []
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(page)
    assert overflow(page) <= 0, f"{overflow(page)} pixels too wide at 390"
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    settle(page)
    assert lasting_faults(page) == []
    for tab in TABS_OF_LESSONS if info.lesson else ():
        page.get_by_role("tab", name=tab).click()
        settle(page)
        assert overflow(page) <= 0, tab
        assert lasting_faults(page, "[data-testid=stTabs]") == [], tab
    assert visit.problems == []


def neighbours_of_fragments(messages: list[ForwardMsg]) -> list[str]:
    """What stands in one container with a fragment; ``ui/fragments.py`` says why nothing may."""
    parts = {
        (*message.metadata.delta_path,): message.delta.fragment_id
        for message in messages
        if message.WhichOneof("type") == "delta"
    }
    fragments: dict[str, tuple[int, ...]] = {}
    for path, name in sorted(parts.items(), key=lambda part: len(part[0])):
        fragments.setdefault(name, path)
    del fragments[""]
    assert fragments
    return [
        f"{path} beside the fragment at {place}"
        for place in fragments.values()
        for path in parts
        if len(path) == len(place) and path[:-1] == place[:-1] and path != place
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(
        page.evaluate(
            "Math.max(...['html', '[data-testid=stMain]'].map(s => document.querySelector(s))"
            ".map(e => e.scrollWidth - e.clientWidth))"
        )
    )


def lasting_faults(page: Page, within: str | None = None) -> list[str]:
    """What axe-core still calls serious after a while: a slow machine draws in steps."""
    faults: list[str] = []

    def none() -> bool:
        faults[:] = serious_faults(page, within)
        return not faults

    return [] if in_time(GIVE_UP, none) else faults


def serious_faults(page: Page, within: str | None = None) -> list[str]:
    """What axe-core calls serious or critical, with the first element of each."""
    violations = Axe().run(page, context=within).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['target']} {fault['nodes'][0]['failureSummary']}"
        for fault in violations
        if fault["impact"] in ("serious", "critical")
    ]
