"""The tip alone: who opens and closes it, where it stands, and what a screen reader gets."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from dl101_core.views import tip
from dl101_core.views.tip import Tip, line, num
from tests.gallery import plain
from tests.gallery.tip import loss, neuron, share
from tests.views.alone import Alone, mounted

TERM = Tip(term="loss", lines=loss().lines)


def opened(page: Page, data: Tip = TERM) -> tuple[Alone, Locator, Locator]:
    """The part, its term and its bubble."""
    alone = mounted(page, "views/tip", plain(data))
    return alone, page.get_by_role("button", name=data.term), page.get_by_role("tooltip")


def test_a_mouse_opens_it_may_go_to_the_bubble_and_closes_it(page: Page) -> None:
    alone, term, bubble = opened(page)
    expect(bubble).to_have_count(0)
    term.hover()
    expect(bubble).to_be_visible()
    bubble.hover()
    page.clock.run_for(1000)
    expect(bubble).to_be_visible()
    page.mouse.move(700, 600)
    expect(bubble).to_have_count(0)
    assert alone.sent == []


def test_a_fast_mouse_opens_nothing(page: Page) -> None:
    _, term, bubble = opened(page)
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    try:
        term.hover()
        page.mouse.move(700, 600)
        page.clock.run_for(1000)
        expect(bubble).to_have_count(0)
    finally:
        page.clock.resume()  # all pages of a profile share one clock


def test_focus_opens_it_and_escape_closes_it_but_keeps_the_focus(page: Page) -> None:
    _, term, bubble = opened(page)
    page.keyboard.press("Tab")
    expect(term).to_be_focused()
    expect(bubble).to_be_visible()
    expect(term).to_have_accessible_description(
        "The loss is small if the right class gets a large share. L equals minus ln of p right. "
        "The loss is 0.165. smaller is better."
    )
    page.keyboard.press("Escape")
    expect(bubble).to_have_count(0)
    expect(term).to_be_focused()
    expect(term).not_to_have_attribute("aria-describedby", re.compile(""))
    page.keyboard.press("Enter")
    expect(bubble).to_be_visible()
    page.keyboard.press("Tab")
    expect(bubble).to_have_count(0)


def test_a_press_pins_it_and_a_press_elsewhere_closes_it(page: Page) -> None:
    _, term, bubble = opened(page)
    term.click()
    page.mouse.move(700, 600)
    page.clock.run_for(1000)
    expect(bubble).to_be_visible()
    page.mouse.click(700, 600)
    expect(bubble).to_have_count(0)
    term.click()
    expect(bubble).to_be_visible()
    term.click()
    expect(bubble).to_have_count(0)


def test_a_tap_opens_and_closes_it(phone: Page) -> None:
    _, term, bubble = opened(phone)
    term.tap()
    expect(bubble).to_be_visible()
    term.tap()
    expect(bubble).to_have_count(0)
    term.tap()
    phone.touchscreen.tap(350, 700)
    expect(bubble).to_have_count(0)


@pytest.mark.parametrize("make", [neuron, share], ids=["neuron", "share"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("place", ["0 auto auto 0", "auto 0 0 auto", "auto auto 0 0"])
def test_it_is_whole_inside_the_window(page: Page, make: Any, width: int, place: str) -> None:
    page.set_viewport_size({"width": width, "height": 480})
    _, term, bubble = opened(page, make())
    term.evaluate("(node, inset) => Object.assign(node.style, {position: 'fixed', inset})", place)
    term.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(bubble).to_be_visible()
    box, of = bubble.bounding_box(), term.bounding_box()
    assert box
    assert of
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 480
    assert box["y"] >= of["y"] + of["height"] or box["y"] + box["height"] <= of["y"]
    inside = "(b) => [...b.querySelectorAll('math')].every((m) => m.scrollWidth <= b.clientWidth)"
    assert bubble.evaluate(inside)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_formulas_are_mathml_with_roles_that_differ_without_colour(page: Page) -> None:
    _, _, bubble = opened(page, neuron())
    expect(bubble.locator("math")).to_have_count(2)
    expect(bubble.locator("math").nth(1)).to_have_text("z=0.5·2+(−1.25)·(−0.8)+0.3=2.3")
    expect(bubble.locator("math").nth(0)).to_have_accessible_name(
        "z equals w 1 times x 1 plus w 2 times x 2 plus b."
    )
    lines = "(node) => getComputedStyle(node).borderBottomStyle + getComputedStyle(node).fontWeight"
    looks = [
        bubble.locator(f"math .{role}").last.evaluate(lines)
        for role in ("input", "weight", "bias", "result")
    ]
    assert len(set(looks)) == 4


def test_new_lines_change_the_open_bubble(page: Page) -> None:
    alone, _, bubble = opened(page, neuron())
    alone.show(plain(Tip(term="b", lines=(line("The bias:", num(-0.25)),))))
    expect(bubble).to_have_text("The bias: −0.25")


OLD: list[dict[str, Any]] = [
    {"term": "x"},
    {"term": "x", "lines": [{"words": "y"}], "open": True},
    {"term": "x", "lines": [{"formula": {"kind": "later", "text": "y"}}], "open": True},
    {"term": "x", "lines": [{"formula": {"kind": "frac", "text": ""}}], "open": True},
]


@pytest.mark.parametrize("data", OLD, ids=range(len(OLD)))
def test_older_or_invalid_data_does_no_harm(page: Page, data: dict[str, Any]) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    alone = mounted(page, "views/tip", data)
    page.get_by_role("button", name="x").click()
    assert alone.sent == []
    assert said == []


def test_numbers_are_short_and_signs_do_not_meet() -> None:
    values = (0.5, -2.0, 1 / 3, -0.0, 1e-9 - 1e-9, math.inf, -math.inf)
    assert [num(value).text for value in values] == ["0.5", "−2", "0.333", "0", "0", "∞", "−∞"]
    small = num(0.00001234)
    assert [part.text for part in small.parts[:2]] == ["1.23", "·"]
    assert [part.text for part in small.parts[2].parts] == ["10", "−5"]
    product = tip.joined("·", num(-1.0), num(-2.0))
    assert [part.kind for part in product.parts] == ["num", "op", "fence"]
    assert tip.joined("+", num(1.0), product).parts[2].parts[0].kind == "fence"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: tip.op("?"),
        lambda: tip.name(""),
        lambda: tip.fence(num(1), "(("),
        lambda: tip.row(),
        lambda: tip.total(num(1), num(2), num(3), num(4)),
        lambda: tip.MathPiece(kind="frac", parts=(num(1),)),
        lambda: tip.MathPiece(kind="num", text="1", parts=(num(1),)),
        lambda: line(),
        lambda: Tip(term="", lines=(line("x"),)),
        lambda: Tip(term="x", lines=()),
    ],
    ids=range(10),
)
def test_what_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"piece|fences|one of|line|term"):
        wrong()
