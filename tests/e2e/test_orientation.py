"""Every page says where one is, and the keyboard gets to its picture by one link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext as Profile
from playwright.sync_api import Page, expect

from dl101_core.curriculum import CURRICULUM, pages, tab_title
from dl101_core.page_info import PageInfo
from tests.browser import DESK, PHONE
from tests.e2e.conftest import to_page
from tests.e2e.page_checks import settle

STAGE = """
() => {
  const stage = document.createElement("div");
  stage.className = "st-key-stage";
  stage.append("The picture");
  document.querySelector('[data-testid="stMain"]').append(stage);
}
"""
SHADOW = "one => getComputedStyle(one).boxShadow"


@pytest.fixture(scope="module", params=pages(), ids=lambda info: info.title)
def info(request: pytest.FixtureRequest) -> PageInfo:
    page: PageInfo = request.param
    return page


@pytest.fixture(scope="module")
def visit(info: PageInfo, laptop: Profile, app_url: str) -> Iterator[Page]:
    page = laptop.new_page()
    page.goto(f"{app_url}/{info.url}")
    settle(page)
    yield page
    page.close()


def chapter_of(info: PageInfo) -> str:
    return next(name for name, chapter in CURRICULUM.items() if info in chapter)


def test_the_first_tab_stop_leads_to_the_picture_or_to_the_title(visit: Page) -> None:
    link = visit.get_by_role("link", name="To the picture")
    expect(link).to_be_attached()
    visit.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    visit.keyboard.press("Enter")
    stage = visit.locator(".st-key-stage")
    expect(stage if stage.count() else visit.locator("h1")).to_be_focused()
    assert "#" not in visit.url


def test_the_tab_and_the_menu_name_the_page(visit: Page, info: PageInfo) -> None:
    visit.set_viewport_size(DESK)  # type: ignore[arg-type]
    expect(visit).to_have_title(tab_title(info))
    chapter = visit.locator('[data-testid="stTopNavSection"][aria-current]')
    if not chapter_of(info):
        expect(chapter).to_have_count(0)
        current = visit.locator('[data-testid="stTopNavLink"][aria-current="page"]')
    else:
        expect(chapter.locator("p")).to_have_text(chapter_of(info))
        assert "inset" in chapter.evaluate(SHADOW)
        chapter.click()
        current = visit.locator('[data-testid="stTopNavDropdownLink"][aria-current="page"]')
    expect(current.locator("p")).to_have_text(info.title)
    assert "inset" in current.evaluate(SHADOW)
    visit.keyboard.press("Escape")


def test_a_phone_has_a_menu_that_says_so_and_marks_the_page(visit: Page, info: PageInfo) -> None:
    visit.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(visit)
    menu = visit.get_by_role("button", name="Menu", exact=True)
    shown = menu.evaluate("one => getComputedStyle(one, '::after').content")
    assert shown == '"Menu"'
    menu.click()
    current = visit.locator('[data-testid="stSidebarNavLink"][aria-current="page"]')
    expect(current).to_have_count(1)
    expect(current.locator("p")).to_have_text(info.title)
    assert "inset" in current.evaluate(SHADOW)
    visit.get_by_role("button", name="Close the menu").click()
    visit.set_viewport_size(DESK)  # type: ignore[arg-type]
    settle(visit)


def test_marks_follow_from_page_to_page(page: Page, app_url: str) -> None:
    page.goto(app_url)
    settle(page)
    to_page(page, "Pooling")
    expect(page).to_have_title("Pooling · Deep Learning 101")
    chapter = page.locator('[data-testid="stTopNavSection"][aria-current]')
    expect(chapter.locator("p")).to_have_text("Convolutional networks")
    page.get_by_test_id("stTopNavLink").click()
    expect(page).to_have_title("Deep Learning 101")
    expect(chapter).to_have_count(0)


def test_a_stage_takes_the_focus_before_the_title(page: Page, app_url: str) -> None:
    page.goto(app_url)
    settle(page)
    page.evaluate(STAGE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-stage").last).to_be_focused()
