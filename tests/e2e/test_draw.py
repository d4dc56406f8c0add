"""Draw a digit with mouse, finger and keys, and read what the networks say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from dl101_core.draw.drawn import DrawnDigit, read_drawn
from tests.e2e.cable import Cable
from tests.e2e.conftest import rested

DRAWN = read_drawn(Path(__file__).resolve().parents[1] / "drawn")


def drawn(label: int, hand: str) -> DrawnDigit:
    return next(digit for digit in DRAWN if (digit.label, digit.hand) == (label, hand))


def open_pad(page: Page, app_url: str, query: str = "") -> Locator:
    page.goto(f"{app_url}/draw{query}")
    pad = page.get_by_label("Drawing pad", exact=True)
    expect(pad).to_be_visible()
    expect(winner(page, "CNN")).to_have_text(re.compile(r"\d"))
    rested(page)
    return pad


def winner(page: Page, network: str) -> Locator:
    """The large digit on the card of ``network``."""
    title = page.get_by_text(network, exact=True)
    return page.locator(".card").filter(has=title).locator(".digit")


def sent(page: Page) -> list[list[list[float]]]:
    """The strokes that the pad sent last."""
    kept: Any = json.loads(
        page.evaluate("sessionStorage.getItem('dl101_draw.pad')") or '{"strokes":[]}'
    )
    return kept["strokes"]  # type: ignore[no-any-return]


def on_page(pad: Locator, digit: DrawnDigit) -> list[list[tuple[float, float]]]:
    box = pad.bounding_box()
    assert box
    scale = box["width"] / 280
    return [
        [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
        for stroke in digit.drawing.strokes
    ]


def draw_with_mouse(page: Page, pad: Locator, digit: DrawnDigit) -> None:
    for stroke in on_page(pad, digit):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for x, y in stroke[1:]:
            page.mouse.move(x, y)
        page.mouse.up()


def draw_with_finger(page: Page, pad: Locator, digit: DrawnDigit) -> None:
    touch = page.context.new_cdp_session(page)
    for stroke in on_page(pad, digit):
        for step, (x, y) in enumerate(stroke):
            kind = "touchMove" if step else "touchStart"
            points = [{"x": x, "y": y}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(("label", "hand"), [(4, "D"), (8, "F")])
def test_a_digit_drawn_with_the_mouse_is_read(
    page: Page, app_url: str, label: int, hand: str
) -> None:
    pad = open_pad(page, app_url)
    digit = drawn(label, hand)
    draw_with_mouse(page, pad, digit)
    expect(winner(page, "CNN")).to_have_text(str(label))
    assert len(sent(page)) == len(digit.drawing.strokes)


def test_a_digit_drawn_with_a_finger_is_read_and_the_page_does_not_scroll(
    phone: Page, app_url: str
) -> None:
    pad = open_pad(phone, app_url)
    pad.scroll_into_view_if_needed()
    before = pad.bounding_box()
    draw_with_finger(phone, pad, drawn(2, "A"))
    expect(winner(phone, "CNN")).to_have_text("2")
    assert pad.bounding_box() == before
    assert len(sent(phone)) == 1
    for button in phone.locator(".bar button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44


def test_undo_takes_the_last_stroke_back_and_clear_can_be_undone(page: Page, app_url: str) -> None:
    pad = open_pad(page, app_url)
    draw_with_mouse(page, pad, drawn(4, "D"))
    assert len(sent(page)) == 3
    page.get_by_role("button", name="Undo").click()
    assert len(sent(page)) == 2
    page.get_by_role("button", name="Clear").click()
    assert sent(page) == []
    expect(page.get_by_text("Draw something first")).to_have_count(2)  # seen, and spoken
    expect(winner(page, "CNN")).to_have_text("–")
    page.get_by_role("button", name="Undo").click()
    assert len(sent(page)) == 2
    expect(winner(page, "CNN")).to_have_text(re.compile(r"\d"))


def test_a_single_dot_gets_a_sentence(page: Page, app_url: str) -> None:
    pad = open_pad(page, app_url)
    pad.click(position={"x": 100, "y": 100})
    expect(page.get_by_text("single dot").first).to_be_visible()
    expect(winner(page, "CNN")).to_have_text("–")


def test_the_keyboard_draws_undoes_and_clears(page: Page, app_url: str) -> None:
    pad = open_pad(page, app_url)
    pad.focus()
    for key, times in (("ArrowUp", 6), ("Space", 1), ("ArrowDown", 12), ("Space", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    assert len(sent(page)) == 1
    expect(winner(page, "CNN")).to_have_text("1")
    page.keyboard.press("Control+z")
    assert sent(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    assert sent(page) == []


def test_the_drawing_survives_a_refresh(page: Page, app_url: str) -> None:
    pad = open_pad(page, app_url)
    draw_with_mouse(page, pad, drawn(5, "C"))
    expect(winner(page, "CNN")).to_have_text("5")
    page.reload()
    expect(winner(page, "CNN")).to_have_text("5")


def test_a_link_opens_an_example_and_the_feature_maps(page: Page, app_url: str) -> None:
    open_pad(page, app_url, "?start=A+7+with+a+bar&view=What+the+CNN+sees")
    expect(winner(page, "CNN")).to_have_text("7")
    expect(page.get_by_role("img", name=re.compile("Layer 2"))).to_be_visible()


def test_another_start_takes_the_place_of_the_drawing(page: Page, app_url: str) -> None:
    pad = open_pad(page, app_url)
    draw_with_mouse(page, pad, drawn(8, "F"))
    expect(winner(page, "CNN")).to_have_text("8")
    page.get_by_label("Start from").click()
    page.get_by_role("option", name="A tiny 4").click()
    expect(winner(page, "CNN")).to_have_text("4")
    draw_with_mouse(page, pad, drawn(1, "D"))  # over the 4: no longer the example
    page.get_by_role("button", name="Clear").click()
    draw_with_mouse(page, pad, drawn(0, "A"))
    expect(winner(page, "CNN")).to_have_text("0")


def test_formula_and_code_follow_the_drawing_once_it_rests(page: Page, app_url: str) -> None:
    pad = open_pad(page, app_url, "?tab=The+code")
    printed = page.locator('[data-testid="stCode"]').last
    before = printed.inner_text()
    draw_with_mouse(page, pad, drawn(4, "D"))
    expect(winner(page, "CNN")).to_have_text("4")
    expect(printed).not_to_have_text(before)
    expect(printed).to_contain_text("4")


def test_answers_are_dimmed_while_the_server_has_not_read_what_is_on_the_pad(
    page: Page, app_url: str
) -> None:
    cable = Cable(int(urlparse(app_url).port or 0))
    pad = open_pad(page, f"http://127.0.0.1:{cable.port}")
    draw_with_mouse(page, pad, drawn(4, "D"))
    expect(winner(page, "CNN")).to_have_text("4")
    bars, late = page.locator(".networks"), page.get_by_text("Waiting for the server.")
    expect(bars).to_have_css("opacity", "1")
    try:
        cable.hold()
        page.keyboard.press("Delete")
        draw_with_mouse(page, pad, drawn(8, "F"))
        expect(late).to_be_visible()
        expect(bars).to_have_css("opacity", "0.35")
        cable.release()
        expect(winner(page, "CNN")).to_have_text("8")
        expect(bars).to_have_css("opacity", "1")
        expect(late).to_have_count(0)
    finally:
        cable.close()
