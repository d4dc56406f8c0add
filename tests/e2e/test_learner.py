"""Only the browser that started a run may steer it; a link may not."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import at_rest, free_port, sent, start_app, stop_app
from tests.e2e.test_training import LONG, loss_chart, open_lab, said, start, steer
from tests.patience import wait_for

COOKIE = "dl101_learner"
NO_COOKIES = "Object.defineProperty(document, 'cookie', {get() { return '' }, set() {}})"
HOSTILE = "<script>alert(1)</script>"


def key_of(page: Page) -> str:
    kept = [each for each in page.context.cookies() if each.get("name") == COOKIE]
    assert len(kept) == 1
    assert kept[0]["sameSite"] == "Strict"
    return kept[0]["value"]


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop").click()
    expect(said(page)).to_contain_text("Stopped at step")


def test_the_key_survives_refresh_tab_and_server_and_no_link_carries_it(
    page: Page, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = start_app(tmp_path, port)
    try:
        open_lab(page, url, f"{LONG}&seed=31")
        start(page)
        expect(loss_chart(page)).to_be_visible()
        key, link = key_of(page), page.url
        for tab in (page, page.context.new_page()):
            tab.goto(link)
            steer(tab, "Pause").click()
            steer(tab, "Resume").click()
            expect(steer(tab, "Pause")).to_be_visible()
            assert key not in tab.content()
            assert key not in tab.url
        stop_app(server)
        server = start_app(tmp_path, port)
        page.reload()
        stop(page)
        assert key_of(page) == key
    finally:
        stop_app(server)
    assert key not in (tmp_path / "server.log").read_text()


def test_a_link_shows_a_run_elsewhere_but_does_not_steer_it(
    page: Page, browser: Browser, app_url: str
) -> None:
    open_lab(page, app_url, f"{LONG}&seed=32")
    start(page)
    elsewhere = browser.new_context().new_page()
    elsewhere.goto(page.url)
    expect(loss_chart(elsewhere)).to_be_visible()
    expect(elsewhere.get_by_text("Another learner started this run")).to_be_visible()
    expect(elsewhere.get_by_role("button", name="Use its settings")).to_be_visible()
    for name in ("Pause", "Stop", "Learning rate", "Delete"):
        expect(elsewhere.get_by_role("button", name=name, exact=True)).to_have_count(0)
    elsewhere.context.close()
    stop(page)


def test_opening_the_lab_takes_one_run_of_its_script(page: Page, app_url: str) -> None:
    messages = sent(page)
    open_lab(page, app_url, "")
    wait_for(lambda: page.evaluate(f"document.cookie.includes('{COOKIE}')"))
    assert key_of(page)
    assert at_rest(page, messages) == 1


def test_a_hostile_cookie_is_replaced(page: Page, app_url: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": HOSTILE, "url": app_url}])
    open_lab(page, app_url, "")
    expect(page.get_by_role("button", name="Start", exact=True).last).to_be_visible()
    good = f"/{COOKIE}=[A-Za-z0-9_-]{{32}}(;|$)/.test(document.cookie)"
    wait_for(lambda: page.evaluate(good))
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", key_of(page))


def test_without_cookies_a_run_can_be_steered_until_the_refresh(page: Page, app_url: str) -> None:
    page.add_init_script(NO_COOKIES)
    open_lab(page, app_url, f"{LONG}&seed=33")
    start(page)
    expect(page.get_by_text("This browser keeps no cookies for this page")).to_be_visible()
    steer(page, "Pause").click()
    expect(page.get_by_text(re.compile("^Paused at step"))).to_be_visible()
    stop(page)
