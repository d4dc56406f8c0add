"""The row above a lesson: one line, light or dark as chosen, and a code for phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dl101_core.curriculum import pages
from dl101_core.server.phone_code import svg_of
from tests.browser import DESK, PHONE
from tests.e2e.conftest import free_port, sent, start_app, stop_app
from tests.e2e.looks import luminance
from tests.e2e.page_checks import lasting_faults, overflow, settle
from tests.patience import wait_for

PUBLIC = "https://learn.example.org/dl"
APP = "app.py"
LESSONS = [page for page in pages() if page.lesson]
# What sticks out of the window, or is not beside the rest of the bar, on one line.
OUTSIDE = """bar => {
  const parts = [...bar.querySelectorAll("a, button, [data-testid='stMarkdown'] p")]
    .map((one) => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 3);
  const tools = bar.querySelector(".st-key-lesson_tools").getBoundingClientRect();
  parts.push(["tools", tools]);
  const middle = tools.top + tools.height / 2;
  return parts.filter(([, box]) =>
    box.left < 0 || box.right > innerWidth || Math.abs(box.top + box.height / 2 - middle) > 6)
    .map(([words, box]) => `${words} ${JSON.stringify(box)}`);
}"""


@pytest.fixture(scope="module")
def bar_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    state = tmp_path_factory.mktemp("bar")
    process = start_app(state, port, script=APP, DL101_PUBLIC_URL=PUBLIC)
    yield f"http://127.0.0.1:{port}"
    stop_app(process)


@pytest.fixture(autouse=True)
def _nothing_stays_chosen(page: Page) -> Iterator[None]:
    """The choice of light or dark is kept by the browser, not by the test."""
    yield
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    settle(page)
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def expect_theme(page: Page, theme: str) -> None:
    """Streamlit's own page and its colours; ``light-dark()`` of our parts follows the first."""
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", theme)
    white = "rgb(255, 255, 255)"
    expect(page.get_by_test_id("stApp")).to_have_css(
        "background-color", white if theme == "light" else "rgb(18, 23, 28)"
    )


@pytest.mark.parametrize("system", ["dark", "light"])
def test_the_choice_of_light_or_dark_wins_and_lasts(page: Page, bar_url: str, system: str) -> None:
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    other = "light" if system == "dark" else "dark"
    opened(page, f"{bar_url}/convolution?stride=2")
    page.evaluate("globalThis.dl101Same = true")
    button(page, f"Switch to {other}").click()
    expect_theme(page, other)
    expect(button(page, f"Switch to {system}")).to_be_visible()
    assert page.evaluate("globalThis.dl101Same"), "the page was loaded again"
    page.get_by_role("link", name="Colour").click()
    expect(page.locator("h1")).to_have_text("Colour")
    expect_theme(page, other)
    page.reload()
    settle(page)
    expect_theme(page, other)
    opened(page, f"{bar_url}/pooling")
    expect_theme(page, other)
    page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    expect_theme(page, other)
    button(page, f"Switch to {system}").click()
    expect_theme(page, system)


def test_another_tab_follows_and_paper_does_not_undo_it(page: Page, bar_url: str) -> None:
    page.emulate_media(color_scheme="light")
    opened(page, f"{bar_url}/convolution")
    tab = opened(page.context.new_page(), f"{bar_url}/pooling")
    button(page, "Switch to dark").click()
    expect_theme(tab, "dark")
    expect(button(tab, "Switch to light")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect_theme(page, "dark")


def test_rubbish_that_is_kept_does_no_harm(page: Page, bar_url: str) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, f"{bar_url}/convolution")
    page.evaluate("localStorage.setItem('dl101_theme', '<b>')")
    page.reload()
    settle(page)
    expect_theme(page, "dark")


@pytest.mark.parametrize("info", LESSONS, ids=lambda info: info.title)
def test_it_is_one_line_on_a_laptop_and_on_a_phone(page: Page, bar_url: str, info: object) -> None:
    url = getattr(info, "url", "")
    opened(page, f"{bar_url}/{url}?projector=true")
    bar = page.locator(".st-key-lesson_bar")
    for width in (DESK["width"], PHONE["width"], 320):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert overflow(page) <= 0, width
        assert bar.evaluate(OUTSIDE) == [], width
    for link in bar.get_by_role("link").all():
        assert (link.text_content() or "").strip()
    assert lasting_faults(page, ".st-key-lesson_bar") == []
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def test_projector_mode_is_larger_slimmer_and_goes_along(page: Page, bar_url: str) -> None:
    opened(page, f"{bar_url}/convolution?stride=2")
    top = page.locator("h1").evaluate("one => one.getBoundingClientRect().top")
    button(page, "Projector").click()
    expect(page).to_have_url(re.compile(r"/convolution\?stride=2&projector=true$"))
    expect(page.locator("html")).to_have_css("font-size", "20px")
    assert page.locator("h1").evaluate("one => one.getBoundingClientRect().top") < top / 2
    expect(page.get_by_test_id("stTopNav")).to_be_hidden()
    page.get_by_role("link", name="Colour").click()
    expect(page).to_have_url(re.compile(r"/colour\?projector=true"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/convolution\?stride=2&projector=true$"))
    expect(page.get_by_role("slider", name="Stride")).to_have_value("2")
    page.reload()
    settle(page)
    expect(page.locator("html")).to_have_css("font-size", "20px")
    button(page, "Leave projector").click()
    expect(page).to_have_url(re.compile(r"/convolution\?stride=2$"))
    expect(page.locator("html")).to_have_css("font-size", "16px")
    expect(page.get_by_test_id("stTopNav")).to_be_visible()


def test_the_menu_stays_where_no_bar_leads_on(page: Page, bar_url: str) -> None:
    opened(page, f"{bar_url}/?projector=true")
    expect(page.locator("html")).to_have_css("font-size", "20px")
    expect(page.get_by_test_id("stTopNav")).to_be_visible()


def test_the_code_is_this_experiment_and_follows_it(page: Page, bar_url: str) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, f"{bar_url}/convolution?stride=2&projector=true")
    button(page, "QR code for phones").click()
    code = page.get_by_role("img", name=re.compile("^QR code of"))
    expect(code).to_have_attribute("alt", f"QR code of {PUBLIC}/convolution?stride=2")
    shown = code.evaluate("one => decodeURIComponent(one.src.split(',').slice(1).join(','))")
    assert shown == svg_of(f"{PUBLIC}/convolution?stride=2")
    expect(code).to_have_js_property("complete", True)
    light = luminance(code.screenshot())
    edge = round(light.shape[0] * 0.08)
    assert light[:edge].min() > 0.95
    assert light[:, :edge].min() > 0.95
    assert light[edge * 2].min() < 0.05
    page.get_by_role("slider", name="Stride").press("ArrowRight")
    expect(page).to_have_url(re.compile("stride=3"))
    page.clock.run_for(500)
    expect(code).to_have_attribute("alt", f"QR code of {PUBLIC}/convolution?stride=3")
    page.keyboard.press("Escape")
    expect(code).to_be_hidden()


def test_without_an_address_for_phones_there_is_a_sentence_and_no_code(
    page: Page, tmp_path: Path
) -> None:
    port = free_port()
    server = start_app(
        tmp_path, port, "--server.address=127.0.0.1", script=APP, DL101_PUBLIC_URL=""
    )
    try:
        opened(page, f"http://127.0.0.1:{port}/convolution?projector=true")
        button(page, "QR code for phones").click()
        expect(page.get_by_text("No phone can open this page")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("^QR code"))).to_have_count(0)
    finally:
        stop_app(server)


def test_the_code_and_the_theme_send_the_session_nothing(page: Page, bar_url: str) -> None:
    messages = sent(page)
    opened(page, f"{bar_url}/convolution?projector=true")
    wait_for(lambda: bool(messages))
    page.clock.run_for(5_000)
    before = len(messages)
    button(page, "QR code for phones").click()
    expect(page.get_by_role("img", name=re.compile("^QR code of"))).to_be_visible()
    page.keyboard.press("Escape")
    button(page, "Switch to dark").click()
    expect_theme(page, "dark")
    assert len(messages) == before


def test_paper_has_no_bar(page: Page, bar_url: str) -> None:
    opened(page, f"{bar_url}/convolution?projector=true")
    page.emulate_media(media="print")
    expect(page.locator(".st-key-lesson_bar")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("html")).to_have_css("font-size", "16px")
    page.emulate_media(media="screen")
