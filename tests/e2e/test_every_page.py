"""Every page in real Chromium, each opened once: quiet, fitting, accessible, on paper too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext as Profile
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dl101_core.curriculum import pages
from dl101_core.lessons import read_lesson
from dl101_core.page_info import PageInfo
from tests.browser import DESK, PHONE
from tests.e2e.conftest import to_settings
from tests.e2e.looks import A4, NOT_ON_PAPER, faint_rings, leaves, titles_of_select_boxes, unfit
from tests.e2e.page_checks import (
    Visit,
    lasting_faults,
    overflow,
    settle,
    words_at_first_sight,
)

MOST_WORDS = 80
TABS_OF_LESSONS = ("The code", "Lecture notes say", "The maths")


@pytest.fixture(scope="module", params=pages(), ids=lambda info: info.title)
def info(request: pytest.FixtureRequest) -> PageInfo:
    page: PageInfo = request.param
    return page


@pytest.fixture(scope="module")
def visit(info: PageInfo, laptop: Profile, app_url: str) -> Iterator[Visit]:
    """One visit for all tests of a page: opening the page takes longer than each test."""
    visit = Visit(laptop.new_page(), f"{app_url}/{info.url}")
    expect(visit.page.get_by_test_id("stSkeleton")).to_have_count(0)
    yield visit
    visit.page.close()


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page of the visit, on a laptop with the light theme, at the start of every test."""
    visit.page.emulate_media(media="screen", color_scheme="light")
    visit.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    expect(visit.page.get_by_test_id("stApp")).to_have_css("color-scheme", "light")
    settle(visit.page)
    return visit.page


def by_night(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")


def to_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(page)


def test_few_words_are_seen_at_first_and_the_control_is_near_by_keys(
    page: Page, info: PageInfo
) -> None:
    words = words_at_first_sight(page)
    assert len(words) <= MOST_WORDS, words
    if info.lesson:
        expect(page.get_by_role("link", name="To the controls")).to_be_attached()
        for key in ("Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        step = read_lesson(info.lesson).steps[0]
        place = ".st-key-rail_inline" if step.controls else ".st-key-rail"
        assert page.locator(f"{place} :focus").count()


def test_it_is_accessible_on_a_projector(page: Page) -> None:
    button = page.locator(".st-key-lesson_bar").get_by_role("button", name="Projector")
    if not button.count():
        return
    button.click()
    expect(page.locator("html")).to_have_css("font-size", "20px")
    settle(page)
    assert overflow(page) <= 0
    assert lasting_faults(page) == []
    page.get_by_role("button", name="Leave projector").click()
    expect(page.locator("html")).to_have_css("font-size", "16px")


def test_it_is_accessible_and_no_fragment_has_a_neighbour(page: Page, visit: Visit) -> None:
    assert lasting_faults(page) == []
    assert neighbours_of_fragments(visit.messages) == []


def test_the_focus_is_seen_by_day_and_by_night(page: Page) -> None:
    assert faint_rings(page, "light") == []
    by_night(page)
    assert faint_rings(page, "dark") == []


def test_it_is_whole_on_paper(page: Page) -> None:
    screen = leaves(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    paper = leaves(page)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    before: dict[str, str] = screen["over"]
    assert {pair: words for pair, words in paper["over"].items() if pair not in before} == {}
    lost = [a for a, b in zip(screen["shown"], paper["shown"], strict=True) if a and not b]
    assert set(lost) <= NOT_ON_PAPER
    assert paper["beyond"] == []


def test_titles_and_formulas_fit_and_a_phone_by_night_has_no_faults(page: Page) -> None:
    if page.get_by_role("radio", name="Settings").count():
        to_settings(page)
    titles = titles_of_select_boxes(page)
    assert unfit(page, titles) == []
    by_night(page)
    to_phone(page)
    assert unfit(page, titles) == []
    assert overflow(page) <= 0, f"{overflow(page)} pixels too wide at 390"
    assert lasting_faults(page) == []


def test_every_tab_of_a_lesson_fits_a_phone_and_is_accessible(page: Page, info: PageInfo) -> None:
    by_night(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for tab in TABS_OF_LESSONS if info.lesson else ():
        page.get_by_role("tab", name=tab).click()
        settle(page)
        assert overflow(page) <= 0, tab
        assert lasting_faults(page, "[data-testid=stTabs]") == [], tab


def test_the_console_was_quiet_all_the_while(visit: Visit) -> None:
    assert visit.problems == []


def neighbours_of_fragments(messages: list[ForwardMsg]) -> list[str]:
    """Elements in one container with a fragment; ``ui/fragments.py`` says why none may be there."""
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
