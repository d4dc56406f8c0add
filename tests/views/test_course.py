"""The path on Home with eight chapters and thirty lessons, made up: it fits, and it works."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.home.made_up import chapters
from tests.views.alone import Alone, mounted
from tests.views.test_gallery import axe, faults, problems, wider

KEY = "dl101_done"
WIDE = "main { max-width: 1120px !important; margin: 1rem auto !important }"
SOME = {
    "data-and-splits": {"done": 4, "steps": 4, "at": "2026-11-01T10:00:00Z"},
    "kinds-of-learning": {"done": 3, "steps": 3, "at": "2026-11-02T10:00:00Z"},
    "objective-functions": {"done": 5, "steps": 5, "at": "2026-11-03T10:00:00Z"},
    "linear-regression": {"done": 2, "steps": 6, "at": "2026-11-04T10:00:00Z"},
    "convolution": {"done": 1, "steps": 5, "at": "2026-10-01T10:00:00Z"},
}


def course(page: Page, done: object = None) -> Alone:
    """The part with the made-up course, in a browser that has done ``done``."""
    script = f"const done = {json.dumps(done)}, key = '{KEY}';"
    page.add_init_script(
        f"{{ {script} if (done === null) localStorage.removeItem(key);"
        " else localStorage.setItem(key, JSON.stringify(done)); }"
    )
    alone = mounted(page, "home/course", {"chapters": msgspec.to_builtins(chapters())})
    page.add_style_tag(content=WIDE)
    expect(page.locator(".tile")).to_have_count(30)
    return alone


@pytest.mark.parametrize("done", [None, SOME], ids=["new", "some"])
def test_eight_chapters_fit_a_laptop_by_day_and_by_night(page: Page, done: object) -> None:
    said = problems(page)
    course(page, done)
    expect(page.locator(".chapter")).to_have_count(8)
    assert faults(page) == []
    assert wider(page) <= 0
    assert cut(page) == []
    page.emulate_media(color_scheme="dark")
    page.clock.run_for(1000)
    assert faults(page) == []
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 700, 900])
def test_eight_chapters_fit_smaller_windows(phone: Page, width: int) -> None:
    phone.set_viewport_size({"width": width, "height": 844})
    course(phone, SOME)
    assert wider(phone) <= 0
    assert cut(phone) == []
    assert faults(phone) == []
    phone.emulate_media(color_scheme="dark")
    phone.clock.run_for(1000)
    assert axe(phone, {"runOnly": ["target-size", "color-contrast"]}) == []


def cut(page: Page) -> list[str]:
    """Words of the path that are wider than their place."""
    script = """() => [...document.querySelector("main > div").shadowRoot
      .querySelectorAll("h2, h3, p, .name, .answers, .flag, .go span, .go b")]
      .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).display !== "inline")
      .map((one) => one.textContent)"""
    found: list[str] = page.evaluate(script)
    return found


def test_ticks_and_the_way_on_are_those_of_this_browser(page: Page) -> None:
    alone = course(page, SOME)
    expect(page.locator(".count")).to_have_text("3 of 30 lessons done in this browser")
    expect(page.locator(".tile.done")).to_have_count(3)
    expect(page.get_by_role("link", name="Data and splits")).to_contain_text("Done.")
    expect(page.locator(".go")).to_have_text("ContinueLinear regression")
    expect(page.locator(".flag:visible")).to_have_text(["Continue · 2 of 6 steps", "1 of 5 steps"])
    expect(page.locator(".chapter.full .share")).to_have_text(["3 of 3 done"])
    expect(page.locator(".stops .here")).to_have_text("2Linear")
    assert alone.sent == []


def test_a_new_browser_starts_with_the_first_lesson(page: Page) -> None:
    course(page)
    expect(page.locator(".go")).to_have_text("Start hereData and splits")
    expect(page.locator(".flag:visible")).to_have_text(["Start here"])
    expect(page.locator(".count")).to_have_text("30 lessons")
    expect(page.locator(".own")).to_be_hidden()


HOSTILE: list[Any] = [
    7,
    [],
    "x",
    {"convolution": None},
    {"convolution": {"done": "<b>", "steps": 1}},
]


@pytest.mark.parametrize("done", HOSTILE, ids=range(len(HOSTILE)))
def test_what_else_stands_in_the_storage_does_no_harm(page: Page, done: object) -> None:
    said = problems(page)
    course(page, done)
    expect(page.locator(".go b")).to_have_text("Start here")
    assert said == []


def test_ticks_can_be_forgotten_and_brought_back(page: Page) -> None:
    course(page, SOME)
    page.get_by_role("button", name="Forget them").click()
    expect(page.locator(".tile.done")).to_have_count(0)
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is None
    page.get_by_role("button", name="Bring them back").click()
    expect(page.locator(".tile.done")).to_have_count(3)


def test_a_link_asks_for_its_page_and_leaves_other_clicks_to_the_browser(page: Page) -> None:
    alone = course(page)
    link = page.get_by_role("link", name="Pooling")
    expect(link).to_have_attribute("href", "http://localhost/pooling")
    link.focus()
    page.keyboard.press("Enter")
    page.locator(".go").click()
    assert alone.sent == [("open", "pooling"), ("open", "data-and-splits")]
    prevented = link.evaluate(
        """link => { let kept; addEventListener("click", (event) => {
             kept = event.defaultPrevented; event.preventDefault(); }, { once: true });
           link.dispatchEvent(new MouseEvent("click",
             { ctrlKey: true, bubbles: true, composed: true, cancelable: true }));
           return kept; }"""
    )
    assert prevented is False
    assert len(alone.sent) == 2


def test_a_stop_of_the_strip_leads_to_its_chapter(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    course(page)
    page.get_by_role("button", name="7 Laboratory").click()
    heading = page.get_by_role("heading", name="Laboratory")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_hovering_sends_nothing_and_nothing_moves_under_reduced_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    alone = course(page, SOME)
    page.get_by_role("link", name="Pooling").hover()
    assert alone.sent == []
    assert page.evaluate("document.getAnimations().length") == 0
