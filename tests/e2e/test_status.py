"""The operator's status page in real Chromium: quiet, accessible, and shut without the key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dl101_core.home import HEADLINE
from tests.e2e.conftest import free_port, start_app, stop_app
from tests.e2e.page_checks import Visit, lasting_faults, overflow, settle

KEY = "correct horse battery staple"


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[str, Path]]:
    """An app with a key that has had its first visitor: its address and its log."""
    state, port = tmp_path_factory.mktemp("guarded"), free_port()
    (state / "secrets.toml").write_text(f"admin_key = {json.dumps(KEY)}\n")
    process = start_app(state, port, f"--secrets.files={state / 'secrets.toml'}")
    visitor = browser.new_page()
    visitor.goto(f"http://127.0.0.1:{port}")
    expect(visitor.locator("h1")).to_be_visible()
    visitor.close()
    yield f"http://127.0.0.1:{port}", state / "server.log"
    stop_app(process)


def give(page: Page, key: str) -> None:
    page.get_by_label("Admin key").fill(key)
    page.get_by_role("button", name="Open").click()


@pytest.mark.parametrize("device", ["page", "phone"])
def test_the_page_is_quiet_fits_and_is_accessible(
    guarded: tuple[str, Path], device: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(device)
    visit = Visit(page, f"{guarded[0]}/status")
    expect(page.locator("h1")).to_have_text("Server status")
    assert lasting_faults(page) == []
    assert overflow(page) <= 0
    give(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text(re.compile("That is not the key"))
    assert lasting_faults(page) == []
    give(page, KEY)
    expect(page.get_by_role("table")).to_have_count(3)
    settle(page)
    assert lasting_faults(page) == []
    assert overflow(page) <= 0
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    settle(page)
    assert lasting_faults(page) == []
    assert visit.problems == []


def test_the_page_opens_by_keyboard_alone_and_reads_its_numbers_again(
    page: Page, guarded: tuple[str, Path]
) -> None:
    page.goto(f"{guarded[0]}/status")
    field = page.get_by_label("Admin key")
    expect(field).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if field.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.type(KEY)
    page.keyboard.press("Enter")
    up = page.get_by_test_id("stMetric").filter(has_text="Up for")
    expect(up).to_be_visible()
    first = up.inner_text()
    page.clock.run_for(4_000)
    expect(up).not_to_have_text(first.replace("\n", ""))
    sessions = page.get_by_test_id("stMetric").filter(has_text="Sessions now").inner_text()
    assert int(sessions.split("\n")[-1]) >= 1, "Streamlit no longer tells how many sessions it has"


def test_the_key_is_neither_in_the_address_nor_kept_beyond_the_session(
    page: Page, guarded: tuple[str, Path]
) -> None:
    page.goto(f"{guarded[0]}/status")
    give(page, KEY)
    expect(page.get_by_role("table").first).to_be_visible()
    assert page.url == f"{guarded[0]}/status"
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert KEY not in stored + json.dumps(page.context.cookies())
    page.reload()
    expect(page.get_by_label("Admin key")).to_have_value("")
    expect(page.get_by_role("table")).to_have_count(0)


def test_the_menu_and_home_do_not_name_the_page(page: Page, guarded: tuple[str, Path]) -> None:
    page.goto(guarded[0])
    settle(page)
    assert "Server status" not in page.locator("body").inner_text()
    assert "Operator" not in page.locator("body").inner_text()


def test_without_a_key_the_address_is_not_found_and_nobody_misses_a_secrets_file(
    page: Page, app_url: str, app_state: Path
) -> None:
    page.goto(f"{app_url}/status")
    expect(page.get_by_role("dialog")).to_contain_text("Page not found")
    expect(page.locator("h1")).to_have_text(HEADLINE)
    assert "secret" not in page.locator("body").inner_text().lower()
    assert "secret" not in (app_state / "server.log").read_text().lower()


def test_the_log_says_what_started_and_never_the_key_or_an_address(
    guarded: tuple[str, Path], page: Page
) -> None:
    page.goto(f"{guarded[0]}/status?admin_key={KEY.replace(' ', '+')}")
    expect(page.get_by_label("Admin key")).to_be_visible()
    lines = [line for line in guarded[1].read_text().splitlines() if line.startswith("{")]
    messages = [json.loads(line)["message"] for line in lines]
    assert any(message.startswith("server started: Deep Learning 101") for message in messages)
    assert any(message.startswith("limits: workers") for message in messages)
    text = "\n".join(lines)
    assert not any(word in text for word in (KEY, KEY.replace(" ", "+"), "127.0.0.1"))
