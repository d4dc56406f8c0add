"""Home: one can write at once, the answer comes while one writes, and the path leads to lessons."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from dl101_core.home import HEADLINE
from tests.e2e.conftest import rested, sent, to_page
from tests.e2e.page_checks import settle
from tests.e2e.test_draw import draw_with_finger, draw_with_mouse, drawn, on_page

OWN_MEMORY = "dl101_home.pad"


def open_home(page: Page, app_url: str) -> Locator:
    page.goto(app_url)
    expect(page.locator("h1")).to_have_text(HEADLINE)
    pad = page.get_by_label("Drawing pad", exact=True)
    expect(pad).to_be_visible()
    expect(answer(page)).to_have_text("3")
    expect(page.locator(".tile").first).to_be_visible()
    rested(page)
    return pad


def answer(page: Page) -> Locator:
    return page.locator(".large .digit")


def test_the_answer_comes_while_the_pen_is_down_without_a_run_of_the_script(
    page: Page, app_url: str
) -> None:
    messages: list[bytes] = sent(page)  # type: ignore[assignment]
    pad = open_home(page, app_url)
    before = page.locator(".pixels img").get_attribute("src")
    stroke = on_page(pad, drawn(2, "A"))[0]
    page.mouse.move(*stroke[0])
    page.mouse.down()
    for x, y in stroke[1:]:
        page.mouse.move(x, y)
    page.clock.run_for(400)
    expect(answer(page)).to_have_text("2")
    expect(page.locator(".pixels img")).not_to_have_attribute("src", str(before))
    assert not any(b"drawing" in one for one in messages), "the pen is still down"
    page.mouse.up()
    rested(page)
    expect(answer(page)).to_have_text("2")
    assert any(b"drawing" in one for one in messages)


def test_an_empty_pad_is_told_and_the_drawing_is_not_the_one_of_draw(
    page: Page, app_url: str
) -> None:
    pad = open_home(page, app_url)
    draw_with_mouse(page, pad, drawn(4, "D"))
    expect(answer(page)).to_have_text("4")
    assert json.loads(page.evaluate(f"sessionStorage.getItem('{OWN_MEMORY}')"))["strokes"]
    page.reload()
    expect(answer(page)).to_have_text("4")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".note.below")).to_have_text(re.compile("Draw something first"))
    expect(page.locator(".pixels img")).to_be_hidden()
    page.get_by_role("link", name="Let four networks read it").click()
    expect(page.locator("h1")).to_have_text("Draw a digit")
    expect(page.locator(".card").first.locator(".digit")).to_have_text("3")


def test_the_first_screen_has_the_pad_the_answer_and_the_way_and_keys_come_soon(
    page: Page, app_url: str
) -> None:
    pad = open_home(page, app_url)
    for part in (pad, answer(page), page.locator(".go")):
        expect(part).to_be_in_viewport(ratio=0.99)
    page.evaluate("document.activeElement.blur()")
    focused = "pad => pad.getRootNode().activeElement === pad"
    assert any(press_tab(page) and pad.evaluate(focused) for _ in range(6))
    levels = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3")].map((one) => one.tagName)"""
    )
    assert levels.count("H1") == 1


def press_tab(page: Page) -> bool:
    page.keyboard.press("Tab")
    return True


@pytest.mark.parametrize("height", [844, 664])
def test_a_phone_shows_the_pad_with_its_answer(phone: Page, app_url: str, height: int) -> None:
    phone.set_viewport_size({"width": 390, "height": height})
    pad = open_home(phone, app_url)
    draw_with_finger(phone, pad, drawn(2, "A"))
    expect(answer(phone)).to_have_text("2")
    for part in (pad, answer(phone), phone.locator(".large .sure"), phone.locator(".pixels")):
        expect(part).to_be_in_viewport(ratio=0.99)
    for button in phone.locator(".bar button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44


def test_a_lesson_opens_without_a_reload_and_back_leads_home(page: Page, app_url: str) -> None:
    open_home(page, app_url)
    page.evaluate("globalThis.sameDocument = true")
    tile = page.locator(".tile a").filter(has_text="Pooling")
    expect(tile).to_have_attribute("href", f"{app_url}/pooling")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Pooling")
    expect(page).to_have_url(re.compile(r"/pooling(\?.*)?$"))
    assert page.evaluate("globalThis.sameDocument")
    page.go_back()
    expect(page.locator("h1")).to_have_text(HEADLINE)
    page.locator(".go").click()  # where one has just been
    expect(page.locator("h1")).to_have_text("Pooling")
    page.go_back()
    expect(page.locator("h1")).to_have_text(HEADLINE)
    expect(page.locator(".tile").first).to_be_visible()
    assert page.evaluate("globalThis.sameDocument")


def test_ticks_of_the_lessons_are_on_the_path(page: Page, app_url: str) -> None:
    open_home(page, app_url)
    done = {
        "convolution": {"done": 5, "steps": 5, "at": "2026-11-01T10:00:00Z"},
        "pooling": {"done": 1, "steps": 4, "at": "2026-11-02T10:00:00Z"},
    }
    page.evaluate("done => localStorage.setItem('dl101_done', JSON.stringify(done))", done)
    try:
        to_page(page, "Pooling")
        page.get_by_test_id("stTopNavLink").filter(has_text="Home").click()
        expect(page.locator(".go")).to_have_text("ContinuePooling")
        expect(page.locator(".tile.done")).to_have_count(1)
        settle(page)
    finally:
        page.evaluate("localStorage.removeItem('dl101_done')")
