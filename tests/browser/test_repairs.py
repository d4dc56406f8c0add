"""The first visitor of a fresh server may come by a link to any page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import free_port, start_app, stop_app


def test_the_first_link_to_a_fresh_server_opens_its_page(page: Page, tmp_path: Path) -> None:
    port = free_port()
    server = start_app(tmp_path, port)
    try:
        page.goto(f"http://127.0.0.1:{port}/convolution?kernel_size=5")
        expect(page.locator("h1")).to_have_text("Convolution")
        page.wait_for_timeout(1_500)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("slider", name="Kernel size")).to_have_value("5")
    finally:
        stop_app(server)


def test_the_first_visitor_of_a_fresh_server_can_go_to_another_page(
    page: Page, tmp_path: Path
) -> None:
    port = free_port()
    server = start_app(tmp_path, port)
    try:
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_role("button", name="Draw a digit").click()
        expect(page.locator("h1")).to_have_text("Draw a digit")
        page.wait_for_timeout(1_500)
        expect(page.locator("h1")).to_have_text("Draw a digit")
    finally:
        stop_app(server)


def test_the_menu_of_a_phone_is_open_to_screen_readers(phone: Page, app_url: str) -> None:
    phone.goto(app_url)
    expect(phone.locator('[data-testid="stSidebarNavItems"]')).to_have_attribute("role", "group")
