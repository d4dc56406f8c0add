"""Checks of a page: a quiet console, no overflow, no serious accessibility fault."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e.conftest import received, rested
from tests.patience import within as in_time

# On a deep link Streamlit looks for its own server below the page's path first.
STREAMLIT_PROBES = ("/_stcore/health", "/_stcore/host-config")


class Visit:
    """A page opened by its link, with all messages of the console and the server."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self.messages: list[ForwardMsg] = received(page)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(url)
        settle(page)

    def _note(self, message: ConsoleMessage) -> None:
        probe = message.location["url"].endswith(STREAMLIT_PROBES)
        if message.type in ("error", "warning") and not probe:
            self.problems.append(f"{message.type}: {message.text} ({message.location['url']})")


# Waits for ten frames without a change, shadow roots included; at most ten seconds.
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


GIVE_UP = 30  # seconds


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(
        page.evaluate(
            "Math.max(...['html', '[data-testid=stMain]'].map(s => document.querySelector(s))"
            ".map(e => e.scrollWidth - e.clientWidth))"
        )
    )


# The running text that is seen without scrolling. What names a control, a number, or a part of a
# picture is not read from beginning to end; icons are no words, though a font draws them from some.
NO_TEXT = """style, script, .katex, [data-testid=stIconMaterial], button, label, select, input, svg,
nav, table, dl, summary, figcaption, legend, .legend, .readout, p.sum, .work, [role=img],
[role=gridcell], [role=table], [data-testid=stPageLink], [data-testid=stTabs]"""
WORDS = """(noText) => {
  const found = [];
  const look = (root) => {
    for (const one of root.children) {
      const { display, clipPath } = getComputedStyle(one);
      const drawn = display === "contents" || one.checkVisibility({ visibilityProperty: true });
      if (one.matches(noText) || !drawn) continue;
      if (one.shadowRoot) look(one.shadowRoot);
      const box = one.getBoundingClientRect();
      const seen = box.width > 3 && box.top < innerHeight && box.bottom > 0;
      for (const node of seen ? one.childNodes : [])
        if (node.nodeType === 3 && clipPath === "none") found.push(node.data);
      look(one);
    }
  };
  look(document.querySelector('[data-testid="stMain"]'));
  return found.join(" ");
}"""


def words_at_first_sight(page: Page) -> list[str]:
    """What a newcomer would read before scrolling, without bare numbers and signs."""
    return [word for word in page.evaluate(WORDS, NO_TEXT).split() if any(map(str.isalpha, word))]


def lasting_faults(page: Page, within: str | None = None) -> list[str]:
    """Faults that axe-core still finds after a while: a slow machine draws in steps."""
    faults: list[str] = []

    def none() -> bool:
        faults[:] = faults_of(page, within)
        return not faults

    return [] if in_time(GIVE_UP, none) else faults


def faults_of(page: Page, within: str | None = None) -> list[str]:
    """Faults of any impact that axe-core finds, with the first element of each."""
    violations = Axe().run(page, context=within).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['target']} {fault['nodes'][0]['failureSummary']}"
        for fault in violations
    ]
