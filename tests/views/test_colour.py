"""The picture of a filter over three colours alone: the notes' numbers."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import ColourConfig
from dl101_core.cnn.colour.view import view_data
from tests.views.alone import mounted
from tests.views.colours import cell, numbers, shows


def test_the_notes_numbers_stand_on_the_screen_and_every_cell_is_explained(page: Page) -> None:
    mounted(page, "cnn/colour_view", view_data(colour.describe(ColourConfig())))
    picture = page.locator(".colour")
    expect(picture.locator(".sum")).to_contain_text("308 + (−498) + 164 + 1 = −25")
    partials = picture.locator(".partial").all_inner_texts()
    assert partials == ["= 308", "= −498", "= 164"]
    output = colour.describe(ColourConfig()).output[0]
    shown = numbers(picture.locator(".output [role=gridcell]").all_inner_texts())
    assert shown == output.int().flatten().tolist()
    for row, column in ((0, 0), (2, 3), (4, 4)):
        cell(picture, "output", row, column).hover()
        shows(picture, ColourConfig(), 0, row, column)
    expect(picture.locator(".plane .marks .ring")).to_have_count(3)
    cell(picture, "input", 2, 2).hover()
    expect(picture.locator(".sum")).to_have_text(
        "Input row 2, column 2 (red 154, green 165, blue 161) reaches 9 cells of 25."
    )
    cell(picture, "input", 0, 0).focus()
    expect(picture.locator(".sum")).to_have_text(
        "This padding cell (0 in each plane) reaches 1 cell of 25."
    )


def test_six_filters_are_explained_cell_by_cell_and_nothing_is_sent(page: Page) -> None:
    six = ColourConfig(image="lighthouse", kernel_size=5, padding=0, out_channels=6)
    alone = mounted(page, "cnn/colour_view", view_data(colour.describe(six)))
    picture = page.locator(".colour")
    for row, column in ((0, 0), (13, 27), (27, 27)):
        cell(picture, "output", row, column).hover()
        shows(picture, six, 0, row, column)
        cell(picture, "input", row, column).hover()
    picture.locator(".plane.green canvas").hover(position={"x": 60, "y": 60})
    expect(picture.locator(".sum")).to_contain_text("reaches 25 cells of 784 in each of 6 output")
    page.mouse.move(5, 5)
    cell(picture, "output", 27, 27).focus()
    page.keyboard.press("ArrowLeft")
    shows(picture, six, 0, 27, 26)
    picture.get_by_role("button", name="Play").click()
    expect(picture.get_by_role("button", name="Play")).to_be_visible()
    shows(picture, six, 0, 27, 27)
    picture.get_by_role("button", name="Step back").click()
    shows(picture, six, 0, 27, 26)
    assert alone.sent == []
