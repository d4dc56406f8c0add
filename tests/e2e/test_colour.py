"""The Colour page in Chromium: the notes' numbers, six filters, and nothing sent while pointing."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import ColourConfig
from tests.e2e.conftest import at_rest, sent, sent_nothing
from tests.views.colours import cell, shows

SIX = ColourConfig(image="lighthouse", kernel_size=5, padding=0, out_channels=6)


def open_picture(page: Page, app_url: str, query: str = "") -> Locator:
    page.goto(f"{app_url}/colour?{query}")
    picture = page.locator(".colour[data-shown]")
    expect(picture).to_be_visible(timeout=60_000)
    return picture


def test_six_filters_make_28_by_28_maps_and_pointing_sends_nothing(
    page: Page, app_url: str
) -> None:
    frames = sent(page)
    picture = open_picture(page, app_url, "rail=Settings")
    expect(picture.locator(".sum")).to_contain_text("308 + (−498) + 164 + 1 = −25")
    assert fits(page, picture)
    page.get_by_text("More settings").click()
    page.get_by_role("button", name="32 → 28, six filters").click()
    expect(picture.locator(".shapes")).to_have_text(
        re.compile(r"\(3, 32, 32\).*\(6, 3, 5, 5\).*\(6\).*\(6, 28, 28\)")
    )
    expect(picture.locator(".counts")).to_contain_text("6·(3·5·5 + 1) = 456")
    expect(picture.locator(".counts")).to_contain_text("352,800")
    expect(page).to_have_url(re.compile("out_channels=6"))
    before = at_rest(page, frames)
    assert before, "the page itself must have spoken to the server"
    cell(picture, "output", 13, 27).hover()
    shows(picture, SIX, 0, 13, 27)
    cell(picture, "input", 13, 27).hover()
    assert sent_nothing(page, frames, before)
    assert fits(page, picture)


def test_a_press_brings_the_cell_and_its_filter_into_the_maths(page: Page, app_url: str) -> None:
    picture = open_picture(
        page, app_url, "image=Lighthouse&kernel_size=5+×+5&padding=0&out_channels=6"
    )
    picture.get_by_role("button", name="Filter 4: Upright edges of brightness").click()
    cell(picture, "output", 9, 17).click()
    shows(picture, SIX, 3, 9, 17)
    page.get_by_role("tab", name="The maths").click()
    expect(page.locator(".katex-mathml").last).to_contain_text("Filter 4, row 10, column 18")
    value = int(colour.describe(SIX).output[3, 9, 17])
    expect(page.locator(".katex-mathml").last).to_contain_text(str(abs(value)))


def test_taps_explain_cells_and_a_dragged_frame_moves_the_part_on_a_phone(
    phone: Page, app_url: str
) -> None:
    picture = open_picture(phone, app_url, "image=Cat&patch=8+×+8+part&padding=0")
    config = ColourConfig(image="cat", patch=8, patch_row=112, patch_column=172, padding=0)
    cell(picture, "output", 2, 3).tap()
    shows(picture, config, 0, 2, 3)
    cell(picture, "input", 1, 1).tap()
    expect(picture.locator(".sum")).to_contain_text("Input row 2, column 2")
    expect(picture.locator(".sum")).to_contain_text("reaches 4 cells of 36.")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    whole = picture.locator(".locator img")
    whole.scroll_into_view_if_needed()
    box = whole.bounding_box()
    assert box
    whole.tap(position={"x": box["width"] / 2, "y": box["height"] / 4})
    expect(picture).to_have_attribute("data-shown", re.compile("cat 8 r60 c124 "))
    expect(phone).to_have_url(re.compile("patch_row=60.*patch_column=124"))
    cell(picture, "output", 2, 3).tap()
    shows(
        picture,
        ColourConfig(image="cat", patch=8, patch_row=60, patch_column=124, padding=0),
        0,
        2,
        3,
    )


def fits(page: Page, picture: Locator) -> bool:
    """All of the picture, its last line too, is on the screen without scrolling."""
    foot = max(
        box["y"] + box["height"]
        for part in (picture.locator(".sum"), picture.locator(".side"))
        if (box := part.bounding_box())
    )
    size = page.viewport_size
    return bool(size and foot <= size["height"] and page.evaluate("window.scrollY") == 0)
