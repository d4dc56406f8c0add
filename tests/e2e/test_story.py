"""Every step of every story: its text, its control and its spot are on screen together.

A page is opened once in each window and walked to its end by the button that leads on.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dl101_core.curriculum import pages
from dl101_core.lessons import Step, read_lesson
from dl101_core.page_info import PageInfo
from tests.browser import DESK, PHONE
from tests.e2e.page_checks import COME_TO_REST, settle
from tests.patience import within

LESSONS = [page for page in pages() if page.lesson]
SHORT_PHONE = {"width": 390, "height": 664}
WINDOWS = {"desk": DESK, "phone": PHONE, "short phone": SHORT_PHONE}
ENTERED = tuple(WINDOWS)
"""Each next step is entered in another window."""
SOON = 20
"""Seconds in which a step must be on screen, on a busy machine."""

# What of an element is on screen: inside the window and inside all that clips it.
SEEN = """(one) => {
  let { left, top, right, bottom } = one.getBoundingClientRect();
  const area = (right - left) * (bottom - top);
  const cut = (box) => {
    left = Math.max(left, box.left); right = Math.min(right, box.right);
    top = Math.max(top, box.top); bottom = Math.min(bottom, box.bottom);
  };
  cut({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  for (let up = one; (up = up.assignedSlot ?? up.parentElement ?? up.getRootNode().host); )
    if (getComputedStyle(up).overflowY !== "visible") cut(up.getBoundingClientRect());
  return area ? Math.max(0, right - left) * Math.max(0, bottom - top) / area : 0;
}"""


@pytest.fixture
def story(browser: Browser) -> Iterator[Page]:
    profile = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    yield profile.new_page()
    profile.close()


@pytest.mark.parametrize("info", LESSONS, ids=lambda info: info.lesson)
def test_each_step_is_on_screen_together(story: Page, app_url: str, info: PageInfo) -> None:
    steps = read_lesson(info.lesson).steps
    story.goto(f"{app_url}/{info.url}")
    settle(story)
    for number, step in enumerate(steps):
        opened(story, number, step)
        if step.answers:
            everywhere(story, number, step, ())
            answer(story, step)
        everywhere(story, number, step, step.controls)
        if number + 1 < len(steps):
            lead_on(story)


def everywhere(page: Page, number: int, step: Step, controls: tuple[str, ...]) -> None:
    """The step as it was entered, and after the window has got another size."""
    for name, window in WINDOWS.items():
        page.set_viewport_size(window)  # type: ignore[arg-type]
        page.evaluate(COME_TO_REST)
        together(page, f"step {number + 1} {step.title!r} on a {name}", step, controls)
    page.set_viewport_size(WINDOWS[ENTERED[number % len(ENTERED)]])  # type: ignore[arg-type]


def opened(page: Page, number: int, step: Step) -> None:
    expect(page.locator(".st-key-step_open h2")).to_contain_text(step.title)
    expect(page.locator(".st-key-step_open h2 strong")).to_have_text(str(number + 1))
    page.evaluate(COME_TO_REST)


def together(page: Page, what: str, step: Step, controls: tuple[str, ...]) -> None:
    """Text, controls and spot are on screen at the same time."""
    parts = {"text": page.locator(".st-key-step_open [data-testid=stMarkdown]").first}
    for name in controls:
        parts[name] = control(page, name)
    if page.locator(".st-key-step_open [role=radiogroup]").count():
        parts["answers"] = page.locator(".st-key-step_open [role=radiogroup]")
    if step.look:
        parts[f"#look-{step.look}"] = page.locator(
            f".st-key-stage [data-spot~={step.look}], .st-key-stage .st-key-{step.look}"
        ).first
    missing: dict[str, float] = {}

    def all_seen() -> bool:
        missing.clear()
        for name, part in parts.items():
            seen = part.evaluate(SEEN) if part.count() else 0.0
            if seen < least(part, name):
                missing[name] = seen
        return not missing

    assert within(SOON, all_seen), f"{what}: not on screen {missing}"


def least(part: Locator, name: str) -> float:
    """The share that must be seen: of a spot higher than a phone's stage, what fits there."""
    return 0.3 if name.startswith("#look") else 0.98


def control(page: Page, name: str) -> Locator:
    """The control beside the text; the page's name stands before that of a field."""
    return page.locator(
        f".st-key-rail_inline [class*='-{name} '], .st-key-rail_inline [class$='-{name}'], "
        f".st-key-stage .st-key-{name}"
    ).first


def answer(page: Page, step: Step) -> None:
    """Predicts, looks and reads the explanation."""
    page.locator(".st-key-step_open").get_by_text(step.answers[step.right], exact=True).click()
    lead_on(page, "Show me")
    lead_on(page, "Explain")
    expect(page.locator(".st-key-step_open")).to_contain_text("Right.")


def lead_on(page: Page, label: str = "Next") -> None:
    button = page.locator(".st-key-rail_next").get_by_role("button", name=label, exact=True)
    expect(button).to_be_in_viewport(ratio=0.98)
    button.click()
