"""The first visitors of a fresh server may open any link, valid or not."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Page, expect

from dl101_core.curriculum import page_at
from tests.e2e.conftest import free_port, rested, start_app, stop_app
from tests.patience import wait_for


def test_a_class_that_comes_to_a_fresh_server_by_links_finds_its_pages(
    page: Page, tmp_path: Path
) -> None:
    port = free_port()
    right = ["convolution?kernel_size=5"]
    wrong = ["filters?picture=nobody", "training?lr=-1&epochs=many", "builder?net=nonsense"]
    links = right + wrong
    tabs = [page, *(page.context.new_page() for _ in links[1:])]
    server = start_app(tmp_path, port)
    try:
        for tab, link in zip(tabs, links, strict=True):
            tab.goto(f"http://127.0.0.1:{port}/{link}", wait_until="commit")
        for tab, link in zip(tabs, links, strict=True):
            name = link.partition("?")[0]
            expect(tab.locator("h1")).to_have_text(page_at(name).title)
            expect(tab.get_by_role("dialog")).to_have_count(0)
            expect(tab.locator('[data-test-script-state="notRunning"]')).to_be_attached()
            expect(tab.get_by_role("dialog")).to_have_count(0)
            assert urlparse(tab.url).path == f"/{name}"
        assert page.url.endswith(right[0])
        expect(page.get_by_role("slider", name="Kernel size")).to_have_value("5")
    finally:
        stop_app(server)


def go_from_home_to_draw(page: Page, port: int) -> None:
    page.goto(f"http://127.0.0.1:{port}")
    page.get_by_role("link", name="Let four networks read it").click()
    expect(page.locator("h1")).to_have_text("Draw a digit")


def test_a_page_stays_where_its_visitor_went_when_the_server_is_started_again(
    page: Page, tmp_path: Path
) -> None:
    port = free_port()
    server = start_app(tmp_path, port)
    try:
        go_from_home_to_draw(page, port)
        rested(page)
        stop_app(server)
        lost = page.get_by_role("dialog", name="Connection error")
        expect(lost).to_be_visible()
        server = start_app(tmp_path, port)
        expect(lost).to_have_count(0)
        # The page's first run has only begun.
        wait_for(lambda: "server started" in (tmp_path / "server.log").read_text())
        rested(page)
        expect(page).to_have_url(re.compile(r"/draw(\?|$)"))
        expect(page.locator("h1")).to_have_text("Draw a digit")
    finally:
        stop_app(server)


def test_the_menu_of_a_phone_is_open_to_screen_readers(phone: Page, app_url: str) -> None:
    phone.goto(app_url)
    expect(phone.locator('[data-testid="stSidebarNavItems"]')).to_have_attribute("role", "group")
