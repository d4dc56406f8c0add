"""The pooling picture in Chromium: PyTorch's numbers, and nothing sent while a hand moves it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import PoolConfig
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.views.pool import cell, point, shows


def open_picture(page: Page, app_url: str, query: str = "") -> Locator:
    page.goto(f"{app_url}/pooling?{query}")
    picture = page.locator(".pooling[data-shift]")
    expect(picture).to_be_visible(timeout=60_000)
    return picture


def test_dragging_shows_pytorch_s_numbers_and_tells_the_server_only_where_it_ended(
    page: Page, app_url: str
) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url, "rail=Settings")
    shows(picture, pooling.describe(PoolConfig()))
    page.get_by_text("More settings").click()
    before = at_rest(page, frames)
    assert before, "the page itself must have spoken to the server"

    for row, column in ((0, 0), (1, 1), (3, 2)):
        cell(picture, "output.after", row, column).hover()
        cell(picture, "input.before", row, column).hover()
    x, y, side = point(page, picture, "input.after")
    page.mouse.move(x, y)
    page.mouse.down()
    for right, down in ((0, 0), (1, 1), (-2, 2)):
        page.mouse.move(x + side * (right - 1), y + side * down, steps=4)
        shows(picture, pooling.describe(PoolConfig(right=right, down=down)))
    assert sent_nothing(page, frames, before)
    page.mouse.up()
    expect(page).to_have_url(re.compile("right=-2.*down=2"))
    expect(page.get_by_role("slider", name="Shift down")).to_have_value("2")
    assert before < len(frames) <= before + 2  # the shift, and the formulas that follow it

    page.keyboard.press("Escape")
    picture.locator(".pad [role=gridcell][tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    shows(picture, pooling.describe(PoolConfig(right=-1, down=1)))
    expect(page).to_have_url(re.compile("right=-1.*down=1"))
    expect(picture.get_by_role("status")).to_contain_text("output cells unchanged")
    shows(picture, pooling.describe(PoolConfig(right=-1, down=1)))

    cell(picture, "diff", 1, 0).click()
    expect(page).to_have_url(re.compile("cell=2%2C1"))
    page.reload()
    expect(picture.locator(".sum").first).to_contain_text("Output row 2, column 1. Before:")
    expect(page.get_by_text("y_{2,1}").first).to_be_attached()


def test_impossible_settings_are_explained_and_a_button_leads_out(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/pooling?padding=2")
    expect(page.get_by_role("alert")).to_contain_text("half of the window")
    page.get_by_role("button", name="Set window to 4").click()
    expect(page.locator(".pooling")).to_have_attribute("data-shown", re.compile("k4 s4 p2"))
    expect(page.get_by_role("alert")).to_have_count(0)
