"""What the network sees, in Chromium: pointing sends nothing to the server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dl101_core import explain
from dl101_core.weights import load_shipped
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.views.inside import image, number, point


def opened(page: Page, app_url: str, query: str = "?rail=Settings") -> list[str]:
    """Opens the page; the messages to the server are counted from now on."""
    messages = sent(page)
    page.goto(f"{app_url}/inside{query}")
    expect(page.locator("[data-shown]").first).to_be_visible()
    at_rest(page, messages)
    return messages


def test_pointing_reads_a_cell_and_its_field_and_sends_nothing(page: Page, app_url: str) -> None:
    look = explain.look_through(load_shipped("cnn"), image())[0]
    messages = opened(page, app_url)
    before = len(messages)
    readout = page.locator(".readout")
    for row, column in ((0, 0), (12, 14), (27, 27)):
        point(page, row, column, 28, 28)
        expect(readout).to_contain_text(f"row {row + 1}, column {column + 1}")
        assert number(page) == pytest.approx(float(look.maps[0, row, column]), abs=5.1e-4)
        top, bottom = look.fields[0].seen(row)
        expect(readout).to_contain_text(f"rows {top + 1}–{bottom}")
    expect(page.locator(".field")).to_be_visible()
    tile = page.get_by_role("radio", name=re.compile("^Map 3,"))
    tile.hover()
    expect(readout).to_contain_text("Map 3")
    assert sent_nothing(page, messages, before)
    tile.click()
    expect(page).to_have_url(re.compile(r"unit=3"))
    expect(page.get_by_label("Map", exact=True)).to_have_value("3")
    assert len(messages) > before
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"unit=4"))
    bottom_of = page.locator(".inside").bounding_box()
    assert bottom_of
    assert bottom_of["y"] + bottom_of["height"] <= 720


def test_a_climb_ends_with_the_picture_that_the_same_climb_gives_alone(
    page: Page, app_url: str
) -> None:
    opened(page, app_url, "?view=Excite+a+filter&steps=16&rail=Settings")
    state = page.locator(".climb .state")
    expect(state).to_contain_text("press Start")
    page.get_by_role("button", name="Start").click()
    expect(state).to_contain_text("finished after 16 steps")
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled()
    shown = list(
        explain.ascend(load_shipped("cnn"), explain.AscentConfig(layer=0, unit=0, steps=16))
    )
    last = [one for one in shown if one][-1]
    told = page.locator(".climb > figure > figcaption")
    expect(told).to_contain_text(f"{last.activation:.4f}")
