"""The bars of one network at the head of a page, with the pixels that it sees."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dl101_core.draw.digits import from_strokes
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.view import Network
from dl101_core.home.reading_view import rehearsal, seen_and_read
from dl101_core.weights import load_shipped
from tests.views.alone import Alone, mounted
from tests.views.test_gallery import faults, wider


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    network = Network("cnn", "A convolutional network reads", load_shipped("cnn"))
    read = seen_and_read(network, from_strokes(examples()[OWN].drawing), 0, "")
    return read | {"rehearsal": rehearsal(network)}


def bars(page: Page, data: dict[str, Any]) -> Alone:
    alone = mounted(page, "draw/digit_bars", data)
    page.add_style_tag(content="main { max-width: 688px !important }")
    return alone


def rehearse(page: Page, share: float) -> None:
    page.evaluate("s => dispatchEvent(new CustomEvent('dl101-rehearsed', { detail: s }))", share)


def source(page: Page) -> str:
    return str(page.locator(".pixels img").get_attribute("src"))


def test_bars_and_pixels_follow_the_example_and_nothing_is_spoken_before_its_end(
    page: Page, data: dict[str, Any]
) -> None:
    bars(page, data)
    for step in data["rehearsal"]:
        rehearse(page, step["share"])
        assert source(page).endswith(step["seen"])
        expect(page.locator(".digit")).to_have_text(str(step["cards"][0]["digit"]))
    rehearse(page, 1)
    expect(page.locator(".digit")).to_have_text("3")
    assert source(page).endswith(data["seen"])
    expect(page.get_by_role("status")).to_contain_text("A convolutional network reads: 3")


def test_the_whole_example_is_read_at_last_if_no_pad_plays_it(
    page: Page, data: dict[str, Any]
) -> None:
    bars(page, data)
    page.clock.run_for(3_500)
    assert source(page).endswith(data["seen"])


def test_an_answer_ends_the_example(page: Page, data: dict[str, Any]) -> None:
    alone = bars(page, data)
    first = data["rehearsal"][0]
    alone.show(data | {"seq": 1, "cards": list(first["cards"]), "seen": first["seen"]})
    rehearse(page, 0.9)
    page.clock.run_for(3_500)
    assert source(page).endswith(first["seen"])


def test_it_is_whole_at_once_under_reduced_motion_and_is_drawn_for_everyone(
    page: Page, data: dict[str, Any]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    bars(page, data)
    assert source(page).endswith(data["seen"])
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    page.clock.run_for(1000)
    assert faults(page) == []
    for width in (320, 390, 800):
        page.set_viewport_size({"width": width, "height": 700})
        assert wider(page) <= 0, width


def test_without_a_digit_the_sentence_is_shown_and_the_pixels_are_blank(
    page: Page, data: dict[str, Any]
) -> None:
    alone = bars(page, data)
    blank = {"title": "A", "digit": None, "sure": "", "widths": [0] * 10, "texts": [""] * 10}
    alone.show(data | {"seq": 2, "cards": [blank], "seen": "", "message": "Draw something."})
    expect(page.locator(".note")).to_have_text("Draw something.")
    expect(page.locator(".pixels img")).to_be_hidden()
